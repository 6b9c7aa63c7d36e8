import Components
import Networks
import Tensors

/// The windows that a pooling layer slides over its images, without padding.
struct PoolingWindows {
  var window: Int
  var stride: Int

  /// One tensor for each place in the window, row by row: the pixels that stand there in all windows.
  ///
  /// - Throws: `NetworkError` where the window does not fit into the images.
  func slices(of images: Tensor) throws -> [Tensor] {
    try images.requireImages()
    let (height, width) = (images.shape[1], images.shape[2])
    guard height >= window, width >= window else {
      throw NetworkError("a \(window)×\(window) window does not fit into \(height)×\(width) images")
    }
    let rows = (height - window) / stride * stride + 1
    let columns = (width - window) / stride * stride + 1
    return (0..<window).flatMap { row in
      let strip = images.sliced(axis: 1, row..<(row + rows), stride: stride)
      return (0..<window).map { strip.sliced(axis: 2, $0..<($0 + columns), stride: stride) }
    }
  }

  func remedy(forInput shape: Shape) -> String? {
    guard shape.rank == 4 else { return shape.remedyForImages }
    let side = min(shape[1], shape[2])
    return side < window ? "use a window of at most \(side), or leave the layer out" : nil
  }
}
