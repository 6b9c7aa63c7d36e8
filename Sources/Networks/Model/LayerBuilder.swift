/// A layer with the place where it was written.
public struct PlacedLayer: Sendable {
  public var layer: any Layer
  /// `Module/File.swift:12`; empty where it is not known (a model read from a file).
  public var place: String

  public init(_ layer: any Layer, place: String = "") {
    self.layer = layer
    self.place = place
  }
}

/// Collects the layers of a model, each with its line. Takes `if`, `else`, `for`, optionals and arrays.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer, file: String = #fileID, line: Int = #line) -> [PlacedLayer] {
    [PlacedLayer(layer, place: "\(file):\(line)")]
  }

  public static func buildExpression(_ layers: [any Layer], file: String = #fileID, line: Int = #line) -> [PlacedLayer] {
    layers.map { PlacedLayer($0, place: "\(file):\(line)") }
  }

  public static func buildExpression(_ layers: [PlacedLayer]) -> [PlacedLayer] { layers }

  public static func buildExpression(_ layer: (any Layer)?, file: String = #fileID, line: Int = #line) -> [PlacedLayer] {
    layer.map { [PlacedLayer($0, place: "\(file):\(line)")] } ?? []
  }

  @available(*, unavailable, message: "a model block holds layers, optional layers and arrays of layers")
  public static func buildExpression<Other>(_ other: Other) -> [PlacedLayer] { [] }

  public static func buildBlock() -> [PlacedLayer] { [] }
  public static func buildPartialBlock(first: [PlacedLayer]) -> [PlacedLayer] { first }
  public static func buildPartialBlock(accumulated: [PlacedLayer], next: [PlacedLayer]) -> [PlacedLayer] {
    accumulated + next
  }
  public static func buildOptional(_ layers: [PlacedLayer]?) -> [PlacedLayer] { layers ?? [] }
  public static func buildEither(first: [PlacedLayer]) -> [PlacedLayer] { first }
  public static func buildEither(second: [PlacedLayer]) -> [PlacedLayer] { second }
  public static func buildArray(_ groups: [[PlacedLayer]]) -> [PlacedLayer] { groups.flatMap { $0 } }
  public static func buildLimitedAvailability(_ layers: [PlacedLayer]) -> [PlacedLayer] { layers }
}
