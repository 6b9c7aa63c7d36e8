import Components
import Networks
import Tensors

// What the built-in layers check in the same words.

extension Component {
  /// Throws a ``ComponentError`` unless `isValid`: the field, its value, and what is expected instead.
  func check(_ field: String, _ value: Any, _ isValid: Bool, _ expected: String) throws {
    guard isValid else { throw ComponentError(component: name, field: field, value: value, expected: expected) }
  }

  /// Throws unless a size or count is at least 1 and no larger than a dimension can be.
  func checkPositive(_ field: String, _ value: Int) throws {
    try check(
      field, value, (1...Shape.maximumSize).contains(value),
      value < 1 ? "a whole number of at least 1" : "at most \(Shape.maximumSize), the largest size of a dimension")
  }
}

extension Tensor {
  /// Throws unless the tensor is `[n, features]`.
  func requireVectors() throws {
    try validated()
    guard rank == 2 else { throw NetworkError("it needs vectors [N, features]") }
  }

  /// Throws unless the tensor is `[n, height, width, channels]`.
  func requireImages() throws {
    try validated()
    guard rank == 4 else { throw NetworkError("it needs images [N, height, width, channels]") }
  }
}

extension Shape {
  /// What to try where a batch of this shape was given and `[n, features]` is needed.
  var remedyForVectors: String? {
    switch rank {
    case 1: "put Reshape([1]) before it"
    case 3...: "put Flatten() before it"
    default: nil
    }
  }

  /// What to try where a batch of this shape was given and `[n, height, width, channels]` is needed.
  var remedyForImages: String? {
    switch rank {
    case 2: "put Reshape(\(imageSizes ?? "[height, width, channels]")) before it"
    case 3: "put Reshape([\(self[1]), \(self[2]), 1]) before it"
    default: nil
    }
  }

  /// The square image, grey or in colour, that a vector of this length holds.
  private var imageSizes: String? {
    for channels in [1, 3] where self[1] % channels == 0 {
      let side = Int(Double(self[1] / channels).squareRoot().rounded())
      if side > 1, side * side * channels == self[1] { return "[\(side), \(side), \(channels)]" }
    }
    return nil
  }
}
