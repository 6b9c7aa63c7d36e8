import Foundation
import Rival
import Yams

/// A value in a study file, with the file and the line that errors name.
struct StudyFileNode {
  /// The most bytes that a study file may have.
  static let mostBytes = 1 << 20

  private let file: String
  private let node: Yams.Node

  private init(_ file: String, _ node: Yams.Node) {
    self.file = file
    self.node = node
  }

  /// Reads a file.
  ///
  /// - Throws: ``CommandFailure`` where it cannot be read, is too long, or is no YAML; the message says in which line.
  init(reading path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("\(path): there is no such file, or it may not be read")
    }
    guard data.count <= Self.mostBytes, let text = String(validating: data, as: UTF8.self) else {
      throw CommandFailure("\(path): it is no study file, which is YAML in UTF-8 of at most \(Self.mostBytes) bytes")
    }
    do {
      guard let node = try compose(yaml: text) else { throw CommandFailure("\(path): it is empty; write problem: ring, for a start") }
      self.init(path, node)
    } catch let error as YamlError {
      throw CommandFailure("\(path):\(error)\nText with a colon and a blank in it is put in quotes.")
    }
  }

  /// An error about this value: file, line, and what is wrong.
  func failure(_ text: String) -> CommandFailure {
    CommandFailure("\(file)\(node.mark.map { ":\($0.line)" } ?? ""): \(text)")
  }

  /// What `body` makes of the value; what it throws is said with file and line.
  func located<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CommandFailure where error.description.hasPrefix(file) {
      throw error
    } catch {
      throw failure("\(error)")
    }
  }

  /// Whether nothing stands there.
  var isNull: Bool { node.null != nil && node.scalar != nil }

  /// Whether it is a mapping of keys to values.
  var isMapping: Bool { node.mapping != nil }

  /// Whether it is a list.
  var isList: Bool { node.sequence != nil }

  /// The entries of a mapping, in order.
  ///
  /// - Parameters:
  ///   - known: the keys that there are; all where it is `nil`.
  ///   - what: what stands there, in words.
  func members(_ known: [String]? = nil, _ what: String) throws -> [(key: String, value: StudyFileNode)] {
    guard let mapping = node.mapping else { throw failure("\(what) must be keys with values, as in 'problem: ring'") }
    return try mapping.map { key, value in
      let place = StudyFileNode(file, key)
      let name = try place.text("a key")
      if let known, !known.contains(name) {
        throw place.failure("there is no key '\(name)'\(Registry.suggestion(name, known, "; there are: \(known.joined(separator: ", "))"))")
      }
      return (name, StudyFileNode(file, value))
    }
  }

  /// The elements of a list; a single value is a list of one.
  var elements: [StudyFileNode] { node.sequence.map { $0.map { StudyFileNode(file, $0) } } ?? [self] }

  /// The text of a single value, as it is written.
  func text(_ what: String) throws -> String {
    guard let text = node.scalar?.string else { throw failure("\(what) must be a single value") }
    return text
  }

  /// A number.
  func number(_ what: String) throws -> Double {
    guard let value = node.float ?? node.int.map(Double.init), value.isFinite else {
      throw failure("\(what) is '\(node.scalar?.string ?? "a list or mapping")', but must be a number")
    }
    return value
  }

  /// A whole number in a range; `1e4` is one.
  func integer(_ what: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let value = node.int ?? node.float.flatMap(Int.init(exactly:)), range.contains(value) else {
      throw failure(
        "\(what) is '\(node.scalar?.string ?? "a list or mapping")', but must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return value
  }
}
