import Rival

/// A training round whose time is measured: a composition, the shape of its data, and sizes.
///
/// All play alternating rounds of one update each, with a fresh latent batch for each player; the discriminator sees real and generated samples
/// as two batches. Adam (2e-4, β₁ 0.5, β₂ 0.999) on the non-saturating loss, where nothing else is said.
struct BenchmarkWorkload: Sendable {
  /// The stable name: `mlp-ring`.
  var name: String
  var batchSize: Int
  /// The shape of one real sample.
  var sampleShape: [Int]
  /// Rounds that are measured by default.
  var rounds: Int
  /// Rounds before the first one that is measured.
  var warmup: Int
  var composition: @Sendable () -> any Composition

  /// All workloads.
  static let all: [BenchmarkWorkload] = [.mlpRing, .dcgan32, .dcgan64, .sngan32, .dcgan32R1, .mlpRingGradientPenalty]

  /// The workload called `name`, or that of the problem of that name, on made-up samples of its data's shape.
  ///
  /// - Throws: ``CommandFailure`` that lists them, and what opening the problem's data throws.
  static func named(_ name: String, _ context: CommandContext, data folder: String? = nil) throws -> BenchmarkWorkload {
    if let workload = all.first(where: { $0.name == name }) {
      guard folder == nil else { throw CommandFailure("\(name) makes its samples up; leave --data away") }
      return workload
    }
    let bare = name.prefix { $0 != ":" }
    guard context.problems.contains(where: { $0.name == bare }) else {
      let names = all.map(\.name) + context.problems.map(\.name)
      throw CommandFailure("there is no benchmark or problem '\(bare)'; there are: \(names.joined(separator: ", "))")
    }
    let problem = try context.problem(named: name)
    let shape = try problem.data(folder: folder).opened().sampleShape
    return BenchmarkWorkload(
      name: problem.name, batchSize: problem.batchSize, sampleShape: shape, rounds: 100, warmup: 10, composition: { problem.composition() })
  }
}
