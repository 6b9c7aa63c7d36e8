import CPUExecutor
import Glibc
import Graph
import ReferenceExecutor

extension Device {
  /// The devices that are known by name everywhere.
  public static let builtIn: [Device] = [.cpu, .reference]

  /// The device where programs run and values are computed unless another is named: that of the environment variable `RIVAL_DEVICE`, else
  /// the processor.
  ///
  /// - Throws: `TensorError` where the variable names no built-in device.
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

  /// The device called `name`.
  ///
  /// - Throws: `TensorError` that lists the devices there are.
  public static func named(_ name: String, among devices: [Device] = builtIn) throws(TensorError) -> Device {
    if let device = devices.first(where: { $0.name == name }) { return device }
    throw TensorError("there is no device '\(name)'; there are: \(devices.map(\.name).joined(separator: ", "))")
  }
}
