/// A layer made of stacks of layers, such as the two ways of a residual block.
///
/// It mixes samples, uses their statistics and learns a scale where one of its layers does.
public protocol CompositeLayer: Layer {
  /// The stacks by the names of their fields, in the order in which a builder takes them: the first one without a label.
  var stacks: KeyValuePairs<String, Sequential> { get }
}

extension CompositeLayer {
  /// The layers of all stacks.
  public var innerLayers: [any Layer] { stacks.flatMap { $0.value.layers.map(\.layer) } }

  public var mixesSamples: Bool { innerLayers.contains(where: \.mixesSamples) }
  public var usesBatchStatistics: Bool { innerLayers.contains(where: \.usesBatchStatistics) }
  public var learnsScale: Bool { innerLayers.contains(where: \.learnsScale) }
}
