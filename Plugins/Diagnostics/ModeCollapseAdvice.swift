import Diagnostics

/// What to try against a mode collapse, however it was seen.
enum ModeCollapseAdvice {
  static let entries = [
    Advice("Penalize the discriminator's slope at real samples.", components: ["r1-penalty"]),
    Advice("Let the discriminator see many samples at once.", components: ["minibatch-discrimination", "minibatch-standard-deviation"]),
    Advice("Match features instead of outputs.", components: ["feature-matching"]),
    Advice("Update the discriminator more often.", components: ["alternating:discriminatorSteps=5"]),
  ]
}
