/// Why a device could not do what it was asked for.
public struct DeviceError: Error, CustomStringConvertible, Equatable {
  /// What kind of reason it is.
  public enum Kind: String, Sendable {
    /// There is no plugin, or it cannot be used.
    case noPlugin
    /// The plugin runs, but finds no such device or no driver.
    case noDevice
    /// The device's memory does not suffice.
    case outOfMemory
    /// The device refused a program: an error of Rival, or of the compiler.
    case program
    /// The device is gone, or computed with an error.
    case deviceLost
    /// An option or flag that the plugin does not know.
    case option
    case other
  }

  public let kind: Kind
  /// What happened, where, and what to try.
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    (self.kind, self.description) = (kind, description)
  }

  /// The error of a plugin: one of the codes that it shares with gRPC, and its message.
  init(code: Int, message: String) {
    let message = message.count > 600 ? message.prefix(600) + "…" : message[...]
    switch code {
    case 3 where message.contains("No such") || message.contains("flag"): self.init(.option, "the device knows no such option: \(message)")
    case 2, 3, 12: self.init(.program, "the device refused what it was given (code \(code)): \(message)")
    case 8:
      self.init(
        .outOfMemory,
        "out of memory on the device: \(message); try a smaller batch, or fewer programs at the same time")
    case 5, 9: self.init(.noDevice, "the plugin found no device that it can use: \(message)")
    case 13, 14: self.init(.deviceLost, "the device failed (code \(code)): \(message)")
    default: self.init(.other, "the device reported code \(code): \(message)")
    }
  }
}
