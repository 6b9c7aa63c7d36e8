import Adversarial
import Components
import Foundation
import Networks

/// A composition as a checkpoint keeps it: its name and fields.
///
/// The layers of a GAN's two networks lie under `/config/generator` and `/config/discriminator`, where a tool that only wants a network finds
/// them, and nowhere else. Every other network is described there too, beside the composition that it belongs to.
struct StoredComposition {
  /// `{"name": "gan", "fields": {…}}`
  let json: JSONValue
  /// What was taken out of the fields, by network.
  private let layers: [String: JSONValue]

  init(_ composition: any Composition) throws {
    var fields = try JSONValue(encoding: composition).members
    var layers: [String: JSONValue] = [:]
    if composition is GAN {
      for name in StoredComposition.own { layers[name] = fields.removeValue(forKey: name)?.members["layers"] }
    }
    self.layers = layers
    json = .object(["name": .string(composition.name), "fields": .object(fields)])
  }

  /// - Parameter json: what a checkpoint holds; files of layout 1.0 hold a GAN's fields alone.
  init(json: JSONValue) {
    layers = [:]
    if case .string? = json.members["name"], json.members["fields"] != nil {
      self.json = json
    } else {
      self.json = .object(["name": .string(GAN.name), "fields": json])
    }
  }

  /// The networks whose layers are kept under `/config` alone.
  private static let own = ["generator", "discriminator"]

  /// What `/config/NETWORK` holds: the shape of one input, and the layers.
  func configuration(of network: Network) throws -> JSONValue {
    var members: [String: JSONValue] = [
      "schema": .integer(1), "input": .array(network.inputShape.map { .integer(Int64($0)) }),
      "layers": try layers[network.name] ?? JSONValue(encoding: network.layers).members["layers"] ?? .array([]),
    ]
    if !network.conditions.isEmpty { members["conditions"] = try JSONValue(encoding: network.conditions) }
    return .object(members)
  }

  /// The composition.
  ///
  /// - Parameter configuration: reads `/config/NAME`.
  /// - Throws: `ComponentError` for a component that the registry lacks, `NetworkError` for what is no composition.
  func composition(registry: Registry, configuration: (String) throws -> [String: JSONValue]) throws -> any Composition {
    guard case .string(let name)? = json.members["name"], var fields = json.members["fields"]?.members else {
      throw NetworkError("'/config/training' lacks the composition's name or fields")
    }
    if name == GAN.name {
      for network in StoredComposition.own {
        fields[network] = .object(["layers": try configuration(network)["layers"] ?? .array([])])
      }
    }
    guard let type = try registry.type(named: name) as? any Composition.Type else {
      throw NetworkError("'\(name)' stands where the composition belongs, but is none")
    }
    func decoded<C: Composition>(_ type: C.Type) throws -> C {
      do {
        return try registry.decode(type, from: JSONEncoder().encode(JSONValue.object(fields)))
      } catch let error as DecodingError {
        throw NetworkError("the composition '\(name)' cannot be read: \(error)")
      }
    }
    return try decoded(type)
  }
}
