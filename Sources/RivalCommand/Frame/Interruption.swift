import Foundation
import Rival
import Synchronization

/// Ctrl-C, SIGTERM and SIGHUP as something to ask about between two rounds.
///
/// The first signal is only noted; a second one ends the process at once, as if nobody had listened.
enum Interruption {
  private static let noted = Atomic<Int32>(0)

  /// The signal that came, if one came.
  static var signal: Int32? {
    let value = noted.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  /// The exit status that belongs to the signal that came.
  static var status: ExitStatus {
    switch signal {
    case SIGTERM: .terminated
    case SIGHUP: .hungUp
    default: .interrupted
    }
  }

  /// From now on signals are noted, even where the program that started this one had blocked them.
  static func listen() {
    // Touched here, so that it exists before a handler needs it.
    noted.store(0, ordering: .relaxed)
    // A program that was started to outlive its terminal (nohup) goes on doing so.
    let outlives = StopSignal.isIgnored(SIGHUP)
    for number in [SIGINT, SIGTERM, SIGHUP] where number != SIGHUP || !outlives {
      Foundation.signal(number) { number in
        Interruption.note(number)
        Foundation.signal(number, SIG_DFL)
      }
    }
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func note(_ number: Int32) { noted.store(number, ordering: .relaxed) }
}
