import Components
import Foundation

/// A constant is coded as a number, a schedule as its text.
extension Number: Codable, Equatable, CustomStringConvertible {
  /// Decodes a number or the text of a schedule.
  ///
  /// - Throws: `ComponentError` for text that is no schedule, `DecodingError` for anything else.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let text = try? container.decode(String.self) else {
      self.init(try container.decode(Double.self))
      return
    }
    do {
      self = try Number(parsing: text)
    } catch {
      throw ComponentError((decoder.codingPath.last.map { "field '\($0.stringValue)': " } ?? "") + "\(error)")
    }
  }

  /// Reads `10`, or `0:linear:2e-4@500:cosine:0@5000`.
  ///
  /// - Throws: an error that says what stands where what should.
  public init(parsing text: String) throws {
    if let value = Double(text) {
      self.init(value)
    } else {
      self.init(.schedule(try Schedule(text)))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch form {
    case .constant(let value): try container.encode(value)
    case .schedule(let schedule):
      if let problem = schedule.problem { throw ComponentError("the schedule \(schedule) cannot be kept: \(problem)") }
      try container.encode(schedule.description)
    case .computed: throw ComponentError("a number that was computed in a round cannot be kept")
    }
  }

  /// The number, or the text of the schedule.
  public var description: String {
    switch form {
    case .constant(let value): "\(value)"
    case .schedule(let schedule): schedule.description
    case .computed(let tensor): "\(tensor)"
    }
  }

  /// Whether both are the same constant or the same schedule.
  public static func == (left: Number, right: Number) -> Bool {
    switch (left.form, right.form) {
    case (.constant(let a), .constant(let b)): a == b
    case (.schedule(let a), .schedule(let b)): a == b
    default: false
    }
  }

  /// Throws unless all values that it takes are as they must be.
  ///
  /// `try learningRate.require("learningRate", of: Self.name, "a positive number") { $0 > 0 }`
  ///
  /// - Parameter expected: what the values must be, in words that follow "must be".
  /// - Throws: `ComponentError` that names the component and field.
  public func require(_ field: String, of component: String, _ expected: String, where isAllowed: (Double) -> Bool) throws {
    if case .schedule(let schedule) = form, let problem = schedule.problem {
      throw ComponentError("\(component): field '\(field)' is \(schedule), but \(problem)")
    }
    guard values.allSatisfy({ $0.isFinite && isAllowed($0) }) else {
      throw ComponentError(component: component, field: field, value: self, expected: expected)
    }
  }

  /// Throws unless it is positive; a schedule may reach 0, as one that ends does.
  public func requirePositive(_ field: String, of component: String) throws {
    try require(field, of: component, "a positive number") { $0 > 0 || (isScheduled && $0 == 0) }
  }
}

/// ln x. In a file of its own because Foundation's `log` and the tensors' would be ambiguous where both are imported.
func naturalLogarithm(_ x: Double) -> Double { Foundation.log(x) }
