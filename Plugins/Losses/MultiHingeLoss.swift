import Adversarial
import Components
import Networks
import Tensors

/// The hinge loss of a discriminator with a score for each class and one, the last, for generated samples (Crammer and Singer's margin).
///
/// The discriminator returns `[n, classes + 1]`, as a `ClassOutputs` layer with `extra: 1` does. Where samples have no class at all, the
/// score of being real is the output and that of being generated is 0: the hinge loss.
public struct MultiHingeLoss: Loss {
  public static let name = "multi-hinge"
  public static let aliases = ["mhgan": ""]
  public static let summary = "Hinge loss of a discriminator with a score for each class and one for generated samples."
  public static let equation =
    "L_D = E[max(0, 1 - D_c(x) + max_{k != c} D_k(x))] + E[max(0, 1 - D_0(y) + max_{k != 0} D_k(y))];  L_G = E[max(0, 1 - D_c(y) + max_{k != c} D_k(y))],  y = G(z, c)"
  public static let reference = "Kavalerov et al. 2021, equations 6 and 7"
  public static let fieldDescriptions = [
    "condition": "The condition's name, a field of classes; 'label' by default"
  ]

  /// The condition's name, a field of classes; `label` by default.
  public var condition = "label"

  public init() {}

  /// A loss by the given condition.
  public init(_ condition: String) {
    self.condition = condition
  }

  public var kind: LossKind { .embedding }

  public func discriminatorLoss(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor {
    let real = try scores(evaluation.realLogits, evaluation.realConditions)
    let fake = try scores(evaluation.fakeLogits, evaluation.fakeConditions)
    let classes = real.logits.shape[1] - 1
    let generated = Tensor.iota(fake.logits.shape, axis: 1).isEqual(to: Double(classes))
    return margin(real.logits, real.isOwn) + margin(fake.logits, generated)
  }

  public func generatorLoss(_ evaluation: GeneratorEvaluation, in round: Round) throws -> Tensor {
    let fake = try scores(evaluation.fakeLogits, evaluation.fakeConditions)
    return margin(fake.logits, fake.isOwn)
  }

  public func discriminatorLoss(real: Logits, fake: Logits, targets: Targets) -> Tensor {
    relu(1 - real.tensor).mean() + relu(1 + fake.tensor).mean()
  }

  public func generatorLoss(real: Logits, fake: Logits) -> Tensor { relu(1 - fake.tensor).mean() }

  /// The scores with their place of each sample's class.
  private func scores(_ logits: Logits, _ conditions: Batch) throws -> (logits: Tensor, isOwn: Tensor) {
    let label = try conditions.classes(condition, for: name)
    let scores = logits.tensor
    let count = (label.field.classCount ?? 0) + 1
    guard scores.rank == 2, scores.shape[1] == count else {
      throw NetworkError(
        "\(name) needs a discriminator with \(count) outputs, one for each class and one for generated samples, not \(scores.shape); let it end in ClassOutputs(\"\(condition)\", extra: 1)"
      )
    }
    let places = label.tensor.expandingDimension(at: 1).broadcast(to: scores.shape)
    return (scores, places.isEqual(to: Tensor.iota(scores.shape, axis: 1)))
  }

  /// E[max(0, 1 - own + the highest other)].
  private func margin(_ scores: Tensor, _ isOwn: Tensor) -> Tensor {
    let own = select(isOwn, scores, Tensor.zeros(scores.shape, dtype: scores.dtype)).sum(axes: [1])
    let other = select(isOwn, Tensor(-1e30, shape: scores.shape, dtype: scores.dtype), scores).maximum(axes: [1])
    return relu(1 - own + other).mean()
  }
}
