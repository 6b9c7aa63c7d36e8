import Adversarial
import Components
import Datasets

/// Gaussians on a square grid around the origin. Samples have the shape `[2]`.
public struct GridOfGaussians: DataSource {
  public static let name = "grid"
  public static let summary = "Draws from `side` × `side` Gaussians, `spacing` apart, centred on the origin."
  public static let equation =
    "x = spacing * (i - (side - 1)/2, j - (side - 1)/2) + standardDeviation * n, (i, j) ~ weights, n ~ N(0, I)"
  public static let reference = "Srivastava et al. 2017, VEEGAN; Lin et al. 2018, PacGAN, section 4.1"
  public static let fieldDescriptions = [
    "side": "How many Gaussians along each axis, in 1…100; 5 by default",
    "spacing": "The distance between neighbours, above 0; 2 by default",
    "standardDeviation": "The standard deviation of each Gaussian along each axis, 0 or above; 0.05 by default",
    "weights": "The weight of each mode, row by row from the lowest x, in any unit; empty (the default) for equal weights",
  ]

  /// How many Gaussians along each axis, in 1…100; 5 by default.
  public var side: Int
  /// The distance between neighbours, above 0; 2 by default.
  public var spacing: Double
  /// The standard deviation of each Gaussian along each axis, 0 or above; 0.05 by default.
  public var standardDeviation: Double
  /// The weight of each mode, row by row from the lowest x, in any unit; empty (the default) for equal weights.
  public var weights: [Double]

  /// Creates the grid; see the fields for units and ranges.
  public init(side: Int = 5, spacing: Double = 2, standardDeviation: Double = 0.05, weights: [Double] = []) {
    self.side = side
    self.spacing = spacing
    self.standardDeviation = standardDeviation
    self.weights = weights
  }

  public init() {
    self.init(side: 5)
  }

  public func validateFields() throws {
    try FieldCheck.within(1...100, side, "side", of: name)
    try FieldCheck.positive(spacing, "spacing", of: name)
    try FieldCheck.notNegative(standardDeviation, "standardDeviation", of: name)
    try MixtureFields.check(weights: weights, modes: side * side, component: name)
  }

  public func opened() throws -> any Samples {
    try validateFields()
    let offset = Double(side - 1) / 2
    let centers = (0..<side * side).map { index -> (x: Double, y: Double) in
      (spacing * (Double(index / side) - offset), spacing * (Double(index % side) - offset))
    }
    return MixtureSamples(
      centers: centers, standardDeviation: standardDeviation, weights: weights,
      fingerprint: ContentDigest.hexadecimal(of: "\(name) \(side) \(spacing) \(standardDeviation) \(weights)"))
  }
}
