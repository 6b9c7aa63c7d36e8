import Foundation

/// JSON files of a study: sorted keys, numbers that are not finite as text, replaced whole or not at all.
enum StudyFile {
  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(value) + Data("\n".utf8)
  }

  static func write(_ value: some Encodable, to path: String) throws {
    try write(try data(value), to: path)
  }

  static func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw StudyError("\(path) cannot be written: \(error.localizedDescription); check the folder and the free space")
    }
  }

  /// What the file holds; `nil` where there is none.
  static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw StudyError("\(path) cannot be read as a part of a study; remove it, or use another folder")
    }
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: data)
  }
}
