import Foundation
import Synchronization

/// Ctrl-C and SIGTERM as something to ask about between two rounds.
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
  static var status: ExitStatus { signal == SIGTERM ? .terminated : .interrupted }

  /// From now on signals are noted.
  static func listen() {
    // Touched here, so that it exists before a handler needs it.
    noted.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      Foundation.signal(number) { number in
        Interruption.note(number)
        Foundation.signal(number, SIG_DFL)
      }
    }
  }

  private static func note(_ number: Int32) { noted.store(number, ordering: .relaxed) }
}
