import Checkpoints
import Foundation

/// How to start the process of a trial.
public struct TrialLaunch: Sendable {
  /// The path of the program.
  public var executable: String
  /// Its arguments.
  public var arguments: [String]
  /// Variables that are added to this process's environment, or replace its own.
  public var environment: [String: String]

  /// Creates a launch; see the fields.
  public init(executable: String, arguments: [String], environment: [String: String] = [:]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }
}

/// How far a study is.
public struct StudyProgress: Sendable, Equatable {
  /// Trials that are done, failed ones among them.
  public var done: Int
  /// Trials that failed.
  public var failed: Int
  /// Trials that run now.
  public var running: Int
  /// All trials.
  public var total: Int
  /// Rounds played, of all trials, whenever they were played.
  public var rounds: Int
  /// Rounds to play in all.
  public var totalRounds: Int
  /// The estimated time left in seconds; `nil` while too little is known.
  public var secondsLeft: Double?
}

/// Runs a study's trials, each as a process of its own (or several seeds of a variant in one), so many at a time.
///
/// A trial that has a result is not run again. A trial whose process fails, whatever the reason, is counted with that reason, and the others
/// go on; the same study, run again, tries it again. What comes out does not depend on the order in which trials end.
public struct StudyRunner {
  /// Whether others play the same study meanwhile.
  public enum Sharing: Sendable, Equatable {
    /// This process alone plays the study, and has its lock.
    case alone
    /// Any number of processes take trials that nobody else plays. Those that others play are waited for with `untilDone`, and taken where their
    /// players end; else they are left as unfinished.
    case shared(untilDone: Bool)
  }

  /// What came out of the trials, in the order of ``StudySpecification/trials``.
  public struct Run: Sendable, Equatable {
    /// The trials' outcomes.
    public let outcomes: [TrialOutcome]
    /// Whether it was stopped before all trials were done.
    public let isInterrupted: Bool
  }

  private let specification: StudySpecification
  private let directory: StudyDirectory
  private let jobs: Int
  private let seedsAtOnce: (Variant) -> Int
  private let launch: ([Trial]) -> TrialLaunch
  private let stallLimit: Duration
  private let requiresLock: Bool
  private let sharing: Sharing
  private let stop: StopSignal
  private let report: (StudyProgress) -> Void

  /// Prepares to run the study in `directory`, which must have been prepared.
  ///
  /// - Parameters:
  ///   - jobs: how many trials run at a time, at least 1.
  ///   - launch: how to start a trial; the process must leave its result where ``StudyDirectory/files(of:)`` says, and exit with 0.
  ///   - stallLimit: how long a trial may show no sign of life, neither rounds nor lines of its log, before its process is ended and counted as
  ///     failed; an hour by default.
  ///   - requiresLock: `false` to go on where the file system knows no locks; then nothing keeps a second process out. Sharing needs locks.
  ///   - sharing: whether others play the same study meanwhile.
  ///   - stop: when it is raised, running trials are interrupted, and no further ones are started; raised again, they are ended.
  ///   - report: called a few times a second.
  public init(
    _ specification: StudySpecification, in directory: StudyDirectory, jobs: Int,
    launch: @escaping (Trial) -> TrialLaunch, stallLimit: Duration = .seconds(3600), requiresLock: Bool = true, sharing: Sharing = .alone,
    stop: StopSignal, report: @escaping (StudyProgress) -> Void = { _ in }
  ) {
    self.init(
      specification, in: directory, jobs: jobs, seedsAtOnce: { _ in 1 }, launch: { launch($0[0]) }, stallLimit: stallLimit,
      requiresLock: requiresLock, sharing: sharing, stop: stop, report: report)
  }

  /// Prepares to run the study in `directory` with several seeds of a variant in one process.
  ///
  /// - Parameters:
  ///   - jobs: how many processes run at a time, at least 1.
  ///   - seedsAtOnce: how many seeds of a variant one process plays, at least 1.
  ///   - launch: how to start the process of trials that are played at once; it must leave the result of each.
  public init(
    _ specification: StudySpecification, in directory: StudyDirectory, jobs: Int, seedsAtOnce: @escaping (Variant) -> Int,
    launch: @escaping ([Trial]) -> TrialLaunch, stallLimit: Duration = .seconds(3600), requiresLock: Bool = true,
    sharing: Sharing = .alone, stop: StopSignal, report: @escaping (StudyProgress) -> Void = { _ in }
  ) {
    precondition(jobs >= 1, "a study runs at least one trial at a time")
    self.seedsAtOnce = seedsAtOnce
    self.specification = specification
    self.directory = directory
    self.jobs = jobs
    self.launch = launch
    self.stallLimit = stallLimit
    self.requiresLock = requiresLock
    self.sharing = sharing
    self.stop = stop
    self.report = report
  }

  /// Runs all trials that have no result yet, seed by seed, so that what there is can be compared in pairs.
  ///
  /// - Throws: ``StudyError`` or `CheckpointError` where the folder cannot be used; the failure of a trial is no error.
  public func run() throws -> Run {
    let lock = sharing == .alone ? try directory.checkpointDirectory.lock(required: requiresLock) : nil
    defer { lock?.release() }
    let began = Date()
    guard try directory.specification() == specification else {
      throw StudyError("the study in \(directory.path) was changed by another process meanwhile; give the command again to go on with it")
    }
    let trials = specification.trials
    var outcomes = [TrialOutcome](repeating: .unfinished, count: trials.count)
    for (index, trial) in trials.enumerated() {
      do {
        if let result = try directory.result(of: trial, in: specification) { outcomes[index] = .finished(result) }
      } catch {
        outcomes[index] = .failed("\(error)")
      }
    }
    var waiting = specification.seeds.indices.flatMap { seed in
      specification.variants.indices.map { $0 * specification.seeds.count + seed }
    }.filter { outcomes[$0] == .unfinished }
    var running: [(indices: [Int], process: TrialProcess, claims: [TrialClaim])] = []
    var meter = RateMeter(rounds: playedRounds(trials, outcomes))
    var interruptions = 0
    var watch = StallWatch(limit: stallLimit)

    while !waiting.isEmpty || !running.isEmpty {
      // Nothing more is begun in a folder that was made anew under the study; the trials that run notice it themselves.
      if let lock, (try? lock.check()) == nil { waiting = [] }
      if stop.isRaised {
        waiting = []
        // Asked again now and then, in case a process was not listening yet; a stubborn one is ended in the end, or where the user asks twice.
        if interruptions % 20 == 0 || stop.isInsistent {
          for entry in running { entry.process.interrupt(force: interruptions >= 600 || stop.isInsistent) }
        }
        interruptions += 1
      }
      while running.count < jobs, let (indices, claims) = try next(of: &waiting, trials, &outcomes, since: began) {
        do {
          let process = try TrialProcess(launch(indices.map { trials[$0] }), files: directory.files(of: trials[indices[0]]))
          running.append((indices, process, claims))
        } catch {
          for index in indices { outcomes[index] = .failed("its process could not be started: \(error)") }
          for claim in claims { claim.release() }
        }
      }
      for (indices, process, _) in running where watch.isStalled(indices[0], indices.map { directory.files(of: trials[$0]) }) {
        process.end(stalledFor: watch.limit)
      }
      let ended = running.filter { !$0.process.isRunning }
      for (indices, process, claims) in ended {
        for index in indices {
          outcomes[index] = process.outcome(isInterrupted: stop.isRaised) { try directory.result(of: trials[index], in: specification) }
          if !claims.isEmpty, case .failed(let reason) = outcomes[index] {
            try StudyFile.write(Data(reason.utf8), to: directory.files(of: trials[index]).failure)
          }
        }
        watch.forget(indices[0])
        for claim in claims { claim.release() }
      }
      running.removeAll { entry in ended.contains { $0.indices == entry.indices } }
      report(progress(trials, outcomes, running: running.reduce(0) { $0 + $1.indices.count }, &meter))
      if !running.isEmpty {
        Thread.sleep(forTimeInterval: 0.05)
      } else if !waiting.isEmpty, ended.isEmpty {
        // All that is left is played by others.
        guard sharing == .shared(untilDone: true) else { break }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
    try lock?.check()
    return Run(outcomes: outcomes, isInterrupted: outcomes.contains(.unfinished))
  }

  /// The next trials to be played in one process, with the right to do so where others play too; `nil` where there are none now. Trials that others
  /// have ended leave the queue.
  private func next(of waiting: inout [Int], _ trials: [Trial], _ outcomes: inout [TrialOutcome], since began: Date) throws -> (
    indices: [Int], claims: [TrialClaim]
  )? {
    var (indices, claims): ([Int], [TrialClaim]) = ([], [])
    for index in waiting {
      if let first = indices.first {
        guard trials[index].variant.label == trials[first].variant.label else { continue }
        if indices.count >= seedsAtOnce(trials[first].variant) { break }
      }
      if sharing != .alone {
        guard let claim = try claimed(index, trials, &outcomes, &waiting, since: began) else { continue }
        claims.append(claim)
      }
      indices.append(index)
    }
    waiting.removeAll { indices.contains($0) }
    return indices.isEmpty ? nil : (indices, claims)
  }

  /// The right to play a trial; `nil` where another process plays it, or has played it.
  private func claimed(
    _ index: Int, _ trials: [Trial], _ outcomes: inout [TrialOutcome], _ waiting: inout [Int], since began: Date
  ) throws -> TrialClaim? {
    let files = directory.files(of: trials[index])
    guard let claim = try TrialClaim.take(files) else { return nil }
    do {
      if let result = try directory.result(of: trials[index], in: specification) {
        outcomes[index] = .finished(result)
      } else if let reason = files.failureReason(since: began) {
        outcomes[index] = .failed(reason)
      } else {
        return claim
      }
    } catch {
      outcomes[index] = .failed("\(error)")
    }
    waiting.removeAll { $0 == index }
    claim.release()
    return nil
  }

  private func playedRounds(_ trials: [Trial], _ outcomes: [TrialOutcome]) -> Int {
    trials.indices.reduce(0) { sum, index in
      switch outcomes[index] {
      // Those that ended before their time count as whole: nothing of them is left to do.
      case .finished, .failed: sum + specification.rounds(of: trials[index].variant)
      case .unfinished: sum + min(specification.rounds(of: trials[index].variant), directory.files(of: trials[index]).readProgress())
      }
    }
  }

  private func progress(
    _ trials: [Trial], _ outcomes: [TrialOutcome], running: Int, _ meter: inout RateMeter
  ) -> StudyProgress {
    let total = trials.reduce(0) { $0 + specification.rounds(of: $1.variant) }
    // Files are only read when the time has come.
    if meter.isDue { meter.update(playedRounds(trials, outcomes)) }
    return StudyProgress(
      done: outcomes.count { $0 != .unfinished },
      failed: outcomes.count { if case .failed = $0 { true } else { false } },
      running: running, total: trials.count, rounds: meter.rounds, totalRounds: total,
      secondsLeft: meter.secondsLeft(of: total))
  }
}

/// Estimates the time left from the rounds played since it was made.
struct RateMeter {
  private let first: Int
  private let start = ContinuousClock.now
  private var latest = ContinuousClock.now
  private(set) var rounds: Int

  init(rounds: Int) {
    first = rounds
    self.rounds = rounds
  }

  /// Whether half a second has passed since the last update.
  var isDue: Bool { ContinuousClock.now - latest >= .milliseconds(500) }

  mutating func update(_ rounds: Int) {
    latest = .now
    self.rounds = rounds
  }

  func secondsLeft(of total: Int) -> Double? {
    let elapsed = (latest - start) / .seconds(1)
    guard rounds > first, elapsed > 1 else { return nil }
    return elapsed * Double(max(0, total - rounds)) / Double(rounds - first)
  }
}
