import Rival

/// A value as Swift writes it: `0.5`, `"label"`, `[1, 2]`, `.same`, `.normal(standardDeviation: 0.02)`.
enum SwiftValue {
  /// The literal of a value that a component's field can hold.
  ///
  /// - Throws: ``CommandFailure`` for a component that cannot be written.
  static func text(_ value: Any) throws -> String {
    switch value {
    case let value as Bool: return value ? "true" : "false"
    case let value as Double: return number(value)
    case let value as Float: return number(Double(value.description) ?? Double(value))
    case let value as String: return quoted(value)
    case let value as any BinaryInteger: return "\(value)"
    case let value as Number: return changing(value)
    case let value as any Component: return try SwiftComponent.text(value)
    default: break
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return try mirror.children.first.map { try text($0.value) } ?? "nil"
    case .collection, .set: return try "[" + mirror.children.map { try text($0.value) }.joined(separator: ", ") + "]"
    case .enum:
      guard let payload = mirror.children.first, let name = payload.label else { return "." + camelCased("\(value)") }
      return try ".\(name)(\(arguments(payload.value)))"
    default: return "\(value)"
    }
  }

  /// `heNormal` of `he-normal`: cases that describe themselves as files keep them.
  private static func camelCased(_ name: String) -> String {
    let words = name.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// What stands between the parentheses of a case: one value, or several with their labels.
  private static func arguments(_ payload: Any) throws -> String {
    let mirror = Mirror(reflecting: payload)
    guard mirror.displayStyle == .tuple else { return try text(payload) }
    return try mirror.children.map { label, value in
      let isNamed = label.map { !$0.hasPrefix(".") } ?? false
      return try (isNamed ? "\(label ?? ""): " : "") + text(value)
    }.joined(separator: ", ")
  }

  /// A constant, or a schedule as its points are put together: `.from(0).linear(to: 0.0002, by: 500)`.
  private static func changing(_ value: Number) -> String {
    if let constant = value.constant { return number(constant) }
    let words = value.description.split(separator: ":").map(String.init)
    func point(_ word: String) -> (value: String, round: String?) {
      let parts = word.split(separator: "@").map(String.init)
      return (parts[0], parts.count == 2 ? parts[1] : nil)
    }
    let first = point(words[0])
    let start = ".from(\(first.value)" + (first.round.map { ", at: \($0)" } ?? "") + ")"
    return stride(from: 1, to: words.count - 1, by: 2).reduce(start) { text, index in
      let next = point(words[index + 1])
      return text + ".\(words[index])(to: \(next.value), \(words[index] == "step" ? "at" : "by"): \(next.round ?? "0"))"
    }
  }

  /// The shortest text that reads back as the same number; without a fraction where there is none.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? ".nan" : value < 0 ? "-.infinity" : ".infinity" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Text in quotes, with what has a meaning in Swift written out.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.properties.generalCategory == .control: result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
