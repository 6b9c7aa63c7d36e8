import Graph

/// Parameters of a program on a device as they stood once: the buffers themselves, which never change.
final class XLASnapshot: Snapshot {
  let parameters: [Int]
  var buffers: [DeviceBuffer]
  weak var owner: XLAExecutable?

  init(_ parameters: [Int], _ buffers: [DeviceBuffer], of owner: XLAExecutable) {
    (self.parameters, self.buffers, self.owner) = (parameters, buffers, owner)
  }

  func read(_ parameter: Int, into bytes: UnsafeMutableRawBufferPointer) throws {
    guard let index = parameters.firstIndex(of: parameter) else {
      throw TensorError("the snapshot holds no parameter \(parameter), only \(parameters)")
    }
    try buffers[index].read(into: bytes)
  }
}
