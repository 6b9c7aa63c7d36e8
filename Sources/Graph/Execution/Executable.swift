/// A graph on its device, with the memory of its parameters and outputs. It is used by one thread at a time.
///
/// Callers go through `Program`, which checks numbers and sizes: an executable may rely on them.
public protocol Executable: AnyObject {
  /// The shapes and types of the parameters.
  var parameterTypes: [TensorType] { get }
  /// How many threads of the host work on it.
  var threadCount: Int { get }
  /// Bytes of all the memory that it owns.
  var memoryBytes: Int { get }
  /// How many instructions a run has.
  var instructionCount: Int { get }
  /// What the bytes of its results depend on beside the graph, by name: vector unit, versions of the libraries that it calls. Checkpoints record
  /// it, and resuming warns where it differs; nothing by default.
  var settings: [String: String] { get }

  /// Computes the outputs of what the parameters hold; parameters with a donation then hold their new values.
  func execute() throws

  /// The most runs of one launch; 1 by default, and more only for a graph with a ``Repetition``.
  var mostRuns: Int { get }
  /// Runs `count` times, from 1 to ``mostRuns``: with the counter as it was set, and one more each time, and the values that each run has in
  /// the streams. The same bytes come out for any division into launches.
  ///
  /// - Parameter meanwhile: what the caller does while the device works: it may set the streams' values for the next launch.
  func execute(runs count: Int, meanwhile: () throws -> Void) throws
  /// Sets what run `run` of the next launch, counted from 0, takes from a stream.
  func write(_ bytes: UnsafeRawBufferPointer, to stream: Int, run: Int) throws
  /// Copies what run `run` of the last launch left in an output to `bytes`.
  func read(output: Int, run: Int, into bytes: UnsafeMutableRawBufferPointer) throws

  /// Sets a parameter to `bytes`, row major.
  func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws
  /// Copies what a parameter holds to `bytes`.
  func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws
  /// Says that some parameters are about to be read, all of them before the next run: a device may send them together. Nothing by default.
  func prepareReading(_ parameters: [Int]) throws
  /// Copies what the last run left in an output to `bytes`.
  func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) throws

  /// A copy of some parameters, kept where the device likes it best; in the host's memory by default.
  func snapshot(of parameters: [Int]) throws -> any Snapshot
  /// Copies the parameters of a snapshot of this executable into it anew.
  func update(_ snapshot: any Snapshot) throws
  /// Sets the parameters of a snapshot of this executable to what it holds.
  func restore(_ snapshot: any Snapshot) throws

  /// The first of some parameters that holds an infinity or NaN.
  func firstNonFinite(among parameters: [Int]) throws -> Int?

  /// Runs `runs` times and returns what each instruction does and its median time in nanoseconds; one line for the whole by default.
  func profile(runs: Int) throws -> [(label: String, nanoseconds: Double)]
}

/// Some of a program's parameters as they stood once.
public protocol Snapshot: AnyObject {
  /// Which parameters it holds.
  var parameters: [Int] { get }
  /// Copies what it holds of one of its parameters to `bytes`.
  func read(_ parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws
}

extension Executable {
  public var settings: [String: String] { [:] }

  public var mostRuns: Int { 1 }

  public func prepareReading(_ parameters: [Int]) throws {}

  public func execute(runs count: Int, meanwhile: () throws -> Void) throws {
    guard count == 1 else { throw TensorError("\(count) runs in one launch are asked for, but this device runs a program once at a time") }
    try execute()
    try meanwhile()
  }

  public func write(_ bytes: UnsafeRawBufferPointer, to stream: Int, run: Int) throws { try write(bytes, to: stream) }

  public func read(output: Int, run: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try read(output: output, into: bytes) }

  public func snapshot(of parameters: [Int]) throws -> any Snapshot {
    let snapshot = try HostSnapshot(of: parameters, types: parameterTypes)
    try update(snapshot)
    return snapshot
  }

  public func update(_ snapshot: any Snapshot) throws {
    try HostSnapshot.checked(snapshot, parameterTypes).withEach { try read(parameter: $0, into: $1) }
  }

  public func restore(_ snapshot: any Snapshot) throws {
    try HostSnapshot.checked(snapshot, parameterTypes).withEach { try write(UnsafeRawBufferPointer($1), to: $0) }
  }

  public func firstNonFinite(among parameters: [Int]) throws -> Int? {
    try parameters.first { parameter in
      let type = parameterTypes[parameter]
      guard type.dtype.isFloatingPoint else { return false }
      let values = try Storage(byteCount: type.byteCount) { try read(parameter: parameter, into: $0) }
      return !type.dtype.allFinite(values.bytes)
    }
  }

  public func profile(runs: Int) throws -> [(label: String, nanoseconds: Double)] {
    let clock = ContinuousClock()
    let times = try (0..<Swift.max(runs, 1)).map { _ in
      let start = clock.now
      try execute()
      return Double((clock.now - start).components.attoseconds) / 1e9
    }
    return [("program", times.sorted()[times.count / 2])]
  }
}
