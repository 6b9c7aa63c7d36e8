import Foundation
import Tensors

/// How a parameter gets its first values: a pure function of its shape and a key that is derived from the seed and its path.
public enum Initializer: Sendable, Hashable {
  case zeros
  case ones
  case constant(Double)
  /// Uniform in `lower..<upper`.
  case uniform(lower: Double, upper: Double)
  /// Normal with mean 0.
  case normal(standardDeviation: Double)
  /// Normal with mean 0, redrawn beyond two standard deviations.
  case truncatedNormal(standardDeviation: Double)
  /// Uniform in ±√(6 / (fan in + fan out)): Glorot and Bengio 2010, equation 16.
  case glorotUniform
  /// Normal with variance 2 / (fan in + fan out).
  case glorotNormal
  /// Uniform in ±√(6 / fan in): He et al. 2015.
  case heUniform
  /// Normal with variance 2 / fan in: He et al. 2015, equation 10.
  case heNormal
  /// Orthogonal columns (or rows, whichever are fewer) times `gain`: Saxe et al. 2014.
  case orthogonal(gain: Double)

  /// Returns the values for a parameter.
  ///
  /// - Parameters:
  ///   - shape: the parameter's shape; the last dimension counts as outputs, the one before as inputs, others as the receptive field.
  ///   - fan: the numbers of inputs and outputs of one unit, where the shape does not tell them.
  ///   - outputAxis: the dimension that counts outputs; the last one by default.
  public func values(_ shape: Shape, key: Key, fan: Fan? = nil, outputAxis: Int? = nil) -> Tensor {
    let fan = fan ?? Fan(shape)
    switch self {
    case .zeros: return .zeros(shape)
    case .ones: return .ones(shape)
    case .constant(let value): return Tensor(value, shape: shape)
    case .uniform(let lower, let upper):
      guard lower < upper else {
        return .invalid(TensorError("the initializer \(self) has its bounds in the wrong order"), shape: shape)
      }
      return randomUniform(shape, in: lower..<upper, key: key)
    case .normal(let deviation): return randomNormal(shape, key: key) * deviation
    case .truncatedNormal(let deviation):
      return Tensor(Initializer.truncated(shape, key).map { $0 * Float(deviation) }, shape: shape)
    case .glorotUniform:
      let bound = (6 / Double(fan.inputs + fan.outputs)).squareRoot()
      return randomUniform(shape, in: -bound..<bound, key: key)
    case .glorotNormal: return randomNormal(shape, key: key) * (2 / Double(fan.inputs + fan.outputs)).squareRoot()
    case .heUniform:
      let bound = (6 / Double(fan.inputs)).squareRoot()
      return randomUniform(shape, in: -bound..<bound, key: key)
    case .heNormal: return randomNormal(shape, key: key) * (2 / Double(fan.inputs)).squareRoot()
    case .orthogonal(let gain):
      guard let outputAxis, outputAxis != shape.rank - 1, shape.indices.contains(outputAxis) else {
        return Initializer.orthogonal(shape, key, gain)
      }
      var sizes = shape.dimensions
      sizes.append(sizes.remove(at: outputAxis))
      return Initializer.orthogonal(Shape(sizes), key, gain).movingAxis(shape.rank - 1, to: outputAxis)
    }
  }

  /// A standard normal number: element and step of `key`, by Box and Muller.
  private static func normal(_ key: Key, _ angle: Key, element: Int, step: Int) -> Double {
    let u = 1 - Double(key.uniform(element: element, step: step))
    let v = Double(angle.uniform(element: element, step: step))
    return (-2 * Foundation.log(u)).squareRoot() * Foundation.cos(2 * Double.pi * v)
  }

  private static func truncated(_ shape: Shape, _ key: Key) -> [Float] {
    let angle = key.derived("angle")
    return (0..<shape.elementCount).map { element in
      var attempt = 0
      var value = normal(key, angle, element: element, step: attempt)
      while Swift.abs(value) > 2 {
        attempt += 1
        value = normal(key, angle, element: element, step: attempt)
      }
      return Float(value)
    }
  }

  /// Modified Gram-Schmidt on a random normal matrix, twice for orthogonality to rounding.
  private static func orthogonal(_ shape: Shape, _ key: Key, _ gain: Double) -> Tensor {
    guard shape.rank >= 2, shape.elementCount > 0 else { return randomNormal(shape, key: key) * gain }
    let columns = shape[-1]
    let rows = shape.elementCount / columns
    let isTall = rows >= columns
    let length = max(rows, columns)
    let angle = key.derived("angle")
    var vectors: [[Double]] = []
    for index in 0..<min(rows, columns) {
      var vector = (0..<length).map { normal(key, angle, element: index * length + $0, step: 0) }
      for _ in 0..<2 {
        for other in vectors {
          let projection = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for position in 0..<length { vector[position] -= projection * other[position] }
        }
      }
      let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      vectors.append(vector.map { $0 / norm })
    }
    var values = [Float](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for column in 0..<columns {
        values[row * columns + column] = Float(gain * (isTall ? vectors[column][row] : vectors[row][column]))
      }
    }
    return Tensor(values, shape: shape)
  }
}

/// The numbers of inputs and outputs that one unit of a layer sees.
public struct Fan: Sendable, Hashable {
  public var inputs: Int
  public var outputs: Int

  public init(inputs: Int, outputs: Int) {
    self.inputs = max(inputs, 1)
    self.outputs = max(outputs, 1)
  }

  /// Kernels `[…, inputs, outputs]`: everything before the last two dimensions is the receptive field.
  public init(_ shape: Shape) {
    guard shape.rank >= 2 else {
      self.init(inputs: shape.elementCount, outputs: shape.elementCount)
      return
    }
    let field = Shape(shape.dimensions.dropLast(2)).elementCount
    self.init(inputs: Shape([field, shape[-2]]).elementCount, outputs: Shape([field, shape[-1]]).elementCount)
  }
}
