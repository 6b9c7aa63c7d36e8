import Tensors

/// Central differences in float64: what a gradient must be equal to.
public enum FiniteDifferences {
  /// How far the gradients of a scalar function are from its central differences.
  ///
  /// - Parameters:
  ///   - variables: float64 tensors, the point at which both are taken.
  ///   - step: the distance h of (f(x + h) − f(x − h)) / 2h; its error is about h² · f''' + 1e-16 · f / h.
  ///   - function: makes a float64 scalar of tensors like `variables`; it is traced once.
  /// - Returns: the largest difference of all elements, divided by the largest element of the gradient (or by `floor`, if that is
  ///   larger), and the number of the variable where it is.
  /// - Throws: `TensorError` where the function makes an invalid tensor.
  public static func relativeError(
    at variables: [Tensor], step: Double = 1e-5, floor: Double = 1e-6,
    of function: @escaping ([Tensor]) throws -> Tensor
  ) throws -> (error: Double, variable: Int) {
    let value = compile { [try function($0)] }
    let slope = compile { Tensors.gradient(of: try function($0), at: $0) }
    let gradients = try slope(variables).map { try $0.doubles() }
    var worst = (error: 0.0, variable: 0)
    var scale = floor
    for (index, variable) in variables.enumerated() {
      let point = try variable.doubles()
      for element in point.indices {
        func moved(by distance: Double) throws -> Double {
          var values = point
          values[element] += distance
          var arguments = variables
          arguments[index] = Tensor(float64: values, shape: variable.shape)
          return try value(arguments)[0].item()
        }
        let difference = (try moved(by: step) - moved(by: -step)) / (2 * step)
        let error = Swift.abs(difference - gradients[index][element])
        scale = Swift.max(scale, Swift.abs(difference))
        // A NaN counts as the worst.
        if !(error <= worst.error) { worst = (error, index) }
      }
    }
    return (worst.error / scale, worst.variable)
  }
}
