import Networks
import Tensors

/// Estimates the running statistics of layers for weights that were never trained with, by using the networks as training does.
final class RunningStatistics {
  private let game: any Game
  private let batchSize: Int
  private let threadCount: Int?
  private let device: Device
  private var known: RoundTrace?
  /// What was estimated last: for which values, and what came out.
  private var last: (values: Parameters, batches: Int, buffers: Parameters)?

  init(_ game: any Game, batchSize: Int, threadCount: Int?, device: Device) {
    self.game = game
    self.batchSize = batchSize
    self.threadCount = threadCount
    self.device = device
  }

  /// Replaces the buffers of the networks that make samples by what `batches` batches of made-up samples leave in them. Conditions are drawn as
  /// in training.
  ///
  /// - Parameter values: what samples depend on.
  func estimate(in values: inout Parameters, batches: Int, seed: UInt64, data: any Samples) throws {
    let judges = Set(game.judges.flatMap { game.networks(of: $0) })
    let paths = values.paths.filter { path in
      if case .buffer(let network, _)? = StatePath(path) { return !judges.contains(network) }
      return false
    }
    guard batches > 0, !paths.isEmpty else { return }
    if let last, last.batches == batches, try last.values.hasSameBytes(as: values) {
      values.merge(last.buffers)
      return
    }
    let asked = values
    let trace = try known ?? traced(values.types, data.fields, seed)
    known = trace
    let real = trace.batches > 0 ? BatchMemory(data.fields, size: batchSize) : nil
    let key = Key(seed: seed).derived("running statistics")
    try trace.load(values)
    for number in 0..<batches {
      if let real {
        data.fill(real, index: number, key: key)
        try trace.load(real, as: 0)
      }
      try trace.load(step: number)
      try trace.run()
    }
    var buffers = Parameters()
    for (index, path) in values.paths.enumerated() where paths.contains(path) { buffers[path] = try trace.output(index) }
    values.merge(buffers)
    last = (asked, batches, buffers)
  }

  private func traced(_ state: [RoundTrace.StateType], _ fields: [Field], _ seed: UInt64) throws -> RoundTrace {
    let asks = !game.sampleConditions.isEmpty
    return try RoundTrace(
      game, state: state, fields: asks ? fields : [], batches: asks ? 1 : 0, batchSize: batchSize, seed: seed, movesState: true,
      threadCount: threadCount, device: device
    ) { [game, batchSize] makeRound, _ in
      let round = makeRound()
      round.movesBuffers = true
      let latents = game.latent == nil ? Latents(.zeros([batchSize, 0])) : try round.latents("running statistics")
      _ = try game.generated(from: latents, given: asks ? round.drawnConditions() : [], in: round)
      return round.state.tensors
    }
  }
}

extension Game {
  /// The heuristic from whose weights samples are drawn; `nil` where there is none.
  var weightAverage: (any WeightAverage)? { heuristics.lazy.compactMap { $0 as? any WeightAverage }.first }
}

extension Parameters {
  /// Whether both hold the same paths with the same bytes.
  fileprivate func hasSameBytes(as other: Parameters) throws -> Bool {
    guard paths == other.paths else { return false }
    return try zip(tensors, other.tensors).allSatisfy { own, its in
      try own.withBytes { own in try its.withBytes { own.elementsEqual($0) } }
    }
  }
}
