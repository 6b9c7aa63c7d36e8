import Components
import Networks
import Tensors

/// A convolution whose input channels are scaled by the style, and whose output channels are then scaled to unit variance: `[n, h, w, c]` becomes
/// `[n, h, w, filters]`.
///
/// It stands in a ``StyleNetwork``. Scaling inputs and outputs is the same as scaling the kernel for each sample, without a kernel for each.
/// The kernel is normal with deviation 1 and multiplied by 1 / √inputs where it is used.
///
/// Parameters: `kernel` `[kernel, kernel, c, filters]`, `style_weight` `[style, c]`, `style_bias` `[c]` (ones) and, with `usesBias`, `bias`
/// `[filters]`.
public struct ModulatedConv2D: Layer {
  public static let name = "modulated-conv2d"
  public static let summary = "A convolution whose channels the style scales, and whose outputs are scaled to unit variance."
  public static let equation = "s = w A + b;  y_o = sum_c conv(s_c x_c, K_co) / sqrt(sum_{a, c} (s_c K_aco)^2 + 1e-8)"
  public static let reference = "Karras et al. 2020, Analyzing and improving the image quality of StyleGAN, equations 1 and 3"
  public static let fieldDescriptions = [
    "condition": "The condition that modulates, a vector or a class; 'style' by default",
    "demodulates": "Whether outputs are scaled to unit variance; the layers to colours do not",
    "filters": "How many channels the layer returns; at least 1",
    "kernel": "The kernel's height and width in pixels; at least 1",
    "usesBias": "Whether a learned bias is added",
  ]

  /// How many channels the layer returns; at least 1.
  public var filters = 64
  /// The kernel's height and width in pixels; at least 1.
  public var kernel = 3
  /// Whether outputs are scaled to unit variance; the layers to colours do not.
  public var demodulates = true
  /// Whether a learned bias is added.
  public var usesBias = true
  /// The condition that modulates, a vector or a class; `style` by default.
  public var condition = "style"

  public static let leadingFields = ["filters"]

  public init() {}

  /// A convolution with `filters` square kernels.
  public init(_ filters: Int, kernel: Int = 3, demodulates: Bool = true, usesBias: Bool = true, condition: String = "style") {
    self.filters = filters
    self.kernel = kernel
    self.demodulates = demodulates
    self.usesBias = usesBias
    self.condition = condition
  }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try checkPositive("kernel", kernel)
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let channels = x.shape[3]
    let inputs = kernel * kernel * channels
    let style = try scope.linear("style", of: scope.modulation(condition, x.dtype), channels, bias: 1)
    let weight =
      try scope.parameter("kernel", [kernel, kernel, channels, filters], initializer: .normal(standardDeviation: 1))
      * (1 / Double(inputs).squareRoot())
    var y = convolution(x * style.spread(like: x), weight, padding: .same)
    if demodulates {
      let power = matmul(square(style), square(weight).sum(axes: [0, 1]))
      y = y * reciprocalSquareRoot(power + 1e-8).spread(like: y)
    }
    return usesBias ? y + (try scope.parameter("bias", [filters], initializer: .zeros)) : y
  }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
