/// One side of a game.
public struct Player: Hashable, Sendable, Codable, CustomStringConvertible {
  public let name: String
  public init(_ name: String) { self.name = name }

  public static let generator = Player("generator")
  public static let discriminator = Player("discriminator")

  public var description: String { name }
}
