import Foundation
import Tensors

/// How much a file may make its reader take, against files that claim, or unpack to, more than anybody wants.
public struct ReadingLimits: Sendable, Equatable {
  /// The most bytes of numbers that are held of one file, or of all images of a folder; 8 GiB by default.
  public var bytes: Int
  /// The most pixels of one image; 2²⁶, which is 8,192 × 8,192, by default.
  public var pixels: Int

  /// Creates limits; see the fields.
  public init(bytes: Int = 8 << 30, pixels: Int = 1 << 26) {
    self.bytes = bytes
    self.pixels = pixels
  }

  /// The limits that readers keep to where none are passed: the defaults, or what the environment variables `RIVAL_LIMIT_BYTES` and
  /// `RIVAL_LIMIT_PIXELS` say, whole numbers above 0.
  public static let standard = ReadingLimits(ProcessInfo.processInfo.environment)

  /// The limits that an environment asks for; what is no whole number above 0 is left at its default.
  init(_ environment: [String: String]) {
    self.init()
    if let value = environment[Self.bytesVariable].flatMap({ Int($0) }), value > 0 { bytes = value }
    if let value = environment[Self.pixelsVariable].flatMap({ Int($0) }), value > 0 { pixels = value }
  }

  private static let bytesVariable = "RIVAL_LIMIT_BYTES"
  private static let pixelsVariable = "RIVAL_LIMIT_PIXELS"

  /// Checks that a file may take so much memory, and that there is as much.
  ///
  /// - Parameters:
  ///   - factors: whose product is the number of bytes, each 0 or above.
  ///   - file: the name that the error gives.
  /// - Returns: the number of bytes.
  /// - Throws: ``DataError`` with the number of bytes where it is above the limit, or cannot be had.
  @discardableResult public func requireBytes(_ factors: Int..., file: String) throws -> Int {
    try requireBytes(factors, file: file)
  }

  /// Checks the product of a list of factors, as the other method of this name does.
  @discardableResult public func requireBytes(_ factors: [Int], file: String) throws -> Int {
    var total = 1
    for factor in factors {
      let (product, overflow) = total.multipliedReportingOverflow(by: factor)
      guard !overflow else {
        throw DataError(
          "it needs \(factors.map(String.init).joined(separator: " × ")) bytes", file: file,
          remedy: "check that it is whole; no machine has as much memory")
      }
      total = product
    }
    guard total <= bytes else {
      throw DataError(
        "it needs \(total) bytes, but the limit is \(bytes)", file: file,
        remedy: "set the environment variable \(Self.bytesVariable)=\(total) if it may be that large")
    }
    do {
      // An allocation that fails later could not be caught.
      try SystemMemory.require(total, for: "it", remedy: "")
    } catch {
      throw DataError(
        "it needs \(total) bytes of memory, but \(error.bytesAvailable) are free", file: file, remedy: "read less of it, or free memory")
    }
    return total
  }

  /// Checks that an image is not too large to be decoded.
  ///
  /// - Throws: ``DataError`` where an extent or the number of pixels is above the limit.
  public func requirePixels(width: Int, height: Int, file: String) throws {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, area <= pixels else {
      throw DataError(
        "its \(width) × \(height) pixels are too many; the limit is \(pixels)", file: file,
        remedy: "scale it down, or set the environment variable \(Self.pixelsVariable)\(overflow ? "" : "=\(area)") if it may be that large"
      )
    }
  }
}
