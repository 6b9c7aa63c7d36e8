/// A recorded number that is no longer finite: in which round, which, and the first tensor of the state that is not finite either.
///
/// It is equal to itself although its value may be NaN, and coded with the value as text, because JSON has no NaN.
public struct Verdict: Sendable, CustomStringConvertible {
  public var step: Int
  public var record: String
  public var value: Double
  public var tensor: String?

  public init(step: Int, record: String, value: Double, tensor: String? = nil) {
    self.step = step
    self.record = record
    self.value = value
    self.tensor = tensor
  }

  public var description: String {
    "diverged: \(record) is \(value) in round \(step)"
      + (tensor.map { "; the first tensor that is not finite is \($0)" } ?? "")
  }
}

extension Verdict: Equatable {
  public static func == (left: Verdict, right: Verdict) -> Bool {
    left.step == right.step && left.record == right.record && left.tensor == right.tensor
      && (left.value == right.value || left.value.isNaN && right.value.isNaN)
  }
}

extension Verdict: Codable {
  private enum CodingKeys: String, CodingKey {
    case step, record, value, tensor
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let text = try container.decode(String.self, forKey: .value)
    guard let value = Double(text) else {
      throw DecodingError.dataCorruptedError(forKey: .value, in: container, debugDescription: "'\(text)' is no number")
    }
    self.init(
      step: try container.decode(Int.self, forKey: .step), record: try container.decode(String.self, forKey: .record),
      value: value, tensor: try container.decodeIfPresent(String.self, forKey: .tensor))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(record, forKey: .record)
    try container.encode(value.description, forKey: .value)
    try container.encodeIfPresent(tensor, forKey: .tensor)
  }
}
