import Adversarial
import Components
import Foundation
import Tensors

/// Draws the numbers of latent vectors anew until none is larger than a threshold: better samples, fewer kinds.
///
/// z ~ N(0, 1) given |z| ≤ t for each number; uniform numbers are multiplied by t.
public struct TruncatedSampling: SamplingMethod {
  public static let name = "truncation"
  public static let aliases = ["truncation-trick": ""]
  public static let summary = "Latent vectors without large numbers."
  public static let equation = "z ~ N(0, 1) given |z| <= threshold"
  public static let reference = "Brock et al. 2019, section 3.1"
  public static let fieldDescriptions = ["threshold": "The largest magnitude t of a number, positive; at most 1 for uniform latent vectors"]

  /// The largest magnitude t of a number, positive; at most 1 for uniform latent vectors.
  public var threshold: Double = 0.5

  public init() {}

  public init(threshold: Double) {
    self.threshold = threshold
  }

  public func validateFields() throws { try requirePositive(self, ("threshold", threshold)) }

  public func latents(_ count: Int, in run: SamplingRun) throws -> [Float] {
    guard run.latent.distribution == .normal else { return try run.drawn(count, "truncation").map { $0 * Float(min(threshold, 1)) } }
    // Uniform proposals are kept with the density's share of its highest value; beyond the threshold of 3 normal ones are hardly ever refused.
    let (places, chances) = (run.key.derived("truncation"), run.key.derived("truncation chances"))
    let bound = min(threshold, 6)
    return (0..<count * run.latent.size).map { element in
      for attempt in 0..<10_000 {
        let place = (2 * Double(places.uniform(element: element, step: attempt)) - 1) * bound
        if Double(chances.uniform(element: element, step: attempt)) < exp(-place * place / 2) { return Float(place) }
      }
      return 0
    }
  }
}
