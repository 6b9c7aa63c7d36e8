import Foundation
import Rival
import Testing

/// What acts while a run goes on: logs, and ends.
@Suite struct CallbackTests {
  /// Reads how far the run is from round 10: 5, 0, 5, 10, … at every fifth round.
  struct Distance: Observer {
    static let name = "distance"
    static let summary = "How far the run is from round 10."
    var every = 5
    func observe(_ run: Observation) throws -> [Reading] { [Reading("rounds", Double(abs(run.step - 10)))] }
  }

  private func trainer(_ callbacks: [any Observer] = [], folder: String? = nil) throws -> Trainer {
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(2) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam()
      AlternatingUpdates()
    }
    let trainer = try Trainer(gan, data: RingOfGaussians(), batchSize: 8, seed: 1, threadCount: 1)
    trainer.diagnostics = callbacks
    trainer.folder = folder
    return trainer
  }

  private func resumed(_ stopped: Trainer, folder: String? = nil) throws -> Trainer {
    var registry = try Registry.builtIn()
    try registry.register(Distance.self)
    let trainer = try Trainer(contents: stopped.checkpoint(), registry: registry, threadCount: 1)
    trainer.folder = folder
    return trainer
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "/callbacks-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func aRunEndsWhenNothingBecomesBetter() throws {
    let stopping = EarlyStopping("distance/rounds", every: 5, patience: 3)
    let run = try trainer([Distance(), stopping])
    #expect(try run.run(until: 100) == .interrupted && run.step == 25)
    #expect(run.endReason == "early-stopping: distance/rounds was best at step 10 (0.0), and 3 looks have brought nothing better")
    #expect(run.observations["early-stopping"]?["value"] == [5, 0, 5, 10, 15])
    // The numbers are those of a run without callbacks.
    let plain = try trainer()
    #expect(try plain.run(until: 25) == .completed)
    #expect(try plain.state.map { try $0.tensor.scalars() } == run.state.map { try $0.tensor.scalars() } && plain.history == run.history)
    // Stopped and resumed it ends at the same round.
    let stopped = try trainer([Distance(), stopping])
    try stopped.run(until: 18)
    let again = try resumed(stopped)
    #expect(try again.run(until: 100) == .interrupted && again.step == 25 && again.endReason == run.endReason)
    // Asked to, it goes on, and ends at the next look.
    #expect(try run.run(until: 100) == .interrupted && run.step == 30)
    // At the target itself the run is complete.
    #expect(try trainer([Distance(), stopping]).run(until: 25) == .completed)
  }

  @Test func higherMayBeBetterAndSmallSteps() throws {
    let rising = try trainer([Distance(), EarlyStopping("distance/rounds", every: 5, patience: 2, isHighest: true)])
    // 5, 0, 5, 10, 15, …: after the dip it only rises.
    #expect(try rising.run(until: 60) == .interrupted && rising.step == 15)
    let patient = try trainer([Distance(), EarlyStopping("distance/rounds", every: 5, patience: 3, isHighest: true)])
    #expect(try patient.run(until: 60) == .completed)
    // Better by 5 each time is not better by 6.
    let small = try trainer([Distance(), EarlyStopping("distance/rounds", every: 5, patience: 3, isHighest: true, least: 6)])
    #expect(try small.run(until: 60) == .interrupted && small.step == 20)
    let unknown = try trainer([EarlyStopping("distance/rounds", every: 5)])
    #expect(try unknown.run(until: 10) == .completed)
    #expect(unknown.diagnosticFailures.first?.reason.contains("nothing is recorded as 'distance/rounds'; there are ") == true)
    #expect(throws: ComponentError.self) { try EarlyStopping("x", patience: 0).validateFields() }
    #expect(throws: ComponentError.self) { try RunLog(every: 1, file: "").validateFields() }
  }

  @Test(arguments: ["log.csv", "log.jsonl"])
  func aLogIsThatOfARunThatNeverStopped(file: String) throws {
    try withFolder { folder in
      let (whole, parts) = (folder + "/whole", folder + "/parts")
      for path in [whole, parts] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
      let callbacks: [any Observer] = [Distance(), RunLog(every: 5, file: file)]
      let run = try trainer(callbacks, folder: whole)
      try run.run(until: 30)
      // Saved at 12, lost at 27: the rows of 15 to 25 go when the run goes on from 12.
      let stopped = try trainer(callbacks, folder: parts)
      try stopped.run(until: 12)
      let later = try resumed(stopped, folder: parts)
      try later.run(until: 27)
      let again = try resumed(stopped, folder: parts)
      try again.run(until: 30)
      func text(_ path: String) throws -> String { try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8) }
      #expect(try text(whole) == text(parts))
      let lines = try text(whole).split(separator: "\n").map(String.init)
      let last = try #require(lines.last)
      let loss = try #require(run.history["generator.loss"]?.last)
      if file.hasSuffix(".csv") {
        #expect(lines.count == 7 && lines[0] == (["step"] + run.history.names + ["distance/rounds"]).joined(separator: ","))
        let cells = last.split(separator: ",").map(String.init)
        let place = try #require(run.history.names.firstIndex(of: "generator.loss")) + 1
        #expect(cells[0] == "30" && cells.last == "20.0" && Float(cells[place]) == Float(loss))
      } else {
        #expect(lines.count == 6)
        let found = try JSONDecoder().decode([String: Double].self, from: Data(last.utf8))
        #expect(found["step"] == 30 && found["distance/rounds"] == 20 && found["generator.loss"].map { Float($0) } == Float(loss))
      }
    }
  }

  @Test func aTableTakesFurtherColumnsAndSurvivesACutLine() throws {
    try withFolder { folder in
      let path = folder + "/log.csv"
      let run = try trainer([RunLog(every: 5)], folder: folder)
      try run.run(until: 5)
      // A line that a crash cut short, and a diagnostic that comes later.
      try (String(contentsOfFile: path, encoding: .utf8) + "10,0.6").write(toFile: path, atomically: true, encoding: .utf8)
      run.diagnostics = [Distance(), RunLog(every: 5)]
      try run.run(until: 10)
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(lines.count == 3 && lines[0].hasSuffix(",distance/rounds") && lines[1].hasPrefix("5,") && lines[1].hasSuffix(",nan"))
      #expect(lines[2].hasPrefix("10,") && lines[2].hasSuffix(",0.0"))
      // Where it cannot be written, the run goes on and the reason is kept.
      run.diagnostics = [RunLog(every: 5, file: "none/log.csv")]
      #expect(try run.run(until: 15) == .completed)
      #expect(run.diagnosticFailures.first?.reason.contains("none/log.csv cannot be written") == true)
    }
  }

  @Test func callbacksArePartsOfTheComposition() throws {
    let run = try trainer([EarlyStopping("generator.loss", patience: 7), RunLog(every: 3, file: "a.jsonl")])
    let again = try resumed(run)
    #expect(again.diagnostics.map(\.name) == ["early-stopping", "log"])
    #expect((again.diagnostics[0] as? EarlyStopping)?.patience == 7 && (again.diagnostics[1] as? RunLog)?.file == "a.jsonl")
    let gan = try #require(run.composition as? GAN)
    let changed = try gan.changed(by: [.part(RunLog(every: 3)), .part(RunLog(every: 4))])
    #expect(changed.diagnostics.count == 1 && changed.diagnostics[0].every == 4)
  }
}
