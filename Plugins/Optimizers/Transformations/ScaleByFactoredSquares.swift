import Adversarial
import Components
import Networks
import Tensors

/// Adafactor's scaling: the running mean square of a matrix, kept as one number a row and one a column.
///
/// R ← β R + (1 − β) mean_cols(g² + ε), C likewise; V = R C / mean(R); u = g / √V, β = 1 − t^(−decayExponent): algorithm 4 of Shazeer and Stern 2018. Of
/// parameters with more dimensions the two largest are rows and columns; what has fewer, or smaller ones, keeps its whole mean square.
public struct ScaleByFactoredSquares: GradientTransformation {
  public static let name = "scale-by-factored-squares"
  public static let summary = "Adafactor's scaling: mean squares by row and column."
  public static let equation = "V = R C / mean(R);  g / sqrt(V);  decay 1 - t^-decayExponent"
  public static let reference = "Shazeer and Stern 2018, algorithm 4"
  public static let fieldDescriptions = [
    "decayExponent": "The exponent c of the decay 1 − t^−c, positive",
    "epsilon": "What is added to the squares, ε₁, positive",
    "smallestFactored": "The size that both dimensions need to be factored, at least 1; 128 in optax, any in the paper",
  ]

  /// The exponent c of the decay 1 − t^−c, positive.
  public var decayExponent: Number = 0.8
  /// What is added to the squares, ε₁, positive.
  public var epsilon: Number = 1e-30
  /// The size that both dimensions need to be factored, at least 1; 128 in optax, any in the paper.
  public var smallestFactored = 2

  public init() {}

  public init(decayExponent: Number, epsilon: Number = 1e-30, smallestFactored: Int = 2) {
    self.decayExponent = decayExponent
    self.epsilon = epsilon
    self.smallestFactored = smallestFactored
  }

  public func validateFields() throws {
    try decayExponent.require("decayExponent", of: Self.name, "a positive number") { $0 > 0 }
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
    guard smallestFactored >= 1 else {
      throw ComponentError(component: Self.name, field: "smallestFactored", value: smallestFactored, expected: "at least 1")
    }
  }

  /// The second largest and the largest dimension, where a shape has two that are large enough.
  private func dimensions(of shape: Shape) -> (rows: Int, columns: Int)? {
    guard shape.rank >= 2 else { return nil }
    let order = (0..<shape.rank).sorted { (shape[$0], $0) < (shape[$1], $1) }
    let (rows, columns) = (order[shape.rank - 2], order[shape.rank - 1])
    return shape[rows] >= smallestFactored ? (rows, columns) : nil
  }

  public var slots: [String] { ["row", "column", "v"] }

  public func initialState(for parameters: Parameters) -> Parameters {
    var state = Parameters()
    for (path, tensor) in parameters {
      if let (rows, columns) = dimensions(of: tensor.shape) {
        func without(_ axis: Int) -> Tensor {
          .zeros(Shape(tensor.shape.enumerated().filter { $0.offset != axis }.map(\.element)), dtype: tensor.dtype)
        }
        state["row/\(path)"] = without(columns)
        state["column/\(path)"] = without(rows)
      } else {
        state["v/\(path)"] = .zeros(tensor.shape, dtype: tensor.dtype)
      }
    }
    return state
  }

  public var scalingSlots: [String] { ["row", "column", "v"] }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let before = state
    var after = state
    let t = iteration.converted(to: .float64)
    // 1 − t^−c
    let decay = 1 - exp(log(t) * -decayExponent)
    let result = gradient.mapped { path, g in
      let beta = decay.converted(to: g.dtype)
      let squares = square(g) + epsilon
      func moved(_ slot: String, to value: Tensor) -> Tensor {
        guard let old = before["\(slot)/\(path)"] else { return .invalid(TensorError("\(Self.name) has no slot '\(slot)/\(path)'")) }
        let new = beta * old + (1 - beta) * value
        after["\(slot)/\(path)"] = new
        return new
      }
      guard let (rows, columns) = dimensions(of: g.shape) else { return g * reciprocalSquareRoot(moved("v", to: squares)) }
      let row = moved("row", to: squares.mean(axes: [columns])).expandingDimension(at: columns)
      let column = moved("column", to: squares.mean(axes: [rows])).expandingDimension(at: rows)
      let mean = row.mean(axes: [rows], keepingDimensions: true)
      return g * reciprocalSquareRoot(row / mean) * reciprocalSquareRoot(column)
    }
    state = after
    return result
  }
}
