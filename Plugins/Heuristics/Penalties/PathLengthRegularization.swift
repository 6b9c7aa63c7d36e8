import Adversarial
import Components
import Networks
import Tensors

/// Wants a step in the latent space to move the sample by the same length everywhere.
///
/// w · E[(‖Jᵀy‖₂ − a)²], J the Jacobian of the generator, y ~ N(0, I) / √(rows · columns), a the moving average of the lengths, which begins with 0
/// and counts this batch; it is a constant of the derivative. With a mapping network, `tap` names its output; StyleGAN2 takes w, not z.
public struct PathLengthRegularization: Heuristic {
  public static let name = "path-length-regularization"
  public static let aliases = ["path-length": "", "ppl": ""]
  public static let summary = "Steps in the latent space move samples by one length everywhere."
  public static let equation = "weight E (|| J^T y || - a)^2, a = a + decay (E || J^T y || - a)"
  public static let reference = "Karras et al. 2020 (StyleGAN2), section 3.2"
  public static let fieldDescriptions = [
    "decay": "How much of the moving average a batch makes up, in (0, 1]",
    "tap": "The generator's feature that steps are made in, such as '01_mapping'; empty for the latent vectors",
    "weight": "The weight, not negative",
  ]

  /// The weight, not negative.
  public var weight: Double = 2
  /// How much of the moving average a batch makes up, in (0, 1].
  public var decay: Double = 0.01
  /// The generator's feature that steps are made in, such as `01_mapping`; empty for the latent vectors.
  public var tap: String = ""

  public init() {}

  public init(weight: Double, decay: Double = 0.01, tap: String = "") {
    (self.weight, self.decay, self.tap) = (weight, decay, tap)
  }

  public func validateFields() throws {
    try requireNotNegative(self, ("weight", weight))
    guard decay > 0, decay <= 1 else { throw ComponentError(component: name, field: "decay", value: decay, expected: "in (0, 1]") }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard let layer = gan.generator.innermostLayers.first(where: \.mixesSamples) else { return [] }
    return [
      Notice(
        .warning,
        "\(name) takes the Jacobian of each sample by itself, but \(layer.name) in the generator mixes the samples of a batch; use layer-norm instead",
        reference: Self.reference)
    ]
  }

  public func generatorTerm(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor? {
    // A variable of its own, so that the gradient is taken here and nowhere else.
    let latents = evaluation.latents.tensor.stoppingGradient + 0
    let output = try round.generator(Latents(latents), given: evaluation.fakeConditions, call: "path")
    let point: Tensor
    do {
      point = tap.isEmpty ? latents : try output.taps.feature(tap).feature
    } catch {
      throw NetworkError("\(name): in the generator, \(error)")
    }
    let samples = output.output
    let places = samples.shape.dimensions.dropFirst().dropLast().reduce(1, *)
    let direction = round.randomNormal("direction", samples.shape, dtype: samples.dtype) * (1 / Double(places).squareRoot())
    let slope = square(gradient(of: (samples * direction).sum(), at: point)).sum(axes: [-1])
    // 1e-12 keeps the root's derivative finite where a length is exactly zero. One row of a feature for each layer is averaged, as in the paper.
    let lengths = sqrt((slope.rank > 1 ? slope.flattened(from: 1).mean(axes: [1]) : slope) + 1e-12)
    let before = try round.persistent("mean", initial: .zeros([]))
    let mean = (before + decay * (lengths.mean() - before)).stoppingGradient
    try round.setPersistent("mean", to: mean)
    round.record("path-length-regularization.length", lengths.mean())
    return weight * square(lengths - mean).mean()
  }
}
