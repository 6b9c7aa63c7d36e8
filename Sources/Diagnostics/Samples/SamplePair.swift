import Adversarial
import Components
import Metrics
import Networks
import Tensors

/// Generated and real samples of a run, the same number of each, as metrics take them.
public struct SamplePair: Sendable {
  public let generated: SampleSet
  /// Held-out samples, or training samples where none are held out.
  public let real: SampleSet

  /// - Parameter count: of each kind; at most half of the real samples that there are is taken.
  /// - Throws: ``DiagnosticsError`` where the generator makes samples that are not finite.
  public init(_ run: Observation, count: Int) throws {
    let dimension = run.samples.sampleShape.reduce(1, *)
    let available = (run.hasHeldOut ? run.samples.heldOut?.count : run.samples.count) ?? .max
    let taken = min(count, max(1, available / 2))
    let fake = try run.generatedSamples(taken)
    guard fake.allSatisfy(\.isFinite) else {
      throw DiagnosticsError("the generator makes samples that are not finite; 'rival diagnose' names the first tensor that is not")
    }
    generated = try SampleSet(fake, dimension: dimension)
    real = try SamplePair.real(run, count: taken, part: 0)
  }

  /// Real samples of one of several disjoint draws, as far as the data allows.
  static func real(_ run: Observation, count: Int, part: Int) throws -> SampleSet {
    try SampleSet(
      run.realSamples(count, from: run.hasHeldOut ? .heldOut : .training, part: part), dimension: run.samples.sampleShape.reduce(1, *))
  }
}
