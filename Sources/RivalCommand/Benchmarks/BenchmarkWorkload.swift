import Rival

/// A training round whose time is measured: a composition, the shape of its data, and sizes.
///
/// All play alternating rounds with Adam (2e-4, β₁ 0.5, β₂ 0.999) on the non-saturating loss, and a fresh latent batch for each
/// player; the discriminator sees real and generated samples as two batches.
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
  var composition: @Sendable () -> GAN

  /// All workloads.
  static let all: [BenchmarkWorkload] = [.mlpRing, .dcgan32]

  /// The workload called `name`.
  ///
  /// - Throws: ``CommandFailure`` that lists them.
  static func named(_ name: String) throws -> BenchmarkWorkload {
    if let workload = all.first(where: { $0.name == name }) { return workload }
    throw CommandFailure("there is no benchmark '\(name)'; there are: \(all.map(\.name).joined(separator: ", "))")
  }
}
