import Components
import Networks
import Tensors

/// Where a failure began.
///
/// A recorded number shows a failure late: a gradient that overflows in one round spoils the loss of the next. So the rounds since the last
/// good copy of the state are played again, as exactly as any resumed run, up to the first round that leaves a value that is not finite. That
/// round is then traced once more with everything it goes through on its way as an output: samples, activations, losses, gradients, updated
/// parameters, in the order in which they are computed.
extension Trainer {
  /// The first value that is not finite; `nil` where none of the networks' and optimizers' is. The state is left as it stands.
  func failureOrigin() throws -> NonFinite? {
    var failed = round.emptyCopy()
    round.copyState(into: &failed)
    defer { round.load(failed) }
    round.load(lastGood.state)
    if let index = round.firstNonFinite() { return nonFinite(in: index, round: lastGood.step) }

    var before = lastGood.state
    for number in lastGood.step..<step {
      round.copyState(into: &before)
      play(number)
      let index = round.firstNonFinite()
      guard index != nil || number == step - 1 else { continue }
      let fallback = index.flatMap { nonFinite(in: $0, round: number + 1) }
      round.load(before)
      return try firstNonFinite(onTheWayThrough: number) ?? fallback
    }
    return nil
  }

  /// Looks for values of the state that are not finite.
  ///
  /// A loss does not always show them: max(NaN, 0) is 0 in some vector units, so that a rectifier goes on with dead units. The state is
  /// therefore examined every hundred rounds, and at a run's end.
  ///
  /// - Parameter recovering: whether the run may get over it. Not at a run's end: where a caller stops must not decide when it goes back.
  /// - Returns: a failure where the run cannot go on.
  func examined(recovering: Bool) -> NumericFailure? {
    guard let index = round.firstNonFinite() else { return nil }
    let value = (try? round.program.parameter(index).scalars())?.first { !$0.isFinite }
    failure = NumericFailure(
      step: step, record: round.statePaths[index], value: value.map(Double.init) ?? .nan, origin: try? failureOrigin())
    return recovering && recover() ? nil : failure
  }

  /// Lets a heuristic that can get over a failure do so.
  ///
  /// - Returns: whether the run goes on.
  func recover() -> Bool {
    guard let failure, let recovery = gan.heuristics.lazy.compactMap({ $0 as? any Recovery }).first,
      let state = try? recovery.recovered(from: failure, good: goodState.state, failed: round.state()), (try? round.load(state)) != nil
    else { return false }
    recoveries.append((failure, lastGood.step))
    self.failure = nil
    lastGood.step = step
    round.copyState(into: &lastGood.state)
    return true
  }

  /// The state that a failure goes back to, and how many rounds had been played then.
  package var goodState: (step: Int, state: Parameters) {
    var now = round.emptyCopy()
    round.copyState(into: &now)
    round.load(lastGood.state)
    defer { round.load(now) }
    return (lastGood.step, round.state())
  }

  /// The first value of round `number`, from the state as it stands, that is not finite.
  private func firstNonFinite(onTheWayThrough number: Int) throws -> NonFinite? {
    guard let rule = gan.updateRule else { return nil }
    let paths = round.statePaths
    var probes: [(name: String, role: NonFinite.Role)] = []
    let program = try Program(parameters: round.program.parameters, threadCount: threadCount) { [game, batchSize, seed] inputs in
      let traced = Round(
        game: game, state: Parameters(zip(paths, inputs)), step: inputs[paths.count],
        realBatches: Array(inputs[(paths.count + 1)...]), batchSize: batchSize, seed: seed, isTraining: true, isProbing: true)
      try rule.advance(traced)
      probes = traced.probes.map { ($0.name, $0.role) }
      return traced.probes.map(\.tensor)
    }
    for index in program.parameters.indices { try program.write(round.program.parameter(index), to: index) }
    program.execute()
    for (index, probe) in probes.enumerated() {
      let values = program.withOutput(index) { memory in
        program.outputs[index].dtype == .float64
          ? memory.bindMemory(to: Double.self).map(Float.init) : Array(memory.bindMemory(to: Float.self))
      }
      let source = NonFinite.Source(name: probe.name, role: probe.role, values: values)
      if let found = NonFinite.first(in: [source], step: number + 1) { return found }
    }
    return nil
  }

  private func nonFinite(in index: Int, round number: Int) -> NonFinite? {
    guard let values = try? round.program.parameter(index).scalars() else { return nil }
    return NonFinite.first(in: [.init(name: round.statePaths[index], role: .parameter, values: values)], step: number)
  }
}
