import Foundation
import Metrics
import Tensors

/// A kernel k(x, y), which compares two samples.
public enum SimilarityKernel: Sendable, Equatable {
  /// (scale · xᵀy + offset)^degree.
  case polynomial(degree: Int, scale: Double, offset: Double)
  /// The mean of exp(−‖x − y‖² / (2ℓ²)) over the bandwidths ℓ, in the samples' unit.
  case gaussian(bandwidths: [Double])
  /// −‖x − y‖, whose discrepancy is the energy distance.
  case negativeDistance

  /// The kernel of the kernel inception distance, (xᵀy/d + 1)³ (Bińkowski et al. 2018, section 4).
  public static func cubic(dimension: Int) -> SimilarityKernel {
    .polynomial(degree: 3, scale: 1 / Double(dimension), offset: 1)
  }

  /// k(x, y).
  public func value(_ x: [Double], _ y: [Double]) -> Double {
    var pair = [0.0]
    switch quantity {
    case .innerProduct: pair[0] = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    case .squaredDistance: pair[0] = zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    pair.withUnsafeMutableBufferPointer { apply(to: $0) }
    return pair[0]
  }

  /// The median of the distances between different samples, the customary bandwidth (Gretton et al. 2012, section 8).
  ///
  /// - Parameter maximum: with more samples than that, so many of them are used, chosen by a fixed key.
  /// - Throws: `MetricError` with fewer than two samples, or where more than half of the distances are 0.
  public static func medianDistance(of samples: SampleSet, maximum: Int = 1_000) throws -> Double {
    guard samples.count >= 2 else { throw MetricError("a median distance needs at least 2 samples, but there are \(samples.count)") }
    let subset = samples.atMost(maximum, key: Key(seed: 0).derived("median-distance"))
    var squared: [Double] = []
    PairwiseBlocks(subset, subset, .squaredDistance).visit(upperOnly: true) { rows, columns, values in
      for row in rows {
        for column in columns where column > row {
          squared.append(values[(row - rows.lowerBound) * columns.count + column - columns.lowerBound])
        }
      }
    }
    squared.sort()
    // The root is taken of each of the two in the middle: the median is of distances.
    let middle = squared.count / 2
    let upper = squared[middle].squareRoot()
    let median = squared.count.isMultiple(of: 2) ? (squared[middle - 1].squareRoot() + upper) / 2 : upper
    guard median > 0 else {
      throw MetricError("more than half of the reference's samples coincide, so their median distance is 0; give bandwidths")
    }
    return median
  }

  /// What the kernel is a function of.
  var quantity: PairwiseBlocks.Quantity {
    switch self {
    case .polynomial: .innerProduct
    case .gaussian, .negativeDistance: .squaredDistance
    }
  }

  /// Turns inner products or squared distances into the kernel's values.
  func apply(to values: UnsafeMutableBufferPointer<Double>) {
    switch self {
    case .polynomial(let degree, let scale, let offset):
      for index in values.indices {
        let base = scale * values[index] + offset
        var power = 1.0
        for _ in 0..<degree { power *= base }
        values[index] = power
      }
    case .gaussian(let bandwidths):
      let rates = bandwidths.sorted(by: >).map { -1 / (2 * $0 * $0) }
      let share = 1 / Double(rates.count)
      for index in values.indices {
        var sum = 0.0
        var last = 0.0
        for (place, rate) in rates.enumerated() {
          if place > 0, rate == 4 * rates[place - 1] {
            // Half the bandwidth: the fourth power.
            last *= last
            last *= last
          } else {
            last = exp(rate * values[index])
          }
          sum += last
        }
        values[index] = sum * share
      }
    case .negativeDistance:
      for index in values.indices { values[index] = -values[index].squareRoot() }
    }
  }
}
