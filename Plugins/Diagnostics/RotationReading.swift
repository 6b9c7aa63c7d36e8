import Adversarial
import Components
import Diagnostics
import LinearAlgebra
import Networks
import Reports
import Tensors

/// How much of the game's dynamics is rotation: the antisymmetric part of the Jacobian of its vector field.
public struct RotationReading: Diagnostic {
  public static let name = "rotation"
  public static let summary =
    "The share of the antisymmetric part in the Jacobian of the vector field: 0 for a potential, 1 for pure rotation."
  public static let equation = "R = ||A||_F^2 / ||J||_F^2,  A = (J - J^T) / 2"
  public static let reference = "Balduzzi et al. 2018, section 2; Letcher et al. 2019"
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint",
    "probes": "Random probes of the two norms; 32 by default",
  ]

  /// Rounds between two observations; 0 (the default) for none: ask for it on a checkpoint.
  public var every: Int = 0
  /// Random probes of the two norms; 32 by default.
  public var probes: Int = 32

  /// R, from 0 to 1, and its standard error over the probes.
  public static let index = column("index")
  public static let indexError = column("index.error")

  public init() {}

  public func validateFields() throws {
    try ObserverFields.check(every: every, of: name)
    try ObserverFields.check(probes, in: 2...10_000, "probes", of: name)
  }

  public func observe(_ run: Observation) throws -> [Reading] {
    let field = try VectorField(FrozenRound(run))
    let index = try RotationIndex(of: field, probes: probes, seed: run.key(name).value)
    return [Reading(Self.index, index.value), Reading(Self.indexError, index.standardError), Reading("probes", Double(index.probes))]
  }

  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let index = record.latest(Self.index) else { return [] }
    let text = "Rotation index \(Phrase.number(index)) (0: a potential, 1: pure rotation)"
    return [ReadingLine(name, index > 0.7 ? .note : .fine, text + (index > 0.7 ? ": the players mostly turn around each other." : "."))]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    [record.chart("Rotation index", [(Self.index, "share of the antisymmetric part")], yRange: 0...1)].compactMap { $0 }
  }
}
