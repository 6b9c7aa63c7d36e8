import Foundation
import Metrics
import Tensors

/// A network of two hidden layers of rectified units and one logit, trained by Adam on rows with labels: small, plain and repeatable.
///
/// Everything random follows from a key, and its programs run on one thread, so that the same rows and key give the same network.
struct SmallClassifier {
  let inputs: Int
  let hidden: Int
  /// W₁ (inputs × hidden), b₁, W₂ (hidden × hidden), b₂, w₃ (hidden × 1), b₃.
  private(set) var parameters: [Tensor]

  /// Weights with the variance 2 / fan-in (He et al. 2015), the last layer's a tenth of that; no biases.
  init(inputs: Int, hidden: Int, key: Key) {
    self.inputs = inputs
    self.hidden = hidden
    let draws = RandomOrder.normal(count: inputs * hidden + hidden * hidden + hidden, key: key)
    var next = draws.makeIterator()
    func weights(_ rows: Int, _ columns: Int, _ deviation: Double) -> Tensor {
      Tensor((0..<rows * columns).map { _ in Float((next.next() ?? 0) * deviation) }, shape: [rows, columns])
    }
    let spread = (2 / Double(hidden)).squareRoot()
    parameters = [
      weights(inputs, hidden, (2 / Double(inputs)).squareRoot()), .zeros([hidden]), weights(hidden, hidden, spread), .zeros([hidden]),
      weights(hidden, 1, 0.1 * spread), .zeros([1]),
    ]
  }

  /// One logit for each row of `x`.
  private static func logits(_ x: Tensor, _ p: [Tensor]) -> Tensor {
    let first = relu(matmul(x, p[0]) + p[1])
    let second = relu(matmul(first, p[2]) + p[3])
    return (matmul(second, p[4]) + p[5]).flattened()
  }

  /// How a network is trained.
  struct Training {
    var maximumEpochs: Int
    var batchSize: Int
    var learningRate: Double
    var weightDecay: Double
    /// Epochs without a lower validation loss after which training ends.
    var patience: Int
  }

  /// Trains on rows with labels 0 or 1 and keeps the parameters with the lowest loss on the validation rows; the start counts as well.
  ///
  /// - Returns: the epochs that were run.
  mutating func train(
    _ rows: [Float], _ labels: [Float], validation: (rows: [Float], labels: [Float]), _ training: Training, key: Key
  ) throws -> Int {
    let judge = try judge(validation.rows.count / inputs)
    let descent = try Descent(from: parameters, rows, labels, inputs: inputs, training)
    var best = parameters
    var lowest = Self.loss(try judge(validation.rows, best), validation.labels)
    var waited = 0
    var epoch = 0
    while epoch < training.maximumEpochs, waited < training.patience {
      try descent.pass(in: RandomOrder.permutation(of: labels.count, key: key.derived(epoch)))
      epoch += 1
      let reached = try descent.parameters()
      let loss = Self.loss(try judge(validation.rows, reached), validation.labels)
      if loss < lowest {
        (best, lowest, waited) = (reached, loss, 0)
      } else {
        waited += 1
      }
    }
    parameters = best
    return epoch
  }

  /// One logit for each row of `inputs` numbers.
  func logits(_ rows: [Float]) throws -> [Float] { try judge(rows.count / inputs)(rows, parameters) }

  /// The compiled logits of `count` rows.
  private func judge(_ count: Int) throws -> (_ rows: [Float], _ parameters: [Tensor]) throws -> [Float] {
    let shape: Shape = [count, inputs]
    let types = [TensorType(shape)] + parameters.map { TensorType($0) }
    let program = try Program(parameters: types, threadCount: 1) { [Self.logits($0[0], Array($0[1...]))] }
    return { rows, parameters in try program.run([Tensor(rows, shape: shape)] + parameters)[0].scalars() }
  }

  /// The mean cross-entropy in nats; +∞ instead of NaN.
  func loss(_ rows: [Float], _ labels: [Float]) throws -> Double { Self.loss(try logits(rows), labels) }

  private static func loss(_ logits: [Float], _ labels: [Float]) -> Double {
    var sum = 0.0
    for (logit, label) in zip(logits, labels) {
      let signed = Double(label > 0.5 ? -logit : logit)
      sum += max(signed, 0) + log1p(exp(-abs(signed)))
    }
    return sum.isNaN ? .infinity : sum / Double(labels.count)
  }

  /// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019) on the mean cross-entropy of batches: a compiled step whose
  /// parameters and moments stay in the program.
  private final class Descent {
    private let program: Program
    private let count: Int
    private let batchSize: Int
    private let training: Training
    private var steps = 0

    /// The program's parameters: θ, m and v of each tensor; the indices and weights of a batch; η / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ); rows and labels.
    init(from parameters: [Tensor], _ rows: [Float], _ labels: [Float], inputs: Int, _ training: Training) throws {
      let count = parameters.count
      let zeros = parameters.map { Tensor.zeros($0.shape) }
      let data = [Tensor(rows, shape: [labels.count, inputs]), Tensor(labels)]
      batchSize = min(training.batchSize, labels.count)
      let batch = [TensorType([batchSize], .int32), TensorType([batchSize]), TensorType([2])]
      let kept = 1 - training.learningRate * training.weightDecay
      let types = (parameters + zeros + zeros).map { TensorType($0) } + batch + data.map { TensorType($0) }
      program = try Program(
        parameters: types, donations: Dictionary(uniqueKeysWithValues: (0..<3 * count).map { ($0, $0) }), threadCount: 1
      ) { values in
        let (theta, means, squares) = (Array(values[0..<count]), Array(values[count..<2 * count]), Array(values[2 * count..<3 * count]))
        let (indices, weights, scales) = (values[3 * count], values[3 * count + 1], values[3 * count + 2])
        let logits = SmallClassifier.logits(values[3 * count + 3].gathered(indices), theta)
        let loss = (weights * (softplus(logits) - values[3 * count + 4].gathered(indices) * logits)).sum()
        let slopes = gradient(of: loss, at: theta)
        let (size, correction) = (scales.sliced(axis: 0, 0..<1).reshaped([]), scales.sliced(axis: 0, 1..<2).reshaped([]))
        let m = zip(means, slopes).map { 0.9 * $0 + 0.1 * $1 }
        let v = zip(squares, slopes).map { 0.999 * $0 + 0.001 * square($1) }
        let moved = theta.indices.map { kept * theta[$0] - size * m[$0] / (sqrt(v[$0]) * correction + 1e-8) }
        return moved + m + v
      }
      for (index, value) in (parameters + zeros + zeros).enumerated() { try program.write(value, to: index) }
      for (index, value) in data.enumerated() { try program.write(value, to: 3 * count + 3 + index) }
      self.count = count
      self.training = training
    }

    /// Moves the parameters once for each batch of `order`; the last one may be smaller.
    func pass(in order: [Int]) throws {
      for start in stride(from: 0, to: order.count, by: batchSize) {
        let batch = order[start..<min(start + batchSize, order.count)]
        let padding = batchSize - batch.count
        steps += 1
        let time = Double(steps)
        let scales = [Float(training.learningRate / (1 - pow(0.9, time))), Float(1 / (1 - pow(0.999, time)).squareRoot())]
        let weights = [Float](repeating: 1 / Float(batch.count), count: batch.count) + [Float](repeating: 0, count: padding)
        try program.write(Tensor(int32: batch.map(Int32.init) + [Int32](repeating: 0, count: padding)), to: 3 * count)
        try program.write(Tensor(weights), to: 3 * count + 1)
        try program.write(Tensor(scales), to: 3 * count + 2)
        try program.execute()
      }
    }

    /// The parameters as they are now.
    func parameters() throws -> [Tensor] { try (0..<count).map { try program.output($0) } }
  }
}
