import CPUExecutor
import DeviceInstallation
import Glibc
import Graph
import ReferenceExecutor
import XLAExecutor

extension Device {
  /// The devices that are there everywhere. Those of XLA's platforms are known by name beside them, and need a plugin.
  public static let builtIn: [Device] = [.cpu, .reference]

  /// The device where programs run and values are computed unless another is named: that of the environment variable `RIVAL_DEVICE`, else
  /// the processor.
  ///
  /// - Throws: `TensorError` where the variable names no device.
  public static var standard: Device {
    get throws { try chosen.get() }
  }

  private static let chosen = Result { () throws(TensorError) in try standard(named: getenv("RIVAL_DEVICE").map { String(cString: $0) }) }

  static func standard(named name: String?) throws(TensorError) -> Device {
    guard let name, !name.isEmpty else { return .cpu }
    do {
      return try named(name)
    } catch {
      throw TensorError("RIVAL_DEVICE: \(error)")
    }
  }

  /// The device called `name`: one of `devices`, or a platform of XLA with or without a number, such as `"cuda"` or `"cuda:1"`,
  /// or with a range of them, which share each batch: `"cuda:0-3"`.
  ///
  /// - Throws: `TensorError` that lists the devices there are.
  public static func named(_ name: String, among devices: [Device] = builtIn) throws(TensorError) -> Device {
    if let device = devices.first(where: { $0.name == name }) { return device }
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    if let platform = parts.first.flatMap({ XLA.Platform(rawValue: String($0)) }) {
      if parts.count == 1 { return .xla(platform) }
      let ends = parts.count == 2 ? parts[1].split(separator: "-", omittingEmptySubsequences: false) : []
      let numbers = ends.compactMap { text in Int(text).flatMap { $0 >= 0 && $0 < 10_000 && String($0) == text ? $0 : nil } }
      if numbers.count == ends.count, let first = numbers.first, let last = numbers.last, numbers.count <= 2, first <= last {
        return .xla(platform, index: first, count: last - first + 1)
      }
      throw TensorError(
        "there is no device '\(name)'; devices of a platform are counted from 0: \(platform.rawValue):0, \(platform.rawValue):1, and "
          + "\(platform.rawValue):0-1 for both")
    }
    let known = devices.map(\.name) + XLA.Platform.allCases.map { "\($0.rawValue)[:number]" }
    throw TensorError("there is no device '\(name)'; there are: \(known.joined(separator: ", "))")
  }

  /// A device of one of XLA's platforms. Whether it is really there shows when the first program is made for it.
  ///
  /// - Parameters:
  ///   - index: which of the platform's devices, from 0.
  ///   - count: how many devices, from that one on, share each batch of a round.
  ///   - isFast: whether sums may come in any order, so that a run need not repeat to the bit.
  public static func xla(_ platform: XLA.Platform, index: Int = 0, count: Int = 1, isFast: Bool = false) -> Device {
    let numbers = count > 1 ? ":\(index)-\(index + count - 1)" : index > 0 ? ":\(index)" : ""
    return Device(platform.rawValue + numbers, executor: XLA(platform, index: index, count: count, isFast: isFast))
  }
}
