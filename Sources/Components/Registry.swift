import Foundation
import OrderedCollections

/// Components by name: what makes checkpoints self-describing and the command line extensible.
///
/// A registry is a value that is passed to whoever needs it, never a global. Names are unique.
public struct Registry: Sendable {
  private var types: OrderedDictionary<String, any Component.Type> = [:]
  /// The names behind what people type instead of them.
  private var aliases: [String: String] = [:]

  public init() {}

  /// A registry of the given component types.
  public init(_ types: [any Component.Type]) throws {
    for type in types { try register(type) }
  }

  /// Adds a component type.
  ///
  /// - Throws: `ComponentError` where another type has that name.
  public mutating func register(_ type: any Component.Type) throws {
    if let known = types[type.name] {
      if known == type { return }
      throw ComponentError(
        "two components are called '\(type.name)': \(String(reflecting: known)) and \(String(reflecting: type)); rename one"
      )
    }
    types[type.name] = type
    // A name goes before an alias, and the alias of the first before that of others.
    for alias in type.aliases.keys where aliases[alias] == nil { aliases[alias] = type.name }
  }

  /// The names, in order of registration.
  public var names: [String] { Array(types.keys) }

  /// The type called `name`, or that has it among its aliases.
  ///
  /// - Throws: `ComponentError` that names the nearest known name.
  public func type(named name: String) throws -> any Component.Type {
    if let type = types[name] ?? aliases[name].flatMap({ types[$0] }) { return type }
    throw ComponentError(
      unknownName: name,
      "there is no component '\(name)'" + Registry.suggestion(name, names + aliases.keys.sorted(), "; 'plugins list' shows all"))
  }

  /// The component that `stored` describes; fields that it lacks take their defaults.
  ///
  /// - Throws: `ComponentError` where the name, a field or a value is wrong.
  public func component(_ stored: StoredComponent) throws -> any Component {
    let type = try type(named: stored.name)
    return try make(type, stored.fields.members)
  }

  /// Decodes any value whose nested components this registry knows.
  public func decode<Value: Decodable>(_ type: Value.Type, from json: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.userInfo[.registry] = self
    return try decoder.decode(type, from: json)
  }

  func make(_ type: any Component.Type, _ fields: [String: JSONValue]) throws -> any Component {
    func made<C: Component>(_: C.Type) throws -> C {
      var merged = try ComponentFields.fields(of: C())
      for field in fields.keys.sorted() {
        guard merged[field] != nil else {
          throw ComponentError(
            "\(C.name) has no field '\(field)'"
              + Registry.suggestion(field, merged.keys.sorted(), merged.isEmpty ? "; it has none" : ""))
        }
        merged[field] = fields[field]
      }
      let component: C
      do {
        component = try decode(C.self, from: JSONEncoder().encode(JSONValue.object(merged)))
      } catch let error as DecodingError {
        if let field = try fractionalField(of: C.self, fields) {
          throw ComponentError(
            "\(C.name): field '\(field)' is '\(fields[field]?.plain ?? "")', but must be a whole number")
        }
        throw ComponentError("\(C.name): \(Registry.explain(error, merged))")
      }
      try component.validateFields()
      return component
    }
    return try made(type)
  }

  /// The first field whose value has a fraction and cannot be decoded for it: the decoder's own error does not name it.
  private func fractionalField<C: Component>(of type: C.Type, _ fields: [String: JSONValue]) throws -> String? {
    let defaults = try ComponentFields.fields(of: C())
    return fields.keys.sorted().first { field in
      guard case .number(let value) = fields[field], case .integer = defaults[field] else { return false }
      var alone = defaults
      alone[field] = .number(value)
      let isDecodable = (try? decode(C.self, from: JSONEncoder().encode(JSONValue.object(alone)))) != nil
      alone[field] = .number(value.rounded())
      return !isDecodable && (try? decode(C.self, from: JSONEncoder().encode(JSONValue.object(alone)))) != nil
    }
  }

  private static func explain(_ error: DecodingError, _ fields: [String: JSONValue]) -> String {
    func field(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .typeMismatch(let type, let context):
      let name = field(context)
      return "field '\(name)' is '\(fields[name]?.plain ?? "")', but must be \(described(type))"
    case .dataCorrupted(let context):
      let name = field(context)
      return
        "field '\(name)' is '\(fields[name]?.plain ?? "")', which is not one of its values: \(context.debugDescription)"
    case .valueNotFound(let type, let context):
      return "field '\(field(context))' is missing, but must be \(described(type))"
    case .keyNotFound(let key, _): return "field '\(key.stringValue)' is missing"
    @unknown default: return "\(error)"
    }
  }

  private static func described(_ type: Any.Type) -> String {
    switch type {
    case is Int.Type, is Int64.Type: "a whole number"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a word"
    default: "a \(type)"
    }
  }

  /// "; did you mean 'x'?" with the nearest of `candidates`, or all of them where none is near.
  package static func suggestion(_ word: String, _ candidates: [String], _ otherwise: String) -> String {
    if let nearest = nearest(to: word, among: candidates) { return "; did you mean '\(nearest)'?" }
    if candidates.count <= 12, !candidates.isEmpty { return "; there are: \(candidates.joined(separator: ", "))" }
    return otherwise
  }

  /// The candidate that `word` is most likely a slip of; `nil` where none is near.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    // Nothing is near a word that is longer than twice the longest candidate, and a file may hold words of any length.
    guard word.utf8.count <= 2 * (candidates.map(\.utf8.count).max() ?? 0),
      let nearest = candidates.min(by: { distance(word, $0) < distance(word, $1) }), distance(word, nearest) <= max(2, nearest.count / 2)
    else { return nil }
    return nearest
  }

  /// The number of insertions, deletions and replacements between two words (Levenshtein).
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.lowercased()), Array(b.lowercased()))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let above = row[j + 1]
        row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = above
      }
    }
    return row[b.count]
  }
}
