import Networks

/// Where a tensor lies in the training state: the one grammar of its paths, which checkpoints share.
///
/// Names of networks and players have no underscore and no slash, so that every path is read in one way.
public enum StatePath: Hashable, Sendable, CustomStringConvertible {
  /// `generator/params/00_dense/weight`
  case parameter(network: String, path: String)
  /// `generator/buffers/02_batch_norm/moving_mean`
  case buffer(network: String, path: String)
  /// `generator_ema/params/00_dense/weight`: a second set of a network's parameters.
  case shadow(network: String, set: String, path: String)
  /// `optimizers/generator/m/00_dense/weight`, `optimizers/generator/iterations`
  case optimizer(Player, path: String)
  /// `heuristics/spectral-normalization/discriminator/00_dense/weight`; of a loss or an objective too
  case heuristic(String, path: String)

  /// Reads a path; `nil` for text that is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    switch (parts[0], parts[1]) {
    case ("optimizers", _): self = .optimizer(Player(parts[1]), path: parts[2])
    case ("heuristics", _): self = .heuristic(parts[1], path: parts[2])
    case (let name, "buffers") where !name.contains("_"): self = .buffer(network: name, path: parts[2])
    case (let name, "params"):
      guard let mark = name.firstIndex(of: "_") else {
        self = .parameter(network: name, path: parts[2])
        return
      }
      self = .shadow(network: String(name[..<mark]), set: String(name[name.index(after: mark)...]), path: parts[2])
    default: return nil
    }
  }

  public var description: String {
    switch self {
    case .parameter(let network, let path): "\(network)/params/\(path)"
    case .buffer(let network, let path): "\(network)/buffers/\(path)"
    case .shadow(let network, let set, let path): "\(network)_\(set)/params/\(path)"
    case .optimizer(let player, let path): "optimizers/\(player)/\(path)"
    case .heuristic(let name, let path): "heuristics/\(name)/\(path)"
    }
  }

  /// What the paths of a network's parameters begin with.
  public static func parameters(of network: String) -> String { "\(network)/params/" }
  /// What the paths of a network's buffers begin with.
  public static func buffers(of network: String) -> String { "\(network)/buffers/" }
  /// What the paths of an optimizer's memory begin with.
  public static func optimizer(of player: Player) -> String { "optimizers/\(player)/" }
  /// What the paths of a heuristic's state begin with.
  public static func heuristic(_ name: String) -> String { "heuristics/\(name)/" }

  /// How many names a path may have, so that checkpoints can hold it under every prefix that they know.
  public static let deepest = 14

  /// Names that no network may have, because other parts of a checkpoint lie under them.
  public static let reserved: Set<String> = ["optimizers", "heuristics", "metrics", "state", "data", "config", "rng"]

  /// Throws unless `name` can name a network or player: small letters, digits and hyphens, a letter first, and not reserved.
  public static func check(name: String, of what: String) throws {
    let isPlain = name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2d }
    guard let first = name.utf8.first, first >= 0x61, first <= 0x7a, isPlain, name.utf8.count <= 100 else {
      throw NetworkError("'\(name)' cannot name \(what); use small letters, digits and hyphens, a letter first, such as 'style-encoder'")
    }
    guard !reserved.contains(name) else {
      throw NetworkError("'\(name)' cannot name \(what): checkpoints keep other things there; choose another name")
    }
  }
}
