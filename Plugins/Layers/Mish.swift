import Components
import Networks
import Tensors

/// A smooth activation of any shape with a small dip below 0.
public struct Mish: Layer {
  public static let name = "mish"
  public static let summary = "A smooth activation that dips below 0."
  public static let equation = "y = x tanh(log(1 + exp(x)))"
  public static let reference = "Misra 2020"

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x * tanh(softplus(x)) }
}

/// A sigmoid between -1 and 1 of any shape that saturates slowly.
public struct Softsign: Layer {
  public static let name = "softsign"
  public static let summary = "A sigmoid between -1 and 1 that saturates slowly."
  public static let equation = "y = x / (1 + |x|)"
  public static let reference = "Bergstra et al. 2009"

  public init() {}

  public var outputRange: ClosedRange<Double>? { -1...1 }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x / (1 + abs(x)) }
}
