import Foundation

/// Numbers as people read them, the same in every locale.
public enum NumberText {
  /// `value` with `digits` decimals and grouped thousands: `-12,345.60`; `nan`, `∞` and `-∞` where it is not finite.
  public static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return notFinite(value) }
    guard abs(value) < 1e15 else { return scientific(value, digits: 3) }
    let text = String(format: "%.\(max(0, digits))f", abs(value))
    let parts = text.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (index, digit) in parts[0].enumerated() {
      if index > 0, (parts[0].count - index).isMultiple(of: 3) { whole.append(",") }
      whole.append(digit)
    }
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? "-" : "") + whole + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// `value` with about `digits` significant digits, in powers of ten where it is very large or very small.
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return notFinite(value) }
    guard value != 0 else { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if exponent < -4 || exponent > 8 { return scientific(value, digits: digits) }
    return fixed(value, digits: max(0, digits - 1 - exponent))
  }

  /// `mean ± half width`, both with the same number of decimals.
  public static func interval(_ estimate: Double, _ halfWidth: Double, digits: Int = 3) -> String {
    halfWidth.isFinite
      ? "\(fixed(estimate, digits: digits)) ± \(fixed(halfWidth, digits: digits))" : fixed(estimate, digits: digits)
  }

  /// `1.5×10⁻⁷`; a mantissa of 1 is left out.
  static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.\(max(0, digits - 1))e", value).split(separator: "e")
    var mantissa = String(parts[0])
    if mantissa.contains(".") {
      while mantissa.hasSuffix("0") { mantissa.removeLast() }
      if mantissa.hasSuffix(".") { mantissa.removeLast() }
    }
    let power = "10" + superscript(Int(parts[1]) ?? 0)
    switch mantissa {
    case "1": return power
    case "-1": return "-" + power
    default: return mantissa + "×" + power
    }
  }

  private static func superscript(_ exponent: Int) -> String {
    let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return (exponent < 0 ? "⁻" : "")
      + String(String(abs(exponent)).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  private static func notFinite(_ value: Double) -> String {
    value.isNaN ? "nan" : value < 0 ? "-∞" : "∞"
  }

  /// A coordinate of a drawing: two decimals at most, no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }
}
