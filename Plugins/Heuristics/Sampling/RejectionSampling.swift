import Adversarial
import Components
import Foundation
import Tensors

/// Refuses samples that the discriminator takes for generated ones, until enough are accepted (DRS).
///
/// A sample is accepted with probability σ(F − γ), F = D − M − log(1 − exp(D − M − ε)), D what the discriminator says, M the largest D so far, γ the
/// given percentile of F among the candidates. With γ = 0 (percentile 0) that is exp(D − M), the exact rejection; D has to be a logit.
public struct RejectionSampling: SamplingMethod {
  public static let name = "discriminator-rejection"
  public static let aliases = ["drs": ""]
  public static let summary = "Samples that the discriminator takes for generated ones are refused."
  public static let equation = "accept with sigmoid(F - gamma), F = D - M - log(1 - exp(D - M - 1e-8))"
  public static let reference = "Azadi et al. 2019, algorithm 1"
  public static let fieldDescriptions = [
    "attempts": "How many candidates a place gets at most, at least 1; the last one is taken",
    "burnIn": "Samples that the largest D is found among first, at least 1",
    "percentile": "The percentile of F that is γ, from 0 to 100; 0 for a γ of 0",
  ]

  /// The percentile of F that is γ, from 0 to 100; 0 for a γ of 0.
  public var percentile: Double = 80
  /// Samples that the largest D is found among first, at least 1.
  public var burnIn: Int = 1000
  /// How many candidates a place gets at most, at least 1; the last one is taken.
  public var attempts: Int = 100

  public init() {}

  public init(percentile: Double, burnIn: Int = 1000, attempts: Int = 100) {
    (self.percentile, self.burnIn, self.attempts) = (percentile, burnIn, attempts)
  }

  public func validateFields() throws {
    guard (0...100).contains(percentile) else {
      throw ComponentError(component: name, field: "percentile", value: percentile, expected: "from 0 to 100")
    }
    try requireCount(self, "burnIn", burnIn)
    try requireCount(self, "attempts", attempts)
  }

  public func latents(_ count: Int, in run: SamplingRun) throws -> [Float] {
    let size = run.latent.size
    var largest = try run.judged(run.drawn(burnIn, "rejection burn-in")).logits.map(Double.init).max() ?? 0
    var result = [Float](repeating: 0, count: count * size)
    var open = Array(0..<count)
    for attempt in 0..<attempts where !open.isEmpty {
      let candidates = try run.drawn(count, "rejection \(attempt)")
      let logits = try run.judged(candidates).logits.map(Double.init)
      largest = open.reduce(largest) { max($0, logits[$1]) }
      let scores = open.map { Self.score(logits[$0], largest) }
      let gamma = percentile > 0 ? Self.percentile(percentile, of: scores) : 0
      let chances = run.key.derived("rejection chances \(attempt)")
      var left: [Int] = []
      for (place, score) in zip(open, scores) {
        result.replaceSubrange(place * size..<(place + 1) * size, with: candidates[place * size..<(place + 1) * size])
        if Double(chances.uniform(element: place)) >= 1 / (1 + exp(gamma - score)) { left.append(place) }
      }
      open = left
    }
    return result
  }

  /// F.
  static func score(_ logit: Double, _ largest: Double) -> Double {
    let distance = min(logit - largest, 0)
    return distance - log(-expm1(distance - 1e-8))
  }

  /// The percentile of values, linear between neighbours.
  static func percentile(_ percent: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.last else { return 0 }
    let place = percent / 100 * Double(sorted.count - 1)
    let low = Int(place)
    return low + 1 < sorted.count ? sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low]) : last
  }
}
