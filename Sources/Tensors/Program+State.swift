import Graph

// What goes into a program and comes out of it: by value, so that the memory may be anywhere.
extension Program {
  /// Sets a parameter.
  ///
  /// - Throws: `TensorError` where there is no such parameter, or the value's shape or type is not the parameter's.
  public func write(_ value: Tensor, to parameter: Int) throws {
    let type = try self.parameter(parameter, "written")
    guard TensorType(value) == type else { throw TensorError("parameter \(parameter) is \(type), not \(TensorType(value))") }
    try executable.write(value.evaluated().bytes, to: parameter)
  }

  /// Sets a parameter to `bytes`, row major in the machine's representation.
  ///
  /// - Throws: `TensorError` where there is no such parameter, or it takes another number of bytes.
  public func write(_ bytes: UnsafeRawBufferPointer, to parameter: Int) throws {
    let type = try self.parameter(parameter, "written")
    guard bytes.count == type.byteCount else {
      throw TensorError("parameter \(parameter) is \(type) and takes \(type.byteCount) bytes, not \(bytes.count)")
    }
    try executable.write(bytes, to: parameter)
  }

  /// Sets what run `run` of the next launch takes from a stream, row major in the machine's representation.
  ///
  /// - Throws: `TensorError` where there is no such parameter or run, or the parameter takes another number of bytes.
  public func write(_ bytes: UnsafeRawBufferPointer, to stream: Int, run: Int) throws {
    let type = try self.parameter(stream, "written")
    guard bytes.count == type.byteCount else {
      throw TensorError("parameter \(stream) is \(type) and takes \(type.byteCount) bytes, not \(bytes.count)")
    }
    guard (0..<mostRuns).contains(run) else { throw TensorError("run \(run) cannot be written: a launch has \(mostRuns)") }
    try executable.write(bytes, to: stream, run: run)
  }

  /// Copies the values of an output, as the last run left them, to `bytes`.
  ///
  /// - Throws: `TensorError` where there is no such output, or it has another number of bytes.
  public func read(_ output: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    let type = try self.type(ofOutput: output)
    guard bytes.count == type.byteCount else {
      throw TensorError("output \(output) is \(type) and has \(type.byteCount) bytes, not \(bytes.count)")
    }
    try executable.read(output: output, into: bytes)
  }

  /// A copy of an output after a run.
  public func output(_ index: Int) throws -> Tensor {
    let type = try type(ofOutput: index)
    try SystemMemory.require(type.byteCount, for: "a copy of an output, \(type)", remedy: "compute fewer samples at a time")
    let storage = try Storage(byteCount: type.byteCount) { try executable.read(output: index, into: $0) }
    return Tensor(storage: storage, shape: type.shape, dtype: type.dtype)
  }

  /// The value of an output with one element, after a run: the last one, or run `run` of the last launch.
  public func number(ofOutput index: Int, run: Int? = nil) throws -> Double {
    let type = try type(ofOutput: index)
    guard type.shape.elementCount == 1 else {
      throw TensorError("output \(index) has shape \(type.shape) and \(type.shape.elementCount) elements, not one")
    }
    var bits: UInt64 = 0
    return try withUnsafeMutableBytes(of: &bits) { bytes in
      let element = UnsafeMutableRawBufferPointer(rebasing: bytes[..<type.byteCount])
      if let run { try executable.read(output: index, run: run, into: element) } else { try executable.read(output: index, into: element) }
      return type.dtype.load(UnsafeRawBufferPointer(element))
    }
  }

  /// A copy of what a parameter holds now.
  public func parameter(_ index: Int) throws -> Tensor {
    let type = try parameter(index, "read")
    let storage = try Storage(byteCount: type.byteCount) { try executable.read(parameter: index, into: $0) }
    return Tensor(storage: storage, shape: type.shape, dtype: type.dtype)
  }

  /// Says that some parameters are about to be read, all of them before the next run.
  public func prepareReading(_ indices: [Int]) throws {
    for index in indices { _ = try parameter(index, "read") }
    try executable.prepareReading(indices)
  }

  // MARK: Snapshots

  /// A copy of some parameters, where the device likes it best.
  public func snapshot(of parameters: [Int]) throws -> any Snapshot {
    for parameter in parameters { _ = try self.parameter(parameter, "copied") }
    return try executable.snapshot(of: parameters)
  }

  /// Copies the parameters of a snapshot of this program into it anew; its memory is used again.
  public func update(_ snapshot: any Snapshot) throws { try executable.update(snapshot) }

  /// Sets the parameters of a snapshot of this program to what it holds.
  public func restore(_ snapshot: any Snapshot) throws { try executable.restore(snapshot) }

  /// A copy of what a parameter was when `snapshot` was taken.
  public func parameter(_ index: Int, in snapshot: any Snapshot) throws -> Tensor {
    let type = try parameter(index, "read")
    let storage = try Storage(byteCount: type.byteCount) { try snapshot.read(index, into: $0) }
    return Tensor(storage: storage, shape: type.shape, dtype: type.dtype)
  }

  /// The first of some parameters that holds an infinity or NaN.
  public func firstNonFinite(among parameters: [Int]) throws -> Int? {
    for parameter in parameters { _ = try self.parameter(parameter, "scanned") }
    return try executable.firstNonFinite(among: parameters)
  }

  // MARK: Places

  private func parameter(_ index: Int, _ what: String) throws -> TensorType {
    guard parameters.indices.contains(index) else {
      throw TensorError("parameter \(index) cannot be \(what): the program has \(parameters.count)")
    }
    return parameters[index]
  }

  private func type(ofOutput index: Int) throws -> TensorType {
    guard outputs.indices.contains(index) else {
      throw TensorError("output \(index) cannot be read: the program has \(outputs.count)")
    }
    return outputs[index]
  }
}
