import Foundation
import Rival

extension DiracCertificate {
  /// The eigenvalues in short: `-0.15 ± 0.477i`.
  var eigenvalueText: String {
    guard eigenvalues.count == 2 else { return "" }
    let (a, b) = (eigenvalues[0], eigenvalues[1])
    let text =
      a.imaginary != 0 ? "\(Self.number(a.real)) ± \(Self.number(abs(a.imaginary)))i" : "\(Self.number(a.real)), \(Self.number(b.real))"
    return isSmooth ? text : "not smooth"
  }

  static func number(_ value: Double) -> String {
    if !value.isFinite { return "∞" }
    // No sign for what is 0 but for rounding.
    return abs(value) < 1e-12 ? "0" : String(format: "%.4g", value)
  }

  /// The table of several certificates.
  static func table(_ certificates: [DiracCertificate]) -> TextTable {
    var table = TextTable([
      .left("part"), .left("eigenvalues"), .right("ρ sim"), .right("ρ alt"), .right("d sim"), .right("d alt"), .right("d alt 5"),
      .right("in sim"), .right("in alt"), .right("out sim"), .right("out alt"),
    ])
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    for certificate in certificates {
      let name = ComponentFields.specification(of: certificate.part)
      guard certificate.reason == nil else {
        table.append([name, "does not apply"] + Array(repeating: "", count: 9))
        continue
      }
      func two(_ text: (Play) -> String) -> [String] {
        let texts = certificate.plays.map(text)
        return texts.count == 2 ? texts : [texts.first ?? "", ""]
      }
      let distances = certificate.distances.map { number($0.value) }
      table.append(
        [name, certificate.eigenvalueText] + two { $0.radius.map(number) ?? "" } + distances
          + Array(repeating: "", count: 3 - distances.count)
          + two { percent($0.converged) } + two { percent($0.left) })
    }
    return table
  }

  /// One certificate for people.
  var lines: [String] {
    var lines = ["\(ComponentFields.specification(of: part)), \(kind.phrase), on the Dirac-GAN"]
    if let reason { return lines + ["  does not apply: \(reason)"] }
    if !eigenvalues.isEmpty {
      lines.append(
        "  eigenvalues of v′ at the equilibrium: \(eigenvalues.map { "\(Self.number($0.real)) \($0.imaginary < 0 ? "-" : "+") \(Self.number(abs($0.imaginary)))i" }.joined(separator: ", "))"
      )
      if !isSmooth { lines.append("  but v′ changes at once beside it: the field is not smooth there, and the eigenvalues say nothing") }
    }
    for play in plays {
      let radius = play.radius.map { ", ρ(F′) = \(String(format: "%.9g", $0))" } ?? ""
      lines.append(
        "  \(play.name)\(radius): of \(play.ratios.count) starts \(Int((100 * play.converged).rounded()))% end within a tenth of their distance, "
          + "\(Int((100 * play.left).rounded()))% farther away than they began")
    }
    for distance in distances { lines.append("  distance at the end, \(distance.name): \(String(format: "%.6g", distance.value))") }
    return lines
  }

  /// The certificate for machines.
  var document: JSONValue {
    .object([
      "name": .string(part.name), "specification": .string(ComponentFields.specification(of: part)), "kind": .string(kind.rawValue),
      "reason": .optional(reason), "isSmooth": .bool(isSmooth),
      "eigenvalues": .array(eigenvalues.map { .object(["real": .finite($0.real), "imaginary": .finite($0.imaginary)]) }),
      "plays": .array(
        plays.map { play in
          .object([
            "name": .string(play.name), "radius": play.radius.map { .finite($0) } ?? .null, "converged": .number(play.converged),
            "left": .number(play.left), "ratios": .array(play.ratios.map { .finite($0) }),
          ])
        }),
      "distances": .object(Dictionary(uniqueKeysWithValues: distances.map { ($0.name, JSONValue.finite($0.value)) })),
    ])
  }

  /// The basins as drawings: θ to the right, ψ upwards, the logarithm of how much nearer a start ends; the line is where it ends as far as it began.
  var drawings: [SurfacePlot] {
    plays.map { play in
      SurfacePlot(
        title: "\(ComponentFields.specification(of: part)), \(play.name)", xRange: -2...2, yRange: -2...2,
        values: play.ratios.map { $0.isFinite ? max(-6, min(6, log10(max($0, 1e-300)))) : 6 }, valueLabel: "log10 of the distance's ratio",
        width: 240)
    }
  }

  /// A page with the table and the basins.
  static func page(_ certificates: [DiracCertificate], remarks: String) -> HTMLPage {
    var blocks: [HTMLPage.Block] = [
      .paragraph(remarks),
      .table(
        table(certificates),
        caption:
          "ρ: spectral radius of a round at the equilibrium. d: distance at the end. in, out: shares of starts that end within a tenth of their "
          + "distance, and farther away than they began. An update rule has its own play in the place of simultaneous."),
      .heading("Basins"),
    ]
    for certificate in certificates where certificate.reason == nil {
      blocks.append(
        .figures(
          svgs: certificate.drawings.map(\.svg),
          caption:
            "\(ComponentFields.specification(of: certificate.part)): θ to the right, ψ upwards, orange where starts end nearer to the equilibrium."
        ))
    }
    let others = certificates.filter { $0.reason != nil }
    if !others.isEmpty {
      blocks.append(.heading("Does not apply"))
      blocks += others.map { .paragraph("\(ComponentFields.specification(of: $0.part)): \($0.reason ?? "")") }
    }
    return HTMLPage(title: "Dirac certificates", blocks: blocks)
  }
}
