import ArgumentParser
import Rival

/// Where commands compute, and how exactly.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to compute: \(CommandContext.current.devices.map(\.name).joined(separator: ", ")), cuda[:0], …; by default what RIVAL_DEVICE says, "
        + "else cpu.", valueName: "name"))
  var device: String?

  @Option(
    help: ArgumentHelp("How many GPUs, from that device on, share each batch of a round; 1 by default.", valueName: "n"))
  var devices: Int?

  @Option(
    help: ArgumentHelp(
      "What the operands of products are rounded to: \(Precision.allCases.map(\.rawValue).joined(separator: ", ")), where the device can; float32 "
        + "by default.", valueName: "name"))
  var precision: String?

  @Flag(help: "On a GPU: let sums come in any order, so that a run need not repeat to the bit.")
  var fast = false

  /// Whether anything was chosen.
  var isGiven: Bool { device != nil || devices != nil || precision != nil || fast }

  /// Where to compute.
  ///
  /// - Throws: `TensorError` that lists the devices, where there is none of the name; ``CommandFailure`` where the device is not XLA's and
  ///   would have to be.
  var chosen: Device {
    get throws {
      var device = try CommandContext.current.device(named: device)
      if fast || devices != nil {
        guard let xla = device.executor as? XLA else {
          throw CommandFailure(
            fast
              ? "--fast lets a GPU add up in any order, but the device is \(device.name); leave it away"
              : "--devices divides batches among GPUs, but the device is \(device.name); leave it away, or name one: --device cuda")
        }
        guard (1...1_000).contains(devices ?? 1) else { throw CommandFailure("--devices is \(devices ?? 1), but must be from 1 to 1000") }
        device = .xla(xla.platform, index: xla.index, count: devices ?? xla.count, isFast: fast)
      }
      return try precision.map { try device.computing(in: .named($0)) } ?? device
    }
  }

  /// The options that choose `device` in another process.
  static func arguments(for device: Device) -> [String] {
    let isFast = (device.executor as? XLA)?.isFast ?? false
    return ["--device", device.name] + (device.precision == .float32 ? [] : ["--precision", device.precision.rawValue])
      + (isFast ? ["--fast"] : [])
  }
}
