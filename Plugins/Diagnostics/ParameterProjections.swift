import Adversarial
import Components
import Diagnostics
import Networks
import Reports
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
  public static let fieldDescriptions = [
    "every": "Rounds between two observations; 50 by default"
  ]

  /// Rounds between two observations; 50 by default.
  public var every: Int = 50

  public init() {}
  public init(every: Int) { self.every = every }

  public func validateFields() throws { try ObserverFields.check(every: every, of: name) }

  /// The length of a player's parameters.
  public static func norm(of player: Player) -> ReadingColumn { column("\(player).norm") }
  /// One of its projections, or of a player with few parameters one of these.
  public static func projection(_ number: Int, of player: Player) -> ReadingColumn { column("\(player).projection-\(number)") }

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
      readings.append(Reading(Self.norm(of: player), try next().squareRoot()))
      let parameters = game.parameters(of: player, in: state).elementCount
      for projection in 0..<min(parameters, Self.count) {
        readings.append(Reading(Self.projection(projection, of: player), try next()))
      }
    }
    return readings
  }

  /// The strongest oscillation of the traces.
  public func lines(on record: RunRecord) -> [ReadingLine] {
    let all = oscillations(record)
    guard !all.isEmpty else { return [] }
    let lasting = all.filter { $0.oscillation.fate != .none }
    guard let strongest = lasting.max(by: { $0.oscillation.fisherG < $1.oscillation.fisherG }) else {
      return [ReadingLine("oscillation", .fine, "No rotation in \(all.count) projections of the parameters.")]
    }
    let period = Phrase.number((strongest.oscillation.period * strongest.cadence).rounded())
    let growth = Phrase.number(strongest.oscillation.growthPerTurn)
    let text = "Rotation with a period of \(period) rounds in \(lasting.count) of \(all.count) projections, growing by \(growth) a turn"
    return [
      strongest.oscillation.fate == .damped
        ? ReadingLine("oscillation", .fine, text + ": it dies out.") : ReadingLine("oscillation", .note, text + ": it lasts.")
    ]
  }

  /// The first trace of each player over time, and against each other: of a game with two parameters, the game itself.
  public func plots(of record: RunRecord) -> [any Plot] {
    let (x, y) = (Self.projection(0, of: .generator), Self.projection(0, of: .discriminator))
    var plots: [any Plot] = []
    if let traces = record.chart("Projections of the parameters", [(x, "generator"), (y, "discriminator")]) { plots.append(traces) }
    let (first, second) = (record.points(x), record.points(y))
    guard first.count >= 3, first.count == second.count else { return plots }
    plots.append(
      PhasePortrait(
        title: "Phase portrait",
        trajectories: [.init(label: "run", points: zip(first, second).map { PlotPoint(x: $0.value, y: $1.value) })],
        xLabel: "generator (projection)", yLabel: "discriminator (projection)"))
    return plots
  }
}
