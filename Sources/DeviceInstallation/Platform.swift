/// What kind of device a plugin computes on.
public enum Platform: String, Sendable, CaseIterable {
  /// NVIDIA's GPUs.
  case cuda
  /// AMD's GPUs.
  case rocm
  /// The processor, by the same compiler as the GPUs.
  case xlaCPU = "xla-cpu"
}

/// What cannot be installed, found or read, and what to try: one short paragraph.
public struct InstallationError: Error, Sendable, CustomStringConvertible, Equatable {
  public let description: String

  /// Creates an error with its text, which begins in lower case and needs no full stop.
  public init(_ description: String) {
    self.description = description
  }
}
