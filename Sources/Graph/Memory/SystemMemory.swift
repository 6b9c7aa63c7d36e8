import Foundation

/// What this process can still have of the machine's memory, so that what does not fit is an error before it is begun, not the process's end.
public enum SystemMemory {
  /// Bytes that can still be had: the least of the machine's free memory, the process's limits and its control group's; `nil` where the system
  /// says nothing.
  public static var available: Int? {
    [machine, group, limit(RLIMIT_AS, used: "VmSize:"), limit(RLIMIT_DATA, used: "VmData:")].compactMap { $0 }.min()
  }

  /// Throws where `bytes` cannot be had. Amounts below 16 MB are not looked at: looking takes longer than having them.
  ///
  /// - Parameters:
  ///   - purpose: what they are for, in a sentence that begins with it.
  ///   - remedy: what to try, as one imperative sentence.
  public static func require(_ bytes: Int, for purpose: String, remedy: String) throws(MemoryError) {
    guard bytes > 1 << 24, let available, bytes > available else { return }
    throw MemoryError(purpose: purpose, bytesNeeded: bytes, bytesAvailable: max(available, 0), remedy: remedy)
  }

  /// Memory that the machine can give without ending processes, with its swap; less where it promises no more than it has.
  private static var machine: Int? {
    guard let fields = fields(of: "/proc/meminfo"), let free = fields["MemAvailable:"] else { return nil }
    let usual = free + (fields["SwapFree:"] ?? 0)
    guard number(in: "/proc/sys/vm/overcommit_memory") == 2, let most = fields["CommitLimit:"], let promised = fields["Committed_AS:"]
    else {
      return usual << 10
    }
    return min(usual, most - promised) << 10
  }

  private static var group: Int? { room(inGroups: text(of: "/proc/self/cgroup") ?? "", under: "/sys/fs/cgroup") }

  /// What the limits of control groups, and of those around them, leave, in either version of the interface. What they hold of files does not count
  /// as used: it is let go where memory is wanted.
  ///
  /// - Parameters:
  ///   - list: lines as in `/proc/self/cgroup`.
  ///   - root: where the groups are mounted.
  static func room(inGroups list: String, under root: String) -> Int? {
    var least: Int?
    for line in list.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { continue }
      let isUnified = parts[0] == "0" && parts[1].isEmpty
      guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
      let base = isUnified ? root : root + "/memory"
      let (limit, usage, total) = isUnified ? ("max", "current", "") : ("limit_in_bytes", "usage_in_bytes", "total_")
      var path = parts[2]
      while true {
        let file = base + (path == "/" ? "" : path) + "/memory."
        if let most = number(in: file + limit), let used = number(in: file + usage) {
          let held = fields(of: file + "stat") ?? [:]
          let files = (held[total + "inactive_file"] ?? 0) + (held[total + "active_file"] ?? 0)
          least = min(least ?? .max, most - max(used - files, 0))
        }
        guard path.count > 1, let slash = path.lastIndex(of: "/") else { break }
        path = slash == path.startIndex ? "/" : String(path[..<slash])
      }
    }
    return least
  }

  private static func limit(_ resource: __rlimit_resource, used field: String) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
    return Int(limit.rlim_cur) - ((fields(of: "/proc/self/status")?[field] ?? 0) << 10)
  }

  /// Lines such as `MemAvailable:  1234 kB` or `active_file 1234`.
  private static func fields(of path: String) -> [String: Int]? {
    guard let text = text(of: path) else { return nil }
    var fields: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count >= 2, let value = Int(words[1]) { fields[String(words[0])] = value }
    }
    return fields
  }

  private static func number(in path: String) -> Int? {
    text(of: path).flatMap { Int($0.filter { !$0.isWhitespace }) }
  }

  private static func text(of path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Memory that is not there.
public struct MemoryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What it was for.
  public var purpose: String
  public var bytesNeeded: Int
  public var bytesAvailable: Int
  /// What to try.
  public var remedy: String

  public init(purpose: String, bytesNeeded: Int, bytesAvailable: Int, remedy: String) {
    self.purpose = purpose
    self.bytesNeeded = bytesNeeded
    self.bytesAvailable = bytesAvailable
    self.remedy = remedy
  }

  public var description: String {
    "\(purpose) needs \(MemoryError.text(bytesNeeded)), but \(MemoryError.text(bytesAvailable)) are free; \(remedy)"
  }

  /// `12.5 GB (12500000000 bytes)`, with decimal units.
  static func text(_ bytes: Int) -> String {
    guard bytes < .max else { return "more bytes than can be counted" }
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    var (value, unit) = (Double(bytes) / 1e3, 0)
    while value >= 1_000, unit + 1 < units.count { (value, unit) = (value / 1e3, unit + 1) }
    return "\((value * 10).rounded() / 10) \(units[unit]) (\(bytes) bytes)"
  }
}
