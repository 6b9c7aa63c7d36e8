import Adversarial
import Components
import Networks
import Tensors

/// Adds the terms of other heuristics in every k-th round only, k times as strong, so that they weigh the same on average.
///
/// It changes how the terms act, as in StyleGAN2, where it saves time; a compiled round computes them all the same. StyleGAN2 also takes the
/// optimizer's β to the power k/(k + 1) for it.
public struct LazyRegularization: Heuristic {
  public static let name = "lazy-regularization"
  public static let aliases = ["lazy": ""]
  public static let summary = "Penalties in every k-th round only, k times as strong."
  public static let equation = "interval term, where t mod interval = 0; else 0"
  public static let reference = "Karras et al. 2020 (StyleGAN2), section 3.1"
  public static let fieldDescriptions = [
    "interval": "The rounds k from one to the next, at least 1",
    "terms": "The names of the heuristics whose terms wait; empty for all that add to a loss",
  ]

  /// k, at least 1.
  public var interval: Int = 16
  /// The names of the heuristics whose terms wait; empty for all that add to a loss.
  public var terms: [String] = []

  public init() {}

  public init(interval: Int, terms: [String] = []) {
    (self.interval, self.terms) = (interval, terms)
  }

  public func validateFields() throws { try requireCount(self, "interval", interval) }

  public func review(_ gan: GAN) -> [Notice] {
    let names = Set(gan.heuristics.map(\.name))
    if let absent = terms.first(where: { !names.contains($0) }) {
      return [
        Notice(
          .error,
          "\(name) waits for '\(absent)', but the composition has no such heuristic; it has \(names.sorted().joined(separator: ", "))")
      ]
    }
    if gan.heuristics.count(where: { $0 is LazyRegularization }) > 1, terms.isEmpty {
      return [Notice(.error, "there is more than one \(name), and their factors would multiply; keep one, or name the terms of each")]
    }
    return []
  }

  public func term(_ term: Tensor, of heuristic: any Heuristic, in round: Round) throws -> Tensor {
    // A term that takes the place of the generator's loss is no regularization.
    guard terms.isEmpty ? !heuristic.replacesGeneratorLoss : terms.contains(heuristic.name) else { return term }
    let isDue = (round.step % Tensor(int32: [Int32(interval)], shape: [])).isEqual(to: 0)
    return term * select(isDue, Tensor(Double(interval), dtype: term.dtype), .zeros([], dtype: term.dtype))
  }
}
