import Components
import Networks
import Tensors

/// The largest value of square windows: `[n, h, w, c]` becomes `[n, ⌊(h − window) / stride⌋ + 1, ⌊(w − window) / stride⌋ + 1, c]`.
///
/// Of equal largest values the first, row by row, takes the derivative. Rows and columns that no whole window covers are left out.
public struct MaxPool: Layer {
  public static let name = "max-pool"
  public static let summary = "Returns the largest value of each window."
  public static let equation = "y[i, j] = max_ab x[i * stride + a, j * stride + b]"
  public static let fieldDescriptions = [
    "stride": "The step between two windows in pixels; at least 1",
    "window": "The height and width of a window in pixels; at least 1",
  ]

  /// The height and width of a window in pixels; at least 1.
  public var window = 2
  /// The step between two windows in pixels; at least 1.
  public var stride = 2

  public static let leadingFields = ["window", "stride"]

  public init() {}

  /// A pooling of windows that stand `stride` pixels apart; side by side by default.
  public init(_ window: Int, stride: Int? = nil) {
    self.window = window
    self.stride = stride ?? window
  }

  public func validateFields() throws {
    try checkPositive("window", window)
    try checkPositive("stride", stride)
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let slices = try PoolingWindows(window: window, stride: stride).slices(of: x)
    return slices.dropFirst().reduce(slices[0]) { maximum($0, $1) }
  }

  public func remedy(forInput shape: Shape) -> String? {
    PoolingWindows(window: window, stride: stride).remedy(forInput: shape)
  }
}
