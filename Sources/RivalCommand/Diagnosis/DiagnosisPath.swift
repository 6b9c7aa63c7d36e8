import Rival

/// The straight line from an earlier checkpoint to the one that is examined.
struct DiagnosisPath {
  let profile: PathProfile
  let fromStep: Int

  /// - Throws: `DiagnosticsError` where the checkpoints are not of one composition, or hold the same parameters.
  init(from earlier: SavedRun, to trainer: Trainer) throws {
    fromStep = earlier.contents.step
    profile = try PathProfile(from: earlier.contents.trainingState(), to: FrozenRound(trainer))
  }

  var line: String { "  From step \(fromStep): \(profile.summary)" }

  var document: JSONValue {
    .object([
      "fromStep": .count(fromStep), "distance": .finite(profile.distance), "signature": .string(profile.signature.rawValue),
      "bump": .finite(profile.bump), "signChanges": .array(profile.signChanges.map { .finite($0) }),
      "points": .array(
        profile.points.map {
          .object(["position": .finite($0.position), "cosine": .finite($0.cosine), "norm": .finite($0.norm)])
        }),
    ])
  }
}
