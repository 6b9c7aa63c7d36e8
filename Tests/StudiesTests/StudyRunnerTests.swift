import Checkpoints
import Foundation
import Testing

@testable import Studies

/// Studies whose trials are shell scripts.
@Suite struct StudyRunnerTests {
  /// Starts `script` with the trial's folder, variant and seed as arguments.
  private func launch(_ script: String, in directory: StudyDirectory) -> (Trial) -> TrialLaunch {
    { trial in
      TrialLaunch(
        executable: "/bin/sh",
        arguments: ["-c", script, "trial", directory.files(of: trial).folder, trial.variant.label, String(trial.seed)],
        environment: ["OMP_NUM_THREADS": "1"])
    }
  }

  /// Shell text that leaves a result with the trial's own label and seed.
  private static let succeed = """
    printf '{"variant":"%s","seed":%s,"step":100,"measures":[],"evaluations":[%s],"curves":[],"threads":%s,"warnings":[]}' \
      "$2" "$3" '\(evaluations)' "$OMP_NUM_THREADS" > "$1/result.json"
    """

  /// One evaluation at each round that asks for it.
  private static let evaluations = study(variants: ["a"], seeds: 1).evaluationSteps.map {
    "{\"step\":\($0),\"values\":[],\"failures\":[]}"
  }.joined(separator: ",")

  @Test func theOrderOfResultsIsNotThatOfCompletion() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["baseline", "a", "b"], seeds: 2))
      // The first trials take longest.
      let script = """
        echo "$2 $3" >> "\(path)/started"
        case "$2" in baseline) sleep 0.6;; a) sleep 0.3;; esac
        echo "$2 $3" >> "\(path)/ended"
        """ + "\n" + Self.succeed
      let run = try StudyRunner(
        study, in: directory, jobs: 6, launch: launch(script, in: directory), stop: StopSignal()
      ).run()
      #expect(!run.isInterrupted)
      #expect(run.outcomes.compactMap { $0.result?.variant } == ["baseline", "baseline", "a", "a", "b", "b"])
      #expect(run.outcomes.compactMap { $0.result?.seed } == [1, 2, 1, 2, 1, 2])
      #expect(run.outcomes.allSatisfy { $0.result?.threads == 1 })
      let ended = try String(contentsOfFile: path + "/ended", encoding: .utf8)
      #expect(ended.hasPrefix("b"))
    }
  }

  @Test func noMoreTrialsRunAtATimeThanJobs() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["baseline", "a"], seeds: 3))
      let script = """
        mkdir -p "\(path)/busy"; touch "\(path)/busy/$2-$3"; ls "\(path)/busy" | wc -l >> "\(path)/counts"
        sleep 0.2; rm "\(path)/busy/$2-$3"
        """ + "\n" + Self.succeed
      var most = 0
      var last: StudyProgress?
      let runner = StudyRunner(
        study, in: directory, jobs: 2, launch: launch(script, in: directory), stop: StopSignal(),
        report: {
          most = max(most, $0.running)
          last = $0
        })
      _ = try runner.run()
      #expect(most == 2)
      #expect(last?.done == 6 && last?.running == 0 && last?.total == 6)
      let counts = try String(contentsOfFile: path + "/counts", encoding: .utf8).split(separator: "\n").compactMap {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      #expect(counts.count == 6 && counts.allSatisfy { $0 <= 2 })
    }
  }

  @Test func failuresAreCountedWithTheirReasonAndTriedAgain() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a", "b", "c", "d"], seeds: 1))
      let script = """
        if [ -e "\(path)/mended" ]; then :; else
          case "$2" in
            a) echo first >&2; echo "error: no such thing" >&2; echo >&2; exit 1;;
            b) kill -9 $$;;
            c) exit 0;;
          esac
        fi
        echo "$2" >> "\(path)/played"
        """ + "\n" + Self.succeed
      let launch = launch(script, in: directory)
      let run = try StudyRunner(study, in: directory, jobs: 1, launch: launch, stop: StopSignal()).run()
      #expect(!run.isInterrupted)
      #expect(run.outcomes[0] == .failed("error: no such thing (ended with status 1)"))
      #expect(run.outcomes[1] == .failed("ended by signal 9"))
      #expect(run.outcomes[2] == .failed("ended without a result"))
      #expect(run.outcomes[3].result?.variant == "d")

      try Data().write(to: URL(fileURLWithPath: path + "/mended"))
      let again = try StudyRunner(study, in: directory, jobs: 1, launch: launch, stop: StopSignal()).run()
      #expect(again.outcomes.compactMap { $0.result?.variant } == ["a", "b", "c", "d"])
      // What was finished is not played again.
      #expect(try String(contentsOfFile: path + "/played", encoding: .utf8) == "d\na\nb\nc\n")
    }
  }

  @Test func theWholeReasonOfAFailureIsShown() {
    let long = String(repeating: "x", count: 900)
    #expect(
      TrialProcess.reason(in: "error: old\nwarning: w\nerror: it does not fit:\n  \(long)\n  line 2\n\n")
        == "error: it does not fit:\n  \(long)\n  line 2")
    #expect(
      TrialProcess.reason(in: "a\nX.swift:3: Fatal error: out of range\n\n0 0x00 in f\n1 0x01 in g\n")
        == "X.swift:3: Fatal error: out of range")
    #expect(TrialProcess.reason(in: "first\n  \(long)\n \n") == long)
    #expect(TrialProcess.reason(in: "\n \n") == nil)
  }

  @Test func nothingIsBegunInAFolderThatWasMadeAnew() throws {
    try withFolder { path in
      let directory = StudyDirectory(path + "/study")
      let study = try directory.prepare(study(variants: ["a", "b"], seeds: 1))
      let script = """
        mv "\(path)/study" "\(path)/moved"; mkdir "\(path)/study"
        """
      let text = message {
        _ = try StudyRunner(study, in: directory, jobs: 1, launch: launch(script, in: directory), stop: StopSignal()).run()
      }
      #expect(text.contains("was moved away") && text.contains("/moved"), "\(text)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/study") == [])
    }
  }

  @Test func aProgramThatCannotBeStartedIsAFailedTrial() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a"], seeds: 2))
      let run = try StudyRunner(
        study, in: directory, jobs: 2, launch: { _ in TrialLaunch(executable: path + "/none", arguments: []) },
        stop: StopSignal()
      ).run()
      #expect(run.outcomes.count == 2)
      for outcome in run.outcomes {
        guard case .failed(let reason) = outcome else {
          Issue.record("\(outcome)")
          continue
        }
        #expect(reason.contains("could not be started"))
      }
    }
  }

  @Test func aStoppedStudyInterruptsItsTrialsAndGoesOn() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["baseline", "a"], seeds: 2))
      // The first trial ends at once; the others wait until they are interrupted, and then save.
      let script = """
        trap 'echo "$2-$3" >> "\(path)/saved"; exit 130' INT
        if [ "$2-$3" != baseline-1 ] && [ ! -e "\(path)/free" ]; then
          touch "$1/waiting"; while :; do sleep 0.05; done
        fi
        """ + "\n" + Self.succeed
      let stop = StopSignal()
      let launch = launch(script, in: directory)
      let waiting = study.trials[1...2].map { directory.files(of: $0).folder + "/waiting" }
      let runner = StudyRunner(
        study, in: directory, jobs: 2, launch: launch, stop: stop,
        report: { progress in
          if !stop.isRaised, waiting.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) { stop.raise() }
        })
      let run = try runner.run()
      #expect(run.isInterrupted)
      #expect(run.outcomes.count { $0 == .unfinished } == 3)
      #expect(run.outcomes[0].result != nil)
      let saved = try String(contentsOfFile: path + "/saved", encoding: .utf8).split(separator: "\n")
      // Two were running: they were interrupted; the fourth was never started.
      #expect(saved.sorted() == ["a-1", "baseline-2"])

      try Data().write(to: URL(fileURLWithPath: path + "/free"))
      let rest = try StudyRunner(study, in: directory, jobs: 2, launch: launch, stop: StopSignal()).run()
      #expect(!rest.isInterrupted)
      #expect(rest.outcomes.compactMap { $0.result?.variant } == ["baseline", "baseline", "a", "a"])
    }
  }

  @Test func whoAsksTwiceNeedNotWait() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a"], seeds: 1))
      let stop = StopSignal()
      var begun: ContinuousClock.Instant?
      let runner = StudyRunner(
        study, in: directory, jobs: 1, launch: launch("trap '' INT; touch \"$1/waiting\"; while :; do sleep 0.05; done", in: directory),
        stop: stop,
        report: { _ in
          guard begun == nil, FileManager.default.fileExists(atPath: directory.files(of: study.trials[0]).folder + "/waiting") else {
            return
          }
          begun = .now
          stop.raise()
          stop.raise()
        })
      #expect(try runner.run().isInterrupted)
      #expect(ContinuousClock.now - (try #require(begun)) < .seconds(10))
    }
  }

  @Test func aTrialThatHangsIsEndedAndTheOthersGoOn() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a", "b"], seeds: 1))
      // One hangs; the other plays longer than that, but shows that it does.
      let script = """
        if [ "$2" = a ]; then exec sleep 600; fi
        for i in $(seq 30); do printf $i > "$1/progress"; sleep 0.5; done
        """ + "\n" + Self.succeed
      let run = try StudyRunner(
        study, in: directory, jobs: 2, launch: launch(script, in: directory), stallLimit: .seconds(10), stop: StopSignal()
      ).run()
      #expect(run.outcomes[0] == .failed("no round was played and nothing was logged for 10 seconds, so its process was ended"))
      #expect(run.outcomes[1].result?.variant == "b")
    }
  }

  @Test(
    arguments: [
      (#""variant":"other""#, #"is the result of other, seed 1, not of a, seed 1"#),
      (#""seed":7"#, #"is the result of a, seed 7, not of a, seed 1"#),
      (#""evaluations":[]"#, "with 0 evaluations, but the study plays 100 rounds with 20"),
      (#""step":3"#, "stands at round 3 with 20 evaluations"),
    ])
  func aResultOfAnotherTrialIsNotTaken(change: String, complaint: String) throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a"], seeds: 1))
      let launch = launch(Self.succeed, in: directory)
      let whole = try StudyRunner(study, in: directory, jobs: 1, launch: launch, stop: StopSignal()).run()
      #expect(whole.outcomes[0].result?.evaluations.count == 20)
      let file = directory.files(of: study.trials[0]).result
      var text = try String(contentsOfFile: file, encoding: .utf8)
      let field = change.prefix { $0 != ":" }
      for known in [#""variant":"a""#, #""seed":1"#, "\"evaluations\":[\(Self.evaluations)]", #""step":100,"measures""#]
      where known.hasPrefix(field) && text.contains(known) {
        text = text.replacing(known, with: change + (known.hasSuffix("measures\"") ? ",\"measures\"" : ""))
      }
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let again = try StudyRunner(study, in: directory, jobs: 1, launch: launch, stop: StopSignal()).run()
      guard case .failed(let reason) = again.outcomes[0] else {
        Issue.record("\(again.outcomes[0])")
        return
      }
      #expect(reason.contains(complaint) && reason.contains("move it away"), "\(reason)")
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
  }

  @Test func oneStudyRunsOnceAtATime() throws {
    try withFolder { path in
      let directory = StudyDirectory(path)
      let study = try directory.prepare(study(variants: ["a"], seeds: 1))
      let lock = try directory.checkpointDirectory.lock()
      defer { lock.release() }
      let runner = StudyRunner(
        study, in: directory, jobs: 1, launch: launch(Self.succeed, in: directory), stop: StopSignal())
      let text1 = message { _ = try runner.run() }
      #expect(text1.contains("locked"))
    }
  }
}
