import ArgumentParser
import Rival

/// What is measured while a run trains: the same for `train` and `resume`.
struct MeasurementOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Measure samples against held-out data every so many rounds, and at the end; 0, the default, for never. 'measures.csv' has the values.",
      valueName: "rounds"))
  var measureEvery = 0

  @OptionGroup var metrics: MetricOptions

  @Option(help: ArgumentHelp("How many samples are measured, and at most as many real ones compared with.", valueName: "n"))
  var samples: Int?

  @Option(
    help: ArgumentHelp(
      "End the run when the value that decides was best so many measurements ago; 0, the default, for not at all.", valueName: "n"))
  var stopAfter = 0

  func validate() throws {
    guard measureEvery >= 0, stopAfter >= 0 else { throw ValidationError("--measure-every and --stop-after must not be negative") }
    guard stopAfter == 0 || measureEvery > 0 else {
      throw ValidationError("--stop-after counts measurements; say with --measure-every how often there is one")
    }
    guard measureEvery > 0 || metrics.metric.isEmpty && metrics.features == nil && samples == nil else {
      throw ValidationError("--metric, --features and --samples say what --measure-every measures; give that too")
    }
    if let samples, !(2...1_000_000).contains(samples) {
      throw ValidationError("--samples is \(samples), but must be from 2 to 1000000")
    }
  }

  /// The plan with what the options say in its place.
  func plan(_ standard: EvaluationPlan, _ registry: Registry) throws -> EvaluationPlan {
    var plan = standard
    if let metrics = try metrics.metrics(registry) {
      plan.metrics = metrics
      plan.primary = []
    }
    if let features = try metrics.featureChoice(registry) { plan.features = features }
    if let samples { plan.sampleCount = samples }
    return plan
  }

  /// The options as a person types them, those that differ from the defaults only.
  var arguments: [String] {
    guard measureEvery > 0 else { return [] }
    var words = ["--measure-every", String(measureEvery)]
    for metric in metrics.metric { words += ["--metric", metric] }
    if let features = metrics.features { words += ["--features", features] }
    if let samples { words += ["--samples", String(samples)] }
    if stopAfter > 0 { words += ["--stop-after", String(stopAfter)] }
    return words
  }
}
