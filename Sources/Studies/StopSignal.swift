import Dispatch
import Foundation

/// A request to stop, raised once by anyone and looked at by those who work.
public final class StopSignal: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  private var sources: [any DispatchSourceSignal] = []
  private var timer: (any DispatchSourceTimer)?

  /// A signal that is not raised.
  public init() {}

  /// Whether it was raised.
  public var isRaised: Bool { lock.withLock { count > 0 } }

  /// Whether it was raised more than once: whoever did will not wait.
  public var isInsistent: Bool { lock.withLock { count > 1 } }

  /// Raises it.
  public func raise() { lock.withLock { count += 1 } }

  /// A signal that Ctrl-C (SIGINT), SIGTERM and SIGHUP raise from now on, instead of ending the process.
  public static func onInterrupt() -> StopSignal {
    let stop = StopSignal()
    let queue = DispatchQueue(label: "stop")
    for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !isIgnored(number) {
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [weak stop] in stop?.raise() }
      source.resume()
      stop.lock.withLock { stop.sources.append(source) }
    }
    return stop
  }

  /// Whether the process ignores a signal: one that was started to outlive its terminal (nohup) ignores SIGHUP, and goes on doing so.
  public static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Raises it, too, when the process that started this one has ended: nobody waits for the result then.
  public func raiseWithParent(_ parent: Int32) {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "parent"))
    timer.setEventHandler { [weak self] in
      if let self, !isRaised, getppid() != parent { raise() }
    }
    timer.schedule(deadline: .now(), repeating: .milliseconds(500))
    timer.resume()
    lock.withLock { self.timer = timer }
  }
}
