import Networks
import Tensors

extension Trainer {
  /// Draws samples from the generator: `[count] + sampleShape`.
  ///
  /// The averaged generator is used where an averaging heuristic keeps one. The draw is a function of the state, `seed`, `count` and what is
  /// given alone, and changes nothing.
  ///
  /// ```swift
  /// let threes = try trainer.sample(10, given: ["label": 3])
  /// let row = try trainer.sample(10, given: ["label": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]])
  /// ```
  ///
  /// - Parameters:
  ///   - given: what samples are made for, by field. Classes that are not given are drawn as often as the data has them, other fields taken from
  ///     real samples, held-out ones where there are some.
  ///   - seed: of the latent vectors; the run's own by default.
  ///   - averaged: `false` for the generator as the optimizer left it.
  /// - Throws: `NetworkError` for a field that samples are not made for, or a class that there is not.
  public func sample(
    _ count: Int, given: [String: SampleCondition] = [:], seed: UInt64? = nil, averaged: Bool = true
  ) throws -> Tensor {
    let key = Key(seed: seed ?? self.seed).derived("evaluation")
    return try CPU.withThreadCount(threadCount) {
      try sampler.samples(
        count, state: state(where: { sampler.reads($0, averaged: averaged) }), seed: self.seed, key: key, averaged: averaged, given: given,
        data: samples)
    }
  }

  /// The samples that the generator makes of latent vectors of one's own: `[n] + sampleShape`.
  ///
  /// ```swift
  /// let vectors = try trainer.latents(2).scalars()
  /// let path = trainer.game.latent?.interpolated(from: Array(vectors[..<16]), to: Array(vectors[16...]), steps: 8) ?? []
  /// let morph = try trainer.generate(latents: Tensor(path.flatMap { $0 }, shape: [8, 16]))
  /// ```
  ///
  /// - Parameters:
  ///   - latents: `[n, size]`, numbers like those that training draws.
  ///   - given: as for ``sample(_:given:seed:averaged:)``.
  ///   - averaged: `false` for the generator as the optimizer left it.
  /// - Throws: `NetworkError` where the vectors have another size, or samples are made of none.
  public func generate(latents: Tensor, given: [String: SampleCondition] = [:], averaged: Bool = true) throws -> Tensor {
    guard let latent = game.latent else { throw NetworkError("the game makes its samples of no latent vectors") }
    guard latents.rank == 2, latents.shape[1] == latent.size, latents.shape[0] >= 1 else {
      throw NetworkError("latent vectors have \(latent.size) numbers each, [n, \(latent.size)], but these have the shape \(latents.shape)")
    }
    return try CPU.withThreadCount(threadCount) {
      try sampler.samples(
        latents.shape[0], of: latents.scalars(), state: state(where: { sampler.reads($0, averaged: averaged) }), seed: self.seed,
        key: Key(seed: seed).derived("evaluation"), averaged: averaged, given: given, data: samples)
    }
  }

  /// The latent vectors of which ``sample(_:given:seed:averaged:)`` makes its samples: `[count, size]`.
  ///
  /// - Throws: `NetworkError` where samples are made of none.
  public func latents(_ count: Int, seed: UInt64? = nil) throws -> Tensor {
    try sampler.latents(count, key: Key(seed: seed ?? self.seed).derived("evaluation"))
  }

  /// A network of the game with the weights that samples are drawn with: as its layers see them, after heuristics such as spectral normalization.
  ///
  /// ```swift
  /// let generator = try trainer.trained("generator")
  /// try generator.writeONNX(to: "generator.onnx")
  /// ```
  ///
  /// - Parameters:
  ///   - network: its name.
  ///   - averaged: `false` for the weights as the optimizer left them; otherwise those of an average where the run keeps one, with running
  ///     statistics of their own.
  /// - Throws: `NetworkError` where there is no such network.
  public func trained(_ network: String, averaged: Bool = true) throws -> TrainedNetwork {
    try CPU.withThreadCount(threadCount) {
      try sampler.trained(
        network, state: state(where: { sampler.reads($0, averaged: averaged) }), step: step, seed: seed, averaged: averaged, data: samples)
    }
  }

  /// The path of the first tensor of the state, heuristics' own aside, that holds an infinity or NaN; `nil` where all are finite.
  public func firstNonFinitePath() throws -> String? { try round.firstNonFinite().map { round.statePaths[$0] } }

  /// The fields that samples are made for, such as a label.
  public var sampleConditions: [Field] { game.sampleConditions }
}
