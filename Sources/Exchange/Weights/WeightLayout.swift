import Networks
import Tensors

/// How a program names and arranges the weights of a network.
public enum WeightLayout: String, CaseIterable, Sendable {
  /// Rival's own: `00_dense/weight` `[in, out]`, kernels `[height, width, in, out]`.
  case rival
  /// That of the state of a `torch.nn.Sequential` of the same layers, one for one: `0.weight` `[out, in]`, kernels `[out, in, height, width]`,
  /// those of transposed convolutions `[in, out, height, width]`; images are channels first, which reorders what lies between them and vectors.
  case pytorch
  /// That of the `.weights.h5` file of a Keras model of the same layers: `layers/dense/vars/0` `[in, out]`, kernels
  /// `[height, width, in, out]`, those of transposed convolutions `[height, width, out, in]`.
  case keras

  /// How each tensor of `network` is called and arranged, in the order of the layers.
  ///
  /// - Throws: ``ExchangeError`` that names a layer which has no counterpart.
  func forms(of network: TrainedNetwork) throws -> [WeightForm] {
    switch self {
    case .rival:
      return network.tensors.map { WeightForm(path: $0.path, name: $0.path, shape: $0.tensor.shape.dimensions) }
    case .pytorch: return try PyTorchForms(network).forms()
    case .keras: return try KerasForms(network).forms()
    }
  }
}

/// A tensor of a network as another program has it.
struct WeightForm {
  /// Where the network has it.
  let path: String
  /// What the other program calls it.
  var name: String
  /// The network's shape of it.
  let shape: [Int]
  /// The other program's dimension `i` is dimension `permutation[i]` of the network's; empty where they are the same.
  var permutation: [Int] = []
  /// A dimension that counts the numbers of an image: height, width, channels here; channels, height, width there.
  var image: (axis: Int, extents: [Int])?

  init(path: String, name: String, shape: [Int]) {
    (self.path, self.name, self.shape) = (path, name, shape)
  }

  /// The other program's shape.
  var outwardShape: [Int] { permutation.isEmpty ? shape : permutation.map { shape[$0] } }

  /// The tensor as the other program has it.
  func outward(_ tensor: Tensor) -> Tensor {
    let ordered = image.map { reordered(tensor, $0.axis, from: $0.extents, by: [2, 0, 1]) } ?? tensor
    return permutation.isEmpty ? ordered : ordered.transposed(permutation)
  }

  /// The tensor as the network has it.
  func inward(_ tensor: Tensor) -> Tensor {
    var inverse = permutation
    for (place, axis) in permutation.enumerated() { inverse[axis] = place }
    let turned = permutation.isEmpty ? tensor : tensor.transposed(inverse)
    return image.map { reordered(turned, $0.axis, from: [$0.extents[2], $0.extents[0], $0.extents[1]], by: [1, 2, 0]) } ?? turned
  }

  /// Takes a dimension for three, and puts these into another order.
  private func reordered(_ tensor: Tensor, _ axis: Int, from extents: [Int], by order: [Int]) -> Tensor {
    let (front, back) = (tensor.shape.dimensions[..<axis], tensor.shape.dimensions[(axis + 1)...])
    let places = Array(0..<axis) + order.map { $0 + axis } + back.indices.map { $0 + 2 }
    return tensor.reshaped(Shape(front + extents + back)).transposed(places).reshaped(tensor.shape)
  }
}
