import Networks
import Tensors

// Operations on batches of images `[n, rows, columns, channels]`, with numbers of each image's own, `[n, 1, 1, 1]`.

/// Whole numbers out of `range` for uniform draws in [0, 1), each as likely.
func uniformInteger(_ draws: Tensor, _ range: ClosedRange<Int>) -> Tensor {
  floor(draws * Double(range.count)).converted(to: .int32) + Double(range.lowerBound)
}

/// The images mirrored left and right where `mask` says so.
func mirrored(_ images: Tensor, where mask: Tensor) -> Tensor { select(mask, images.reversed(axes: [2]), images) }

/// The images moved down and to the right by whole pixels (int32); zeros come in.
func shifted(_ images: Tensor, rows: Tensor, columns: Tensor) -> Tensor {
  let shape = images.shape
  let grid: Shape = [shape[0], shape[1], shape[2], 1]
  func place(_ axis: Int, _ steps: Tensor) -> (index: Tensor, isInside: Tensor) {
    let wanted = Tensor.iota(grid, axis: axis) - steps
    let index = minimum(maximum(wanted, 0), Double(shape[axis] - 1))
    return (index, index.isEqual(to: wanted).converted(to: images.dtype))
  }
  let (row, isRowInside) = place(1, rows)
  let (column, isColumnInside) = place(2, columns)
  return pixels(of: images, row, column) * (isRowInside * isColumnInside)
}

/// The images read at places between pixels, `[n, rows, columns, 1]` each, linearly in both directions; what lies outside is mirrored at the edge.
func interpolated(_ images: Tensor, rows: Tensor, columns: Tensor) -> Tensor {
  func neighbors(_ places: Tensor, _ size: Int) -> (low: Tensor, high: Tensor, share: Tensor) {
    let last = Double(size - 1)
    // A triangle wave: 0, 1, …, last, …, 1, 0, 1, …
    let period = 2 * Swift.max(last, 1)
    let turn = places - period * floor(places / period)
    let inside = minimum(last - abs(turn - last), last)
    let low = minimum(maximum(floor(inside), 0), Swift.max(last - 1, 0))
    let index = low.converted(to: .int32)
    return (index, minimum(index + 1, last), inside - low)
  }
  let (top, bottom, down) = neighbors(rows, images.shape[1])
  let (left, right, across) = neighbors(columns, images.shape[2])
  let upper = pixels(of: images, top, left) * (1 - across) + pixels(of: images, top, right) * across
  let lower = pixels(of: images, bottom, left) * (1 - across) + pixels(of: images, bottom, right) * across
  return upper * (1 - down) + lower * down
}

/// The pixels at int32 places inside the images: `[n, rows, columns, 1]` each.
private func pixels(of images: Tensor, _ row: Tensor, _ column: Tensor) -> Tensor {
  let shape = images.shape
  let image = Tensor.iota([shape[0], shape[1], shape[2], 1])
  let index = (image * Double(shape[1]) + row) * Double(shape[2]) + column
  return images.reshaped([-1, shape[3]]).gathered(index.reshaped([-1])).reshaped(shape)
}

/// The samples, which must be images.
///
/// - Throws: `NetworkError` where they are not.
func requireImages(_ samples: Tensor, for name: String) throws {
  guard samples.rank == 4 else {
    throw NetworkError(
      "\(name) changes images, rows by columns by channels, but samples have the shape \(Shape(Array(samples.shape.dropFirst())))")
  }
}
