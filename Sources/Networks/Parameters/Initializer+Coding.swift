import Components

// Initializers are coded as one word, with their numbers in parentheses: "glorot-uniform", "normal(0.02)", "uniform(-1 1)".

extension Initializer: CustomStringConvertible {
  /// The word that files keep and that the command line takes: `he-normal`, `normal(0.02)`, `uniform(-1 1)`.
  public var description: String {
    let (word, numbers) = parts
    if numbers.isEmpty { return word }
    return word + "(" + numbers.map { JSONValue.number($0).plain }.joined(separator: " ") + ")"
  }

  /// The initializer that ``description`` gives; `nil` for other text.
  public init?(_ description: String) {
    let pieces = description.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers: [Double] = []
    if pieces.count == 2 {
      guard pieces[1].hasSuffix(")") else { return nil }
      for number in pieces[1].dropLast().split(separator: " ") {
        guard let value = Double(number), value.isFinite else { return nil }
        numbers.append(value)
      }
      guard !numbers.isEmpty else { return nil }
    }
    switch (pieces[0], numbers.count) {
    case ("zeros", 0): self = .zeros
    case ("ones", 0): self = .ones
    case ("constant", 1): self = .constant(numbers[0])
    case ("uniform", 2): self = .uniform(lower: numbers[0], upper: numbers[1])
    case ("normal", 1): self = .normal(standardDeviation: numbers[0])
    case ("truncated-normal", 1): self = .truncatedNormal(standardDeviation: numbers[0])
    case ("glorot-uniform", 0): self = .glorotUniform
    case ("glorot-normal", 0): self = .glorotNormal
    case ("he-uniform", 0): self = .heUniform
    case ("he-normal", 0): self = .heNormal
    case ("orthogonal", 0): self = .orthogonal(gain: 1)
    case ("orthogonal", 1): self = .orthogonal(gain: numbers[0])
    default: return nil
    }
  }

  private var parts: (word: String, numbers: [Double]) {
    switch self {
    case .zeros: ("zeros", [])
    case .ones: ("ones", [])
    case .constant(let value): ("constant", [value])
    case .uniform(let lower, let upper): ("uniform", [lower, upper])
    case .normal(let deviation): ("normal", [deviation])
    case .truncatedNormal(let deviation): ("truncated-normal", [deviation])
    case .glorotUniform: ("glorot-uniform", [])
    case .glorotNormal: ("glorot-normal", [])
    case .heUniform: ("he-uniform", [])
    case .heNormal: ("he-normal", [])
    case .orthogonal(let gain): ("orthogonal", [gain])
    }
  }

  /// Throws where a number makes no sense: not finite, a negative standard deviation, bounds in the wrong order.
  ///
  /// - Throws: `ComponentError` that names the component and its field.
  public func validate(component: String, field: String) throws {
    let numbers = parts.numbers
    let expected: String? =
      switch self {
      case _ where !numbers.allSatisfy(\.isFinite): "one with finite numbers"
      case .uniform(let lower, let upper) where lower >= upper: "one whose first bound is below the second"
      case .normal(let deviation) where deviation < 0, .truncatedNormal(let deviation) where deviation < 0:
        "one whose standard deviation is not negative"
      default: nil
      }
    if let expected { throw ComponentError(component: component, field: field, value: self, expected: expected) }
  }
}

extension Initializer: Codable {
  /// Decodes an initializer from its word.
  ///
  /// - Throws: `DecodingError.dataCorrupted` with all words where it is none of them.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let initializer = Initializer(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "zeros, ones, constant(0.5), uniform(-1 1), normal(0.02), truncated-normal(0.02), glorot-uniform, "
          + "glorot-normal, he-uniform, he-normal, orthogonal(1)")
    }
    self = initializer
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
