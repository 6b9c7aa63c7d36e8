import Components
import Networks
import Tensors

/// The mean of square windows: `[n, h, w, c]` becomes `[n, ⌊(h − window) / stride⌋ + 1, ⌊(w − window) / stride⌋ + 1, c]`.
///
/// Rows and columns that no whole window covers are left out.
public struct AveragePool: Layer {
  public static let name = "average-pool"
  public static let summary = "Returns the mean of each window."
  public static let equation = "y[i, j] = sum_ab x[i * stride + a, j * stride + b] / window^2"
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
    return slices.dropFirst().reduce(slices[0], +) * (1 / Double(slices.count))
  }

  public func remedy(forInput shape: Shape) -> String? {
    PoolingWindows(window: window, stride: stride).remedy(forInput: shape)
  }
}
