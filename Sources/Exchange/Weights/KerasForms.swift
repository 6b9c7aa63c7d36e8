import Networks
import Tensors

/// The variables of a Keras model whose layers are those of a network: by class, numbered among the layers of that class in their stack.
///
/// Keras 3 stores variable `i` of a layer as `layers/CLASS[_k]/vars/i`, where k counts the earlier layers of the class; stacks inside the
/// model have such a tree of their own.
struct KerasForms {
  private let network: TrainedNetwork

  init(_ network: TrainedNetwork) {
    self.network = network
  }

  func forms() throws -> [WeightForm] {
    var counts: [[Int]: [String: Int]] = [:]
    /// The group of a member of a stack: every member counts once.
    var groups: [[Int]: String] = [:]
    func group(_ numbers: [Int], _ name: String) -> String {
      if let known = groups[numbers] { return known }
      let stack = Array(numbers.dropLast())
      let number = counts[stack, default: [:]][name, default: 0]
      counts[stack, default: [:]][name] = number + 1
      let text = "layers/" + name + (number == 0 ? "" : "_\(number)")
      groups[numbers] = text
      return text
    }
    var result: [WeightForm] = []
    for layer in WalkedLayer.all(of: network) {
      var prefix = ""
      for depth in 1..<max(layer.numbers.count, 1) { prefix += group(Array(layer.numbers.prefix(depth)), "sequential") + "/" }
      let form = layer.layer.kerasForm(forInput: Shape([1] + layer.input.dimensions))
      if let form { prefix += group(layer.numbers, form.name) + "/vars/" }
      guard !layer.tensors.isEmpty else { continue }
      let names = layer.tensors.map { layer.name(of: $0.path) }
      guard let form, Set(names).isSubset(of: form.tensors) else {
        throw ExchangeError("layer '\(layer.path)' (\(layer.layer.summaryLine)) has no counterpart in Keras; use safetensors or ONNX")
      }
      for (number, name) in form.tensors.filter(names.contains).enumerated() {
        guard let (path, tensor) = layer.tensors.first(where: { layer.name(of: $0.path) == name }) else { continue }
        result.append(WeightForm(path: path, name: prefix + String(number), shape: tensor.shape.dimensions))
      }
    }
    return result
  }
}
