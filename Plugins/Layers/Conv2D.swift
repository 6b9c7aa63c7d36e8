import Components
import Networks
import Tensors

/// A two-dimensional convolution: `[n, height, width, channels]` becomes `[n, height′, width′, filters]`.
///
/// height′ is ⌈height / stride⌉ with `.same` padding and ⌊(height − dilation · (kernel − 1) − 1) / stride⌋ + 1 with `.valid`.
///
/// Parameters: `kernel` `[kernel, kernel, channels, filters]` and, with `usesBias`, `bias` `[filters]`, which starts at zero.
public struct Conv2D: Layer {
  public static let name = "conv2d"
  public static let summary = "Convolves images with learned kernels."
  public static let equation = "y[i, j] = b + sum_ab x[i * stride + a * dilation - pad, j * stride + b * dilation - pad] K[a, b]"
  public static let reference = "LeCun et al. 1989, Backpropagation applied to handwritten zip code recognition"
  public static let fieldDescriptions = [
    "dilation": "The distance between the kernel's taps in pixels; 1 is dense",
    "filters": "How many channels the layer returns; at least 1",
    "initializer": "How the kernel gets its first values",
    "kernel": "The kernel's height and width in pixels; at least 1",
    "padding": "How the border is treated",
    "stride": "The step between two places of the kernel in pixels; at least 1",
    "usesBias": "Whether a learned bias is added",
  ]

  /// How many channels the layer returns; at least 1.
  public var filters = 64
  /// The kernel's height and width in pixels; at least 1.
  public var kernel = 4
  /// The step between two places of the kernel in pixels; at least 1.
  public var stride = 1
  /// How the border is treated.
  public var padding = ConvolutionPadding.same
  /// The distance between the kernel's taps in pixels; 1 is dense.
  public var dilation = 1
  /// Whether a learned bias is added.
  public var usesBias = true
  /// How the kernel gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["filters"]

  public init() {}

  /// A convolution with `filters` square kernels.
  public init(
    _ filters: Int, kernel: Int = 4, stride: Int = 1, padding: ConvolutionPadding = .same, dilation: Int = 1,
    usesBias: Bool = true, initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.usesBias = usesBias
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try checkPositive("kernel", kernel)
    try checkPositive("stride", stride)
    try checkPositive("dilation", dilation)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let weight = try scope.parameter("kernel", [kernel, kernel, x.shape[3], filters], initializer: initializer)
    let y = convolution(
      x, weight, stride: (stride, stride), padding: padding.padding, dilation: (dilation, dilation))
    return usesBias ? y + (try scope.parameter("bias", [filters], initializer: .zeros)) : y
  }

  public func kerasForm(forInput shape: Shape) -> KerasForm? { KerasForm("conv2d", tensors: ["kernel", "bias"]) }

  public func remedy(forInput shape: Shape) -> String? {
    guard shape.rank == 4 else { return shape.remedyForImages }
    let extent = dilation * (kernel - 1) + 1
    if padding == .valid, shape[1] < extent || shape[2] < extent {
      return "use padding: .same, or a kernel of at most \(min(shape[1], shape[2]))"
    }
    return nil
  }
}
