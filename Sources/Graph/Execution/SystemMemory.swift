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

  /// Memory that the machine can give without ending processes, with its swap.
  private static var machine: Int? {
    guard let fields = fields(of: "/proc/meminfo"), let free = fields["MemAvailable:"] else { return nil }
    return (free + (fields["SwapFree:"] ?? 0)) << 10
  }

  /// What the limits of the process's control group and of those around it leave.
  private static var group: Int? {
    guard let line = text(of: "/proc/self/cgroup")?.split(separator: "\n").last(where: { $0.hasPrefix("0::") }) else { return nil }
    var path = String(line.dropFirst(3))
    var least: Int?
    while true {
      let folder = "/sys/fs/cgroup" + (path == "/" ? "" : path)
      if let most = number(in: folder + "/memory.max"), let used = number(in: folder + "/memory.current") {
        least = min(least ?? .max, most - used)
      }
      guard path.count > 1, let slash = path.lastIndex(of: "/") else { return least }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
  }

  private static func limit(_ resource: __rlimit_resource, used field: String) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
    return Int(limit.rlim_cur) - ((fields(of: "/proc/self/status")?[field] ?? 0) << 10)
  }

  /// Lines such as `MemAvailable:  1234 kB`.
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
