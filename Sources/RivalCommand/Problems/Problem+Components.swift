import Rival

extension Problem {
  /// The baseline with other parts.
  ///
  /// A loss, an update rule and an optimizer (for both players) replace the baseline's own. Heuristics are added, in the order
  /// given. A layer, such as minibatch discrimination, goes in front of the discriminator's last layer.
  ///
  /// - Throws: ``CommandFailure`` where there are two of what a composition has one of, or a component is no part of one.
  public func gan(applying components: [any Component]) throws -> GAN {
    var gan = gan()
    var seen: Set<ComponentKind> = []
    for component in components {
      let kind = ComponentKind(type(of: component))
      let isSingle = kind == .loss || kind == .optimizer || kind == .updateRule
      guard !isSingle || seen.insert(kind).inserted else {
        throw CommandFailure("'\(component.name)' is a second \(kind.rawValue); a composition has one")
      }
      if let loss = component as? any Loss {
        gan.loss = loss
      } else if let optimizer = component as? any Optimizer {
        gan.optimizers = [optimizer.for(.generator), optimizer.for(.discriminator)]
      } else if let rule = component as? any UpdateRule {
        gan.updateRule = rule
      } else if let heuristic = component as? any Heuristic {
        gan.heuristics.append(heuristic)
      } else if let layer = component as? any Layer {
        let end = gan.discriminator.layers.count
        gan.discriminator.layers.insert(PlacedLayer(layer), at: end > 0 ? end - 1 : 0)
      } else {
        throw CommandFailure("'\(component.name)' is \(kind.phrase), which is no part of a composition")
      }
    }
    return gan
  }
}
