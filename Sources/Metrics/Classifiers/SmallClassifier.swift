import Foundation
import Tensors

/// A network of two hidden layers of rectified units and one logit, trained by Adam on rows with labels: small, plain and repeatable.
///
/// Everything random follows from a key and every sum has a fixed order, so that the same rows and key give the same network.
struct SmallClassifier {
  let inputs: Int
  let hidden: Int
  /// W₁ (inputs × hidden), b₁, W₂ (hidden × hidden), b₂, w₃, b₃.
  private(set) var parameters: [Float]

  /// Weights with the variance 2 / fan-in (He et al. 2015), the last layer's a tenth of that; no biases.
  init(inputs: Int, hidden: Int, key: Key) {
    self.inputs = inputs
    self.hidden = hidden
    let draws = RandomOrder.normal(count: inputs * hidden + hidden * hidden + hidden, key: key)
    var next = draws.makeIterator()
    func weights(_ count: Int, _ deviation: Double) -> [Float] { (0..<count).map { _ in Float((next.next() ?? 0) * deviation) } }
    let zeros = [Float](repeating: 0, count: hidden)
    let spread = (2 / Double(hidden)).squareRoot()
    parameters = weights(inputs * hidden, (2 / Double(inputs)).squareRoot()) + zeros
    parameters += weights(hidden * hidden, spread) + zeros
    parameters += weights(hidden, 0.1 * spread) + [0]
  }

  /// Where each part of the parameters starts.
  private var places: (bias1: Int, weight2: Int, bias2: Int, weight3: Int, bias3: Int) {
    let bias1 = inputs * hidden
    let weight2 = bias1 + hidden
    let bias2 = weight2 + hidden * hidden
    return (bias1, weight2, bias2, bias2 + hidden, bias2 + 2 * hidden)
  }

  /// One logit for each row of `inputs` numbers.
  func logits(_ rows: [Float]) -> [Float] {
    let count = rows.count / inputs
    var result = [Float](repeating: 0, count: count)
    var units = [Float](repeating: 0, count: 2 * hidden)
    rows.withUnsafeBufferPointer { rows in
      parameters.withUnsafeBufferPointer { parameters in
        units.withUnsafeMutableBufferPointer { units in
          guard let rows = rows.baseAddress, let parameters = parameters.baseAddress, let units = units.baseAddress else { return }
          for row in 0..<count { result[row] = forward(rows + row * inputs, parameters, units) }
        }
      }
    }
    return result
  }

  /// The logit of one row; the hidden units are left in `units`.
  @inline(__always)
  private func forward(_ row: UnsafePointer<Float>, _ p: UnsafePointer<Float>, _ units: UnsafeMutablePointer<Float>) -> Float {
    let at = places
    let second = units + hidden
    for unit in 0..<hidden { units[unit] = p[at.bias1 + unit] }
    for input in 0..<inputs { SmallClassifier.add(row[input], p + input * hidden, to: units, hidden) }
    for unit in 0..<hidden {
      units[unit] = max(units[unit], 0)
      second[unit] = p[at.bias2 + unit]
    }
    for unit in 0..<hidden where units[unit] > 0 {
      SmallClassifier.add(units[unit], p + at.weight2 + unit * hidden, to: second, hidden)
    }
    var logit = p[at.bias3]
    for unit in 0..<hidden {
      second[unit] = max(second[unit], 0)
      logit += second[unit] * p[at.weight3 + unit]
    }
    return logit
  }

  @inline(__always)
  private static func add(_ factor: Float, _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in 0..<count { target[index] += factor * source[index] }
  }

  /// Adds the gradient of the logit times `slope` to `gradient`; `units` is what `forward` left.
  @inline(__always)
  private func backward(
    _ row: UnsafePointer<Float>, _ p: UnsafePointer<Float>, _ units: UnsafePointer<Float>, _ slope: Float,
    _ deltas: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    let at = places
    let second = units + hidden
    let (first, last) = (deltas, deltas + hidden)
    gradient[at.bias3] += slope
    for unit in 0..<hidden {
      gradient[at.weight3 + unit] += slope * second[unit]
      last[unit] = second[unit] > 0 ? slope * p[at.weight3 + unit] : 0
      gradient[at.bias2 + unit] += last[unit]
    }
    for unit in 0..<hidden {
      guard units[unit] > 0 else {
        first[unit] = 0
        continue
      }
      SmallClassifier.add(units[unit], last, to: gradient + at.weight2 + unit * hidden, hidden)
      first[unit] = SmallClassifier.product(p + at.weight2 + unit * hidden, last, hidden)
    }
    SmallClassifier.add(1, first, to: gradient + at.bias1, hidden)
    for input in 0..<inputs { SmallClassifier.add(row[input], first, to: gradient + input * hidden, hidden) }
  }

  @inline(__always)
  private static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    var sums = SIMD8<Float>()
    var index = 0
    while index + 8 <= count {
      sums +=
        UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self) * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
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
  ) -> Int {
    var best = parameters
    var lowest = loss(validation.rows, validation.labels)
    var waited = 0
    var adam = AdamState(count: parameters.count, training)
    var gradient = [Float](repeating: 0, count: parameters.count)
    var scratch = [Float](repeating: 0, count: 4 * hidden)
    var epoch = 0
    while epoch < training.maximumEpochs, waited < training.patience {
      let order = RandomOrder.permutation(of: labels.count, key: key.derived(epoch))
      for start in stride(from: 0, to: order.count, by: training.batchSize) {
        let batch = order[start..<min(start + training.batchSize, order.count)]
        accumulate(rows, labels, batch, &gradient, &scratch)
        adam.step(&parameters, &gradient)
      }
      epoch += 1
      let loss = loss(validation.rows, validation.labels)
      if loss < lowest {
        (best, lowest, waited) = (parameters, loss, 0)
      } else {
        waited += 1
      }
    }
    parameters = best
    return epoch
  }

  /// The gradient of the mean loss of a batch, added to `gradient`.
  private func accumulate(
    _ rows: [Float], _ labels: [Float], _ batch: ArraySlice<Int>, _ gradient: inout [Float], _ scratch: inout [Float]
  ) {
    let share = 1 / Float(batch.count)
    rows.withUnsafeBufferPointer { rows in
      parameters.withUnsafeBufferPointer { parameters in
        gradient.withUnsafeMutableBufferPointer { gradient in
          scratch.withUnsafeMutableBufferPointer { scratch in
            guard let rows = rows.baseAddress, let parameters = parameters.baseAddress, let gradient = gradient.baseAddress,
              let scratch = scratch.baseAddress
            else { return }
            for index in batch {
              let row = rows + index * inputs
              let logit = forward(row, parameters, scratch)
              let slope = (1 / (1 + exp(-logit)) - labels[index]) * share
              backward(row, parameters, scratch, slope, scratch + 2 * hidden, gradient)
            }
          }
        }
      }
    }
  }

  /// The mean cross-entropy in nats; +∞ instead of NaN.
  func loss(_ rows: [Float], _ labels: [Float]) -> Double {
    var sum = 0.0
    for (logit, label) in zip(logits(rows), labels) {
      let signed = Double(label > 0.5 ? -logit : logit)
      sum += max(signed, 0) + log1p(exp(-abs(signed)))
    }
    return sum.isNaN ? .infinity : sum / Double(labels.count)
  }
}

/// Adam with decoupled weight decay (Kingma and Ba 2015; Loshchilov and Hutter 2019) on a flat list of numbers.
private struct AdamState {
  private var means: [Float]
  private var squares: [Float]
  private var power1 = 1.0
  private var power2 = 1.0
  private let rate: Double
  private let decay: Double

  init(count: Int, _ training: SmallClassifier.Training) {
    means = Array(repeating: 0, count: count)
    squares = means
    rate = training.learningRate
    decay = training.weightDecay
  }

  /// Moves the parameters against the gradient, and clears it.
  mutating func step(_ parameters: inout [Float], _ gradient: inout [Float]) {
    power1 *= 0.9
    power2 *= 0.999
    let size = Float(rate / (1 - power1))
    let correction = Float(1 / (1 - power2).squareRoot())
    let kept = Float(1 - rate * decay)
    let count = parameters.count
    parameters.withUnsafeMutableBufferPointer { parameters in
      gradient.withUnsafeMutableBufferPointer { gradient in
        means.withUnsafeMutableBufferPointer { means in
          squares.withUnsafeMutableBufferPointer { squares in
            for index in 0..<count {
              let slope = gradient[index]
              means[index] = 0.9 * means[index] + 0.1 * slope
              squares[index] = 0.999 * squares[index] + 0.001 * (slope * slope)
              parameters[index] = kept * parameters[index] - size * means[index] / (squares[index].squareRoot() * correction + 1e-8)
              gradient[index] = 0
            }
          }
        }
      }
    }
  }
}
