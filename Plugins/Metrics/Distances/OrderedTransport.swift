import Foundation
import Metrics

/// Optimal transport on a line, exactly: sorted samples go to sorted samples.
public enum OrderedTransport {
  /// The least mean cost of moving `first` onto `second`, W_p^p = ∫₀¹ |F⁻¹(u) − G⁻¹(u)|^p du, for sets of any two sizes (Peyré and Cuturi
  /// 2019, remark 2.28).
  ///
  /// - Parameter order: p, 1 or 2.
  /// - Precondition: one or more finite numbers on each side.
  public static func cost(_ first: [Double], _ second: [Double], order: Int) -> Double {
    cost(sorted: first.sorted(), second.sorted(), order: order)
  }

  /// The 1-Wasserstein distance, in the samples' unit.
  public static func distance1(_ first: [Double], _ second: [Double]) -> Double { cost(first, second, order: 1) }

  /// The 2-Wasserstein distance, in the samples' unit.
  public static func distance2(_ first: [Double], _ second: [Double]) -> Double { cost(first, second, order: 2).squareRoot() }

  /// The same of numbers that are sorted already.
  static func cost(sorted first: [Double], _ second: [Double], order: Int) -> Double {
    precondition(!first.isEmpty && !second.isEmpty, "transport needs one or more samples on each side")
    precondition(order == 1 || order == 2, "the order is 1 or 2")
    if first.count == second.count {
      var sum = 0.0
      for index in first.indices {
        let difference = abs(first[index] - second[index])
        sum += order == 1 ? difference : difference * difference
      }
      return sum / Double(first.count)
    }
    // Steps of both quantile functions in units of 1/(n m), so that the mass is counted without rounding.
    let (n, m) = (first.count, second.count)
    var (i, j, reached) = (0, 0, 0)
    var sum = 0.0
    while i < n && j < m {
      let next = min((i + 1) * m, (j + 1) * n)
      let difference = abs(first[i] - second[j])
      sum += (order == 1 ? difference : difference * difference) * Double(next - reached)
      if next == (i + 1) * m { i += 1 }
      if next == (j + 1) * n { j += 1 }
      reached = next
    }
    return sum / (Double(n) * Double(m))
  }
}
