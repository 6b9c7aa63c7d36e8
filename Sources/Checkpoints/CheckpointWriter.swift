import Foundation

/// Writes checkpoints on a thread of its own, so that training goes on meanwhile.
///
/// One checkpoint at most is in flight: submitting the next one waits for it. What goes wrong is thrown by the next
/// `submit`, `wait` or `finish`. Contents are values: what was submitted does not change while it is written.
/// Call `finish` before the process ends; what is in flight then would be lost, the checkpoints before it never are.
public final class CheckpointWriter: Sendable {
  private let queue = Queue()

  /// Starts the thread.
  public init() {
    let queue = queue
    let thread = Thread { queue.run() }
    thread.name = "checkpoints"
    thread.start()
  }

  /// Lets the thread write what it has, and end.
  deinit { queue.stop() }

  /// Hands contents over to be written to `path`; when they are on the disk, `retention` is applied to its directory.
  ///
  /// Returns at once unless a checkpoint is in flight; then it waits for that one.
  ///
  /// - Parameter lock: that of the directory; nothing is written once it no longer belongs to the directory of this path.
  /// - Throws: `CheckpointError` of the checkpoint before, in which case this one was not taken; or of kind
  ///   `writeFailed` after `finish`.
  public func submit(
    _ contents: CheckpointContents, to path: String, retention: RetentionPolicy = .all, lock: CheckpointLock? = nil
  ) throws {
    try queue.add { [contents] in
      func write() throws { try CheckpointFile.write(contents, to: path) }
      if let lock { try lock.writing(write) } else { try write() }
      if retention.keepLast > 0 {
        try CheckpointDirectory(URL(fileURLWithPath: path).deletingLastPathComponent().path).prune(retention)
      }
    }
  }

  /// Waits until nothing is in flight.
  ///
  /// - Throws: `CheckpointError` of the checkpoint that was.
  public func wait() throws { try queue.drain() }

  /// Waits until nothing is in flight and ends the thread; a second call does nothing.
  ///
  /// - Throws: `CheckpointError` of the checkpoint that was in flight.
  public func finish() throws {
    defer { queue.stop() }
    try queue.drain()
  }

  /// One job and the outcome of the last; every field is touched under the condition's lock only.
  private final class Queue: @unchecked Sendable {
    private let condition = NSCondition()
    private var job: (@Sendable () throws -> Void)?
    private var isBusy = false
    private var isStopped = false
    private var failure: (any Error)?

    func add(_ work: @escaping @Sendable () throws -> Void) throws {
      condition.lock()
      defer { condition.unlock() }
      try settle()
      guard !isStopped else {
        throw CheckpointError(.writeFailed, "the writer was finished already", advice: "Make a new writer.")
      }
      job = work
      condition.broadcast()
    }

    func drain() throws {
      condition.lock()
      defer { condition.unlock() }
      try settle()
    }

    func stop() {
      condition.lock()
      defer { condition.unlock() }
      isStopped = true
      condition.broadcast()
    }

    /// Waits until nothing is in flight and throws what went wrong, once.
    private func settle() throws {
      while job != nil || isBusy { condition.wait() }
      if let error = failure {
        failure = nil
        throw error
      }
    }

    /// The thread: a stop lets a job that was taken be done first.
    func run() {
      condition.lock()
      defer { condition.unlock() }
      while true {
        while job == nil && !isStopped { condition.wait() }
        guard var work = job else { return }
        isBusy = true
        job = nil
        condition.unlock()
        let outcome = Result { try work() }
        // What the job held is let go before anyone is told that it is done.
        work = {}
        condition.lock()
        if case .failure(let error) = outcome { failure = error }
        isBusy = false
        condition.broadcast()
      }
    }
  }
}
