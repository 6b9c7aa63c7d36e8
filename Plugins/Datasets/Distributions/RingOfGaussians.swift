import Adversarial
import Components
import Datasets
import Foundation

/// Gaussians on a circle, evenly spaced: the classic test of mode coverage. Samples have the shape `[2]`.
///
/// The defaults are those of the Unrolled GAN paper. PacGAN uses `radius: 1, standardDeviation: 0.01`.
public struct RingOfGaussians: DataSource {
  public static let name = "ring"
  public static let summary = "Draws from `modes` Gaussians, evenly spaced on a circle of radius `radius`."
  public static let equation =
    "x = radius * (cos 2 pi k/modes, sin 2 pi k/modes) + standardDeviation * n, k ~ weights, n ~ N(0, I)"
  public static let reference = "Metz et al. 2017, Unrolled Generative Adversarial Networks, appendix A"
  public static let fieldDescriptions = [
    "modes": "How many Gaussians, in 1…10000; 8 by default",
    "points":
      """
    How many fixed samples there are to train on, in 1…10000000; 0 (the default) draws new ones for ever. A few points can be \
    memorized
    """,
    "radius": "The circle's radius, above 0; 2 by default",
    "standardDeviation": "The standard deviation of each Gaussian along each axis, 0 or above; 0.02 by default",
    "weights": "The weight of each mode, from angle 0 on, in any unit; empty (the default) for equal weights",
  ]

  /// How many Gaussians, in 1…10000; 8 by default.
  public var modes: Int
  /// The circle's radius, above 0; 2 by default.
  public var radius: Double
  /// The standard deviation of each Gaussian along each axis, 0 or above; 0.02 by default.
  public var standardDeviation: Double
  /// The weight of each mode, from angle 0 on, in any unit; empty (the default) for equal weights.
  public var weights: [Double]
  /// How many fixed samples there are to train on, in 1…10000000; 0 (the default) draws new ones for ever. A few points can be memorized.
  public var points: Int

  /// Creates the ring; see the fields for units and ranges.
  public init(modes: Int = 8, radius: Double = 2, standardDeviation: Double = 0.02, weights: [Double] = [], points: Int = 0) {
    self.modes = modes
    self.radius = radius
    self.standardDeviation = standardDeviation
    self.weights = weights
    self.points = points
  }

  public init() {
    self.init(modes: 8)
  }

  public func validateFields() throws {
    try FieldCheck.within(1...10_000, modes, "modes", of: name)
    try FieldCheck.positive(radius, "radius", of: name)
    try FieldCheck.notNegative(standardDeviation, "standardDeviation", of: name)
    try FieldCheck.within(0...10_000_000, points, "points", of: name)
    try MixtureFields.check(weights: weights, modes: modes, component: name)
  }

  public func opened() throws -> any Samples {
    try validateFields()
    let centers = (0..<modes).map { index -> (x: Double, y: Double) in
      let angle = 2 * Double.pi * Double(index) / Double(modes)
      return (radius * cos(angle), radius * sin(angle))
    }
    let mixture = MixtureSamples(
      centers: centers, standardDeviation: standardDeviation, weights: weights,
      fingerprint: ContentDigest.hexadecimal(of: "\(name) \(modes) \(radius) \(standardDeviation) \(weights)"))
    return points == 0 ? mixture : mixture.fixedDraw(points)
  }
}
