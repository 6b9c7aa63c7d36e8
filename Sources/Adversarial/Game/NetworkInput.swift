import Networks
import Tensors

/// What a network of a game takes: from it follows the shape of its input.
public enum NetworkInput: Sendable, Hashable {
  /// The latent vectors.
  case latents
  /// A field of the data; the first one where the name is empty.
  case field(String)
  /// What another network returns.
  case output(of: String)
  /// What a layer of another network publishes, by its path such as `03_relu`; where that is empty, the input of its last layer.
  case features(of: String, at: String)
  /// Tensors of this shape, without the dimension that counts samples.
  case shape([Int])

  /// The first field of the data.
  public static var samples: NetworkInput { .field("") }

  /// The input of another network's last layer.
  public static func features(of network: String) -> NetworkInput { .features(of: network, at: "") }

  /// The shape of one sample's input.
  ///
  /// - Throws: `NetworkError` for a field, network or layer that is not there; networks are built in the order in which they are listed.
  public func inputShape(fields: [Field], latent: Latent?, built networks: [Network]) throws -> Shape {
    func network(_ name: String) throws -> Network {
      if let found = networks.first(where: { $0.name == name }) { return found }
      let known = networks.map(\.name).joined(separator: ", ")
      throw NetworkError(
        "it takes what '\(name)' makes, but there is no such network before it\(known.isEmpty ? "" : "; there are \(known)")")
    }
    switch self {
    case .latents:
      guard let latent else { throw NetworkError("it takes latent vectors, but the game has no latent distribution") }
      return [latent.size]
    case .field(let name):
      guard let field = name.isEmpty ? fields.first : fields.first(where: { $0.name == name }) else {
        throw NetworkError("it takes the field '\(name)', but the data has \(fields.map(\.description).joined(separator: ", "))")
      }
      return Shape(field.shape)
    case .output(let name): return try network(name).outputShape
    case .features(let name, let path):
      let other = try network(name)
      let place = path.isEmpty ? try other.lastHiddenFeature() : path
      guard let shape = other.features.first(where: { $0.path == place })?.shape else {
        throw NetworkError("it takes '\(place)' of \(name), which publishes \(other.features.map(\.path).joined(separator: ", "))")
      }
      return shape
    case .shape(let shape): return Shape(shape)
    }
  }
}

/// An input is coded as a word, such as `latents`, `field label`, `output encoder` or `features discriminator 03_relu`, or as a list of extents.
extension NetworkInput: Codable, CustomStringConvertible {
  public var description: String {
    switch self {
    case .latents: "latents"
    case .field(let name): name.isEmpty ? "samples" : "field \(name)"
    case .output(let network): "output \(network)"
    case .features(let network, let path): path.isEmpty ? "features \(network)" : "features \(network) \(path)"
    case .shape(let shape): "\(Shape(shape))"
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let shape = try? container.decode([Int].self) {
      self = .shape(shape)
      return
    }
    let words = try container.decode(String.self).split(separator: " ").map(String.init)
    switch (words.first, words.count) {
    case ("latents", 1): self = .latents
    case ("samples", 1): self = .samples
    case ("field", 2): self = .field(words[1])
    case ("output", 2): self = .output(of: words[1])
    case ("features", 2): self = .features(of: words[1])
    case ("features", 3): self = .features(of: words[1], at: words[2])
    default:
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "latents, samples, field NAME, output NETWORK, features NETWORK LAYER, or a list of extents")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .shape(let shape) = self { try container.encode(shape) } else { try container.encode(description) }
  }
}
