import Components
import Metrics

/// A metric that counts samples in balls around others, whose radius is the distance to a neighbour.
public protocol BallMetric: Metric {
  /// The neighbour whose distance is a ball's radius, 1 or above.
  var neighbors: Int { get set }
  /// Whether a ball holds the points at its radius: `open` or `closed`.
  var ball: BallRule { get set }
}

extension BallMetric {
  public init(neighbors: Int, ball: BallRule = .open) {
    self.init()
    self.neighbors = neighbors
    self.ball = ball
  }

  public func validateFields() throws {
    guard neighbors >= 1 else {
      throw ComponentError(component: Self.name, field: "neighbors", value: neighbors, expected: "1 or above")
    }
  }
}
