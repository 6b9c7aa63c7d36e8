import Adversarial
import Components
import Foundation
import Tensors

/// Lets latent vectors walk to where the discriminator thinks their samples real, by Langevin's dynamics (DDLS).
///
/// z ← z − ε/2 ∇E(z) + √ε n, n ~ N(0, I), E(z) = −log p(z) − D(G(z)); uniform latent vectors stay within their range. D has to be a logit.
public struct LangevinSampling: SamplingMethod {
  public static let name = "discriminator-langevin"
  public static let aliases = ["ddls": ""]
  public static let summary = "Latent vectors walk to where their samples seem real."
  public static let equation = "z = z - stepSize / 2 grad E(z) + sqrt(stepSize) n, E(z) = -log p(z) - D(G(z))"
  public static let reference = "Che et al. 2020 (Your GAN is secretly an energy-based model), algorithm 1"
  public static let fieldDescriptions = ["stepSize": "The size ε of a step, positive", "steps": "How many steps, 1 to 1,000,000"]

  /// How many steps, 1 to 1,000,000.
  public var steps: Int = 100
  /// ε, positive.
  public var stepSize: Double = 0.01

  public init() {}

  public init(steps: Int, stepSize: Double = 0.01) {
    (self.steps, self.stepSize) = (steps, stepSize)
  }

  public func validateFields() throws {
    guard (1...1_000_000).contains(steps) else {
      throw ComponentError(component: name, field: "steps", value: steps, expected: "from 1 to 1000000")
    }
    try requirePositive(self, ("stepSize", stepSize))
  }

  public func latents(_ count: Int, in run: SamplingRun) throws -> [Float] {
    let (half, root) = (Float(stepSize / 2), Float(stepSize.squareRoot()))
    let isNormal = run.latent.distribution == .normal
    let noises = run.key.derived("langevin")
    var vectors = try run.drawn(count, "langevin")
    for step in 0..<steps {
      let slopes = try run.judged(vectors).slopes
      let noise = try Latent.normal(run.latent.size).drawn(count: count, key: noises.derived(step)).tensor.scalars()
      for place in vectors.indices {
        let prior = isNormal ? vectors[place] : 0
        let moved = vectors[place] - half * (prior - slopes[place]) + root * noise[place]
        vectors[place] = isNormal ? moved : min(max(moved, -1), 1)
      }
    }
    return vectors
  }
}
