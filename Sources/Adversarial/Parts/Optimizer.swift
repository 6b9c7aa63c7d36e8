import Components
import Networks
import Tensors

/// Turns one player's gradient into the change of its parameters. It never owns the parameters; its own memory is an ordered store too.
public protocol Optimizer: Component {
  /// The memory before the first update: named slots, each a copy of the parameters' layout, as paths `slot/parameter`.
  func initialState(for parameters: Parameters) -> Parameters

  /// Returns what to add to the parameters, and updates the memory.
  ///
  /// - Parameters:
  ///   - gradient: of the player's loss, at `parameters`, with the same paths.
  ///   - state: what ``initialState(for:)`` gave, as the last update left it.
  ///   - iteration: the number of this player's updates, this one included: an int32 scalar, 1 at first.
  func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws
    -> Parameters

  /// The slots that only scale the step: running squares of the gradient, by which it is divided. None by default.
  ///
  /// Diagnostics of the update map hold them where they are, so that what is analyzed is the preconditioned step as it is taken. A slot
  /// that is named here must store the very tensor that ``update(_:at:state:iteration:)`` divides by.
  var scalingSlots: [String] { get }
}

extension Optimizer {
  public var scalingSlots: [String] { [] }

  /// This optimizer for one player only.
  public func `for`(_ player: Player) -> PlayerOptimizer {
    PlayerOptimizer(optimizer: self, player: player)
  }

  /// A slot of zeros for each parameter.
  public func zeroSlots(_ names: [String], for parameters: Parameters) -> Parameters {
    Parameters(
      names.flatMap { name in
        parameters.map { ("\(name)/\($0.path)", Tensor.zeros($0.tensor.shape, dtype: $0.tensor.dtype)) }
      })
  }
}

/// An optimizer for one player.
public struct PlayerOptimizer: Sendable {
  public var optimizer: any Optimizer
  public var player: Player
}
