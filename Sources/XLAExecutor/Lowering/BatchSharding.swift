import Graph

/// How several devices share a round: each computes its part of every batch, and all hold the whole state.
///
/// The program stays as it is; only its arguments and results are marked, in the Shardy dialect, and the compiler divides what lies between:
/// means over the batch, batch statistics and gradients become sums over the devices, so that a round is the one of the whole batch.
struct BatchSharding {
  let deviceCount: Int

  /// - Throws: ``DeviceError`` where a batch does not divide evenly.
  init(_ graph: OperationGraph, _ repetition: Repetition, deviceCount: Int) throws {
    self.deviceCount = deviceCount
    for stream in repetition.streams {
      let shape = graph.parameterTypes[stream].shape
      guard shape.rank > 0, shape[0].isMultiple(of: deviceCount) else {
        let batch = shape.rank > 0 ? "a batch of \(shape[0])" : "a single value a round"
        throw DeviceError(
          .program, "\(batch) does not divide evenly among \(deviceCount) devices; choose another batch size or number of devices")
      }
    }
  }

  /// The line of the module that names the devices' axis.
  var mesh: String { "  sdy.mesh @mesh = <[\"batch\"=\(deviceCount)]>\n" }

  /// The mark of a value that is the same on each device.
  func whole(_ type: TensorType) -> String { mark(type.shape.dimensions.map { _ in "{}" }) }

  /// The mark of a value of which each device has its part of one axis.
  func divided(axis: Int, of type: TensorType) -> String { mark(type.shape.indices.map { $0 == axis ? "{\"batch\"}" : "{}" }) }

  private func mark(_ axes: [String]) -> String { "sdy.sharding = #sdy.sharding<@mesh, [\(axes.joined(separator: ", "))]>" }
}
