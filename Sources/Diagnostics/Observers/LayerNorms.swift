import Adversarial
import Components
import LinearAlgebra
import Networks
import Tensors

/// The largest singular value and the stable rank of every weight matrix: explosions and losses of rank come before collapse.
///
/// A convolution's kernel is read as a matrix of (height · width · input channels) × output channels, as BigGAN logs it (Brock et al. 2019,
/// section 4); the norm of the convolution itself differs from it by a factor that depends on the image.
public struct LayerNorms: Diagnostic {
  public static let name = "layer-norms"
  public static let summary = "Spectral norm and stable rank of each layer's weights."
  public static let equation = "sigma_1 = max ||W x|| / ||x||;  stable rank = ||W||_F^2 / sigma_1^2"
  public static let reference = "Brock et al. 2019, section 4; Miyato et al. 2018, appendix A"

  /// Rounds between two observations; 2,500 by default.
  public var every: Int = 2_500

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  public func observe(_ run: Observation) throws -> [Reading] {
    var readings: [Reading] = []
    for player in run.game.players {
      for (path, tensor) in run.game.parameters(of: player, in: run.state) where tensor.rank >= 2 {
        let columns = tensor.shape[-1]
        guard columns > 0, tensor.shape.elementCount > columns else { continue }
        let values = try tensor.scalars().map(Double.init)
        let matrix = Matrix(rows: values.count / columns, columns: columns, values: values)
        let norm = try SpectralNorm(matrix, maximumIterations: 60, tolerance: 1e-3)
        let name = path.replacing("/params/", with: "/").split(separator: "/").joined(separator: ".")
        readings.append(Reading("\(name).norm", norm.value))
        readings.append(Reading("\(name).stable-rank", norm.stableRank(frobeniusNorm: matrix.frobeniusNorm) ?? .nan))
      }
    }
    return readings
  }
}
