import Components
import Networks
import Tensors

/// A convolution whose channels are divided into groups, each with kernels of its own: `[n, height, width, channels]` becomes
/// `[n, height′, width′, filters]`. As many groups as channels make a depthwise convolution.
///
/// The number of groups divides channels and filters. Groups are convolved one after the other; a depthwise convolution is a sum over the
/// kernel's taps.
///
/// Parameters: `kernel` `[kernel, kernel, channels / groups, filters]`, group by group, and, with `usesBias`, `bias` `[filters]`.
public struct GroupedConv2D: Layer {
  public static let name = "grouped-conv2d"
  public static let aliases = ["depthwise-conv2d": "set groups to the number of channels"]
  public static let summary = "Convolves groups of channels with kernels of their own; depthwise where each channel is a group."
  public static let equation = "y[g] = conv(x[g], K[g]) + b[g] for each group g of channels"
  public static let reference = "Krizhevsky et al. 2012, section 3.5; Xie et al. 2017; depthwise: Chollet 2017"
  public static let fieldDescriptions = [
    "filters": "How many channels the layer returns; at least 1",
    "groups": "How many groups there are, at least 1; 0 for as many as channels",
    "initializer": "How the kernel gets its first values",
    "kernel": "The kernel's height and width in pixels; at least 1",
    "padding": "How the border is treated",
    "stride": "The step between two places of the kernel in pixels; at least 1",
    "usesBias": "Whether a learned bias is added",
  ]

  /// How many channels the layer returns; at least 1.
  public var filters = 64
  /// How many groups there are, at least 1; 0 for as many as channels.
  public var groups = 2
  /// The kernel's height and width in pixels; at least 1.
  public var kernel = 3
  /// The step between two places of the kernel in pixels; at least 1.
  public var stride = 1
  /// How the border is treated.
  public var padding = ConvolutionPadding.same
  /// Whether a learned bias is added.
  public var usesBias = true
  /// How the kernel gets its first values.
  public var initializer = Initializer.glorotUniform

  public static let leadingFields = ["filters"]

  public init() {}

  /// A convolution with `filters` square kernels in `groups` groups; 0 for a depthwise one.
  public init(
    _ filters: Int, groups: Int, kernel: Int = 3, stride: Int = 1, padding: ConvolutionPadding = .same, usesBias: Bool = true,
    initializer: Initializer = .glorotUniform
  ) {
    self.filters = filters
    self.groups = groups
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.usesBias = usesBias
    self.initializer = initializer
  }

  public func validateFields() throws {
    try checkPositive("filters", filters)
    try check("groups", groups, (0...Shape.maximumSize).contains(groups), "a whole number of at least 0")
    try checkPositive("kernel", kernel)
    try checkPositive("stride", stride)
    try initializer.validate(component: name, field: "initializer")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let channels = x.shape[3]
    let groups = groups == 0 ? channels : groups
    guard channels % groups == 0, filters % groups == 0 else {
      throw NetworkError("\(groups) groups do not divide \(channels) channels and \(filters) filters")
    }
    let weight = try scope.parameter("kernel", [kernel, kernel, channels / groups, filters], initializer: initializer)
    let y = groups == channels && channels > 1 ? try depthwise(x, weight) : grouped(x, weight, groups)
    return usesBias ? y + (try scope.parameter("bias", [filters], initializer: .zeros)) : y
  }

  private func grouped(_ x: Tensor, _ weight: Tensor, _ groups: Int) -> Tensor {
    let (inputs, outputs) = (x.shape[3] / groups, filters / groups)
    let parts = (0..<groups).map { group in
      convolution(
        x.sliced(axis: 3, group * inputs..<(group + 1) * inputs), weight.sliced(axis: 3, group * outputs..<(group + 1) * outputs),
        stride: (stride, stride), padding: padding.padding)
    }
    return groups == 1 ? parts[0] : concatenated(parts, axis: 3)
  }

  private func depthwise(_ x: Tensor, _ weight: Tensor) throws -> Tensor {
    let multiplier = filters / x.shape[3]
    var images = x
    if padding == .same {
      let zeros = [1, 2].map { axis in
        max(0, ((x.shape[axis] + stride - 1) / stride - 1) * stride + kernel - x.shape[axis])
      }
      images = x.padded(low: [0, zeros[0] / 2, zeros[1] / 2, 0], high: [0, zeros[0] - zeros[0] / 2, zeros[1] - zeros[1] / 2, 0])
    }
    let slices = try PoolingWindows(window: kernel, stride: stride).slices(of: images)
    let shape = slices[0].shape
    let taps = slices.enumerated().map { place, slice in
      let tap = weight.sliced(axis: 0, (place / kernel)..<(place / kernel + 1)).sliced(axis: 1, (place % kernel)..<(place % kernel + 1))
      return slice.reshaped(Shape(shape.dimensions + [1])) * tap.reshaped([shape[3], multiplier])
    }
    return taps.dropFirst().reduce(taps[0], +).reshaped([shape[0], shape[1], shape[2], filters])
  }

  public func remedy(forInput shape: Shape) -> String? {
    guard shape.rank == 4 else { return shape.remedyForImages }
    if groups > 0, shape[3] % groups != 0 || filters % groups != 0 { return "choose a number of groups that divides both" }
    if groups == 0, filters % shape[3] != 0 { return "choose a multiple of \(shape[3]) filters" }
    return padding == .valid ? "use padding: .same, or a kernel of at most \(min(shape[1], shape[2]))" : nil
  }
}
