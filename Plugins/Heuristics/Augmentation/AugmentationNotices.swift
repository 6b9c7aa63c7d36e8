import Adversarial
import Components

/// Two augmentations of one kind do the work of one.
func augmentationNotices(_ heuristic: any Heuristic, _ gan: GAN) -> [Notice] {
  let kinds = [DifferentiableAugmentation.name, AdaptiveAugmentation.name]
  let present = gan.heuristics.map(\.name).filter(kinds.contains)
  guard present.count > 1, present.first == heuristic.name else { return [] }
  return [
    Notice(
      .warning, "there is more than one augmentation of all that the discriminator sees, \(present.joined(separator: " and ")); keep one",
      reference: "Karras et al. 2020 (ADA)")
  ]
}
