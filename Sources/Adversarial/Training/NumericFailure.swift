/// A recorded number that is no longer finite: in which round, which, and where it began.
///
/// It is equal to itself although its value may be NaN, and coded with the value as text, because JSON has no NaN.
public struct NumericFailure: Sendable, CustomStringConvertible {
  /// The round, counted from 1.
  public var step: Int
  /// The name of the recorded number.
  public var record: String
  public var value: Double
  /// The first tensor that was not finite, in the round in which it was so for the first time; `nil` where only the recorded number is.
  public var origin: NonFinite?

  public init(step: Int, record: String, value: Double, origin: NonFinite? = nil) {
    self.step = step
    self.record = record
    self.value = value
    self.origin = origin
  }

  public var description: String {
    "diverged: \(record) is \(value) in round \(step)" + (origin.map { "; the first value that is not finite: \($0)" } ?? "")
  }
}

extension NumericFailure: Equatable {
  public static func == (left: NumericFailure, right: NumericFailure) -> Bool {
    left.step == right.step && left.record == right.record && left.origin == right.origin
      && (left.value == right.value || left.value.isNaN && right.value.isNaN)
  }
}

extension NumericFailure: Codable {
  private enum CodingKeys: String, CodingKey {
    case step, record, value, origin
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .value)
    guard let value = Double(text) else {
      throw DecodingError.dataCorruptedError(forKey: .value, in: container, debugDescription: "'\(text)' is no number")
    }
    self.init(
      step: try container.decode(Int.self, forKey: .step), record: try container.decode(String.self, forKey: .record),
      value: value, origin: try container.decodeIfPresent(NonFinite.self, forKey: .origin))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(record, forKey: .record)
    try container.encode(value.description, forKey: .value)
    try container.encodeIfPresent(origin, forKey: .origin)
  }
}
