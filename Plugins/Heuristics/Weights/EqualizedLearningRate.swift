import Adversarial
import Components
import Networks
import Tensors

/// Holds each weight matrix divided by a constant of its layer, by which the layer multiplies it again: so all layers learn at one speed under
/// optimizers that divide by the gradient's size.
///
/// ŵ = c · w, c = gain / √(inputs); w begins as the layer's initial values divided by c, which with `heNormal` and a gain of √2 are N(0, 1) as in the
/// paper. The network begins as it would without.
public struct EqualizedLearningRate: Heuristic {
  public static let name = "equalized-learning-rate"
  public static let aliases = ["equalized-lr": ""]
  public static let summary = "Weights held divided by a constant of their layer."
  public static let equation = "w_seen = gain / sqrt(inputs) w"
  public static let reference = "Karras et al. 2018 (Progressive growing), section 4.1"
  public static let fieldDescriptions = ["gain": "The gain, positive; √2 is that of He's initial values"]

  /// The gain, positive; √2 is that of He's initial values.
  public var gain: Double = 1.4142135623730951

  public init() {}

  public init(gain: Double) {
    self.gain = gain
  }

  public func validateFields() throws { try requirePositive(self, ("gain", gain)) }

  public func review(_ gan: GAN) -> [Notice] {
    var notices = singleNotices(self, gan, "multiply the same weights")
    if let other = gan.heuristics.first(where: { $0 is SpectralNormalization || $0 is WeightNormalization }) {
      notices.append(
        Notice(
          .warning, "\(name) multiplies weights by constants, and \(other.name) divides their length out again; use one of them",
          reference: Self.reference))
    }
    return notices
  }

  public func initialParameters(_ parameters: Parameters, of network: Network) -> Parameters {
    parameters.mapped { path, weight in
      weight.rank >= 2 ? weight / factor(weight, network.outputAxis(ofParameter: path)) : weight
    }
  }

  public func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
    weight.rank >= 2 ? weight * factor(weight, round.outputAxis(ofParameter: path, of: player)) : weight
  }

  private func factor(_ weight: Tensor, _ axis: Int) -> Double {
    gain / Double(weight.elementCount / weight.shape[axis]).squareRoot()
  }
}
