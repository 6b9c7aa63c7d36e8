import Foundation
import Testing

@testable import Checkpoints

@Suite("Checkpoint directory")
struct DirectoryTests {
  private let scratch: Scratch
  private let directory: CheckpointDirectory

  init() throws {
    scratch = try Scratch()
    directory = CheckpointDirectory(scratch.path)
  }

  private func save(_ steps: [Int]) throws {
    for step in steps { try CheckpointFile.write(small(step), to: directory.path(forStep: step)) }
  }

  private func small(_ step: Int, metric: Double? = nil) -> CheckpointContents {
    CheckpointContents(
      producer: "tests", step: step, retentionMetric: metric,
      tensors: [StoredTensor(path: "state/step", shape: [], values: [Int64(step)])])
  }

  private func latest() throws -> (step: Int?, warnings: [String]) {
    var warnings: [String] = []
    let step = try directory.latestValid { warnings.append($0) }?.contents.step
    return (step, warnings)
  }

  @Test("names have eight digits, more for longer steps")
  func names() {
    let directory = CheckpointDirectory("runs")
    #expect(directory.path(forStep: 400) == "runs/checkpoint-00000400.h5")
    #expect(directory.path(forStep: 1_234_567_890) == "runs/checkpoint-1234567890.h5")
  }

  @Test("files are listed by step; other files, hidden ones and those without our magic are left out")
  func listing() throws {
    try save([10, 2, 300])
    try put("text".utf8, scratch.file("checkpoint-00000400.h5"))
    try put("text".utf8, scratch.file("notes.txt"))
    try CheckpointFile.write(small(7), to: scratch.file("best.h5"))
    try CheckpointFile.write(small(8), to: scratch.file(".hidden.h5"))
    #expect(try directory.files().map(\.step) == [2, 7, 10, 300])
    expectError(.missing, "cannot be listed") { _ = try CheckpointDirectory(scratch.file("none")).files() }
  }

  @Test("the latest is the one with the highest step; an empty directory has none")
  func latestStep() throws {
    #expect(try latest().step == nil)
    try save([9, 100, 20])
    let found = try latest()
    #expect(found.step == 100 && found.warnings.isEmpty)
  }

  @Test("C4: a damaged latest is passed over with a warning; with all damaged there is an error and no fresh start")
  func fallback() throws {
    try save([1, 2, 3, 4, 5])
    try put([], directory.path(forStep: 5))
    try put(bytes(directory.path(forStep: 4)).dropLast(), directory.path(forStep: 4))
    var changed = try bytes(directory.path(forStep: 3))
    changed[700] ^= 4
    try put(changed, directory.path(forStep: 3))
    let found = try latest()
    #expect(found.step == 2)
    #expect(found.warnings.count == 3)
    #expect(found.warnings[0].contains("00000005.h5: the file is empty"))
    #expect(found.warnings[1].contains("00000004.h5: the file is cut short"))
    #expect(found.warnings[2].contains("00000003.h5: the contents do not match their digest"))
    for step in [1, 2] { try put([0], directory.path(forStep: step)) }
    expectError(.noneReadable, "none of its 5 checkpoints") { _ = try latest() }
  }

  @Test("a latest written by a newer version is not passed over")
  func newerVersion() throws {
    try save([1])
    try put(bytes(reference("newer-major")), directory.path(forStep: 400))
    expectError(.newerVersion, "Update the library") { _ = try latest() }
  }

  @Test("M5: retention keeps the exact union of its rules over 50 checkpoints with NaN and equal metrics")
  func retention() throws {
    let checkpoints = (0..<50).map { index -> (step: Int, metric: Double?) in
      switch index {
      case 7, 23, 31: (index, 0.5)
      case 12: (index, -.infinity)
      case 3: (index, .nan)
      case 4: (index, nil)
      default: (index, 1 + Double(index))
      }
    }
    let policy = try RetentionPolicy(keepLast: 2, keepBest: 3, keepEvery: 10)
    let kept = Set(0..<50).subtracting(policy.discarded(checkpoints.reversed()))
    #expect(kept == [48, 49, 12, 31, 23, 0, 10, 20, 30, 40])
    let highest = try RetentionPolicy(keepLast: 2, keepBest: 3, best: .highest)
    #expect(Set(0..<50).subtracting(highest.discarded(checkpoints)) == [47, 48, 49])
    #expect(RetentionPolicy.all.discarded(checkpoints).isEmpty)
    #expect(try RetentionPolicy(keepLast: 60).discarded(checkpoints).isEmpty)
    for arguments in [(1, 0, nil), (-2, 0, nil), (2, -1, nil), (2, 0, 0)] as [(Int, Int, Int?)] {
      expectError(.invalidSetting) {
        _ = try RetentionPolicy(keepLast: arguments.0, keepBest: arguments.1, keepEvery: arguments.2)
      }
    }
  }

  @Test("pruning deletes only what this library named and wrote")
  func pruning() throws {
    try save([1, 2, 3, 4])
    try CheckpointFile.write(small(1), to: scratch.file("best.h5"))
    try put("text".utf8, scratch.file("checkpoint-00000000.h5"))
    try put(bytes(directory.path(forStep: 2)), directory.path(forStep: 9_999))
    let removed = try directory.prune(RetentionPolicy(keepLast: 2))
    #expect(removed == [directory.path(forStep: 1), directory.path(forStep: 2)])
    #expect(
      try scratch.names() == [
        "best.h5", "checkpoint-00000000.h5", "checkpoint-00000003.h5", "checkpoint-00000004.h5",
        "checkpoint-00009999.h5",
      ])
  }

  @Test("F5: one holder at a time; the error names the process; the lock comes back")
  func locking() throws {
    let lock = try directory.lock()
    let process = ProcessInfo.processInfo.processIdentifier
    expectError(.locked, "locked by process \(process)") { _ = try directory.lock() }
    lock.release()
    let second = try directory.lock()
    expectError(.locked) { _ = try directory.lock() }
    _ = consume second
    try directory.lock().release()
    expectError(.unreadable, "cannot be locked") { _ = try CheckpointDirectory(scratch.file("none")).lock() }
  }

  @Test("where the file system knows no locks: refused with the option that goes on without; taken with it")
  func noLocks() throws {
    let unsupported: (Int32) -> Int32 = { _ in
      errno = ENOLCK
      return -1
    }
    expectError(.unreadable, "--unlocked") { _ = try CheckpointLock(directory: scratch.path, attempt: unsupported) }
    let lock = try CheckpointLock(directory: scratch.path, required: false, attempt: unsupported)
    #expect(!lock.isExclusive)
    try lock.check()
    let taken: (Int32) -> Int32 = { _ in
      errno = EWOULDBLOCK
      return -1
    }
    expectError(.locked) { _ = try CheckpointLock(directory: scratch.path, required: false, attempt: taken) }
    #expect(try directory.lock().isExclusive)
  }

  @Test("a folder that was renamed and made anew under its holder is no longer written in, and the error says where it is now")
  func movedFolder() throws {
    let path = scratch.file("run")
    let run = CheckpointDirectory(path)
    try run.create()
    let lock = try run.lock()
    let writer = CheckpointWriter()
    try writer.submit(small(1), to: run.path(forStep: 1), lock: lock)
    try writer.wait()
    #expect(rename(path, scratch.file("moved")) == 0)
    try run.create()
    let second = try run.lock()
    try writer.submit(small(2), to: run.path(forStep: 2), lock: lock)
    expectError(.writeFailed, "/moved, where the directory is now") { try writer.wait() }
    try writer.submit(small(3), to: run.path(forStep: 3), lock: second)
    try writer.finish()
    #expect(try run.files().map(\.step) == [3])
    #expect(unlink(path + "/.lock") == 0)
    expectError(.writeFailed, "its lock deleted") { try second.check() }
  }

  @Test("checkpoints that vanish while they are listed, read or deleted are no failure")
  func vanishing() throws {
    try save([1, 2, 3, 4])
    // The number by which the best are kept is asked for between listing and deleting.
    let removed = try directory.prune(RetentionPolicy(keepLast: 2, keepBest: 1)) { file in
      if file.step == 1 { unlink(file.path) }
      return file.step == 2 ? 0 : 1
    }
    #expect(removed.isEmpty)
    #expect(try directory.files().map(\.step) == [2, 3, 4])
    let done = Flag()
    Thread.detachNewThread { [directory] in
      for step in 5...400 {
        try? CheckpointFile.write(
          CheckpointContents(
            producer: "tests", step: step, tensors: [StoredTensor(path: "state/step", shape: [], values: [Int64(step)])]),
          to: directory.path(forStep: step))
        _ = try? directory.prune(RetentionPolicy(keepLast: 2))
      }
      done.raise()
    }
    var last = 0
    while !done.isRaised {
      let found = try #require(try directory.latestValid { Issue.record("\($0)") })
      #expect(found.contents.step >= last && found.comparison.isValid)
      last = found.contents.step
    }
  }

  @Test("what bears a checkpoint's name and would not be written over is moved aside")
  func setAside() throws {
    try save([1, 2])
    try put("text".utf8, directory.path(forStep: 3))
    try put("more".utf8, directory.path(forStep: 3) + ".damaged")
    try FileManager.default.createDirectory(atPath: directory.path(forStep: 4), withIntermediateDirectories: false)
    try put(bytes(directory.path(forStep: 2)).prefix(600), directory.path(forStep: 2))
    try put("text".utf8, scratch.file("notes.h5"))
    let moved = try directory.setAsideUnwritable()
    #expect(moved.map(\.from) == [3, 4].map(directory.path(forStep:)))
    #expect(moved.map(\.to) == [directory.path(forStep: 3) + ".damaged-2", directory.path(forStep: 4) + ".damaged"])
    // One that is damaged, but begins as a checkpoint does, is written over.
    try save([2, 3, 4])
    #expect(try directory.latestValid { Issue.record("\($0)") }?.contents.step == 4)
    #expect(try directory.setAsideUnwritable().isEmpty)
  }

  @Test("leftovers of interrupted writing are removed, those being written are not")
  func leftovers() throws {
    try save([1])
    let stale = scratch.file(".checkpoint-00000002.h5.tmp-1-1")
    let active = scratch.file(".checkpoint-00000003.h5.tmp-1-2")
    for path in [stale, active, scratch.file(".other")] { try put([1], path) }
    let file = open(active, O_RDONLY)
    #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
    #expect(try directory.removeStaleTemporaries() == [stale])
    close(file)
    #expect(try directory.removeStaleTemporaries() == [active])
    #expect(try scratch.names() == [".other", "checkpoint-00000001.h5"])
  }
}

@Suite("Writing where it cannot be")
struct WriteFailureTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test("F4: a missing directory, a name taken by a directory, a link or another file: an error, and nothing changed")
  func targets() throws {
    let other = scratch.file("notes.h5")
    try put("my notes".utf8, other)
    try FileManager.default.createDirectory(atPath: scratch.file("taken.h5"), withIntermediateDirectories: false)
    #expect(symlink(other, scratch.file("link.h5")) == 0)
    let before = try scratch.names()
    expectError(.writeFailed, "directory does not exist") {
      try CheckpointFile.write(sample(), to: scratch.file("none/a.h5"))
    }
    expectError(.notAFile, "taken by a directory") { try CheckpointFile.write(sample(), to: scratch.file("taken.h5")) }
    expectError(.notAFile, "a link") { try CheckpointFile.write(sample(), to: scratch.file("link.h5")) }
    expectError(.writeFailed, "no checkpoint, and that is left") { try CheckpointFile.write(sample(), to: other) }
    #expect(try bytes(other) == Array("my notes".utf8))
    #expect(try scratch.names() == before)
  }

  @Test("F4: a directory that may not be written in", .enabled(if: geteuid() != 0))
  func readOnly() throws {
    #expect(chmod(scratch.path, 0o500) == 0)
    defer { chmod(scratch.path, 0o700) }
    let error = expectError(.writeFailed, "no file could be made") {
      try CheckpointFile.write(sample(), to: scratch.file("a.h5"))
    }
    #expect(error?.advice?.contains("permissions") == true)
  }

  @Test("F3: interrupted and short writes go on; what the disk refuses is an error, with the old file as it was")
  func failingCalls() throws {
    let path = scratch.file("a.h5")
    try CheckpointFile.write(sample(step: 1), to: path)
    let image = try CheckpointFile.image(of: sample(step: 2))
    func write(_ calls: FileCalls) throws { try image.withUnsafeBytes { try AtomicFile.write($0, to: path, calls: calls) } }
    for code in [EIO, ENOSPC, EDQUOT] {
      let failing = FileCalls(write: { _, _, _ in
        errno = code
        return -1
      })
      let error = expectError(.writeFailed, String(cString: strerror(code))) { try write(failing) }
      #expect(error?.file == path)
      var synchronized = 0
      let unsynchronized = FileCalls(synchronize: { _ in
        synchronized += 1
        errno = code
        return -1
      })
      expectError(.writeFailed, "brought to the disk") { try write(unsynchronized) }
      #expect(synchronized == 1, "a failure of fsync is final")
    }
    #expect(try CheckpointFile.read(path).step == 1)
    #expect(try scratch.names() == ["a.h5"])
    var calls = 0
    try write(
      FileCalls(write: { descriptor, bytes, count in
        calls += 1
        guard calls % 2 == 0 else {
          errno = EINTR
          return -1
        }
        return Foundation.write(descriptor, bytes, min(count, 777))
      }))
    #expect(calls > 2 && calls >= 2 * (image.count / 777))
    #expect(try bytes(path) == image)
  }

  #if os(Linux)
    @Test("F2: no room: a typed error, nothing left behind, the old file intact, the next write works, no crash at exit")
    func diskFull() async {
      await #expect(processExitsWith: .success) {
        let scratch = try Scratch()
        try CheckpointFile.write(sample(step: 1), to: scratch.file("a.h5"))
        // Its signal would end the process, were it not held back while a file is written.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        limit.rlim_cur = 4_096
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        do {
          try CheckpointFile.write(sample(step: 2), to: scratch.file("a.h5"))
          exit(3)
        } catch let error as CheckpointError {
          let names = try scratch.names()
          if error.kind != .writeFailed || error.cause == nil || names != ["a.h5"] { exit(4) }
        }
        do {
          try HDF5Samples.write([Float](repeating: 0, count: 5_000), shape: [5_000], to: scratch.file("b.h5"))
          exit(7)
        } catch let error as CheckpointError {
          let names = try scratch.names()
          if error.kind != .writeFailed || names != ["a.h5"] { exit(8) }
        }
        let step = try CheckpointFile.read(scratch.file("a.h5")).step
        if step != 1 { exit(5) }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        try CheckpointFile.write(sample(step: 2), to: scratch.file("a.h5"))
        let next = try CheckpointFile.read(scratch.file("a.h5")).step
        exit(next == 2 ? 0 : 6)
      }
    }

    /// With `RIVAL_ENDURANCE` a hundred times, else eight.
    @Test("F1: killed at any moment: the latest is whole, no step was lost, and leftovers are cleaned away")
    func killed() async throws {
      // The child has the parent's number in common with the test, and nothing else.
      let path = NSTemporaryDirectory() + "/checkpoints-killed-\(ProcessInfo.processInfo.processIdentifier)"
      let directory = CheckpointDirectory(path)
      try directory.create()
      defer { try? FileManager.default.removeItem(atPath: path) }
      var last = 0
      for _ in 0..<(ProcessInfo.processInfo.environment["RIVAL_ENDURANCE"] == nil ? 8 : 100) {
        await #expect(processExitsWith: .signal(SIGKILL)) {
          let directory = CheckpointDirectory(NSTemporaryDirectory() + "/checkpoints-killed-\(getppid())")
          try directory.removeStaleTemporaries()
          var step = try directory.latestValid { _ in exit(3) }?.contents.step ?? 0
          Thread.detachNewThread {
            usleep(UInt32.random(in: 5_000...60_000))
            kill(getpid(), SIGKILL)
          }
          while true {
            step += 1
            let values = [Int64](repeating: Int64(step), count: 20_000)
            try CheckpointFile.write(
              CheckpointContents(
                producer: "tests", step: step,
                tensors: [StoredTensor(path: "state/values", shape: [values.count], values: values)]),
              to: directory.path(forStep: step))
            try directory.prune(RetentionPolicy(keepLast: 2))
          }
        }
        let loaded = try directory.latestValid { Issue.record("\($0)") }
        let step = loaded?.contents.step ?? 0
        #expect(step >= last)
        last = step
        if let tensor = loaded?.contents.tensors.first {
          #expect(try tensor.values(as: Int64.self) == [Int64](repeating: Int64(step), count: 20_000))
        }
      }
      #expect(last > 0)
      try directory.removeStaleTemporaries()
      #expect(try CheckpointDirectory.names(in: path).filter { $0.contains(".tmp-") } == [])
    }
  #endif
}
