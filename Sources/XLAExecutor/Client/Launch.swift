import Dispatch

/// A run of a program that is under way.
final class Launch: @unchecked Sendable {
  // `@unchecked`: the result is written before the semaphore is signalled and read after it.
  private let done = DispatchSemaphore(value: 0)
  private var result: Result<[DeviceBuffer], any Error>?
  private let program: LoadedProgram
  private let arguments: [DeviceBuffer]
  private let kept: [Int]

  private static let queue = DispatchQueue(label: "launches", qos: .userInitiated, attributes: .concurrent)

  init(_ program: LoadedProgram, _ arguments: [DeviceBuffer], _ kept: [Int]) {
    (self.program, self.arguments, self.kept) = (program, arguments, kept)
    Launch.queue.async {
      self.result = Result { try self.program.run(self.arguments, keeping: self.kept) }
      self.done.signal()
    }
  }

  /// Waits for the run, and returns what it made.
  func outputs() throws -> [DeviceBuffer] {
    done.wait()
    guard let result else { return [] }
    return try result.get()
  }
}
