import ArgumentParser
import Foundation
import Rival

/// `certify`: what a part does to the smallest GAN whose dynamics are known.
struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Tries losses, heuristics, optimizers and update rules on the Dirac-GAN, and says whether play converges.",
    discussion: """
      Data at 0, a generator that is one number, a discriminator D(x) = psi x. The other parts are minimax, sgd with --rate, and simultaneous and alternating \
      play; an optimizer without a learning rate of its own gets --rate. Distances are those of the published table: start (1, 1) of a discriminator that is \
      high on generated samples, the generator first.
      """)

  @Argument(help: "The parts, written name:field=value,…")
  var parts: [String] = []

  @Flag(help: "Every loss, heuristic, optimizer and update rule of the registry.")
  var all = false

  @Option(help: "The loss under a heuristic, an optimizer or an update rule.", completion: ComponentKind.loss.completion)
  var loss = "minimax"

  @Option(help: "The step size of both players.")
  var rate = 0.2

  @Option(help: "Rounds that are played.")
  var rounds = 500

  @Option(help: ArgumentHelp("Starts along each axis of the grid from -2 to 2, at least 2.", valueName: "n"))
  var starts = 9

  @Option(help: ArgumentHelp("Write a page with the basins and a drawing of each into this folder.", valueName: "folder"))
  var out: String?

  @Flag(help: "Write one JSON document on standard output.")
  var json = false

  func validate() throws {
    guard all != !parts.isEmpty else { throw ValidationError("Name parts, or say --all.") }
    guard rate > 0, rate.isFinite else { throw ValidationError("--rate must be positive.") }
    guard (1...1_000_000).contains(rounds) else { throw ValidationError("--rounds must be from 1 to 1000000.") }
    guard (2...101).contains(starts) else { throw ValidationError("--starts must be from 2 to 101.") }
  }

  func run() throws {
    let registry = CommandContext.current.registry
    var setting = DiracCertificate.Setting()
    guard let loss = try ComponentKind.loss.component(loss, "--loss", registry) as? any Loss else { return }
    setting.loss = loss
    setting.rate = rate
    setting.rounds = rounds
    setting.side = starts
    let certificates = try components(registry).map { DiracCertificate(try rated($0, registry), setting) }
    if let out { try write(certificates, to: out) }
    guard !json else { return try Console.result(.object(["certificates": .array(certificates.map(\.document))])) }
    if all {
      Console.result(DiracCertificate.table(certificates).text)
      for certificate in certificates where certificate.reason != nil {
        Console.result("\(certificate.part.name) does not apply: \(certificate.reason ?? "")")
      }
    } else {
      for line in certificates.flatMap(\.lines) { Console.result(line) }
    }
  }

  private func components(_ registry: Registry) throws -> [any Component] {
    if all {
      return try registry.names.map { try registry.type(named: $0) }.filter { DiracCertificate.takes(ComponentKind($0)) }.map { $0.init() }
    }
    return try parts.map { text in
      let part = try registry.component(parsing: text)
      let kind = ComponentKind(type(of: part))
      guard DiracCertificate.takes(kind) else {
        throw CommandFailure("'\(part.name)' is \(kind.phrase); certified are losses, heuristics, optimizers and update rules")
      }
      return part
    }
  }

  /// An optimizer with the learning rate of the command, where it has that of its defaults; an update rule that reckons with one likewise.
  private func rated(_ part: any Component, _ registry: Registry) throws -> any Component {
    let field = part is any Optimizer ? "learningRate" : part is any UpdateRule ? "stepSize" : ""
    var stored = try StoredComponent(part)
    guard case .object(var fields) = stored.fields, let value = fields[field],
      try value == ComponentFields.fields(of: type(of: part).init())[field]
    else { return part }
    fields[field] = .number(rate)
    stored.fields = .object(fields)
    return try registry.component(stored)
  }

  private func write(_ certificates: [DiracCertificate], to folder: String) throws {
    let place = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let remarks =
      "The Dirac-GAN with \(loss), steps of \(NumberText.significant(rate, digits: 3)), \(rounds) rounds from \(starts) × \(starts) starts."
    let page = DiracCertificate.page(certificates, remarks: remarks)
    try Data(page.html.utf8).write(to: place.appendingPathComponent("certificates.html"), options: .atomic)
    for drawing in page.drawings {
      try Data(drawing.svg.utf8).write(to: place.appendingPathComponent(drawing.name + ".svg"), options: .atomic)
    }
    Console.note("wrote \(place.appendingPathComponent("certificates.html").path)")
  }
}
