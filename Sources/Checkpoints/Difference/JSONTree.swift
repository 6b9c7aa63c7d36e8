import Foundation

/// A JSON value, for comparing two of them key by key.
indirect enum JSONTree: Equatable {
  case object([String: JSONTree])
  case array([JSONTree])
  /// Text, number, truth value or null, as JSON text.
  case leaf(String)

  /// Parses a text whose depth was bounded; `nil` when it is no JSON.
  init?(text: String) {
    guard ConfigurationText.problem(with: text.utf8) == nil,
      let tree = try? JSONDecoder().decode(Decoded.self, from: Data(text.utf8))
    else { return nil }
    self = tree.tree
  }

  /// Calls `report` with a key path and the two values for each place where `self` and `other` differ, keys sorted.
  func compare(_ other: JSONTree, _ path: String, _ report: (String, String?, String?) -> Void) {
    switch (self, other) {
    case (.object(let left), .object(let right)):
      for key in Set(left.keys).union(right.keys).sorted() {
        Self.compare(left[key], right[key], "\(path).\(key)", report)
      }
    case (.array(let left), .array(let right)):
      if let pairs = Self.components(left, right) {
        for pair in pairs { Self.compare(pair.left, pair.right, "\(path)[\(pair.place)]", report) }
        return
      }
      for index in 0..<max(left.count, right.count) {
        Self.compare(
          index < left.count ? left[index] : nil, index < right.count ? right[index] : nil, "\(path)[\(index)]", report)
      }
    default:
      if self != other { report(path, text, other.text) }
    }
  }

  private static func compare(
    _ left: JSONTree?, _ right: JSONTree?, _ path: String, _ report: (String, String?, String?) -> Void
  ) {
    if let left, let right {
      left.compare(right, path, report)
    } else {
      report(path, left?.text, right?.text)
    }
  }

  /// The name of a component, which is an object that has one.
  private var componentName: String? {
    guard case .object(let members) = self, case .leaf(let name)? = members["name"], name.hasPrefix("\"") else { return nil }
    return String(name.dropFirst().dropLast())
  }

  /// Two lists of components matched by name, so that one more or less in the middle does not shift those behind it; `nil` for other lists.
  private static func components(
    _ left: [JSONTree], _ right: [JSONTree]
  ) -> [(place: String, left: JSONTree?, right: JSONTree?)]? {
    let names = (left.compactMap(\.componentName), right.compactMap(\.componentName))
    guard names.0.count == left.count, names.1.count == right.count, left.count * right.count <= 1_000_000 else { return nil }
    // The longest common sequence of names.
    var lengths = Array(repeating: Array(repeating: 0, count: right.count + 1), count: left.count + 1)
    for i in left.indices.reversed() {
      for j in right.indices.reversed() {
        lengths[i][j] = names.0[i] == names.1[j] ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var (i, j) = (0, 0)
    var pairs: [(place: String, left: JSONTree?, right: JSONTree?)] = []
    while i < left.count || j < right.count {
      if i < left.count, j < right.count, names.0[i] == names.1[j] {
        pairs.append(("\(i) \(names.0[i])", left[i], right[j]))
        (i, j) = (i + 1, j + 1)
      } else if j == right.count || i < left.count && lengths[i + 1][j] >= lengths[i][j + 1] {
        pairs.append(("\(i) \(names.0[i])", left[i], nil))
        i += 1
      } else {
        pairs.append(("\(j) \(names.1[j])", nil, right[j]))
        j += 1
      }
    }
    return pairs
  }

  /// The value as JSON, keys sorted.
  private var text: String {
    switch self {
    case .leaf(let text): text
    case .array(let values): "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value.text)" }.joined(separator: ",") + "}"
    }
  }

  /// Lets the decoder find out what a value is.
  private struct Decoded: Decodable {
    let tree: JSONTree

    init(from decoder: any Decoder) throws {
      if let container = try? decoder.singleValueContainer() {
        if container.decodeNil() {
          tree = .leaf("null")
          return
        }
        if let value = try? container.decode(Bool.self) {
          tree = .leaf("\(value)")
          return
        }
        if let value = try? container.decode(Int64.self) {
          tree = .leaf("\(value)")
          return
        }
        if let value = try? container.decode(UInt64.self) {
          tree = .leaf("\(value)")
          return
        }
        if let value = try? container.decode(Double.self) {
          tree = .leaf("\(value)")
          return
        }
        if let value = try? container.decode(String.self) {
          tree = .leaf("\"\(value)\"")
          return
        }
        if let values = try? container.decode([Decoded].self) {
          tree = .array(values.map(\.tree))
          return
        }
      }
      tree = .object(try [String: Decoded](from: decoder).mapValues(\.tree))
    }
  }
}
