import Rival

/// What a part adds to a round: operations, beside those of the DCGAN for 32×32 images that benchmarks use, or where it does not fit there of
/// perceptrons in the plane.
struct ComponentCost {
  /// The composition that is compared with.
  let base: String
  /// Operations of a round with the part, over those without it.
  let ratio: Double
  /// How often each player moves in a round, where that is not once.
  let updates: [String: Int]

  /// What `type` with its default fields adds; `nil` for what is no part of a composition, or fits neither of the two.
  init?(_ type: any Component.Type) {
    switch ComponentKind(type) {
    case .loss, .optimizer, .updateRule, .heuristic: break
    default: return nil
    }
    for workload in [BenchmarkWorkload.dcgan32, .mlpRing] {
      let fields = [Field("samples", shape: workload.sampleShape)]
      let composition = workload.composition()
      guard let without = try? RoundCost(of: composition, fields: fields, batchSize: workload.batchSize),
        let changed = try? composition.changed(by: [.part(type.init())]),
        let with = try? RoundCost(of: changed, fields: fields, batchSize: workload.batchSize)
      else { continue }
      base = workload.name
      ratio = Double(with.operations) / Double(without.operations)
      updates = with.updates.filter { $0.value != 1 }
      return
    }
    return nil
  }

  /// `1.35 times the operations of a round of dcgan32; discriminator 5 updates a round`.
  var text: String {
    let times = ratio == 1 ? "the operations" : "\(NumberText.fixed(ratio, digits: ratio < 1.1 ? 3 : 2)) times the operations"
    let moves = updates.keys.sorted().map { "\($0) \(updates[$0] ?? 0) updates a round" }
    return (["\(times) of a round of \(base)"] + moves).joined(separator: "; ")
  }
}
