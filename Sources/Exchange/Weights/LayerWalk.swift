import Networks
import Tensors

/// A layer of a network that is no stack of layers itself, with where it stands and what goes through it.
struct WalkedLayer {
  let layer: any Layer
  /// Its scope, such as `00_dense`, or `01_sequential/00_dense`.
  let path: String
  /// Its number, and before it those of the stacks that it stands in.
  let numbers: [Int]
  /// The shapes of a sample in front of it and behind it.
  let input: Shape
  let output: Shape
  /// Its tensors.
  let tensors: [(path: String, tensor: Tensor)]

  /// The layers of a network in order, those of stacks inside it in their places.
  static func all(of network: TrainedNetwork) -> [WalkedLayer] {
    let shapes = Dictionary(network.network.features.map { ($0.path, $0.shape) }, uniquingKeysWith: { first, _ in first })
    let tensors = network.tensors
    var result: [WalkedLayer] = []
    func walk(_ stack: Sequential, _ prefix: String, _ numbers: [Int], _ input: Shape) {
      var input = input
      for (index, placed) in stack.layers.enumerated() {
        let path = prefix + stack.scopeName(at: index)
        let output = shapes[path] ?? input
        if let inner = placed.layer as? Sequential {
          walk(inner, path + "/", numbers + [index], input)
        } else {
          result.append(
            WalkedLayer(
              layer: placed.layer, path: path, numbers: numbers + [index], input: input, output: output,
              tensors: tensors.filter { $0.path.hasPrefix(path + "/") }))
        }
        input = output
      }
    }
    walk(network.network.layers, "", [], network.network.inputShape)
    return result
  }

  /// The name of one of its tensors in its scope.
  func name(of path: String) -> String { String(path.dropFirst(self.path.count + 1)) }
}
