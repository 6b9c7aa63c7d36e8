import Components
import Networks

extension Sequential {
  /// The layers in order, those of nested stacks in the place of the stack.
  public var innermostLayers: [any Layer] {
    layers.flatMap { placed in (placed.layer as? Sequential)?.innermostLayers ?? [placed.layer] }
  }
}

extension GAN {
  /// What speaks against the composition: missing and doubled parts, fields out of range, and what its parts say of each other.
  public func review() -> [Notice] {
    var notices = duplicates.map { Notice(.error, "there is more than one \($0); a composition has one") }
    if latent.size < 1 {
      notices.append(Notice(.error, "the latent vector has \(latent.size) numbers, but needs at least one"))
    }
    for (name, layers) in [("Generator", generator), ("Discriminator", discriminator)] where layers.layers.isEmpty {
      notices.append(Notice(.error, "there is no \(name); add \(name) { … } with at least one layer"))
    }
    if loss == nil { notices.append(Notice(.error, "there is no loss; add one, such as NonSaturatingLoss()")) }
    if updateRule == nil {
      notices.append(Notice(.error, "there is no update rule; add one, such as AlternatingUpdates()"))
    }
    for player in [Player.generator, .discriminator] where optimizer(for: player) == nil {
      notices.append(Notice(.error, "the \(player) has no optimizer; add one, such as Adam()"))
    }
    for component in components {
      do {
        try component.validateFields()
      } catch {
        if !notices.contains(where: { $0.message == "\(error)" }) { notices.append(Notice(.error, "\(error)")) }
      }
    }
    if let loss, let last = discriminator.innermostLayers.last, let range = last.outputRange {
      if loss.kind == .critic {
        notices.append(
          Notice(
            .error, "\(loss.name) needs an unbounded critic, but the discriminator ends in \(last.name); remove that layer",
            reference: "Arjovsky et al. 2017, section 3"))
      } else if range == 0...1 {
        notices.append(
          Notice(.error, "\(loss.name) takes the discriminator's raw output, but the discriminator ends in \(last.name); remove that layer")
        )
      }
    }
    if let loss, loss.needsBoundedSlope, !notices.contains(where: { $0.severity == .error }), !heuristics.contains(where: \.boundsSlope) {
      notices.append(
        Notice(
          .warning,
          "\(loss.name) needs a critic whose slope is bounded, and nothing bounds it; add gradient-penalty, spectral-normalization or weight-clipping",
          reference: "Arjovsky et al. 2017, section 3; Gulrajani et al. 2017"))
    }
    for notice in (updateRule?.review(self) ?? []) + (loss?.review(self) ?? []) + heuristics.flatMap({ $0.review(self) })
    where !notices.contains(notice) {
      notices.append(notice)
    }
    return notices
  }
}
