import Adversarial
import Components
import Networks
import Tensors

/// Changed targets mean nothing to a loss that has none.
func targetNotices(_ heuristic: any Heuristic, _ gan: GAN, _ reference: String) -> [Notice] {
  guard let loss = gan.loss, !loss.usesTargets else { return [] }
  return [
    Notice(
      .error, "\(heuristic.name) changes the discriminator's targets, but \(loss.name) has none; remove it or use non-saturating",
      reference: reference)
  ]
}
