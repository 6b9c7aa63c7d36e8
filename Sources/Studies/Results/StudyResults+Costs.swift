import Adversarial

extension StudyResults {
  /// Adds what a round of each variant takes, in the variants' order.
  public mutating func add(_ costs: [RoundCost]) {
    precondition(costs.count == variants.count, "each of \(variants.count) variants has a cost")
    for (index, cost) in costs.enumerated() {
      variants[index].operationsPerRound = cost.operations
      variants[index].updatesPerRound = cost.updates
    }
  }
}
