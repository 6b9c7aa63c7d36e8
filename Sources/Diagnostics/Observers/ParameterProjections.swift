import Adversarial
import Components
import Networks
import Tensors

/// Traces of the parameters: their norms and a few fixed random projections, in which rotation shows.
///
/// A projection onto random signs keeps distances in expectation (Johnson and Lindenstrauss 1984; Achlioptas 2003), so that a cycle of the
/// parameters is a cycle of the trace with the same period, while losses, which are even functions of a rotation, show half of it. Of a player
/// with up to three parameters the parameters themselves are recorded.
public struct ParameterProjections: Diagnostic {
  public static let name = "parameter-projections"
  public static let summary =
    "Norms of the parameters and three random projections for each player: what oscillation and divergence show in."
  public static let equation = "p_k = <s_k, w> / sqrt(n),  s_k in {-1, 1}^n fixed"
  public static let reference = "Achlioptas 2003, theorem 1.1"

  /// Rounds between two observations; 50 by default.
  public var every: Int = 50

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  /// How many projections each player has.
  static let count = 3

  public func observe(_ run: Observation) throws -> [Reading] {
    let state = run.parameters
    let paths = state.paths
    let types = state.tensors.map(TensorType.init)
    let game = run.game
    let players = game.players
    let key = run.key("signs")
    let program = try run.program(name, parameters: types) { inputs in
      let state = Parameters(zip(paths, inputs))
      var outputs: [Tensor] = []
      for player in players {
        let weights = game.parameters(of: player, in: state)
        let count = Double(weights.elementCount)
        outputs.append(weights.tensors.reduce(Tensor(0)) { $0 + ($1 * $1).sum() })
        if weights.elementCount <= Self.count {
          let flat = weights.tensors.map { $0.reshaped([$0.shape.elementCount]) }
          for tensor in flat { outputs += (0..<tensor.shape.elementCount).map { tensor.sliced(axis: 0, $0..<($0 + 1)).sum() } }
          continue
        }
        for projection in 0..<Self.count {
          var sum = Tensor(0)
          for (path, tensor) in weights {
            // Drawn once, while the program is made, and kept in it.
            let draw = randomUniform(tensor.shape, key: key.derived(projection).derived(path.replacing("/params/", with: "/")))
            let signs = try select(draw.isLess(than: 0.5), Tensor(-1), Tensor(1)).materialized()
            sum += (signs * tensor).sum()
          }
          outputs.append(sum / count.squareRoot())
        }
      }
      return outputs
    }
    for (index, tensor) in state.tensors.enumerated() { try program.write(tensor, to: index) }
    try program.execute()
    var place = 0
    func next() throws -> Double {
      defer { place += 1 }
      return try program.number(ofOutput: place)
    }
    var readings: [Reading] = []
    for player in players {
      readings.append(Reading("\(player).norm", try next().squareRoot()))
      let parameters = game.parameters(of: player, in: state).elementCount
      for projection in 0..<min(parameters, Self.count) { readings.append(Reading("\(player).projection-\(projection)", try next())) }
    }
    return readings
  }
}
