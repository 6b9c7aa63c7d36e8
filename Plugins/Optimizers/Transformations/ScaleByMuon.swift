import Adversarial
import Components
import Networks
import Tensors

/// Muon's scaling: the momentum of a matrix, made nearly orthogonal by Newton and Schulz's iteration; everything else by Adam's scaling.
///
/// X ← a X + (b A + c A²) X, A = X Xᵀ, five times from X = m / ‖m‖_F, (a, b, c) = (3.4445, −4.7750, 2.0315); then times √max(1, columns / rows): Jordan et
/// al. 2024. The momentum is a running mean with corrections for the start at zero, looking one step ahead, as in optax. Kernels of convolutions are no
/// matrices and go the other way.
public struct ScaleByMuon: GradientTransformation {
  public static let name = "scale-by-muon"
  public static let summary = "Muon's scaling: orthogonalized momentum of matrices, Adam's for all else."
  public static let equation = "m = beta m + (1 - beta) g;  X = m / ||m||;  X = a X + (b X X^T + c (X X^T)^2) X, steps times"
  public static let reference = "Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks"
  public static let fieldDescriptions = [
    "beta": "The decay of a matrix's momentum, in [0, 1)",
    "beta1": "The decay β₁ of the mean of all else, in [0, 1)",
    "beta2": "The decay β₂ of the square's mean of all else, in [0, 1)",
    "epsilon": "What is added to norms and roots, ε, positive: keeps divisions finite",
    "isNesterov": "Whether means look one step ahead",
    "steps": "Steps of Newton and Schulz, from 1 to 20",
  ]

  /// The decay of a matrix's momentum, in [0, 1).
  public var beta: Number = 0.95
  /// Steps of Newton and Schulz, from 1 to 20.
  public var steps = 5
  /// Whether means look one step ahead.
  public var isNesterov = true
  /// The decay β₁ of the mean of all else, in [0, 1).
  public var beta1: Number = 0.5
  /// The decay β₂ of the square's mean of all else, in [0, 1).
  public var beta2: Number = 0.999
  /// ε, positive: keeps divisions finite.
  public var epsilon: Number = 1e-8

  public init() {}

  public init(
    beta: Number, steps: Int = 5, isNesterov: Bool = true, beta1: Number = 0.5, beta2: Number = 0.999, epsilon: Number = 1e-8
  ) {
    self.beta = beta
    self.steps = steps
    self.isNesterov = isNesterov
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  private var other: ScaleByAdam { ScaleByAdam(beta1: beta1, beta2: beta2, epsilon: epsilon, isNesterov: isNesterov) }

  public func validateFields() throws {
    try requireDecay(beta, "beta", of: Self.name)
    guard (1...20).contains(steps) else {
      throw ComponentError(component: Self.name, field: "steps", value: steps, expected: "from 1 to 20")
    }
    try requireDecay(beta1, "beta1", of: Self.name)
    try requireDecay(beta2, "beta2", of: Self.name)
    try epsilon.require("epsilon", of: Self.name, "a positive number") { $0 > 0 }
  }

  private func divided(_ values: Parameters) -> (matrices: Parameters, others: Parameters) {
    func those(_ isMatrix: Bool) -> Parameters {
      Parameters(values.filter { ($0.tensor.rank == 2) == isMatrix }.map { ($0.path, $0.tensor) })
    }
    return (those(true), those(false))
  }

  public var slots: [String] { ["momentum"] + other.slots }

  public func initialState(for parameters: Parameters) -> Parameters {
    let (matrices, others) = divided(parameters)
    var state = zeroSlots(["momentum"], for: matrices)
    state.merge(other.initialState(for: others))
    return state
  }

  public var scalingSlots: [String] { other.scalingSlots }

  public func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters
  {
    let (matrices, others) = divided(gradient)
    let momentum = state.subtree("momentum/").moved(to: matrices, keeping: beta)
    let now = correction(beta, iteration, gradient.dtype)
    let next = correction(beta, iteration + Tensor(int32: [1], shape: []), gradient.dtype)
    let mean =
      isNesterov
      ? momentum.zipped(with: matrices) { beta * $0 / next + (1 - beta) * $1 / now } : momentum.mapped { $1 / now }
    var rest = Parameters(state.filter { !$0.path.hasPrefix("momentum/") }.map { ($0.path, $0.tensor) })
    let scaled = try other.transform(others, at: divided(parameters).others, state: &rest, iteration: iteration)
    state.merge(momentum.prefixed("momentum/"))
    state.merge(rest)
    return gradient.mapped { path, g in
      guard let m = mean[path] else { return scaled[path] ?? g }
      return orthogonalized(m) * Double(max(1, Double(m.shape[1]) / Double(m.shape[0]))).squareRoot()
    }
  }

  private func orthogonalized(_ matrix: Tensor) -> Tensor {
    // The smaller side first: X Xᵀ is then the smaller product.
    let isTall = matrix.shape[0] > matrix.shape[1]
    var x = isTall ? matrix.transposed() : matrix
    x = x / (sqrt(square(x).sum()) + epsilon)
    for _ in 0..<steps {
      let a = matmul(x, x.transposed())
      x = 3.4445 * x + matmul(-4.7750 * a + 2.0315 * matmul(a, a), x)
    }
    return isTall ? x.transposed() : x
  }
}
