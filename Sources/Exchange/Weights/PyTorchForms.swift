import Networks
import Tensors

/// The state of a `torch.nn.Sequential` whose modules are the layers of a network, one for one.
///
/// PyTorch puts a weight's outputs first and its inputs second, and those of a transposed convolution the other way round: both are our last
/// dimension, then our last but one, then the kernel's extents. Its images are channels first, so a vector that was an image, or becomes one,
/// has its numbers in another order, and with it the weights in front or behind.
struct PyTorchForms {
  private let network: TrainedNetwork
  private let layers: [WalkedLayer]

  init(_ network: TrainedNetwork) {
    self.network = network
    layers = WalkedLayer.all(of: network)
  }

  private static let names = [
    "kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var",
  ]

  func forms() throws -> [WeightForm] {
    var images = try imagesBehind()
    images.merge(try imagesAhead()) { first, _ in first }
    return layers.flatMap { layer in
      layer.tensors.map { path, tensor in
        let name = layer.name(of: path)
        let prefix = layer.numbers.map(String.init).joined(separator: ".") + "."
        var form = WeightForm(
          path: path, name: prefix + (Self.names[name] ?? name.replacing("/", with: ".")), shape: tensor.shape.dimensions)
        if tensor.rank >= 2, !network.network.isTable(parameter: path) {
          form.permutation = [tensor.rank - 1, tensor.rank - 2] + Array(0..<tensor.rank - 2)
        }
        form.image = images[path]
        return form
      }
    }
  }

  /// Whether a layer only gives the numbers of a sample another shape.
  private func reshapes(_ layer: WalkedLayer) -> Bool {
    layer.tensors.isEmpty && layer.input != layer.output && layer.input.elementCount == layer.output.elementCount
  }

  /// Whether all that a layer's tensors do is known: other programs have it too.
  private func isSimple(_ layer: WalkedLayer) -> Bool {
    layer.tensors.isEmpty || layer.layer.kerasForm(forInput: Shape([1] + layer.input.dimensions)) != nil
  }

  /// Whether the order of an image's numbers matters at all.
  private func matters(_ shape: Shape) -> Bool { shape.rank == 3 && shape[2] > 1 && shape[0] * shape[1] > 1 }

  /// What follows an image that was made a vector: the inputs of the next weight, and vectors between.
  private func imagesBehind() throws -> [String: (axis: Int, extents: [Int])] {
    var result: [String: (axis: Int, extents: [Int])] = [:]
    for start in layers.indices where reshapes(layers[start]) && matters(layers[start].input) && layers[start].output.rank == 1 {
      let extents = layers[start].input.dimensions
      for layer in layers[(start + 1)...] {
        guard layer.input.rank == 1, isSimple(layer), layer.input.elementCount == layers[start].input.elementCount else {
          throw unordered(layer, extents)
        }
        if layer.tensors.isEmpty, layer.output.dimensions == extents { break }
        let isLast = mark(layer, extents, last: 1, in: &result)
        if isLast { break }
        if layer.output != layer.input { throw unordered(layer, extents) }
      }
    }
    return result
  }

  /// What precedes a vector that becomes an image: the outputs of the last weight, and vectors between.
  private func imagesAhead() throws -> [String: (axis: Int, extents: [Int])] {
    var result: [String: (axis: Int, extents: [Int])] = [:]
    for end in layers.indices where reshapes(layers[end]) && layers[end].input.rank == 1 && matters(layers[end].output) {
      let extents = layers[end].output.dimensions
      for layer in layers[..<end].reversed() {
        guard layer.output.rank == 1, isSimple(layer), layer.output.elementCount == layers[end].output.elementCount else {
          throw unordered(layer, extents)
        }
        if layer.tensors.isEmpty, layer.input.dimensions == extents { break }
        let isFirst = mark(layer, extents, last: 0, in: &result)
        if isFirst { break }
        if layer.output != layer.input { throw unordered(layer, extents) }
      }
    }
    return result
  }

  /// Marks the tensors of a layer whose numbers are those of an image; says whether one of them is a matrix, behind which others count.
  ///
  /// - Parameter last: how many dimensions come after the one that counts them, in a matrix.
  private func mark(
    _ layer: WalkedLayer, _ extents: [Int], last: Int, in result: inout [String: (axis: Int, extents: [Int])]
  ) -> Bool {
    let count = extents.reduce(1, *)
    var isMatrix = false
    for (path, tensor) in layer.tensors {
      let axis = tensor.rank - 1 - (tensor.rank >= 2 && !network.network.isTable(parameter: path) ? last : 0)
      if tensor.rank >= 2, !network.network.isTable(parameter: path) { isMatrix = true }
      // The bias of a matrix that takes an image counts the outputs.
      if tensor.rank == 1, last == 1, layer.tensors.contains(where: { $0.tensor.rank >= 2 }) { continue }
      if axis >= 0, tensor.shape[axis] == count { result[path] = (axis, extents) }
    }
    return isMatrix
  }

  private func unordered(_ layer: WalkedLayer, _ extents: [Int]) -> ExchangeError {
    ExchangeError(
      "'\(layer.path)' stands between a vector and an image of \(extents) and is no simple layer, so it cannot be put into PyTorch's order "
        + "of channels; use the layout 'rival'")
  }
}
