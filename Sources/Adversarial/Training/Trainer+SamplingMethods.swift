import Networks
import Tensors

extension Trainer {
  /// Draws samples whose latent vectors a method chooses: `[count] + sampleShape`.
  ///
  /// ```swift
  /// let samples = try trainer.sample(100, by: TruncatedSampling(threshold: 0.5))
  /// ```
  ///
  /// - Parameters: as those of ``sample(_:given:seed:averaged:)``.
  /// - Throws: `ComponentError` for fields out of range, `NetworkError` where samples are made of no latent vectors.
  public func sample(
    _ count: Int, by method: any SamplingMethod, given: [String: SampleCondition] = [:], seed: UInt64? = nil, averaged: Bool = true
  ) throws -> Tensor {
    let vectors = try latents(count, by: method, given: given, seed: seed, averaged: averaged)
    let key = Key(seed: seed ?? self.seed).derived("evaluation")
    return try CPU.withThreadCount(threadCount) {
      try sampler.samples(
        count, of: vectors.scalars(), state: state(where: { sampler.reads($0, averaged: averaged) }), seed: self.seed, key: key,
        averaged: averaged, given: given, data: samples)
    }
  }

  /// The latent vectors of which ``sample(_:by:given:seed:averaged:)`` makes its samples: `[count, size]`.
  public func latents(
    _ count: Int, by method: any SamplingMethod, given: [String: SampleCondition] = [:], seed: UInt64? = nil, averaged: Bool = true
  ) throws -> Tensor {
    let key = Key(seed: seed ?? self.seed).derived("evaluation")
    let vectors = try CPU.withThreadCount(threadCount) {
      try sampler.latents(
        count, by: method, state: state(where: { sampler.reads($0, averaged: averaged) }), seed: self.seed, key: key, averaged: averaged,
        given: given, data: samples)
    }
    return Tensor(vectors, shape: [count, vectors.count / count])
  }
}
