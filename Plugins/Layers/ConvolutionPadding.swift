import Components
import Networks
import Tensors

/// How ``Conv2D`` and ``ConvTranspose2D`` treat the border of their images; coded as `"same"` or `"valid"`.
public enum ConvolutionPadding: String, ComponentChoice {
  /// Zeros such that a convolution's output has ⌈size / stride⌉ rows and columns, a transposed convolution's size · stride.
  case same
  /// No zeros: the kernel stays inside the image.
  case valid

  /// The same choice as the tensor operations take it.
  public var padding: Padding {
    switch self {
    case .same: .same
    case .valid: .valid
    }
  }
}
