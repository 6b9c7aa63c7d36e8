import Adversarial
import Components
import Diagnostics
import LinearAlgebra
import Networks
import Reports
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
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 2,500 by default"
  ]

  /// Rounds between two observations; 2,500 by default.
  public var every: Int = 2_500

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  /// What the columns of a norm end with; they begin with the player and the path of the weights.
  static let normSuffix = ".norm"

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
        readings.append(Reading(name + Self.normSuffix, norm.value))
        readings.append(Reading("\(name).stable-rank", norm.stableRank(frobeniusNorm: matrix.frobeniusNorm) ?? .nan))
      }
    }
    return readings
  }

  /// The recorded norms, each with its layer.
  private func norms(_ record: RunRecord) -> [(column: ReadingColumn, layer: String)] {
    record.columns(of: name).filter { $0.reading.hasSuffix(Self.normSuffix) }.map {
      ($0, String($0.reading.dropLast(Self.normSuffix.count)))
    }
  }

  /// The layer whose norm changed most.
  public func lines(on record: RunRecord) -> [ReadingLine] {
    guard let table = record.observations[name] else { return [] }
    var worst: (layer: String, first: Double, last: Double)?
    for (column, layer) in norms(record) {
      let series = record.series(column)
      guard let first = series.values.first, let last = series.values.last, first > 0, last > 0 else { continue }
      let ratio = max(last / first, first / last)
      if worst.map({ ratio > max($0.last / $0.first, $0.first / $0.last) }) ?? true { worst = (layer, first, last) }
    }
    guard let worst else { return [] }
    let ratio = worst.last / worst.first
    guard table.steps.count > 1 else {
      return [ReadingLine(name, .fine, "The largest singular value of \(worst.layer) is \(Phrase.number(worst.last)).")]
    }
    let text = "The largest singular value changed most in \(worst.layer): \(Phrase.number(worst.first)) → \(Phrase.number(worst.last))"
    return [
      ratio > 4 || ratio < 0.25
        ? ReadingLine(name, .note, text + ", a precursor of collapse where it is sudden.") : ReadingLine(name, .fine, text + ".")
    ]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    let chart = record.chart("Largest singular values", norms(record).prefix(6).map { ($0.column, $0.layer) }, isYLogarithmic: true)
    return [chart].compactMap { $0 }
  }
}
