import Components
import Networks

/// A heuristic that lets a run go on after a number was no longer finite, from a state that it makes of an earlier one.
///
/// The failed round stays in the history and is not played again: the run goes on with the next batch.
public protocol Recovery: Heuristic {
  /// The state from which to go on, or `nil` to let the run end.
  ///
  /// - Parameters:
  ///   - failure: what failed.
  ///   - good: the state of the networks, optimizers and heuristics up to a hundred rounds before, all finite.
  ///   - failed: the state as it stands now.
  func recovered(from failure: NumericFailure, good: Parameters, failed: Parameters) throws -> Parameters?
}
