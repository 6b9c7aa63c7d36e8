import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

/// A registry of all built-in layers.
func layerRegistry() throws -> Registry {
  try Registry(BuiltInLayers.types)
}

/// A network of the given layers, under the key of seed 7.
func network(_ inputShape: Shape, seed: UInt64 = 7, @LayerBuilder _ layers: () -> [PlacedLayer]) throws -> Network {
  try Network(name: "network", layers: Sequential(layers), inputShape: inputShape, key: Key(seed: seed))
}

extension Network {
  /// One call with the network's own parameters and state.
  func run(_ input: Tensor, isTraining: Bool = true, step: Int32? = nil) throws -> NetworkOutput {
    try self(
      input, parameters: parameters, state: state, isTraining: isTraining, randomKey: Key(seed: 11),
      step: step.map { Tensor(int32: [$0], shape: []) })
  }
}

/// The text of the error that `body` throws; empty where it throws none.
func failureText(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}

/// Expects each number to be near its reference: within `tolerance` of max(1, |reference|).
func expectNear(
  _ values: [Double], _ references: [Double], tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard values.count == references.count else {
    Issue.record("\(what): \(values.count) numbers, not \(references.count)", sourceLocation: sourceLocation)
    return
  }
  var worst = (index: 0, error: 0.0)
  for (index, (value, reference)) in zip(values, references).enumerated() {
    let error = abs(value - reference) / max(1, abs(reference))
    if !(error <= worst.error) { worst = (index, error) }
  }
  #expect(
    worst.error <= tolerance,
    "\(what): number \(worst.index) is \(values[worst.index]), not \(references[worst.index])",
    sourceLocation: sourceLocation)
}
