import Components
import Networks
import Tensors

/// R3GAN's residual block without normalization: a grouped convolution between two that widen and narrow, the last of which begins at 0.
/// `[n, h, w, c]` keeps its shape.
///
/// Path: Conv2D of 1 to c · expansion, LeakyReLU(0.2), GroupedConv2D, LeakyReLU(0.2), Conv2D of 1 to c without bias. The first two kernels are
/// normal with standard deviation √(2 / 1.04) · depth^-1/4 / √inputs, where `depth` counts the network's blocks (fix-up initialization).
/// Parameters: those of its layers, below `path`.
public struct BottleneckBlock: Layer {
  public static let name = "bottleneck-block"
  public static let aliases = ["r3gan-block": ""]
  public static let summary = "R3GAN's residual block: widen, convolve in groups, narrow, without normalization."
  public static let equation = "y = x + conv1x1(lrelu(conv_groups(lrelu(conv1x1(x)))))"
  public static let reference = "Huang et al. 2024, The GAN is dead, section 3.3 and its code; Zhang et al. 2019, Fixup initialization"
  public static let fieldDescriptions = [
    "depth": "How many blocks the network has, by which the first kernels are made smaller; at least 1",
    "expansion": "By how much the path is wider than the input; at least 1",
    "groups": "How many groups the middle convolution has, its cardinality; it divides the wide channels",
    "kernel": "The middle kernel's height and width in pixels; at least 1",
  ]

  /// By how much the path is wider than the input; at least 1.
  public var expansion = 2
  /// How many groups the middle convolution has, its cardinality; it divides the wide channels.
  public var groups = 1
  /// The middle kernel's height and width in pixels; at least 1.
  public var kernel = 3
  /// How many blocks the network has, by which the first kernels are made smaller; at least 1.
  public var depth = 1

  public init() {}

  /// A block with the given groups.
  public init(groups: Int, expansion: Int = 2, kernel: Int = 3, depth: Int = 1) {
    self.groups = groups
    self.expansion = expansion
    self.kernel = kernel
    self.depth = depth
  }

  public func validateFields() throws {
    try checkPositive("expansion", expansion)
    try checkPositive("groups", groups)
    try checkPositive("kernel", kernel)
    try checkPositive("depth", depth)
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try x.requireImages()
    let (channels, wide) = (x.shape[3], x.shape[3] * expansion)
    let gain = (2 / 1.04).squareRoot() / Double(depth).squareRoot().squareRoot()
    func normal(_ inputs: Int) -> Initializer { .normal(standardDeviation: gain / Double(max(inputs, 1)).squareRoot()) }
    let block = Residual {
      Conv2D(wide, kernel: 1, initializer: normal(channels))
      LeakyReLU(0.2)
      GroupedConv2D(wide, groups: groups, kernel: kernel, initializer: normal(kernel * kernel * wide / groups))
      LeakyReLU(0.2)
      Conv2D(channels, kernel: 1, usesBias: false, initializer: .zeros)
    }
    return try block(x, in: scope)
  }

  public func remedy(forInput shape: Shape) -> String? {
    shape.rank == 4 ? "choose a number of groups that divides \(shape[3] * expansion)" : shape.remedyForImages
  }
}
