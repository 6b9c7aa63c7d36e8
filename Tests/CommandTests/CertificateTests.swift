import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What is known of the Dirac-GAN in closed form or in published numbers, and what the certificates say of it.
@Suite struct CertificateTests {
  private func certificate(_ text: String, loss: any Loss = MinimaxLoss(), rate: Double = 0.2, side: Int = 2) throws -> DiracCertificate {
    var setting = DiracCertificate.Setting()
    (setting.loss, setting.rate, setting.side) = (loss, rate, side)
    let certificate = DiracCertificate(try Registry.builtIn().component(parsing: text), setting)
    #expect(certificate.reason == nil)
    return certificate
  }

  /// Eigenvalues of v′ at (0, 0): Mescheder et al. 2018, lemmas 2.2 and 4.1 and appendix D.
  static let spectra: [(part: String, loss: any Loss, real: Double, imaginary: Double)] = [
    ("minimax", MinimaxLoss(), 0, 0.5), ("non-saturating", MinimaxLoss(), 0, 0.5), ("wasserstein", MinimaxLoss(), 0, 1),
    ("hinge", MinimaxLoss(), 0, 1), ("r1-penalty:gamma=0.3", MinimaxLoss(), -0.15, (0.25 - 0.0225).squareRoot()),
    ("r1-penalty:gamma=0.3", NonSaturatingLoss(), -0.15, (0.25 - 0.0225).squareRoot()),
    ("r1-penalty:gamma=0.3", WassersteinLoss(), -0.15, (1 - 0.0225).squareRoot()),
    ("least-squares", MinimaxLoss(), 0, 0),
  ]

  @Test("Eigenvalues at the equilibrium, to six digits", arguments: spectra.indices)
  func eigenvalues(index: Int) throws {
    let known = Self.spectra[index]
    let found = try certificate(known.part, loss: known.loss)
    #expect(found.isSmooth)
    #expect(
      abs(found.eigenvalues[0].real - known.real) < 1e-6 && abs(abs(found.eigenvalues[0].imaginary) - known.imaginary) < 1e-6,
      "\(found.eigenvalues)")
    #expect(abs(found.eigenvalues[1].real - known.real) < 1e-6 && abs(abs(found.eigenvalues[1].imaginary) - known.imaginary) < 1e-6)
  }

  @Test("Real eigenvalues beyond the critical weight; no smooth field under WGAN-GP")
  func overdamped() throws {
    let found = try certificate("r1-penalty:gamma=2").eigenvalues
    #expect(abs(found[0].real + 0.133975) < 1e-6 && abs(found[1].real + 1.866025) < 1e-6 && found.allSatisfy { $0.imaginary == 0 })
    #expect(try !certificate("gradient-penalty:weight=1,target=0.3", loss: WassersteinLoss()).isSmooth)
  }

  @Test("Spectral radii of a round, in closed form")
  func radii() throws {
    for (part, loss, rate, known): (String, any Loss, Double, [Double]) in [
      ("wasserstein", MinimaxLoss(), 0.1, [1.004987562, 1]), ("minimax", MinimaxLoss(), 0.1, [1.001249220, 1]),
      ("r1-penalty:gamma=0.3", NonSaturatingLoss(), 0.1, [0.986154146]), ("r1-penalty:gamma=1", NonSaturatingLoss(), 0.1, [0.95]),
      ("extragradient", WassersteinLoss(), 0.1, [0.995037688]), ("optimistic", WassersteinLoss(), 0.1, [0.99493615]),
      ("optimistic-sgd:learningRate=0.1", WassersteinLoss(), 0.1, [0.99493615]),
      ("competitive:stepSize=0.1", WassersteinLoss(), 0.1, [1 / 1.01.squareRoot()]),
    ] {
      let found = try certificate(part, loss: loss, rate: rate)
      for (play, radius) in zip(found.plays, known) {
        #expect(abs(try #require(play.radius) - radius) < 1e-6, "\(part), \(play.name): \(play.radius ?? .nan)")
      }
    }
  }

  @Test("Distances after 500 rounds from (1, 1), as the authors' code gives them")
  func distances() throws {
    for (part, known) in [
      ("minimax", [3.09695, 1.42102, 1.84527]), ("non-saturating", [0.640207, 0.283923, 0.138877]),
      ("r1-penalty:gamma=0.3", [2.64266e-6, 2.30091e-7, 9.24981e-34]),
    ] {
      let found = try certificate(part).distances
      #expect(found.map(\.name) == ["simultaneous", "alternating", "alternating-5"])
      for (distance, expected) in zip(found, known) {
        #expect(abs(distance.value / expected - 1) < 1e-5, "\(part), \(distance.name): \(distance.value)")
      }
    }
  }

  @Test("Exact consensus optimization escapes where half of its cubic term would not")
  func consensus() throws {
    var setting = DiracCertificate.Setting()
    (setting.side, setting.start, setting.rounds) = (2, (2, -2), 2000)
    let found = DiracCertificate(ConsensusOptimization(gamma: 1), setting)
    #expect(abs(found.distances[0].value - 10.2) < 0.05, "\(found.distances)")
  }

  @Test("What does not fit says why, and every part of the registry has a certificate or a reason")
  func all() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      ["certify", "--all", "--json", "--rounds", "5", "--starts", "2", "--out", folder.path("page")], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
    guard case .array(let certificates) = document.members["certificates"] else {
      Issue.record("no certificates")
      return
    }
    let registry = try Registry.builtIn()
    let wanted = try registry.names.filter { DiracCertificate.takes(ComponentKind(try registry.type(named: $0))) }
    #expect(certificates.map { $0.members["name"]?.plain ?? "" } == wanted)
    for certificate in certificates where certificate.members["reason"] == .null {
      guard case .array(let plays) = certificate.members["plays"] else { continue }
      #expect(!plays.isEmpty, "\(certificate)")
    }
    // Without a hidden layer there is nothing to match.
    let matching = certificates.first { $0.members["name"] == .string("feature-matching") }
    #expect(matching?.members["reason"]?.plain.contains("hidden layer") == true)
    let page = try String(contentsOfFile: folder.path("page/certificates.html"), encoding: .utf8)
    #expect(page.contains("r1-penalty, simultaneous") && page.contains("<svg"))
    #expect(FileManager.default.fileExists(atPath: folder.path("page/r1-penalty-simultaneous.svg")))
  }

  @Test("Other parts are refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(["certify", "dense"], in: folder)
    #expect(
      result.status == 1 && result.errors.contains("'dense' is a layer; certified are losses, heuristics, optimizers and update rules"))
    #expect(try CommandProcess.run(["certify"], in: folder).errors.contains("Name parts, or say --all."))
  }
}
