import ArgumentParser
import Rival

/// The parts of a composition as options, written `name:field=value,…`.
struct ComponentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A published GAN in place of the problem's composition, in the paper's setting; see 'recipes'.", valueName: "recipe"),
    completion: ComponentKind.recipe.completion)
  var recipe: String?

  @Flag(help: "With --recipe: its setting for two cores.")
  var small = false

  @Option(help: ArgumentHelp("The loss, instead of the problem's own.", valueName: "component"), completion: ComponentKind.loss.completion)
  var loss: String?

  @Option(
    help: ArgumentHelp(
      "The optimizer of both players, or of one: generator=adam:learningRate=1e-4; may be repeated.", valueName: "component"),
    completion: ComponentKind.optimizer.completion)
  var optimizer: [String] = []

  @Option(help: ArgumentHelp("The optimizer of the generator alone.", valueName: "component"))
  var generatorOptimizer: String?

  @Option(help: ArgumentHelp("The optimizer of the discriminator alone.", valueName: "component"))
  var discriminatorOptimizer: String?

  @Option(help: ArgumentHelp("The update rule.", valueName: "component"), completion: ComponentKind.updateRule.completion)
  var update: String?

  @Option(
    help: ArgumentHelp(
      "A heuristic that is added; may be repeated. A layer goes in front of the discriminator's last one.",
      valueName: "component"), completion: ComponentKind.heuristic.completion)
  var heuristic: [String] = []

  @Option(
    help: ArgumentHelp(
      "The layers of the generator, as the builder takes them: \"Dense(128) ReLU Dense(2)\".", valueName: "layers"))
  var generator: String?

  @Option(help: ArgumentHelp("The layers of the discriminator, likewise.", valueName: "layers"))
  var discriminator: String?

  @Option(help: ArgumentHelp("How many numbers a latent vector has.", valueName: "n"))
  var latent: Int?

  /// The recipe that is asked for; `nil` for the problem's own composition.
  ///
  /// - Throws: as ``RecipeDescription/named(_:_:small:)``.
  func chosenRecipe(_ registry: Registry) throws -> (any Recipe)? {
    guard let recipe else {
      guard !small else { throw CommandFailure("--small is a recipe's setting for two cores; name one with --recipe") }
      return nil
    }
    return try RecipeDescription.named(recipe, registry, small: small).recipe
  }

  /// The problem's composition, or a recipe's, with the parts that the options name.
  ///
  /// - Parameter data: the problem's data, on which a recipe's networks depend.
  /// - Throws: as ``changes(_:)``, and `CompositionError` where a part does not belong to the composition.
  func composition(of problem: Problem, _ recipe: (any Recipe)? = nil, data: any DataSource, registry: Registry) throws -> any Composition {
    let base = try recipe.map { try $0.composition(for: data.opened().fields) } ?? problem.composition()
    return try base.changed(by: changes(registry))
  }

  /// What the options change.
  ///
  /// - Throws: `ComponentError` where a name, field or value is wrong, ``CommandFailure`` where a part is of the wrong kind.
  func changes(_ registry: Registry) throws -> [CompositionChange] {
    var changes: [CompositionChange] = []
    if let generator { changes.append(.layers(try LayerText.layers(generator, "--generator", registry), of: "generator")) }
    if let discriminator { changes.append(.layers(try LayerText.layers(discriminator, "--discriminator", registry), of: "discriminator")) }
    if let loss { changes.append(.part(try ComponentKind.loss.component(loss, "--loss", registry, orElse: .objective))) }
    for specification in optimizer { changes.append(try Self.optimizer(specification, registry)) }
    if let update { changes.append(.part(try ComponentKind.updateRule.component(update, "--update", registry))) }
    for specification in heuristic {
      changes.append(.part(try ComponentKind.heuristic.component(specification, "--heuristic", registry, orElse: .layer)))
    }
    let single = [
      (generatorOptimizer, "--generator-optimizer", Player.generator),
      (discriminatorOptimizer, "--discriminator-optimizer", Player.discriminator),
    ]
    for (specification, option, player) in single {
      guard let specification, let part = try ComponentKind.optimizer.component(specification, option, registry) as? any Optimizer
      else { continue }
      changes.append(.optimizer(part, of: player))
    }
    if let latent { changes.append(.latentSize(latent)) }
    return changes
  }
  /// `adam:beta1=0` for both players, `generator=adam:beta1=0` for one.
  private static func optimizer(_ text: String, _ registry: Registry) throws -> CompositionChange {
    let pair = text.split(separator: "=", maxSplits: 1).map(String.init)
    let isOfOne = pair.count == 2 && !pair[0].contains(":")
    let part = try ComponentKind.optimizer.component(isOfOne ? pair[1] : text, "--optimizer", registry)
    guard isOfOne, let optimizer = part as? any Optimizer else { return .part(part) }
    return .optimizer(optimizer, of: Player(pair[0]))
  }
}

extension CompositionChange {
  /// The change of a run that is under way: a heuristic that `composition` has already is changed, not added a second time.
  func replacing(in composition: any Composition) -> CompositionChange {
    guard case .part(let part) = self, let heuristic = part as? any Heuristic,
      composition.heuristics.contains(where: { $0.name == part.name })
    else { return self }
    return .replacement(heuristic)
  }
}
