import Graph

/// A graph compiled by XLA, with its parameters in the device's memory.
final class XLAExecutable: Executable {
  let parameterTypes: [TensorType]
  /// The plugin has threads of its own.
  let threadCount = 1
  let instructionCount: Int
  let mostRuns: Int
  let settings: [String: String]

  private let client: Client
  private let executor: XLA
  private let devices: Range<Int>
  private let graph: OperationGraph
  private let program: LoadedProgram
  private let hoisted: [DeviceBuffer]
  private let places: [RoundLoop.Place]
  /// What the parameters hold, the counter and streams aside; `nil` for zeros that are not there yet.
  private var parameters: [DeviceBuffer?]
  /// What the next launch takes from the streams.
  private var streams: [Int: RunValues] = [:]
  private var uploaded: [Int: DeviceBuffer] = [:]
  private var counter: Int32 = 0
  /// What the last launch returned: all outputs, or those beside the state.
  private var results: [DeviceBuffer] = []
  private var lastRunCount = 1
  private var hasRun = false
  /// The numbers of the last result, and those of outputs that are stacked, read when first asked for.
  private var records: [Float]?
  private var stacks: [Int: Storage] = [:]
  /// Parameters that are about to be read.
  private var coming: [Int: HostCopy] = [:]
  private var scan: (parameters: [Int], program: LoadedProgram)?

  /// Bytes of the streams' memory that a launch may have.
  static let streamBytes = 4 << 20
  /// The most runs of a launch: more gain nothing.
  static let mostRuns = 100

  init(_ graph: OperationGraph, on executor: XLA, client: Client) throws {
    parameterTypes = graph.parameterTypes
    instructionCount = graph.operations.count
    (self.client, self.executor, self.graph) = (client, executor, graph)
    let runs = Self.runsPerLaunch(of: graph)
    mostRuns = runs
    // What is no round runs on the first device alone.
    let devices = graph.repetition == nil ? executor.index..<(executor.index + 1) : executor.indices
    self.devices = devices
    let module = try StableHLOModule(graph, mostRuns: runs, deviceCount: devices.count)
    (program, settings) = try ProgramCache.program(module, on: executor, client)
    places = graph.repetition == nil ? [] : RoundLoop.places(of: graph)
    parameters = Array(repeating: nil, count: graph.parameterTypes.count)
    hoisted = try module.hoisted.map { try DeviceBuffer(client, devices: devices, $0.type, copying: $0.storage.bytes) }
    for stream in graph.repetition?.streams ?? [] { streams[stream] = RunValues(graph.parameterTypes[stream], count: runs) }
  }

  /// How many runs one launch of a graph can have: as many as the streams' memory holds.
  static func runsPerLaunch(of graph: OperationGraph) -> Int {
    guard let repetition = graph.repetition else { return 1 }
    let bytes = repetition.streams.reduce(0) { $0 + graph.parameterTypes[$1].byteCount }
    return max(1, min(mostRuns, streamBytes / max(bytes, 1)))
  }

  var memoryBytes: Int {
    program.memory.map { $0.arguments + $0.further } ?? (graph.parameterTypes + graph.outputTypes).reduce(0) { $0 + $1.byteCount }
  }

  func execute() throws { try execute(runs: 1) {} }

  func execute(runs count: Int, meanwhile: () throws -> Void) throws {
    results = []
    coming = [:]
    stacks = [:]
    var arguments: [DeviceBuffer] = []
    var kept: [Int] = []
    for parameter in parameterTypes.indices {
      // A buffer that a snapshot holds too must stay as it is, and in the first run all of them: where the memory does not suffice, the run
      // fails, and what it would have taken over is still there.
      if !hasRun || !isKnownUniquelyReferenced(&parameters[parameter]) { kept.append(parameter) }
      arguments.append(try argument(parameter))
    }
    if graph.repetition != nil { arguments.append(try scalar(Int32(count))) }
    let launch = program.launched(arguments + hoisted, keeping: kept)
    let other = Result {
      try meanwhile()
      // On their way already while the device works.
      for (stream, values) in streams where values.isChanged { uploaded[stream] = try upload(values) }
    }
    let outputs: [DeviceBuffer]
    do {
      outputs = try launch.outputs()
    } catch let error as DeviceError where error.kind == .outOfMemory {
      throw explained(error)
    }
    for (output, parameter) in graph.donations {
      guard graph.repetition != nil else {
        parameters[parameter] = outputs[output]
        continue
      }
      if case .state(let place) = places[output] { parameters[parameter] = outputs[place] }
    }
    results = outputs
    hasRun = true
    records = nil
    lastRunCount = count
    // What the caller did wrong takes no state away.
    try other.get()
  }

  /// What a launch would have needed, and what is there.
  private func explained(_ error: DeviceError) -> DeviceError {
    guard let needed = program.memory?.further, let memory = client.memory(of: executor.index), let limit = memory.limit, needed > 0 else {
      return error
    }
    let free = max(limit - memory.used, 0)
    func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e7).rounded() / 100) GB" }
    var text =
      "out of memory on the device: a launch needs \(gigabytes(needed)) beside its arguments, and \(gigabytes(free)) of "
      + "\(gigabytes(limit)) are free"
    // What lies between a round's batch and its gradients grows with the batch.
    if let stream = graph.repetition?.streams.first, let batch = graph.parameterTypes[stream].shape.dimensions.first,
      case let fitting = Int(Double(batch) * Double(free) / Double(needed) * 0.9), (1..<batch).contains(fitting)
    {
      text += "; batches of \(fitting) would fit where these have \(batch)"
    }
    return DeviceError(.outOfMemory, text + "; try that, or fewer programs at the same time")
  }

  // MARK: Values

  func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws {
    if let repetition = graph.repetition {
      if parameter == repetition.counter {
        counter = bytes.loadUnaligned(as: Int32.self)
        return
      }
      if let values = streams[parameter] { return values.write(bytes, run: 0) }
    }
    coming[parameter] = nil
    parameters[parameter] = try DeviceBuffer(client, devices: devices, parameterTypes[parameter], copying: bytes)
  }

  func write(_ bytes: UnsafeRawBufferPointer, to stream: Int, run: Int) throws {
    guard let values = streams[stream] else { return try write(bytes, to: stream) }
    values.write(bytes, run: run)
  }

  func read(parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    if let repetition = graph.repetition {
      if parameter == repetition.counter { return bytes.storeBytes(of: counter, as: Int32.self) }
      if let values = streams[parameter] { return values.read(run: 0, into: bytes) }
    }
    if let copy = coming.removeValue(forKey: parameter) { return bytes.copyMemory(from: try copy.bytes()) }
    try argument(parameter).read(into: bytes)
  }

  func prepareReading(_ parameters: [Int]) throws {
    let elsewhere = graph.repetition.map { Set([$0.counter] + $0.streams) } ?? []
    for parameter in parameters where !elsewhere.contains(parameter) { coming[parameter] = try HostCopy(of: argument(parameter)) }
  }

  func read(output: Int, into bytes: UnsafeMutableRawBufferPointer) throws { try read(output: output, run: lastRunCount - 1, into: bytes) }

  func read(output: Int, run: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard !results.isEmpty else { throw TensorError("output \(output) cannot be read before the first run") }
    guard graph.repetition != nil else { return try results[output].read(into: bytes) }
    switch places[output] {
    case .state(let place): try results[place].read(into: bytes)
    case .record(let column):
      let width = results[results.count - 1].type.shape[1]
      bytes.storeBytes(of: try readRecords()[run * width + column], as: Float.self)
    case .stacked(let place):
      let stacked = results[place]
      let all = try stacks[place] ?? Storage(byteCount: stacked.type.byteCount) { try stacked.read(into: $0) }
      stacks[place] = all
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: all.bytes[(run * bytes.count)..<((run + 1) * bytes.count)]))
    }
  }

  private func readRecords() throws -> [Float] {
    if let records { return records }
    let last = results[results.count - 1]
    var numbers = [Float](repeating: 0, count: last.type.shape.elementCount)
    try numbers.withUnsafeMutableBytes { try last.read(into: $0) }
    records = numbers
    return numbers
  }

  /// The buffer that a parameter is passed as.
  private func argument(_ parameter: Int) throws -> DeviceBuffer {
    if let repetition = graph.repetition {
      if parameter == repetition.counter { return try scalar(counter) }
      if let values = streams[parameter] {
        if !values.isChanged, let buffer = uploaded[parameter] { return buffer }
        let buffer = try upload(values)
        uploaded[parameter] = buffer
        return buffer
      }
    }
    if let buffer = parameters[parameter] { return buffer }
    let type = parameterTypes[parameter]
    let zeros = try Storage(byteCount: type.byteCount) { $0.initializeMemory(as: UInt8.self, repeating: 0) }
    let buffer = try DeviceBuffer(client, devices: devices, type, copying: zeros.bytes)
    parameters[parameter] = buffer
    return buffer
  }

  private func upload(_ values: RunValues) throws -> DeviceBuffer {
    values.isChanged = false
    // Behind the axis of runs stands that of the batch.
    return try devices.count == 1
      ? DeviceBuffer(client, devices: devices, values.type, copying: values.bytes)
      : DeviceBuffer(client, devices: devices, values.type, dividing: 1, of: values.bytes)
  }

  private func scalar(_ value: Int32) throws -> DeviceBuffer {
    try withUnsafeBytes(of: value) { try DeviceBuffer(client, devices: devices, TensorType([], .int32), copying: $0) }
  }

  // MARK: Snapshots

  func snapshot(of parameters: [Int]) throws -> any Snapshot {
    try XLASnapshot(parameters, parameters.map { try argument($0) }, of: self)
  }

  func update(_ snapshot: any Snapshot) throws {
    let snapshot = try checked(snapshot)
    snapshot.buffers = try snapshot.parameters.map { try argument($0) }
  }

  func restore(_ snapshot: any Snapshot) throws {
    let snapshot = try checked(snapshot)
    coming = [:]
    for (parameter, buffer) in zip(snapshot.parameters, snapshot.buffers) { parameters[parameter] = buffer }
  }

  private func checked(_ snapshot: any Snapshot) throws -> XLASnapshot {
    guard let snapshot = snapshot as? XLASnapshot, snapshot.owner === self else {
      throw TensorError("a snapshot is of another program, or on another device; restore it where it was made")
    }
    return snapshot
  }

  // MARK: Looking for what is not finite

  func firstNonFinite(among parameters: [Int]) throws -> Int? {
    let floats = parameters.filter { parameterTypes[$0].dtype.isFloatingPoint && parameterTypes[$0].shape.elementCount > 0 }
    guard !floats.isEmpty else { return nil }
    if scan?.parameters != floats {
      let module = try StableHLOModule(finite: floats.map { parameterTypes[$0] })
      scan = (floats, try ProgramCache.program(module, on: executor, client).program)
    }
    guard let scan, let answer = try scan.program.run(floats.map { try argument($0) }).first else { return nil }
    var isFinite = [UInt8](repeating: 0, count: floats.count)
    try isFinite.withUnsafeMutableBytes { try answer.read(into: $0) }
    return isFinite.firstIndex(of: 0).map { floats[$0] }
  }
}
