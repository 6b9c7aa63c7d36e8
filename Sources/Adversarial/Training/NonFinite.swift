/// The first value of a round that is not finite: where a divergence begins.
public struct NonFinite: Sendable, Equatable, Codable, CustomStringConvertible {
  /// What a tensor is to the round.
  public enum Role: String, Sendable, Codable {
    /// Real samples, as the data gave them.
    case sample
    case loss
    case gradient
    case parameter
    case activation
  }

  /// What was found.
  public enum Kind: String, Sendable, Codable {
    /// Not a number.
    case nan
    /// An infinity.
    case overflow
  }

  /// A tensor's values, under its name.
  public struct Source: Sendable {
    public var name: String
    public var role: Role
    public var values: [Float]

    public init(name: String, role: Role, values: [Float]) {
      self.name = name
      self.role = role
      self.values = values
    }
  }

  /// The round, counted from 1 as in a run's history.
  public let step: Int
  /// The tensor.
  public let name: String
  /// What the tensor is to the round.
  public let role: Role
  /// What was found.
  public let kind: Kind
  /// The first element that is not finite.
  public let index: Int
  /// How many elements of the tensor are not finite.
  public let count: Int

  /// The first of `sources` with a value that is not finite; `nil` where all are finite.
  public static func first(in sources: [Source], step: Int) -> NonFinite? {
    for source in sources {
      guard let index = source.values.firstIndex(where: { !$0.isFinite }) else { continue }
      return NonFinite(
        step: step, name: source.name, role: source.role, kind: source.values[index].isNaN ? .nan : .overflow, index: index,
        count: source.values.count { !$0.isFinite })
    }
    return nil
  }

  public var description: String {
    "\(role.rawValue) \(name) in round \(step) (\(kind == .nan ? "not a number" : "overflow") in element \(index), \(count) in all)"
  }
}
