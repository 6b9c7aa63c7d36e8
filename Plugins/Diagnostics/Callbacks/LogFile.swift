import Components
import Foundation

/// A file of numbers by round that grows at its end: a table, or a JSON document a line.
struct LogFile {
  private let path: String
  private var isTable: Bool { path.hasSuffix(".csv") }

  init(_ path: String) { self.path = path }

  /// Writes a row behind those of earlier rounds; rows of this round and later ones go.
  ///
  /// - Throws: `ComponentError` where the file cannot be read or written.
  func append(step: Int, _ values: [(name: String, value: Double)]) throws {
    do {
      let line = isTable ? "" : try document(step, values)
      let tail = try lastLine()
      if !isTable, tail.map({ Self.step(of: $0) ?? .max < step }) ?? true { return try add(line + "\n") }
      let names = values.map(\.name)
      if isTable, let header = try firstLine(), let tail, header == Self.header(names),
        Self.step(of: tail) ?? (tail == header ? -1 : .max) < step
      {
        return try add(Self.row(step, values.map(\.value)) + "\n")
      }
      try rewrite(step, values)
    } catch let error as CocoaError {
      throw ComponentError(
        "\(path) cannot be written (\(error.localizedDescription)); check that its folder is there and writable, and has room")
    }
  }

  /// The whole file anew: the rows of earlier rounds, with a column for each name of either, and the new one.
  private func rewrite(_ step: Int, _ values: [(name: String, value: Double)]) throws {
    let old = FileManager.default.fileExists(atPath: path) ? try String(contentsOfFile: path, encoding: .utf8) : ""
    let lines = old.split(separator: "\n").map(String.init)
    var text = ""
    if isTable {
      let known = lines.first.map { $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst().map(String.init) } ?? []
      let names = known + values.map { Self.field($0.name) }.filter { !known.contains($0) }
      let kept = lines.dropFirst().filter { (Self.step(of: $0) ?? .max) < step }
      text = (["step"] + names).joined(separator: ",") + "\n"
      for line in kept { text += line + String(repeating: ",nan", count: names.count - known.count) + "\n" }
      let found = Dictionary(values.map { (Self.field($0.name), $0.value) }) { $1 }
      text += Self.row(step, names.map { found[$0] ?? .nan }) + "\n"
    } else {
      for line in lines where (Self.step(of: line) ?? .max) < step { text += line + "\n" }
      text += try document(step, values) + "\n"
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private func add(_ text: String) throws {
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(text.utf8))
  }

  private func firstLine() throws -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let head = try file.read(upToCount: 1 << 16) ?? Data()
    return head.firstIndex(of: 10).map { String(decoding: head[..<$0], as: UTF8.self) }
  }

  /// The last line; `nil` where there is no file, or nothing in it. One that was cut short has no step.
  private func lastLine() throws -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let end = try file.seekToEnd()
    guard end > 0 else { return nil }
    try file.seek(toOffset: end - min(end, 1 << 16))
    let tail = try file.readToEnd() ?? Data()
    guard tail.last == 10 else { return "" }
    return tail.split(separator: 10).last.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The step that a line begins with.
  private static func step(of line: String) -> Int? {
    let digits = line.hasPrefix("{\"step\":") ? line.dropFirst(8) : line[...]
    return Int(digits.prefix { $0 != "," && $0 != "}" })
  }

  private static func header(_ names: [String]) -> String { (["step"] + names.map(field)).joined(separator: ",") }

  /// A name as a column's; separators cannot stand in one.
  private static func field(_ name: String) -> String { name.replacing(",", with: ";") }

  private static func row(_ step: Int, _ values: [Double]) -> String { ([String(step)] + values.map(number)).joined(separator: ",") }

  /// The fewest digits that read back as the same number; float32 where it is one.
  private static func number(_ value: Double) -> String { Double(Float(value)) == value ? "\(Float(value))" : "\(value)" }

  private func document(_ step: Int, _ values: [(name: String, value: Double)]) throws -> String {
    let members = try values.map {
      "\(try JSONValue.string($0.name).text(pretty: false)):\($0.value.isFinite ? Self.number($0.value) : "null")"
    }
    return "{" + (["\"step\":\(step)"] + members).joined(separator: ",") + "}"
  }
}
