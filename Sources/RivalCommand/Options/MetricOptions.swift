import ArgumentParser
import Rival

/// What is measured, as options: the same for `compare` and `metrics`.
struct MetricOptions: ParsableArguments {
  @Option(
    name: [.customLong("metric"), .customLong("only")],
    help: ArgumentHelp(
      "Metrics, separated by commas; may be repeated. By default what suits the problem, or, for 'metrics', all that can be computed.",
      valueName: "a,b,…"), completion: ComponentKind.metric.completion)
  var metric: [String] = []

  @Option(
    help: ArgumentHelp(
      "What is compared in place of the samples: a kind of features, fitted to the real samples; identity-features for the samples themselves.",
      valueName: "component"), completion: ComponentKind.features.completion)
  var features: String?

  /// The metrics that the option names, in order; `nil` where it is not given.
  ///
  /// - Throws: ``CommandFailure`` for an empty entry or a component that is no metric, `ComponentError` for a wrong name, field or value.
  func metrics(_ registry: Registry) throws -> [any Metric]? {
    guard !metric.isEmpty else { return nil }
    var aliased: [String] = []
    return try metric.flatMap { list in
      guard !list.split(separator: ",", omittingEmptySubsequences: false).contains(where: { $0.allSatisfy { $0 == " " } }) else {
        throw CommandFailure("--metric: '\(list)' has an empty entry; separate metrics by single commas")
      }
      return try VariantList.split(list).compactMap { text -> (any Metric)? in
        let metric = try ComponentKind.metric.component(text, "--metric", registry)
        if text.prefix(while: { $0 != ":" }) != metric.name {
          sayWhatIsTaken(for: String(text.prefix { $0 != ":" }), metric)
          // 'precision,recall' are one metric by two names.
          guard !aliased.contains(ComponentFields.specification(of: metric)) else { return nil }
          aliased.append(ComponentFields.specification(of: metric))
        }
        return metric as? any Metric
      }
    }
  }

  /// Says which metric stands behind a name that it is not stored under, and what it takes to be that of papers.
  private func sayWhatIsTaken(for typed: String, _ metric: any Component) {
    guard let remark = type(of: metric).aliases[typed] else { return }
    Console.note("\(typed): this is \(metric.name)" + (remark.isEmpty || features != nil ? "" : "; \(remark)"))
  }

  /// The features that the option names; `nil` where it is not given.
  ///
  /// - Throws: as ``metrics(_:)``.
  func featureChoice(_ registry: Registry) throws -> (any FeatureChoice)? {
    guard let features else { return nil }
    return try ComponentKind.features.component(features, "--features", registry) as? any FeatureChoice
  }
}
