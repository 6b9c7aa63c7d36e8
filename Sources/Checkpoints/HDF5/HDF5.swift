import CHDF5
import Foundation

/// The doorway to libhdf5: one caller at a time, its error printing off, its causes turned into errors.
enum HDF5 {
  private static let lock = NSRecursiveLock()

  /// Set up once, before anything else of the library runs: no handlers at exit, no plugins.
  private static let prepared: Void = {
    H5dont_atexit()
    H5open()
    H5PLset_loading_state(0)
  }()

  /// Runs `body` alone in the library. Whether errors are printed is a setting of each thread: it is switched off, and
  /// back again.
  static func exclusively<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    _ = prepared
    var printer: H5E_auto2_t?
    var data: UnsafeMutableRawPointer?
    let known = H5Eget_auto2(chdf5_error_default(), &printer, &data) >= 0
    H5Eset_auto2(chdf5_error_default(), nil, nil)
    defer { if known { H5Eset_auto2(chdf5_error_default(), printer, data) } }
    return try body()
  }

  /// An error for a call that just failed, with the cause that the library gives, system text included.
  static func failure(
    _ kind: CheckpointError.Kind, _ problem: String, object: String? = nil, advice: String? = nil
  ) -> CheckpointError {
    // The next call clears the stack, so it is moved out before it is walked.
    let stack = H5Eget_current_stack()
    guard stack >= 0 else { return CheckpointError(kind, problem, object: object, advice: advice) }
    let frames = Frames()
    chdf5_each_error(stack, Unmanaged.passUnretained(frames).toOpaque()) { context, function, description in
      guard let context else { return }
      let frames = Unmanaged<Frames>.fromOpaque(context).takeUnretainedValue()
      frames.last = [function, description].compactMap { $0.map { String(cString: $0) } }.joined(separator: ": ")
    }
    H5Eclose_stack(stack)
    return CheckpointError(
      kind, problem, object: object, cause: frames.last.map { "libhdf5 says: \($0)" }, advice: advice)
  }

  /// Throws when a call returned a negative number.
  static func check<Status: SignedInteger>(
    _ status: Status, _ kind: CheckpointError.Kind, _ problem: @autoclosure () -> String, object: String? = nil
  ) throws {
    if status < 0 { throw failure(kind, problem(), object: object) }
  }

  /// How many handles are open: a count kept here, since the library counts neither dataspaces nor property lists.
  static var openHandles: Int { exclusively { counter.open } }

  /// Touched only inside `exclusively`.
  fileprivate static let counter = Counter()

  private final class Frames {
    var last: String?
  }

  fileprivate final class Counter: @unchecked Sendable {
    var open = 0
  }
}

/// An identifier of libhdf5 that is closed exactly once; used inside `HDF5.exclusively` only.
///
/// On the way out of an error `deinit` closes it. Where closing can fail with news, that is after writing, call `close`.
struct HDF5Handle: ~Copyable {
  /// What an identifier stands for, which decides how it is closed.
  enum Kind {
    case file, group, dataset, type, space, properties, attribute
  }

  /// The identifier.
  let identifier: hid_t
  private let kind: Kind

  /// Takes over what a call returned.
  ///
  /// - Throws: the library's error when it is negative.
  init(
    _ identifier: hid_t, _ kind: Kind, _ failure: CheckpointError.Kind, _ problem: @autoclosure () -> String,
    object: String? = nil
  ) throws {
    if identifier < 0 { throw HDF5.failure(failure, problem(), object: object) }
    self.identifier = identifier
    self.kind = kind
    HDF5.counter.open += 1
  }

  /// Closes it.
  ///
  /// - Throws: the library's error, when what it had put off fails now.
  consuming func close(object: String? = nil) throws {
    let status = Self.release(identifier, kind)
    discard self
    try HDF5.check(status, .writeFailed, "could not be finished", object: object)
  }

  /// Lets go of it without closing; `init(kept:)` takes it up again.
  consuming func keep() -> hid_t {
    let kept = identifier
    discard self
    return kept
  }

  /// Takes up a handle that was let go of.
  init(kept identifier: hid_t, _ kind: Kind) {
    self.identifier = identifier
    self.kind = kind
  }

  deinit { _ = Self.release(identifier, kind) }

  private static func release(_ identifier: hid_t, _ kind: Kind) -> herr_t {
    HDF5.counter.open -= 1
    return switch kind {
    case .file: H5Fclose(identifier)
    case .group: H5Gclose(identifier)
    case .dataset: H5Dclose(identifier)
    case .type: H5Tclose(identifier)
    case .space: H5Sclose(identifier)
    case .properties: H5Pclose(identifier)
    case .attribute: H5Aclose(identifier)
    }
  }
}

extension StoredType {
  /// The type in the file, which on a little-endian machine is the type in memory.
  var identifier: hid_t {
    switch self {
    case .float32: chdf5_float32()
    case .float64: chdf5_float64()
    case .int32: chdf5_int32()
    case .int64: chdf5_int64()
    case .uint8: chdf5_uint8()
    case .uint32: chdf5_uint32()
    case .uint64: chdf5_uint64()
    }
  }
}
