import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What can be done on the way: measuring, stopping early, changing a part, beginning from other weights.
@Suite struct SteeringTests {
  private func run(_ arguments: [String], _ folder: TemporaryFolder) throws -> CommandProcess.Result {
    try CommandProcess.run(arguments, in: folder)
  }

  private func train(_ name: String, _ folder: TemporaryFolder, until: Int, _ more: [String] = []) throws -> CommandProcess.Result {
    try run(
      ["train", "ring", "--until", String(until), "--batch", "16", "--threads", "1", "--quiet", "--out", folder.path(name)] + more, folder)
  }

  private let measuring = ["--measure-every", "20", "--metric", "energy-distance,mode-coverage", "--samples", "100"]

  private func lines(_ folder: TemporaryFolder, _ name: String) throws -> [String] {
    try String(contentsOfFile: folder.path(name), encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test func measuringChangesNothingAndResumes() throws {
    let folder = try TemporaryFolder()
    let whole = try train("whole", folder, until: 50, measuring)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.output.contains("energy distance ") && whole.output.contains("(real data "))
    let table = try lines(folder, "whole/measures.csv")
    #expect(table[0] == "step,energy-distance,covered-modes,modes-by-share,modes-by-rate,quality,reverse-kl")
    #expect(table.dropFirst().map { $0.split(separator: ",")[0] } == ["20", "40", "50"])
    // The same run without measuring has the same state.
    #expect(try train("plain", folder, until: 50).status == 0)
    #expect(try run(["diff", folder.path("whole"), folder.path("plain")], folder).status == 0)
    // Stopped in between, the table is the same; the options need not be said again where the values are to be.
    #expect(try train("parts", folder, until: 30, measuring).status == 0)
    let resumed = try run(
      ["resume", folder.path("parts"), "--until", "50", "--threads", "1", "--quiet", "--measure-every", "20"], folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    let parts = try lines(folder, "parts/measures.csv")
    #expect(parts.filter { !$0.hasPrefix("30,") } == table && parts.count == table.count + 1)
  }

  @Test func theBestByAMeasureIsKept() throws {
    let folder = try TemporaryFolder()
    let result = try train(
      "run", folder, until: 100,
      measuring + ["--keep-best", "1", "--keep-by", "energy-distance", "--keep", "2", "--checkpoint-every", "1000"])
    #expect(result.status == 0, "\(result.errors)")
    let rows = try lines(folder, "run/measures.csv").dropFirst().map { $0.split(separator: ",") }
    let best = try #require(rows.min { (Double($0[1]) ?? 0) < (Double($1[1]) ?? 0) })[0]
    let kept = try CheckpointDirectory(folder.path("run")).files().map { String($0.step) }
    #expect(Set(kept) == Set([String(best), "80", "100"]))
    let unknown = try train("other", folder, until: 10, measuring + ["--keep-best", "1", "--keep-by", "energy"])
    #expect(unknown.status == 1 && unknown.errors.contains("nothing is recorded as 'energy'") && unknown.errors.contains("energy-distance"))
  }

  @Test func aRunEndsWhereNothingBecomesBetter() throws {
    let folder = try TemporaryFolder()
    // With a learning rate of next to nothing, the number of modes stays what it is.
    let result = try train(
      "run", folder, until: 10_000,
      ["--optimizer", "adam:learningRate=1e-12", "--measure-every", "5", "--metric", "mode-coverage", "--samples", "50"]
        + ["--stop-after", "3", "--json"])
    #expect(result.status == 0, "\(result.errors)")
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    #expect(document["outcome"] == .string("stoppedEarly") && document["step"] == .integer(20))
    #expect(document["measured"]?.members["best"] == .integer(5))
    #expect(try train("x", folder, until: 10, ["--stop-after", "3"]).errors.contains("--stop-after counts measurements"))
    #expect(try train("x", folder, until: 10, ["--samples", "30"]).errors.contains("--measure-every"))
  }

  @Test func aPartIsChangedOnTheWayWhereItIsAllowed() throws {
    let folder = try TemporaryFolder()
    #expect(try train("run", folder, until: 20, ["--heuristic", "r1-penalty:gamma=1"]).status == 0)
    let change = [
      "resume", folder.path("run"), "--until", "30", "--threads", "1", "--quiet", "--optimizer", "adam:learningRate=3e-4,beta1=0.5",
    ]
    let refused = try run(change, folder)
    #expect(refused.status == 1)
    for text in [
      "optimizers.generator.learningRate: 0.001 → 0.0003", "optimizers.discriminator.learningRate: 0.0001 → 0.0003",
      "--allow optimizers.",
    ] { #expect(refused.errors.contains(text), "\(text) in \(refused.errors)") }
    let changed = try run(change + ["--allow", "optimizer.learningRate"], folder)
    #expect(changed.status == 0, "\(changed.errors)")
    let after = try SavedRun(folder.path("run")).contents
    #expect(after.step == 30 && after.lineage.count == 1 && after.lineage[0].step == 20)
    #expect(after.lineage[0].changes.contains("optimizers.generator.learningRate: 0.001 → 0.0003"))
    // Adam's moments go on: they are not those of a run that began at 20.
    #expect(after.tensor("optimizer/generator/iterations") != nil || after.tensors.contains { $0.path.hasSuffix("iterations") })
    #expect(try run(["inspect", folder.path("run")], folder).output.contains("branched at step 20"))
    // Unchanged options change nothing, and a heuristic of the same name is changed, not added.
    let penalty = ["resume", folder.path("run"), "--until", "40", "--threads", "1", "--quiet", "--heuristic", "r1-penalty:gamma=3"]
    let named = try run(penalty, folder)
    #expect(named.status == 1 && named.errors.contains("heuristics.r1-penalty.gamma: 1 → 3"), "\(named.errors)")
    #expect(try run(penalty + ["--allow", "r1-penalty.gamma"], folder).status == 0)
    #expect(try StoredRun(SavedRun(folder.path("run")).contents, registry: .builtIn()).composition.heuristics.count == 1)
  }

  @Test func aNetworkBeginsFromOtherWeights() throws {
    let folder = try TemporaryFolder()
    #expect(try train("first", folder, until: 20, ["--heuristic", "exponential-moving-average"]).status == 0)
    let result = try train(
      "second", folder, until: 0,
      ["--seed", "9", "--from", "\(folder.path("first")):discriminator", "--from", "\(folder.path("first")):generator=generator_ema"])
    #expect(result.status == 0 && result.errors.contains("discriminator: 6 tensors from "), "\(result.errors)")
    let (first, second) = (try SavedRun(folder.path("first")).contents, try SavedRun(folder.path("second")).contents)
    #expect(second.tensor("discriminator/params/00_dense/weight")?.bytes == first.tensor("discriminator/params/00_dense/weight")?.bytes)
    #expect(second.tensor("generator/params/00_dense/weight")?.bytes == first.tensor("generator_ema/params/00_dense/weight")?.bytes)
    #expect(second.lineage.count == 2 && second.step == 0)
    // Another last layer begins anew; nothing that fits is an error; an unknown network names those there are.
    let wider = try train(
      "third", folder, until: 0,
      ["--discriminator", "Dense(128) ReLU Dense(64) ReLU Dense(1)", "--from", "\(folder.path("first")):discriminator"])
    #expect(wider.status == 0 && wider.errors.contains("begin anew: 02_dense/"), "\(wider.errors)")
    let none = try train("fourth", folder, until: 0, ["--from", "\(folder.path("first")):critic"])
    #expect(none.status == 1 && none.errors.contains("generator"), "\(none.errors)")
    // Layers that are frozen stay, others learn.
    let frozen = try train(
      "fifth", folder, until: 5,
      ["--from", "\(folder.path("first")):discriminator", "--heuristic", "frozen-layers:first=3"])
    #expect(frozen.status == 0, "\(frozen.errors)")
    let fifth = try SavedRun(folder.path("fifth")).contents
    for name in ["00_dense/weight", "00_dense/bias", "02_dense/weight"] {
      #expect(fifth.tensor("discriminator/params/\(name)")?.bytes == first.tensor("discriminator/params/\(name)")?.bytes, "\(name)")
    }
    #expect(fifth.tensor("discriminator/params/04_dense/weight")?.bytes != first.tensor("discriminator/params/04_dense/weight")?.bytes)
    #expect(try train("sixth", folder, until: 5, ["--heuristic", "frozen-layers:first=9"]).errors.contains("freezes 9 layers"))
  }
}
