extension Registry {
  /// The component that a specification describes: `name` or `name:field=value,field=value`.
  ///
  /// ```swift
  /// try registry.component(parsing: "r1-penalty:gamma=10,interval=4")
  /// ```
  /// - Throws: `ComponentError` where the name, a field or a value is wrong; it names the nearest valid one.
  public func component(parsing specification: String) throws -> any Component {
    let parts = specification.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0]).trimmed
    let type = try type(named: name)
    let defaults = try ComponentFields.fields(of: type.init())
    var fields: [String: JSONValue] = [:]
    if parts.count == 2 {
      var items = parts[1].split(separator: ",")
      if let group = type as? any ComponentGroup.Type {
        let (own, members) = Registry.divided(items)
        items = own
        if !members.isEmpty {
          fields[group.membersField] = .array(try members.map { try JSONValue(encoding: StoredComponent(component(parsing: $0))) })
        }
      }
      for item in items {
        let pair = item.split(separator: "=", maxSplits: 1)
        guard pair.count == 2 else {
          throw ComponentError("\(name): '\(item)' is no field=value; write \(name):field=value,field=value")
        }
        let field = Registry.camelCase(String(pair[0]).trimmed)
        guard let current = defaults[field] else {
          throw ComponentError(
            "\(name) has no field '\(field)'" + Registry.suggestion(field, defaults.keys.sorted(), "; it has none"))
        }
        guard fields[field] == nil else { throw ComponentError("\(name): field '\(field)' is given twice") }
        fields[field] = try Registry.value(String(pair[1]).trimmed, like: current, component: name, field: field)
      }
    }
    return try make(type, fields)
  }

  /// `learning-rate` and `learningRate` name the same field.
  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "-", omittingEmptySubsequences: true)
    return words.enumerated().map {
      $0.offset == 0 ? String($0.element) : $0.element.prefix(1).uppercased() + $0.element.dropFirst()
    }
    .joined()
  }

  private static func value(_ text: String, like current: JSONValue, component: String, field: String) throws
    -> JSONValue
  {
    func mismatch(_ expected: String) -> ComponentError {
      ComponentError("\(component): field '\(field)' is '\(text)', but must be \(expected)")
    }
    switch current {
    case .bool:
      switch text {
      case "true", "yes": return .bool(true)
      case "false", "no": return .bool(false)
      default: throw mismatch("true or false")
      }
    case .integer, .number:
      // A default such as 1.0 is written as 1, so any number is let through; decoding tells whole numbers from others.
      if let integer = Int64(text) { return .integer(integer) }
      // What has ways in it may be a schedule; a field that takes none says so when it is decoded.
      if Double(text) == nil, text.contains(":") { return .string(text) }
      guard let number = Double(text), number.isFinite else { throw mismatch("a number") }
      return .number(number)
    case .null:
      if text == "none" { return .null }
      if let integer = Int64(text) { return .integer(integer) }
      if let number = Double(text), number.isFinite { return .number(number) }
      return .string(text)
    case .string: return .string(text)
    case .array(let elements):
      guard text.hasPrefix("["), text.hasSuffix("]") else { throw mismatch("a list such as [28 28 1]") }
      return .array(
        try text.dropFirst().dropLast().split(separator: " ").map { word in
          if let element = elements.first { return try value(String(word), like: element, component: component, field: field) }
          if let integer = Int64(word) { return .integer(integer) }
          return Double(word).map { .number($0) } ?? .string(String(word))
        })
    case .object: throw mismatch("set in Swift code; it has no short form")
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
