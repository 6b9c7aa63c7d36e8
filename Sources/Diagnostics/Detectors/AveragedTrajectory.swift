import Foundation

/// Whether a trajectory goes somewhere or around: its running average moves far less than the trajectory itself where it cycles, and where
/// there is nothing but noise about an equilibrium.
///
/// Where the average hardly moves while the radius is far from 0, an average of the parameters is a better answer than the last ones (Yazıcı
/// et al. 2019, "The Unusual Effectiveness of Averaging in GAN Training"). ``Oscillation`` tells cycles from noise.
public struct AveragedTrajectory: Sendable, Equatable {
  /// The length of the average's path over that of the trajectory's own, in its second half: near 1 where it drifts, near 0 where it circles.
  /// 0 where nothing moves.
  public let movementRatio: Double
  /// The mean distance of the trajectory from its average, in its second half.
  public let radius: Double
  /// The slope of ln distance for each record, in the second half, by least squares; `nil` where a distance is 0.
  public let radiusRate: Double?

  /// Follows `points`: equally spaced records of some coordinates, such as those of a ``RandomProjection``.
  ///
  /// - Parameter decay: of the exponential average, in 0..<1. By default the average is over all records so far, which suits any period.
  /// - Throws: ``DiagnosticsError`` where there are fewer than 16 records, they differ in length, or one is not finite.
  public init(_ points: [[Double]], decay: Double? = nil) throws {
    precondition(decay.map { (0..<1).contains($0) } ?? true, "a decay lies in 0..<1")
    try SeriesCheck.require(points.map { $0.reduce(0, +) }, atLeast: 16, for: "the averaged trajectory")
    let dimension = points[0].count
    if let place = points.firstIndex(where: { $0.count != dimension }) {
      throw DiagnosticsError(
        "the averaged trajectory needs records of one length: record 0 has \(dimension), \(place) has \(points[place].count)")
    }
    var average = points[0]
    var (own, averaged) = (0.0, 0.0)
    var distances: [Double] = []
    for index in 1..<points.count {
      let share = decay.map { 1 - $0 } ?? 1 / Double(index + 1)
      let next = zip(average, points[index]).map { $0 + share * ($1 - $0) }
      if index >= points.count / 2 {
        own += Self.distance(points[index], points[index - 1])
        averaged += Self.distance(next, average)
        distances.append(Self.distance(points[index], next))
      }
      average = next
    }
    movementRatio = own > 0 ? averaged / own : 0
    radius = distances.reduce(0, +) / Double(distances.count)
    radiusRate = distances.allSatisfy { $0 > 0 } ? Self.rate(distances) : nil
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// The least-squares slope of the logarithm.
  private static func rate(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let middle = (n - 1) / 2
    let product = values.enumerated().reduce(0.0) { $0 + (Double($1.offset) - middle) * log($1.element) }
    return product / (n * (n * n - 1) / 12)
  }
}
