import Adversarial
import Components
import Networks
import Tensors

/// Divides each weight of the discriminator by an estimate of its largest singular value, which makes each layer about 1-Lipschitz.
///
/// W / σ(W), σ = uᵀ W v, by one step of the power iteration in each evaluation of the discriminator's loss; u persists. W is the kernel
/// as a matrix [everything else, outputs], whichever dimension of it counts the outputs.
public struct SpectralNormalization: Heuristic {
  public static let name = "spectral-normalization"
  public static let aliases = ["spectral-norm": "", "sn": ""]
  public static let summary = "Weights divided by their largest singular value."
  public static let equation = "W / (u^T W v), u and v by power iteration"
  public static let reference = "Miyato et al. 2018, algorithm 1"
  public static let fieldDescriptions = [
    "includesGenerator": "Whether the generator is normalized too (Zhang et al. 2019)",
    "iterations": "Steps of the power iteration in each evaluation, at least 1",
  ]

  /// Steps of the power iteration in each evaluation, at least 1.
  public var iterations: Int = 1
  /// Whether the generator is normalized too (Zhang et al. 2019).
  public var includesGenerator: Bool = false

  public var boundsSlope: Bool { true }

  public init() {}

  public init(iterations: Int, includesGenerator: Bool = false) {
    self.iterations = iterations
    self.includesGenerator = includesGenerator
  }

  public func validateFields() throws {
    guard (1...100).contains(iterations) else {
      throw ComponentError(component: Self.name, field: "iterations", value: iterations, expected: "from 1 to 100")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard gan.heuristics.contains(where: { $0 is WeightClipping }) else { return [] }
    return [
      Notice(
        .warning, "\(Self.name) and weight-clipping both bound the weights; use one of them",
        reference: "Miyato et al. 2018, section 3")
    ]
  }

  public func parameter(_ weight: Tensor, at path: String, of player: Player, in round: Round) throws -> Tensor {
    guard weight.rank >= 2, round.game.judges.contains(player) || includesGenerator else { return weight }
    let axis = round.outputAxis(ofParameter: path, of: player)
    let outputs = weight.shape[axis]
    let matrix = weight.movingAxis(axis, to: weight.rank - 1).reshaped([-1, outputs])
    let name = "\(player)/\(path)"
    let start = unit(randomNormal([1, outputs], key: Key(seed: 0).derived(name), dtype: weight.dtype))
    var u = try round.persistent(name, initial: start)
    let fixed = matrix.stoppingGradient
    var v = unit(matmul(u, fixed.transposed()))
    // The player whose loss is evaluated moves the iteration on; others look at it.
    if round.isTraining && round.player == player {
      for step in 0..<iterations {
        if step > 0 { v = unit(matmul(u, fixed.transposed())) }
        u = unit(matmul(v, fixed))
      }
      try round.setPersistent(name, to: u)
    }
    // σ = v W uᵀ: u and v are constants of the derivative.
    let sigma = (matmul(v.stoppingGradient, matrix) * u.stoppingGradient).sum()
    // A layer of zeros has no direction to be scaled in, and stays as it is.
    return weight / select(sigma.isGreater(than: 0), sigma, .ones([], dtype: sigma.dtype))
  }

  private func unit(_ x: Tensor) -> Tensor {
    x * reciprocalSquareRoot(square(x).sum() + 1e-12)
  }
}
