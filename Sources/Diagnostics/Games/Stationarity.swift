/// Whether a field vanishes at a point, as far as its noise lets one say.
public struct Stationarity: Sendable, Equatable {
  /// ‖v̄‖: the length of the mean of the draws' fields.
  public let norm: Double
  /// √(tr Cov / K): how long the mean of K draws would be of a field whose true mean is zero; NaN of a single draw.
  public let noise: Double
  /// The length up to which a field that is known without noise counts as zero.
  public let tolerance: Double

  /// - Parameters:
  ///   - draws: the field at one point on several batches; one for a game without noise.
  ///   - tolerance: what counts as zero without noise: 1e-6 by default.
  public init(draws: [[Double]], tolerance: Double = 1e-6) throws {
    guard let first = draws.first, draws.allSatisfy({ $0.count == first.count }) else {
      throw DiagnosticsError("stationarity needs the field of at least one draw, all of one length")
    }
    let count = Double(draws.count)
    var mean = [Double](repeating: 0, count: first.count)
    for draw in draws { for index in mean.indices { mean[index] += draw[index] / count } }
    norm = squaredLength(mean).squareRoot()
    let spread = draws.reduce(0) { $0 + squaredLength(zip($1, mean).map { $0 - $1 }) }
    noise = draws.count > 1 ? (spread / (count - 1) / count).squareRoot() : .nan
    self.tolerance = tolerance
  }

  /// ‖v̄‖ over the noise: about 1 where nothing but noise is left; `nil` of a single draw.
  public var signalToNoise: Double? { noise > 0 ? norm / noise : nil }

  /// Whether the field is zero up to the tolerance, or not more than twice as long as its noise alone.
  public var isStationary: Bool { norm <= tolerance || (signalToNoise ?? .infinity) <= 2 }
}
