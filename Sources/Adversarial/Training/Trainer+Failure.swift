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
    let program = round.program
    let failed = try round.snapshot()
    try program.restore(lastGood.state)
    let origin = Result { try failureOriginFromHere() }
    try program.restore(failed)
    return try origin.get()
  }

  private func failureOriginFromHere() throws -> NonFinite? {
    if let index = try round.firstNonFinite() { return nonFinite(in: index, round: lastGood.step) }
    let before = try round.snapshot()
    for number in lastGood.step..<step {
      try round.program.update(before)
      try play(number)
      let index = try round.firstNonFinite()
      guard index != nil || number == step - 1 else { continue }
      let fallback = index.flatMap { nonFinite(in: $0, round: number + 1) }
      try round.program.restore(before)
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
  func examined(recovering: Bool) throws -> NumericFailure? {
    guard let index = try round.firstNonFinite() else { return nil }
    let value = (try? round.program.parameter(index).scalars())?.first { !$0.isFinite }
    failure = NumericFailure(
      step: step, record: round.statePaths[index], value: value.map(Double.init) ?? .nan, origin: try? failureOrigin())
    return try recovering && recover() ? nil : failure
  }

  /// Lets a heuristic that can get over a failure do so.
  ///
  /// - Returns: whether the run goes on.
  func recover() throws -> Bool {
    guard let failure, let recovery = composition.heuristics.lazy.compactMap({ $0 as? any Recovery }).first,
      let state = try? recovery.recovered(from: failure, good: goodState.state, failed: round.state()), (try? round.load(state)) != nil
    else { return false }
    recoveries.append((failure, lastGood.step))
    self.failure = nil
    lastGood.step = step
    try round.program.update(lastGood.state)
    return true
  }

  /// The state that a failure goes back to, and how many rounds had been played then.
  public var goodState: (step: Int, state: Parameters) {
    (lastGood.step, round.state(in: lastGood.state))
  }

  /// The first value of round `number`, from the state as it stands, that is not finite.
  private func firstNonFinite(onTheWayThrough number: Int) throws -> NonFinite? {
    var probes: [(name: String, role: NonFinite.Role)] = []
    let trace = try RoundTrace(
      game, state: round.trace.state, fields: samples.fields, batches: realBatchesPerRound, batchSize: batchSize, seed: seed,
      isProbing: true, threadCount: threadCount, device: device
    ) { [updateRule] makeRound, _ in
      let traced = makeRound()
      try updateRule.advance(traced)
      probes = traced.probes.map { ($0.name, $0.role) }
      return traced.probes.map(\.tensor)
    }
    try trace.load(round.state())
    try trace.load(step: number)
    for (index, memory) in round.memory.enumerated() {
      samples.fill(memory, index: number * round.memory.count + index, key: dataKey)
      try trace.load(memory, as: index)
    }
    try trace.run()
    for (index, probe) in probes.enumerated() {
      let source = NonFinite.Source(name: probe.name, role: probe.role, values: try trace.output(index).scalars())
      if let found = NonFinite.first(in: [source], step: number + 1) { return found }
    }
    return nil
  }

  private func nonFinite(in index: Int, round number: Int) -> NonFinite? {
    guard let values = try? round.program.parameter(index).scalars() else { return nil }
    return NonFinite.first(in: [.init(name: round.statePaths[index], role: .parameter, values: values)], step: number)
  }
}
