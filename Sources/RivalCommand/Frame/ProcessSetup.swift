import Foundation

/// What a process needs before a command can trust it.
enum ProcessSetup {
  /// Makes failures of writing into errors instead of the process's end, and refuses arguments that cannot be read as they were meant.
  ///
  /// - Throws: ``CommandFailure`` for an argument that is no UTF-8: whatever it names would become something else.
  static func begin() throws {
    // A closed pipe and a limit of file sizes are errors of the one who writes, who may have something to save.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    openStandardDescriptors()
    for index in 1..<max(Int(CommandLine.argc), 1) {
      guard let argument = CommandLine.unsafeArgv[index], String(validatingCString: argument) == nil else { continue }
      throw CommandFailure(
        "argument \(index) is no UTF-8 ('\(String(cString: argument))'); rename the file or folder, or name it through a link whose path is UTF-8"
      )
    }
  }

  /// A closed standard descriptor would be given to the next file that is opened, and what is written for people would go into that file.
  private static func openStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      if descriptor == STDOUT_FILENO { Console.noteClosedOutput() }
      // The lowest free number is the one that is closed.
      _ = open("/dev/null", O_RDWR)
    }
  }

  /// Lets the process open at least `count` files at a time, if the system does.
  ///
  /// - Throws: ``CommandFailure`` where the hard limit is below that.
  static func requireDescriptors(_ count: Int, for purpose: String) throws {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(count) else { return }
    let wanted = rlimit(rlim_cur: min(rlim_t(count), limit.rlim_max), rlim_max: limit.rlim_max)
    if wanted.rlim_cur >= rlim_t(count) {
      var wanted = wanted
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { return }
    }
    throw CommandFailure(
      "\(purpose) needs up to \(count) open files, but this process may open \(limit.rlim_max); raise the limit (ulimit -n \(count)), or ask for less at a time"
    )
  }
}
