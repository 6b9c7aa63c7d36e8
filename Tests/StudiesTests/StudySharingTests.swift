import Checkpoints
import Foundation
import Synchronization
import Testing

@testable import Studies

/// Studies that several processes play at once; here runners of one process, whose locks exclude each other as those of processes do.
@Suite struct StudySharingTests {
  private static let evaluations = study(variants: ["a"], seeds: 1).evaluationSteps.map {
    "{\"step\":\($0),\"values\":[],\"failures\":[]}"
  }.joined(separator: ",")

  private func launch(_ script: String, in directory: StudyDirectory) -> @Sendable (Trial) -> TrialLaunch {
    let text = """
      \(script)
      printf '{"variant":"%s","seed":%s,"step":100,"measures":[],"evaluations":[%s],"curves":[],"threads":1,"warnings":[]}' \
        "$2" "$3" '\(Self.evaluations)' > "$1/result.json"
      """
    return { trial in
      TrialLaunch(
        executable: "/bin/sh", arguments: ["-c", text, "trial", directory.files(of: trial).folder, trial.variant.label, String(trial.seed)])
    }
  }

  private func runner(
    _ study: StudySpecification, _ directory: StudyDirectory, _ script: String, untilDone: Bool, jobs: Int = 1
  ) -> StudyRunner {
    StudyRunner(
      study, in: directory, jobs: jobs, launch: launch(script, in: directory), sharing: .shared(untilDone: untilDone), stop: StopSignal())
  }

  /// What as many runners return that play at the same time, each on a thread of its own.
  private func runs(_ count: Int, _ study: StudySpecification, _ directory: StudyDirectory, _ script: String) -> [StudyRunner.Run] {
    let found = Mutex<[StudyRunner.Run]>([])
    let ended = DispatchGroup()
    for _ in 0..<count {
      ended.enter()
      Thread.detachNewThread {
        do {
          let run = try runner(study, directory, script, untilDone: true).run()
          found.withLock { $0.append(run) }
        } catch {
          Issue.record(error)
        }
        ended.leave()
      }
    }
    ended.wait()
    return found.withLock { $0 }
  }

  @Test func eachTrialIsPlayedOnce() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["baseline", "a", "b"], seeds: 3))
      let runs = runs(3, study, directory, "echo \"$2 $3\" >> \"\(path)/played\"; sleep 0.05")
      #expect(runs.count == 3 && runs.allSatisfy { !$0.isInterrupted && $0.outcomes.compactMap(\.result).count == 9 })
      let played = try String(contentsOfFile: path + "/played", encoding: .utf8).split(separator: "\n").sorted()
      #expect(played == ["a 1", "a 2", "a 3", "b 1", "b 2", "b 3", "baseline 1", "baseline 2", "baseline 3"])
    }
  }

  @Test func whatOthersPlayIsLeftOrWaitedFor() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a", "b"], seeds: 1))
      let claim = try #require(try TrialClaim.take(directory.files(of: study.trials[0])))
      #expect(try TrialClaim.take(directory.files(of: study.trials[0])) == nil)
      let run = try runner(study, directory, "true", untilDone: false).run()
      #expect(run.isInterrupted && run.outcomes[0] == .unfinished && run.outcomes[1].result?.variant == "b")
      // Its player ends without a result: who waits takes it.
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: 0.3)
        claim.release()
      }
      let all = try runner(study, directory, "true", untilDone: true).run()
      #expect(!all.isInterrupted && all.outcomes.compactMap { $0.result?.variant } == ["a", "b"])
    }
  }

  @Test func aTrialWhoseFilesAreStillWrittenIsNotTaken() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a"], seeds: 1))
      let files = directory.files(of: study.trials[0])
      try files.checkpoints.create()
      let orphan = try files.checkpoints.lock()
      #expect(try TrialClaim.take(files) == nil)
      orphan.release()
      #expect(try TrialClaim.take(files) != nil)
    }
  }

  @Test func aFailureCountsForAllThatPlayNow() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a", "b"], seeds: 1))
      let script = """
        if [ "$2" = a ] && [ ! -e "\(path)/mended" ]; then sleep 0.5; echo x >> "\(path)/tries"; echo 'error: no' >&2; exit 1; fi
        """
      for run in runs(2, study, directory, script) {
        #expect(run.outcomes[0] == .failed("error: no (ended with status 1)") && run.outcomes[1].result != nil)
      }
      #expect(try String(contentsOfFile: path + "/tries", encoding: .utf8) == "x\n")
      try Data().write(to: URL(fileURLWithPath: path + "/mended"))
      let again = try runner(study, directory, script, untilDone: false).run()
      #expect(again.outcomes.compactMap { $0.result?.variant } == ["a", "b"])
    }
  }
}
