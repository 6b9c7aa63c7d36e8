import Components
import Networks
import Tensors

/// A transposed convolution, which enlarges images: `[n, height, width, channels]` becomes `[n, height′, width′, filters]`.
///
/// height′ is height · stride with `.same` padding and (height − 1) · stride + kernel with `.valid`. It is the gradient of the
/// convolution from the result to the input, whose kernel it uses: `[kernel, kernel, filters, channels]`.
///
/// Parameters: that `kernel` and, with `usesBias`, `bias` `[filters]`, which starts at zero. One input number feeds
/// kernel² · filters outputs, and one output number sees kernel² · channels / stride² inputs: those are the initializer's fans.
public struct ConvTranspose2D: Layer {
  public static let name = "conv-transpose2d"
  public static let summary = "Enlarges images by a learned transposed convolution."
  public static let equation = "y[i * stride + a - pad, j * stride + b - pad] += x[i, j] K[a, b]^T"
  public static let reference = "Radford et al. 2016, DCGAN; Dumoulin and Visin 2016, chapter 4"
  public static let fieldDescriptions = [
    "filters": "How many channels the layer returns; at least 1",
    "initializer": "How the kernel gets its first values",
    "kernel": "The kernel's height and width in pixels; at least 1. A multiple of 'stride' avoids checkerboards",
    "padding": "How the border is treated",
    "stride": "By how much the image grows; at least 1",
    "usesBias": "Whether a learned bias is added",
  ]

  /// How many channels the layer returns; at least 1.
  public var filters = 64
  /// The kernel's height and width in pixels; at least 1. A multiple of `stride` avoids checkerboards.
  public var kernel = 4
  /// By how much the image grows; at least 1.
  public var stride = 2
  /// How the border is treated.
  public var padding = ConvolutionPadding.same
  /// Whether a learned bias is added.
  public var usesBias = true
  /// How the kernel gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["filters"]

  public init() {}

  /// A transposed convolution with `filters` square kernels.
  public init(
    _ filters: Int, kernel: Int = 4, stride: Int = 2, padding: ConvolutionPadding = .same, usesBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.usesBias = usesBias
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try checkPositive("kernel", kernel)
    try checkPositive("stride", stride)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let channels = x.shape[3]
    let fan = Fan(
      inputs: Shape([kernel, kernel, channels]).elementCount / (stride * stride), outputs: Shape([kernel, kernel, filters]).elementCount)
    let weight = try scope.parameter(
      "kernel", [kernel, kernel, filters, channels], initializer: initializer, fan: fan, outputAxis: 2)
    let y = transposedConvolution(x, weight, stride: (stride, stride), padding: padding.padding)
    return usesBias ? y + (try scope.parameter("bias", [filters], initializer: .zeros)) : y
  }

  public func kerasForm(forInput shape: Shape) -> KerasForm? { KerasForm("conv2d_transpose", tensors: ["kernel", "bias"]) }

  public func remedy(forInput shape: Shape) -> String? { shape.remedyForImages }
}
