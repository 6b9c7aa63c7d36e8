import Components
import Networks
import Tensors

/// Makes each sample a vector: `[n, 4, 4, 256]` becomes `[n, 4096]`, row major.
public struct Flatten: Layer {
  public static let name = "flatten"
  public static let summary = "Makes each sample a vector."

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x.flattened(from: 1) }
}
