import Adversarial
import Components
import Networks
import Tensors

/// One round of a game with everything random held still: what the game-theoretic diagnostics look at.
///
/// The state, the real batches, the seed and the number of the round fix every latent vector, dropout mask and noise draw, so that a round
/// becomes a smooth function of the players' parameters. Everything is held in float64: derivatives and eigenvalues need the digits. Rounds of
/// large networks are computed in float32 all the same, because float64 convolutions take many times as long; see ``precision``.
///
/// ```swift
/// let frozen = try FrozenRound(trainer)
/// let radius = try UpdateMap(frozen).spectrum(count: 6).radius
/// ```
///
/// It is a value: making it copies the trainer's state, and nothing that is done with it reaches the trainer.
public struct FrozenRound: Sendable {
  /// The game that is played.
  public let game: any Game
  /// In which order the players move.
  public let updateRule: any UpdateRule
  /// The whole state before the round; floating-point tensors are float64.
  public let state: Parameters
  /// The round's real batches, numbers in float64; empty for a game without data.
  public let batches: [Batch]
  /// Samples in each evaluation.
  public let batchSize: Int
  /// The seed of the random streams.
  public let seed: UInt64
  /// The number of the round, from 0.
  public let step: Int
  /// What functions of this round compute in: float64, or float32 where parameters times batch size are above 2²⁵ and the round is a trainer's.
  /// Eigenvalues are then good to three or four digits; their residuals tell.
  public var precision: DType = .float64
  /// The players, in the game's order.
  public var players: [Player] { game.players }

  /// A round of any game.
  ///
  /// - Parameters:
  ///   - state: the tensors to start from; what is missing (optimizer memory, heuristics' state) begins as it does in a first round. The
  ///     game's own initial state by default.
  ///   - batches: at least as many as the rule uses, for games that look at real samples.
  ///   - batchSize: samples in an evaluation, at least 1.
  /// - Throws: `DiagnosticsError` for a state that the game does not know, or what the game throws when it is traced.
  public init(
    game: any Game, updateRule: any UpdateRule, state: Parameters? = nil, batches: [Batch] = [], batchSize: Int = 1,
    seed: UInt64 = 0, step: Int = 0
  ) throws {
    guard batchSize >= 1 else { throw DiagnosticsError("the batch size is \(batchSize), but must be at least 1") }
    let batches = try batches.map { try FrozenRound.float64($0) }
    var initial = try game.initialState().mapped { $1.dtype.isFloatingPoint ? $1.converted(to: .float64) : $1 }
    let round = Round(
      game: game, state: initial.mapped { .placeholder($1.shape, dtype: $1.dtype) }, step: .placeholder([], dtype: .int32),
      batches: batches.map { $0.mapped { .placeholder($0.tensor.shape, dtype: $0.tensor.dtype) } }, batchSize: batchSize, seed: seed,
      isTraining: true,
      declarations: initial)
    try updateRule.play(round)
    initial.merge(round.declarations)
    if let state {
      for (path, tensor) in state {
        guard let known = initial[path], known.shape == tensor.shape else {
          throw DiagnosticsError(
            "the state has '\(path)' of shape \(tensor.shape), which this game does not have; freeze the game that the state came from")
        }
        initial[path] = tensor
      }
    }
    self.init(
      game: game, updateRule: updateRule, checked: try FrozenRound.float64(initial), batches: batches,
      batchSize: batchSize, seed: seed, step: step)
  }

  /// Parameters times batch size above which a trainer's round is computed in float32.
  static let largestDouble = 1 << 25

  /// Whether functions of this round are expensive, and good to few digits only.
  public var isLarge: Bool { precision == .float32 }

  /// The round that `trainer` would play next, with the batch that it would draw.
  ///
  public init(_ trainer: Trainer) throws { try self.init(Observation(trainer)) }

  /// The round that `trainer` would play at another of its states; see ``init(_:state:step:)-(Observation,_,_)``.
  public init(_ trainer: Trainer, state: Parameters, step: Int) throws { try self.init(Observation(trainer), state: state, step: step) }

  /// The round that an observed run would play next, with the batch that it would draw.
  public init(_ run: Observation) throws { try self.init(run, state: run.state, step: run.step) }

  /// The round that an observed run would play at another of its states.
  ///
  /// - Parameters:
  ///   - state: a state of the same composition, such as a checkpoint's.
  ///   - step: the number of the round, from 0; it selects the batch and the random draws.
  public init(_ run: Observation, state: Parameters, step: Int) throws {
    self.init(
      game: run.game, updateRule: run.updateRule, checked: try FrozenRound.float64(state),
      batches: try FrozenRound.batches(
        of: run.samples, count: run.updateRule.realBatchesPerRound, from: step * run.updateRule.realBatchesPerRound, size: run.batchSize,
        key: run.dataKey),
      batchSize: run.batchSize, seed: run.seed, step: step)
    if run.game.parameterCount * run.batchSize > FrozenRound.largestDouble { precision = .float32 }
  }

  private init(
    game: any Game, updateRule: any UpdateRule, checked state: Parameters, batches: [Batch], batchSize: Int, seed: UInt64, step: Int,
    precision: DType = .float64
  ) {
    self.game = game
    self.updateRule = updateRule
    self.state = state
    self.batches = batches
    self.batchSize = batchSize
    self.seed = seed
    self.step = step
    self.precision = precision
  }

  /// The same round at another state: `changes` replaces the tensors of its paths.
  ///
  /// - Throws: `DiagnosticsError` for a path that the state lacks or that has another shape.
  public func replacing(_ changes: Parameters) throws -> FrozenRound {
    var result = state
    for (path, tensor) in changes {
      guard let known = state[path], known.shape == tensor.shape else {
        throw DiagnosticsError("the state has no '\(path)' of shape \(tensor.shape)")
      }
      result[path] = tensor
    }
    return FrozenRound(
      game: game, updateRule: updateRule, checked: try FrozenRound.float64(result), batches: batches, batchSize: batchSize,
      seed: seed, step: step, precision: precision)
  }

  /// The same state under other draws: real batches, and another number of the round for the random streams.
  public func redrawn(batches: [Batch], step: Int) throws -> FrozenRound {
    FrozenRound(
      game: game, updateRule: updateRule, checked: state, batches: try batches.map { try FrozenRound.float64($0) }, batchSize: batchSize,
      seed: seed, step: step,
      precision: precision)
  }

  /// The round, traced over tensors that stand for the state, the step and the real batches.
  func round(state: Parameters, step: Tensor, batches: [Batch]) -> Round {
    Round(
      game: game, state: state, step: step, batches: batches, batchSize: batchSize, seed: seed, isTraining: true)
  }

  static func batches(of samples: any Samples, count: Int, from first: Int, size: Int, key: Key) throws -> [Batch] {
    try (0..<count).map { try float64(samples.batch(of: size, index: first + $0, key: key).batch) }
  }

  private static func float64(_ batch: Batch) throws -> Batch {
    try batch.mapped { try ($0.tensor.dtype.isFloatingPoint ? $0.tensor.converted(to: .float64) : $0.tensor).materialized() }
  }

  private static func float64(_ state: Parameters) throws -> Parameters {
    let converted = state.mapped { $1.dtype.isFloatingPoint ? $1.converted(to: .float64) : $1 }
    try evaluate(converted.tensors)
    return try converted.mapped { try $1.materialized() }
  }
}
