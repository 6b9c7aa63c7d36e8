import Adversarial
import Components
import Networks
import Tensors

/// Scales the whole gradient of a player down where its norm is above a limit: g · min(1, maximum / ‖g‖), algorithm 1 of Pascanu et al. 2013.
public struct ClipByNorm: GradientTransformation {
  public static let name = "clip-by-norm"
  public static let aliases = ["clip-by-global-norm": ""]
  public static let summary = "Limits the norm of the whole gradient."
  public static let equation = "g min(1, maximum / ||g||)"
  public static let reference = "Pascanu et al. 2013, algorithm 1"
  public static let fieldDescriptions = ["maximum": "The largest norm over all parameters of the player, positive"]

  /// The largest norm over all parameters of the player, positive.
  public var maximum: Number = 1

  public init() {}

  public init(maximum: Number) { self.maximum = maximum }

  public func validateFields() throws { try maximum.require("maximum", of: Self.name, "a positive number") { $0 > 0 } }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let squares = gradient.tensors.map { square($0).sum() }
    guard let first = squares.first else { return gradient }
    let norm = sqrt(squares.dropFirst().reduce(first, +))
    return gradient * minimum(maximum / Tensors.maximum(norm, 1e-30), 1)
  }
}

/// Clips each number of the gradient into [−maximum, maximum].
public struct ClipByValue: GradientTransformation {
  public static let name = "clip-by-value"
  public static let summary = "Limits each number of the gradient."
  public static let equation = "max(-maximum, min(maximum, g))"
  public static let reference = "Mikolov 2012, section 3.2.2"
  public static let fieldDescriptions = ["maximum": "The largest magnitude of a number, positive"]

  /// The largest magnitude of a number, positive.
  public var maximum: Number = 1

  public init() {}

  public init(maximum: Number) { self.maximum = maximum }

  public func validateFields() throws { try maximum.require("maximum", of: Self.name, "a positive number") { $0 > 0 } }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    gradient.mapped { minimum(Networks.maximum($1, -maximum), maximum) }
  }
}

/// Scales each parameter's gradient down where its root mean square is above a limit: u / max(1, RMS(u) / maximum), section 6 of Shazeer and Stern 2018.
public struct ClipByRootMeanSquare: GradientTransformation {
  public static let name = "clip-by-rms"
  public static let summary = "Limits the root mean square of each parameter's gradient."
  public static let equation = "g / max(1, RMS(g) / maximum), parameter by parameter"
  public static let reference = "Shazeer and Stern 2018, section 6"
  public static let fieldDescriptions = ["maximum": "The largest root mean square of a parameter's gradient, positive"]

  /// The largest root mean square of a parameter's gradient, positive.
  public var maximum: Number = 1

  public init() {}

  public init(maximum: Number) { self.maximum = maximum }

  public func validateFields() throws { try maximum.require("maximum", of: Self.name, "a positive number") { $0 > 0 } }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    gradient.mapped { $1 / Tensors.maximum(sqrt(square($1).mean()) / maximum, 1) }
  }
}
