import Adversarial
import Components
import Networks
import Tensors

/// Takes each weight matrix apart into the direction of each output's weights and their length, and learns both.
///
/// w = g · v / ‖v‖ for each output; g begins as ‖v‖, so that the network begins as it would without. The optimizer holds v as `weight` and g as
/// `weight_gain`.
public struct WeightNormalization: Heuristic {
  public static let name = "weight-normalization"
  public static let aliases = ["weight-norm": ""]
  public static let summary = "Direction and length of each output's weights, learned apart."
  public static let equation = "w = g v / || v ||"
  public static let reference = "Salimans and Kingma 2016, equation 2"
  public static let fieldDescriptions = ["includesGenerator": "Whether the generator's weights are taken apart too"]

  /// Whether the generator's weights are taken apart too.
  public var includesGenerator: Bool = true

  public init() {}

  public init(includesGenerator: Bool) {
    self.includesGenerator = includesGenerator
  }

  public func review(_ gan: GAN) -> [Notice] {
    var notices = singleNotices(self, gan, "write the same gains")
    if gan.heuristics.contains(where: { $0 is SpectralNormalization }) {
      notices.append(
        Notice(
          .warning, "\(name) learns the length of weights, and \(SpectralNormalization.name) divides it out; use one of them",
          reference: "Miyato et al. 2018, section 3"))
    }
    return notices
  }

  public func initialParameters(_ parameters: Parameters, of network: Network) -> Parameters {
    guard includesGenerator || network.name != "generator" else { return parameters }
    var all = parameters
    for (path, weight) in parameters where weight.rank >= 2 {
      let axis = network.outputAxis(ofParameter: path)
      all["\(path)_gain"] = length(weight, along: axis).reshaped([weight.shape[axis]])
    }
    return all
  }

  public func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
    guard weight.rank >= 2, let gain = round.parameters(of: player)["\(path)_gain"] else { return weight }
    let axis = round.outputAxis(ofParameter: path, of: player)
    let shape = Shape(weight.shape.indices.map { $0 == axis ? weight.shape[axis] : 1 })
    return weight * (gain.reshaped(shape) / length(weight, along: axis))
  }

  /// The length of each output's weights.
  private func length(_ weight: Tensor, along axis: Int) -> Tensor {
    sqrt(square(weight).sum(axes: weight.shape.indices.filter { $0 != axis }, keepingDimensions: true) + 1e-12)
  }
}
