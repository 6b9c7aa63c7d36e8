import Networks
import Tensors

/// What one round of a composition takes, whatever machine plays it.
public struct RoundCost: Codable, Sendable, Hashable {
  /// Floating-point operations of everything that a round computes, heuristics and optimizers too: two for each product of a sum, one for each other
  /// number, after equal and unused expressions were left out.
  public var operations: Int
  /// How often each player moves in a round, by its name.
  public var updates: [String: Int]

  /// Creates a cost; see the fields.
  public init(operations: Int, updates: [String: Int]) {
    self.operations = operations
    self.updates = updates
  }

  /// Counts what a round of `composition` takes on batches of data with such fields. Nothing is computed.
  ///
  /// - Throws: what keeps the composition from being trained on such data: `CompositionError`, `LayerError`, `NetworkError`, `TensorError`.
  public init(of composition: any Composition, fields: [Field], batchSize: Int) throws {
    try composition.validated()
    let game = try composition.game(fields: fields, seed: 1)
    guard let rule = composition.updateRule else {
      throw CompositionError(notices: [Notice(.error, "there is no update rule; add one, such as AlternatingUpdates()")])
    }
    let state = try RoundProgram.declaredState(of: game, rule, fields: fields, batchSize: batchSize, seed: 1)
      .mapped { Tensor.placeholder($1.shape, dtype: $1.dtype) }
    let step = Tensor.placeholder([], dtype: .int32)
    let batches = (0..<rule.realBatchesPerRound).map { _ in Batch.placeholders(fields, size: batchSize) }
    let round = Round(game: game, state: state, step: step, batches: batches, batchSize: batchSize, seed: 1, isTraining: true)
    try rule.play(round)
    let graph = try Simplifier.simplify(
      outputs: round.state.tensors + round.records.map(\.value),
      parameters: state.tensors + [step] + batches.flatMap { $0.entries.map(\.tensor) })
    operations = graph.operations.indices.reduce(0) { $0 + graph.operationCount(of: $1) }
    updates = Dictionary(uniqueKeysWithValues: round.updates.map { ($0.key.name, $0.value) })
  }
}
