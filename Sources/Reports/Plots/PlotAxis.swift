import Foundation

/// One axis of a plot: its range, its scale and its ticks.
struct PlotAxis {
  /// What is measured, with its unit.
  var label: String
  /// The lowest and highest value shown; positive where the axis is logarithmic.
  var range: ClosedRange<Double>
  /// Whether equal distances are equal ratios.
  var isLogarithmic = false

  /// A value and how it is written.
  struct Tick: Equatable {
    var value: Double
    var label: String
  }

  /// Where `value` lies between the ends: 0 at the lower, 1 at the upper; `nil` where it cannot be shown.
  func fraction(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let map: (Double) -> Double = isLogarithmic ? { log10($0) } : { $0 }
    let (low, high) = (map(range.lowerBound), map(range.upperBound))
    return (map(value) - low) / (high - low)
  }

  /// About `target` ticks at round values.
  func ticks(target: Int) -> [Tick] {
    if isLogarithmic, let ticks = decades(target: max(2, target)) { return ticks }
    return rounds(target: max(2, target))
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private func rounds(target: Int) -> [Tick] {
    let rough = (range.upperBound - range.lowerBound) / Double(target)
    guard rough > 0, rough.isFinite else { return [] }
    let power = pow(10, log10(rough).rounded(.down))
    // The nearest on a logarithmic scale: the bounds are √2, √10 and √50.
    let factor: Double = rough < 1.414 * power ? 1 : rough < 3.162 * power ? 2 : rough < 7.071 * power ? 5 : 10
    let step = factor * power
    let slack = 1e-9
    let first = (range.lowerBound / step - slack).rounded(.up)
    let last = (range.upperBound / step + slack).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    let largest = max(abs(range.lowerBound), abs(range.upperBound))
    let digits = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    let isScientific = largest >= 1e7 || step < 1e-5
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      let label = isScientific ? scientific(value, step: step) : NumberText.fixed(value, digits: digits)
      return Tick(value: value, label: label)
    }
  }

  /// A label with as many digits as tell neighbouring ticks apart.
  private func scientific(_ value: Double, step: Double) -> String {
    guard abs(value) > step / 2 else { return "0" }
    let digits = 1 + Int((log10(abs(value)) - log10(step) + 1e-9).rounded(.up))
    return NumberText.scientific(value, digits: min(max(digits, 1), 15))
  }

  /// Powers of ten, thinned to about `target`, or 1, 2 and 5 times them on short ranges; `nil` where fewer than two fit.
  private func decades(target: Int) -> [Tick]? {
    let low = log10(range.lowerBound)
    let high = log10(range.upperBound)
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    var values: [Double]
    if high - low < 2 {
      values = []
      for exponent in (first - 1)...(last + 1) {
        for factor in [1.0, 2, 5] { values.append(factor * pow(10, Double(exponent))) }
      }
    } else {
      let stride = max(1, Int((Double(last - first) / Double(target)).rounded(.up)))
      let start = Int((Double(first) / Double(stride)).rounded(.up)) * stride
      values = Swift.stride(from: start, through: last, by: stride).map { pow(10, Double($0)) }
    }
    values = values.filter { range.lowerBound * (1 - 1e-9) <= $0 && $0 <= range.upperBound * (1 + 1e-9) }
    guard values.count >= 2 else { return nil }
    let exponents = values.map { Int((log10($0) + 1e-9).rounded(.down)) }
    let isPlain = exponents.allSatisfy((-3...5).contains)
    return zip(values, exponents).map { value, exponent in
      let label =
        isPlain || exponent == 0 || exponent == 1
        ? NumberText.fixed(value, digits: max(0, -exponent)) : NumberText.scientific(value, digits: 1)
      return Tick(value: value, label: label)
    }
  }

  /// The range of `values` that can be shown, widened by a little air; `nil` where there are none.
  static func range(of values: some Sequence<Double>, isLogarithmic: Bool, air: Double = 0.04) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite && abs(value) < 1e300 && (!isLogarithmic || value > 1e-300) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    if isLogarithmic {
      let ratio = high / low
      let factor = ratio < 1.0001 ? 2 : pow(ratio, air)
      return (low / factor)...(high * factor)
    }
    let width = high - low
    let margin = width > abs(high) * 1e-12 ? width * air : max(abs(high) * 0.1, 0.5)
    return (low - margin)...(high + margin)
  }
}
