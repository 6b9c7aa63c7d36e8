/// A field that takes one of a few words: a `String` enum whose coding error lists them.
///
/// ```swift
/// public enum Border: String, ComponentChoice { case same, valid }
/// ```
public protocol ComponentChoice: RawRepresentable, CaseIterable, Codable, Sendable, Hashable where RawValue == String {}

extension ComponentChoice {
  /// Decodes the choice from its word.
  ///
  /// - Throws: `DecodingError.dataCorrupted` with all words where it is none of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let word = try container.decode(String.self)
    guard let choice = Self(rawValue: word) else {
      let words = Self.allCases.map(\.rawValue)
      throw DecodingError.dataCorruptedError(in: container, debugDescription: words.joined(separator: ", "))
    }
    self = choice
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
