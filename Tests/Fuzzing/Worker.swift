import Foundation

/// The process that reads: two bytes in are the numbers of a format and of a file, one byte out says what came of reading it.
enum Worker {
  /// What came of reading a file.
  enum Answer: UInt8 {
    case read, refused
  }

  /// Bytes of memory that reading a file of at most 1 MiB may take.
  static let memory = 512 << 20

  /// Answers until the input ends.
  static func run(files: String) -> Never {
    // Beside what the program itself has mapped.
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)).flatMap { Int($0.prefix { $0 != " " }) } ?? 0
    var limit = rlimit(rlim_cur: rlim_t(pages * sysconf(Int32(_SC_PAGESIZE)) + memory), rlim_max: .max)
    setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    var core = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    var request: [UInt8] = [0, 0]
    while read(STDIN_FILENO, &request, 2) == 2 {
      var answer = Answer.read.rawValue
      let format = FuzzedFormat.all[Int(request[0])]
      do {
        try format.read(path(files, Int(request[1]), format))
      } catch {
        // The words must exist; where they do not, that is found here.
        answer = "\(error)".isEmpty ? Answer.read.rawValue : Answer.refused.rawValue
      }
      guard write(STDOUT_FILENO, &answer, 1) == 1 else { break }
    }
    exit(0)
  }

  /// The path of a file that is to be read.
  static func path(_ files: String, _ number: Int, _ format: FuzzedFormat) -> String { "\(files)-\(number).\(format.name)" }
}

/// A worker as its parent sees it.
final class WorkerProcess {
  private var child: pid_t = 0
  private let input: Int32
  private let output: Int32

  /// What came of a file.
  enum Outcome {
    case read, refused
    /// The process ended, by this signal or status.
    case crash(String)
    case hang
  }

  /// Starts this program again as a worker on files whose paths begin with `files`.
  init(files: String) throws {
    var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw POSIXError(.EMFILE) }
    for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let texts: [String] = ["/proc/self/exe", "--worker", files]
    let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for word in words { free(word) } }
    let status = posix_spawn(&child, "/proc/self/exe", &actions, nil, words + [nil], environ)
    close(toChild[0])
    close(fromChild[1])
    (input, output) = (toChild[1], fromChild[0])
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EAGAIN) }
  }

  /// Has the worker read files one after another; the answers are to be waited for in this order.
  func ask(format: Int, files: Range<Int>) {
    let requests = files.flatMap { [UInt8(format), UInt8($0)] }
    // A worker that has ended is noticed by its missing answer.
    _ = write(input, requests, requests.count)
  }

  /// Waits for the next answer.
  func answer(seconds: Double) -> Outcome {
    var byte: UInt8 = 0
    var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, Int32(seconds * 1_000)) > 0 else {
      kill(child, SIGKILL)
      _ = ended()
      return .hang
    }
    guard Foundation.read(output, &byte, 1) == 1 else { return ended() }
    return byte == Worker.Answer.read.rawValue ? .read : .refused
  }

  private func ended() -> Outcome {
    var status: Int32 = 0
    waitpid(child, &status, 0)
    child = 0
    let signal = status & 0x7F
    return .crash(signal == 0 ? "status \(status >> 8 & 0xFF)" : "signal \(signal)")
  }

  deinit {
    close(input)
    close(output)
    if child > 0 {
      var status: Int32 = 0
      waitpid(child, &status, 0)
    }
  }
}
