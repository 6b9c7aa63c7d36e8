import Components
import Networks
import Tensors

/// An autoencoder as a discriminator: minus the error with which it gives a sample back, `[n, …]` to `[n, 1]`, so that a sample that is
/// reconstructed well has a high score.
///
/// The decoder's output has the input's shape. The code, the encoder's output, is published as the tap `code`. Parameters: those of its layers,
/// below `encoder` and `decoder`.
public struct ReconstructionScore: CompositeLayer {
  public static let name = "reconstruction-score"
  public static let summary = "Minus the error with which an autoencoder gives the sample back."
  public static let equation = "y = -mean |x - decoder(encoder(x))|^power"
  public static let reference = "Zhao et al. 2017, equation 3 (power 2); Berthelot et al. 2017, equation 1 (power 1)"
  public static let fieldDescriptions = [
    "decoder": "The layers from the code to the sample",
    "encoder": "The layers from the sample to the code",
    "power": "The power of the absolute error, 1 or 2",
  ]

  /// The power of the absolute error, 1 or 2.
  public var power = 2
  /// The layers from the sample to the code.
  public var encoder: Sequential
  /// The layers from the code to the sample.
  public var decoder: Sequential

  public init() {
    (encoder, decoder) = (Sequential(), Sequential())
  }

  /// The score of an autoencoder.
  public init(power: Int = 2, @LayerBuilder _ encoder: () -> [PlacedLayer], @LayerBuilder decoder: () -> [PlacedLayer]) {
    self.power = power
    self.encoder = Sequential(encoder())
    self.decoder = Sequential(decoder())
  }

  public var stacks: KeyValuePairs<String, Sequential> { ["encoder": encoder, "decoder": decoder] }

  public func validateFields() throws { try check("power", power, power == 1 || power == 2, "1 or 2") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let code = try encoder(x, in: scope.child("encoder")).validated()
    scope.tap("code", code)
    let again = try decoder(code, in: scope.child("decoder")).validated()
    guard again.shape == x.shape else { throw NetworkError("its decoder gives \(again.shape), not the sample's \(x.shape)") }
    let error = (again - x).flattened(from: 1)
    return -(power == 1 ? abs(error) : square(error)).mean(axes: [1], keepingDimensions: true)
  }

  public func remedy(forInput shape: Shape) -> String? { "let the decoder end in the sample's shape, as with Reshape" }
}
