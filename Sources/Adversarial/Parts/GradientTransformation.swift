import Components
import Networks
import Tensors

/// One step of an optimizer that is a chain: it turns what the step before it made of the gradient into something else. The chain takes its result times
/// the learning rate away from the parameters.
///
/// ```swift
/// public func transform(…) throws -> Parameters { gradient.zipped(with: parameters) { $0 + rate * $1 } }  // weight decay
/// ```
public protocol GradientTransformation: Component {
  /// The names of all slots that its memory may have, none by default; no name has a slash.
  var slots: [String] { get }

  /// The memory before the first update: paths `slot/parameter`, see ``Optimizer/initialState(for:)``; by default zeros in every slot for each parameter.
  func initialState(for parameters: Parameters) -> Parameters

  /// What becomes of `gradient`, with the same paths, and updates the memory.
  ///
  /// - Parameters:
  ///   - gradient: what the step before made of the gradient of the player's loss at `parameters`.
  ///   - state: what ``initialState(for:)`` gave, as the last update left it.
  ///   - iteration: the number of this player's updates, this one included: an int32 scalar, 1 at first.
  func transform(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters

  /// The slots that only scale the step, see ``Optimizer/scalingSlots``; none by default.
  var scalingSlots: [String] { get }
}

extension GradientTransformation {
  public var slots: [String] { [] }
  public func initialState(for parameters: Parameters) -> Parameters { zeroSlots(slots, for: parameters) }
  public var scalingSlots: [String] { [] }

  /// A slot of zeros for each parameter.
  public func zeroSlots(_ names: [String], for parameters: Parameters) -> Parameters {
    Parameters(
      names.flatMap { name in
        parameters.map { ("\(name)/\($0.path)", Tensor.zeros($0.tensor.shape, dtype: $0.tensor.dtype)) }
      })
  }
}

/// An optimizer that is a chain of transformations: θ ← θ − η · (what they make of the gradient, one after another).
///
/// ```swift
/// public struct AdamW: ChainedOptimizer {
///   public var learningRate: Number = 2e-4
///   public var weightDecay: Number = 0.01
///   public var transformations: [any GradientTransformation] { [ScaleByAdam(), DecayedWeights(rate: weightDecay)] }
///   …
/// }
/// ```
/// Slots keep their names; where two transformations have one of the same name, the second one's is `name-2`.
public protocol ChainedOptimizer: Optimizer {
  /// The step size η.
  var learningRate: Number { get }
  /// The transformations, in the order in which they apply.
  var transformations: [any GradientTransformation] { get }
}

extension ChainedOptimizer {
  /// The slots of each transformation: what it calls them, and what they are called in the optimizer's memory.
  private var slots: [[(own: String, kept: String)]] {
    var known: [String: Int] = [:]
    return transformations.map { part in
      part.slots.map { name in
        known[name, default: 0] += 1
        return (name, known[name] == 1 ? name : "\(name)-\(known[name] ?? 0)")
      }
    }
  }

  public func initialState(for parameters: Parameters) -> Parameters {
    var state = Parameters()
    for (part, slots) in zip(transformations, slots) {
      let own = part.initialState(for: parameters)
      for slot in slots { state.merge(own.subtree(slot.own + "/").prefixed(slot.kept + "/")) }
    }
    return state
  }

  public func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters {
    var result = gradient
    for (part, slots) in zip(transformations, slots) {
      var own = Parameters()
      for slot in slots { own.merge(state.subtree(slot.kept + "/").prefixed(slot.own + "/")) }
      result = try part.transform(result, at: parameters, state: &own, iteration: iteration)
      for slot in slots { state.merge(own.subtree(slot.own + "/").prefixed(slot.kept + "/")) }
    }
    return result * -learningRate
  }

  public var scalingSlots: [String] {
    zip(transformations, slots).flatMap { part, slots in slots.filter { part.scalingSlots.contains($0.own) }.map(\.kept) }
  }

  /// Checks the learning rate and every transformation.
  public func validateFields() throws {
    try learningRate.requirePositive("learningRate", of: name)
    for part in transformations { try part.validateFields() }
  }
}
