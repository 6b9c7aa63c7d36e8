import Foundation
import Tensors

/// Two-sided p-values that assume only that labels are exchangeable under the null hypothesis.
///
/// Exact where the rearrangements are at most 2²⁰; otherwise estimated from 100,000 of them, drawn from a fixed key.
public enum PermutationTest {
  /// The share of sign patterns whose mean is at least as far from 0 as that of `differences`; NaN where one is not finite.
  public static func signFlip(_ differences: [Double]) -> Double {
    guard differences.allSatisfy(\.isFinite), !differences.isEmpty else { return .nan }
    let n = differences.count
    let observed = abs(differences.reduce(0, +))
    let limit = observed - tolerance(differences)
    guard n > 20 else {
      var extreme = 0
      for pattern in 0..<(1 << n) {
        var sum = 0.0
        for (index, value) in differences.enumerated() { sum += pattern >> index & 1 == 0 ? value : -value }
        if abs(sum) >= limit { extreme += 1 }
      }
      return Double(extreme) / Double(1 << n)
    }
    return estimated { key in
      var sum = 0.0
      for (index, value) in differences.enumerated() { sum += key.bits(element: index) & 1 == 0 ? value : -value }
      return abs(sum) >= limit
    }
  }

  /// The share of relabellings whose difference of means is at least as large as that of `first` and `second`; NaN where a
  /// number is not finite.
  public static func relabelling(_ first: [Double], _ second: [Double]) -> Double {
    let all = first + second
    guard all.allSatisfy(\.isFinite), !first.isEmpty, !second.isEmpty else { return .nan }
    let total = all.reduce(0, +)
    let (m, n) = (Double(first.count), Double(second.count))
    func distance(_ sum: Double) -> Double { abs(sum / m - (total - sum) / n) }
    let limit = distance(first.reduce(0, +)) - tolerance(all)
    guard choices(all.count, first.count) > 1 << 20 else {
      var extreme = 0
      var cases = 0
      var chosen = Array(0..<first.count)
      repeat {
        cases += 1
        if distance(chosen.reduce(0) { $0 + all[$1] }) >= limit { extreme += 1 }
      } while advance(&chosen, of: all.count)
      return Double(extreme) / Double(cases)
    }
    return estimated { key in
      // The first part of a Fisher-Yates shuffle.
      var order = all
      var sum = 0.0
      for index in first.indices {
        order.swapAt(index, index + key.integer(below: all.count - index, element: index))
        sum += order[index]
      }
      return distance(sum) >= limit
    }
  }

  /// The two-sided sign test: the probability of so uneven a split of signs by a fair coin. Zeros are left out; 1 where all are 0.
  public static func sign(_ differences: [Double]) -> Double {
    let positive = differences.count { $0 > 0 }
    let negative = differences.count { $0 < 0 }
    let n = positive + negative
    guard n > 0 else { return 1 }
    let tail = (0...min(positive, negative)).reduce(0.0) { sum, k in
      let logChoices =
        SpecialFunctions.logGamma(Double(n + 1)) - SpecialFunctions.logGamma(Double(k + 1))
        - SpecialFunctions.logGamma(Double(n - k + 1))
      return sum + exp(logChoices - Double(n) * log(2))
    }
    return min(1, 2 * tail)
  }

  /// What sums of `values` may differ by through rounding alone.
  private static func tolerance(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + abs($1) } * 1e-12
  }

  /// The share of 100,000 random rearrangements, the observed one counted among them, for which `isExtreme` holds.
  private static func estimated(_ isExtreme: (Key) -> Bool) -> Double {
    let draws = 100_000
    let key = Key(seed: 0).derived("permutation-test")
    let extreme = (0..<draws).count { isExtreme(key.derived($0)) }
    return Double(extreme + 1) / Double(draws + 1)
  }

  /// The number of ways to choose `k` of `n`; `Int.max` where it is too large.
  private static func choices(_ n: Int, _ k: Int) -> Int {
    var result = 1
    for index in 0..<min(k, n - k) {
      let (product, overflow) = result.multipliedReportingOverflow(by: n - index)
      if overflow { return .max }
      result = product / (index + 1)
    }
    return result
  }

  /// Moves to the next combination in lexicographic order; `false` after the last.
  private static func advance(_ chosen: inout [Int], of count: Int) -> Bool {
    var index = chosen.count - 1
    while index >= 0 && chosen[index] == count - chosen.count + index { index -= 1 }
    guard index >= 0 else { return false }
    chosen[index] += 1
    for next in (index + 1)..<max(chosen.count, index + 1) { chosen[next] = chosen[next - 1] + 1 }
    return true
  }
}
