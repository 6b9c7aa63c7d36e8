import Components
import Networks
import Tensors

/// Draws samples from a game's state, in programs of its own that nothing of the training depends on.
final class Sampler {
  private let game: any Game
  private let threadCount: Int?
  private let device: Device
  private var known: RoundTrace?
  private var knownJudging: RoundTrace?
  private var knownLatents: [Key: Tensor] = [:]
  private lazy var statistics = RunningStatistics(game, batchSize: Sampler.chunk, threadCount: threadCount, device: device)
  private static let chunk = 256

  init(_ game: any Game, threadCount: Int?, device: Device) {
    self.game = game
    self.threadCount = threadCount
    self.device = device
  }

  /// Whether samples depend on a tensor of the state: not on what optimizers keep, and on another set of weights only where it is sampled from.
  func reads(_ path: String, averaged: Bool) -> Bool {
    switch StatePath(path) {
    case .parameter, .buffer, .heuristic: true
    case .shadow(_, let set, _): averaged && set == game.weightAverage?.averagedSet
    case .optimizer, nil: false
    }
  }

  /// `count` samples: `[count] + sampleShape`; of the latent vectors that are given, or of those of `key`.
  func samples(
    _ count: Int, of vectors: [Float]? = nil, state: Parameters, seed: UInt64, key: Key, averaged: Bool, given: [String: SampleCondition],
    data: any Samples
  ) throws -> Tensor {
    guard count >= 1 else { throw NetworkError("\(count) samples cannot be drawn; ask for at least one") }
    let conditions = game.sampleConditions
    try check(given, conditions)
    let values = try self.values(state, seed: seed, averaged: averaged, data: data)
    let trace = try traced(values, seed: seed)
    try trace.load(values)
    try trace.load(step: 0)
    let chunk = Sampler.chunk
    let size = trace.outputs[0].shape.elementCount / chunk
    try SystemMemory.require(
      TensorType([count, size]).byteCount, for: "\(count) samples of \(size) numbers", remedy: "draw fewer at a time")
    var result: [Float] = []
    result.reserveCapacity(count * size)
    for start in stride(from: 0, to: count, by: chunk) {
      try run(trace, from: start, of: vectors, key: key, given: given, data: data)
      result += try trace.output(0).scalars().prefix(min(chunk, count - start) * size)
    }
    return Tensor(result, shape: Shape([count] + trace.outputs[0].shape.dropFirst()))
  }

  /// The latent vectors that `method` chooses for `count` samples, row after row.
  func latents(
    _ count: Int, by method: any SamplingMethod, state: Parameters, seed: UInt64, key: Key, averaged: Bool,
    given: [String: SampleCondition], data: any Samples
  ) throws -> [Float] {
    guard let latent = game.latent else { throw NetworkError("the game makes its samples of no latent vectors") }
    guard count >= 1 else { throw NetworkError("\(count) samples cannot be drawn; ask for at least one") }
    try method.validateFields()
    try check(given, game.sampleConditions)
    let values = try self.values(state, seed: seed, averaged: averaged, data: data)
    let chosen = try method.latents(
      count,
      in: SamplingRun(latent: latent, key: key) { [self] vectors in
        let trace = try judging(values, seed: seed)
        try trace.load(values)
        try trace.load(step: 0)
        var (logits, slopes): ([Float], [Float]) = ([], [])
        let count = vectors.count / latent.size
        for start in stride(from: 0, to: count, by: Sampler.chunk) {
          try run(trace, from: start, of: vectors, key: key, given: given, data: data)
          let rows = min(Sampler.chunk, count - start)
          logits += try trace.output(0).scalars().prefix(rows)
          slopes += try trace.output(1).scalars().prefix(rows * latent.size)
        }
        return (logits, slopes)
      })
    guard chosen.count == count * latent.size else {
      throw NetworkError("\(method.name) chose \(chosen.count) numbers for \(count) latent vectors of \(latent.size)")
    }
    return chosen
  }

  /// Runs a trace of latent vectors and conditions on the samples that begin with `start`: of given vectors, or of those of `key`.
  private func run(
    _ trace: RoundTrace, from start: Int, of vectors: [Float]?, key: Key, given: [String: SampleCondition], data: any Samples
  ) throws {
    let conditions = game.sampleConditions
    let number = start / Sampler.chunk
    let stream = key.derived(number)
    if let latent = game.latent {
      try trace.load(vectors.map { rows($0, from: start, width: latent.size) } ?? latents(latent, stream), asInput: 0)
    }
    let real = conditions.contains { $0.classCount == nil && given[$0.name] == nil } ? realBatch(data, number, key) : nil
    for (index, field) in conditions.enumerated() {
      let value = try condition(field, given[field.name], from: start, stream, real)
      try trace.load(value, asInput: (game.latent == nil ? 0 : 1) + index)
    }
    try trace.run()
  }

  /// The latent vectors of which `samples` of the same key are made: `[count, size]`.
  func latents(_ count: Int, key: Key) throws -> Tensor {
    guard let latent = game.latent else { throw NetworkError("the game makes its samples of no latent vectors") }
    guard count >= 1 else { throw NetworkError("\(count) latent vectors cannot be drawn; ask for at least one") }
    let bytes = TensorType([count, latent.size]).byteCount
    try SystemMemory.require(bytes, for: "\(count) latent vectors of \(latent.size) numbers", remedy: "draw fewer at a time")
    var result: [Float] = []
    for (number, start) in stride(from: 0, to: count, by: Sampler.chunk).enumerated() {
      result += try latents(latent, key.derived(number)).scalars().prefix(min(Sampler.chunk, count - start) * latent.size)
    }
    return Tensor(result, shape: [count, latent.size])
  }

  /// A chunk of vectors, zeros behind the last one.
  private func rows(_ vectors: [Float], from start: Int, width: Int) -> Tensor {
    let rows = vectors[min(start * width, vectors.count)..<min((start + Sampler.chunk) * width, vectors.count)]
    return Tensor(rows + [Float](repeating: 0, count: Sampler.chunk * width - rows.count), shape: [Sampler.chunk, width])
  }

  /// The network `name` with the weights that samples are drawn with.
  ///
  /// - Throws: `NetworkError` where the game has no such network.
  func trained(_ name: String, state: Parameters, step: Int, seed: UInt64, averaged: Bool, data: any Samples) throws -> TrainedNetwork {
    let network = try game.network(name)
    let values = try self.values(state, seed: seed, averaged: averaged, data: data)
    let round = Round(
      game: game, state: values, step: Tensor(int32: [Int32(clamping: step)], shape: []), batches: [], batchSize: 1, seed: seed,
      isTraining: false)
    return TrainedNetwork(
      network, parameters: try round.weights(of: name).mapped { try $1.materialized() }, state: values.subtree(StatePath.buffers(of: name)))
  }

  /// What samples are a function of: where the run keeps an average, its weights in the place of the live ones, with statistics of their own.
  private func values(_ state: Parameters, seed: UInt64, averaged: Bool, data: any Samples) throws -> Parameters {
    var values = Parameters(state.filter { reads($0.path, averaged: false) }.map { ($0.path, $0.tensor) })
    guard averaged, let average = game.weightAverage else { return values }
    for (path, _) in state {
      guard case .shadow(let network, average.averagedSet, let rest)? = StatePath(path) else { continue }
      values[StatePath.parameter(network: network, path: rest).description] = state[path]
    }
    try statistics.estimate(in: &values, batches: average.statisticsBatches, seed: seed, data: data)
    return values
  }

  private func check(_ given: [String: SampleCondition], _ conditions: [Field]) throws {
    for name in given.keys.sorted() {
      guard let field = conditions.first(where: { $0.name == name }) else {
        let known = conditions.map(\.description).joined(separator: ", ")
        throw NetworkError(
          "samples are not made for '\(name)': "
            + (known.isEmpty ? "the networks that make them take no condition" : "they are made for \(known)"))
      }
      let classes: [Int]
      switch given[name] {
      case .class(let number): classes = [number]
      case .classes(let numbers): classes = numbers
      case .numbers(let tensor):
        guard field.classCount == nil, tensor.rank == field.shape.count + 1, tensor.shape[0] >= 1,
          Array(tensor.shape.dropFirst()) == field.shape
        else { throw NetworkError("'\(name)' is \(field), but was given a tensor of shape \(tensor.shape)") }
        continue
      case nil: continue
      }
      guard let count = field.classCount else { throw NetworkError("'\(name)' is \(field), but was given classes") }
      guard !classes.isEmpty, classes.allSatisfy({ (0..<count).contains($0) }) else {
        throw NetworkError("'\(name)' has the classes 0 to \(count - 1), but \(classes) was given")
      }
    }
  }

  /// The values of a condition for the chunk of samples that begins with `start`.
  private func condition(_ field: Field, _ given: SampleCondition?, from start: Int, _ stream: Key, _ real: BatchMemory?) throws -> Tensor {
    let range = start..<(start + Sampler.chunk)
    switch given {
    case .class(let number): return Tensor(int32: range.map { _ in Int32(number) })
    case .classes(let numbers): return Tensor(int32: range.map { Int32(numbers[$0 % numbers.count]) })
    case .numbers(let tensor):
      let size = field.elementCount
      let values = try tensor.scalars()
      let rows = values.count / max(size, 1)
      return Tensor(range.flatMap { values[($0 % rows * size)..<(($0 % rows + 1) * size)] }, shape: Shape([Sampler.chunk] + field.shape))
    case nil:
      guard field.classCount != nil else {
        guard let entry = real?.batch[field.name] else { throw NetworkError("there is nothing to take '\(field.name)' from") }
        return entry.tensor
      }
      return try drawnClasses(randomUniform([Sampler.chunk, 1], key: stream.derived("condition/\(field.name)")), field.probabilities)
        .materialized()
    }
  }

  /// Real samples that conditions are taken from where none are given: held-out ones where there are some.
  private func realBatch(_ data: any Samples, _ number: Int, _ key: Key) -> BatchMemory {
    (data.heldOut ?? data).batch(of: Sampler.chunk, index: number, key: key.derived("conditions"))
  }

  /// The latent vectors of a key. The first few are kept: diagnostics ask for the same ones again and again.
  private func latents(_ latent: Latent, _ key: Key) throws -> Tensor {
    if let known = knownLatents[key] { return known }
    let latents = try latent.drawn(count: Sampler.chunk, key: key).tensor.materialized()
    if knownLatents.count < 64 { knownLatents[key] = latents }
    return latents
  }

  private func traced(_ state: Parameters, seed: UInt64) throws -> RoundTrace {
    if let known { return known }
    let trace = try traced(state, seed: seed) { [game] latents, given, makeRound in
      [try game.generated(from: latents, given: given, in: makeRound()).tensor]
    }
    known = trace
    return trace
  }

  /// What the discriminator says of the samples of latent vectors, and the derivatives of it by each vector.
  private func judging(_ state: Parameters, seed: UInt64) throws -> RoundTrace {
    if let knownJudging { return knownJudging }
    let trace = try traced(state, seed: seed) { [game] latents, given, makeRound in
      let samples = try game.generated(from: latents, given: given, in: makeRound())
      let logits = try game.judged(samples, given: given, in: makeRound()).tensor.flattened(from: 1).mean(axes: [1])
      return [logits, gradient(of: logits.sum(), at: latents.tensor)]
    }
    knownJudging = trace
    return trace
  }

  private func traced(
    _ state: Parameters, seed: UInt64, _ body: @escaping (Latents, Batch, () -> Round) throws -> [Tensor]
  ) throws -> RoundTrace {
    let chunk = Sampler.chunk
    let conditions = game.sampleConditions
    let types = (game.latent.map { [TensorType([chunk, $0.size])] } ?? []) + conditions.map { $0.type(batchSize: chunk) }
    return try RoundTrace(
      game, state: state.types, fields: [], batches: 0, batchSize: chunk, seed: seed, isTraining: false, inputs: types,
      threadCount: threadCount, device: device
    ) { [game] makeRound, inputs in
      let first = game.latent == nil ? 0 : 1
      let given = Batch(conditions.indices.map { Batch.Entry(conditions[$0], inputs[first + $0]) })
      return try body(Latents(first == 1 ? inputs[0] : .zeros([chunk, 0])), given, makeRound)
    }
  }
}
