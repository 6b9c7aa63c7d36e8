import ArgumentParser
import Rival

/// What a component is for.
public enum ComponentKind: String, Sendable, CaseIterable {
  case loss
  case objective
  case composition
  case optimizer
  case transformation = "transformation of gradients"
  case updateRule = "update rule"
  case heuristic
  case samplingMethod = "sampling method"
  case layer
  case data
  case diagnostic
  case callback
  case rule
  case metric
  case features
  case recipe
  case other

  /// The kind of a component type.
  public init(_ type: any Component.Type) {
    if type is any Loss.Type {
      self = .loss
    } else if type is any Objective.Type {
      self = .objective
    } else if type is any Composition.Type {
      self = .composition
    } else if type is any Optimizer.Type {
      self = .optimizer
    } else if type is any GradientTransformation.Type {
      self = .transformation
    } else if type is any UpdateRule.Type {
      self = .updateRule
    } else if type is any Heuristic.Type {
      self = .heuristic
    } else if type is any SamplingMethod.Type {
      self = .samplingMethod
    } else if type is any Layer.Type {
      self = .layer
    } else if type is any DataSource.Type {
      self = .data
    } else if type is any Diagnostic.Type {
      self = .diagnostic
    } else if type is any Observer.Type {
      self = .callback
    } else if type is any Rule.Type {
      self = .rule
    } else if type is any Metric.Type {
      self = .metric
    } else if type is any FeatureChoice.Type {
      self = .features
    } else if type is any Recipe.Type {
      self = .recipe
    } else {
      self = .other
    }
  }

  /// The kind in a sentence: `an optimizer`.
  public var phrase: String {
    switch self {
    case .loss: "a loss"
    case .objective: "an objective"
    case .composition: "a composition"
    case .optimizer: "an optimizer"
    case .transformation: "a transformation of gradients"
    case .updateRule: "an update rule"
    case .heuristic: "a heuristic"
    case .samplingMethod: "a sampling method"
    case .layer: "a layer"
    case .data: "a data source"
    case .diagnostic: "a diagnostic"
    case .callback: "a callback"
    case .rule: "a rule of diagnosis"
    case .metric: "a metric"
    case .features: "a kind of features"
    case .recipe: "a recipe"
    case .other: "a component of another kind"
    }
  }

  /// The kind as a headline.
  var plural: String {
    switch self {
    case .loss: "Losses"
    case .objective: "Objectives"
    case .composition: "Compositions"
    case .optimizer: "Optimizers"
    case .transformation: "Transformations of gradients, for chains"
    case .updateRule: "Update rules"
    case .heuristic: "Heuristics"
    case .samplingMethod: "Sampling methods"
    case .layer: "Layers"
    case .data: "Data sources"
    case .diagnostic: "Diagnostics"
    case .callback: "Callbacks"
    case .rule: "Rules of diagnosis"
    case .metric: "Metrics"
    case .features: "Features"
    case .recipe: "Recipes"
    case .other: "Others"
    }
  }

  /// The option of `train`, `compare`, `metrics` or `sample` that takes this kind; `nil` where none does.
  var option: String? {
    switch self {
    case .loss, .objective: "--loss"
    case .optimizer: "--optimizer"
    case .transformation: "--optimizer chain:"
    case .updateRule: "--update"
    case .heuristic, .layer: "--heuristic"
    case .samplingMethod: "--by"
    case .diagnostic: "--diagnose"
    case .callback: "--callback"
    case .metric: "--metric"
    case .features: "--features"
    case .recipe: "--recipe"
    case .composition, .data, .rule, .other: nil
    }
  }

  /// The names of this kind, for a shell that completes words.
  var completion: CompletionKind {
    let registry = CommandContext.current.registry
    return .list(registry.names.filter { name in (try? registry.type(named: name)).map { ComponentKind($0) == self } ?? false })
  }

  /// The component that `specification` describes, if it is of this kind, or of the kind `other`.
  ///
  /// - Throws: `ComponentError` where a name, field or value is wrong, ``CommandFailure`` where the kind is another.
  func component(
    _ specification: String, _ option: String, _ registry: Registry, orElse other: ComponentKind? = nil
  ) throws -> any Component {
    let component = try registry.component(parsing: specification)
    let kind = ComponentKind(type(of: component))
    if kind == self || kind == other { return component }
    let fitting = registry.names.filter { name in
      (try? registry.type(named: name)).map { ComponentKind($0) == self } ?? false
    }
    var text = "\(option): '\(component.name)' is \(kind.phrase), not \(phrase)"
    if !fitting.isEmpty { text += "; \(plural.lowercased()) are \(fitting.joined(separator: ", "))" }
    if let right = kind.option, right != option { text += "; \(kind.phrase) is given with \(right)" }
    throw CommandFailure(text)
  }
}
