import Components
import Tensors

/// Layers one after the other; itself a layer.
///
/// Layer `i` lives in the scope `NN_name` (`00_dense`, `01_relu`, …), and its output is tapped under that name.
public struct Sequential: Layer {
  public static let name = "sequential"
  public static let summary = "Layers one after the other."
  public static let fieldDescriptions = [
    "layers": "The layers, in order"
  ]

  public var layers: [PlacedLayer]

  public init() {
    layers = []
  }

  public init(_ layers: [PlacedLayer]) {
    self.layers = layers
  }

  public init(@LayerBuilder _ layers: () -> [PlacedLayer]) {
    self.layers = layers()
  }

  public var outputRange: ClosedRange<Double>? { layers.last?.layer.outputRange }

  public var usesBatchStatistics: Bool { layers.contains { $0.layer.usesBatchStatistics } }

  public var mixesSamples: Bool { layers.contains { $0.layer.mixesSamples } }

  /// The scope's name of the layer at `index`.
  public func scopeName(at index: Int) -> String {
    let number = index < 10 ? "0\(index)" : "\(index)"
    return number + "_" + layers[index].layer.name.replacing("-", with: "_")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    var x = x
    var history: [String] = []
    for (index, placed) in layers.enumerated() {
      let name = scopeName(at: index)
      try placed.validateFields(at: index)
      let y: Tensor
      do {
        y = try placed.layer(x, in: scope.child(name)).validated()
      } catch let error as LayerError {
        throw error
      } catch let error as ComponentError {
        throw error
      } catch {
        throw LayerError(
          place: placed.place, index: index, layer: placed.layer.summaryLine, input: x.shape, cause: "\(error)",
          history: history,
          remedy: placed.layer.remedy(forInput: x.shape))
      }
      history.append(
        "\(index)  \(placed.layer.summaryLine)  \(LayerError.sample(x.shape)) → \(LayerError.sample(y.shape))")
      scope.tap(name, y)
      x = y
    }
    return x
  }
}

extension PlacedLayer {
  /// Checks the layer's fields, and names its line where one is wrong.
  fileprivate func validateFields(at index: Int) throws {
    do {
      try layer.validateFields()
    } catch let error as ComponentError {
      throw ComponentError((place.isEmpty ? "" : "\(place): ") + "layer \(index) \(error)")
    }
  }
}

/// A layer that does not take its input: where it was written, the shapes so far, and what to try.
public struct LayerError: Error, Sendable, CustomStringConvertible {
  public var place: String
  public var index: Int
  public var layer: String
  public var input: Shape
  public var cause: String
  public var history: [String]
  public var remedy: String?

  public var description: String {
    var text = place.isEmpty ? "" : "\(place): "
    text += "layer \(index) \(layer) cannot take \(LayerError.sample(input)): \(cause)"
    if !history.isEmpty { text += "\n  layers so far:\n    " + history.joined(separator: "\n    ") }
    if let remedy { text += "\n  try: \(remedy)" }
    return text
  }

  /// A shape with its first dimension, which counts samples, written as N.
  static func sample(_ shape: Shape) -> String {
    guard shape.rank > 0 else { return "[]" }
    return "[" + (["N"] + shape.dimensions.dropFirst().map(String.init)).joined(separator: ", ") + "]"
  }
}

extension Sequential {
  public init(from decoder: any Decoder) throws {
    var container = try decoder.container(keyedBy: CodingKeys.self).nestedUnkeyedContainer(forKey: .layers)
    layers = []
    while !container.isAtEnd {
      let stored = try container.decode(StoredComponent.self)
      guard let layer = try stored.component(in: decoder) as? any Layer else {
        throw ComponentError("'\(stored.name)' stands among the layers of a model, but is no layer")
      }
      layers.append(PlacedLayer(layer))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(layers.map { try StoredComponent($0.layer) }, forKey: .layers)
  }

  private enum CodingKeys: String, CodingKey { case layers }
}
