import Tensors

/// How images come to the size and range that a published network was given them in. The two ways differ, and so do their FIDs.
public enum ImageResizing: String, Codable, Sendable, CaseIterable {
  /// As pytorch-fid does: a pixel is a square, of which the middle is interpolated; values stay in [-1, 1].
  case bilinear
  /// As the first FID and torch-fidelity do: pixel i of the result is interpolated at i · size/299, and x in 0 … 255 becomes (x − 128)/128.
  case tensorflow

  /// Images `[n, rows, columns, 1 or 3]` in [-1, 1] as the network takes them: `[n, 299, 299, 3]`.
  func networkInput(_ images: Tensor) -> Tensor {
    let size = 299
    let (count, rows, columns, channels) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3])
    // Rows, then columns with their channels: two products of matrices, of which the second leaves the channels where they belong.
    let vertical = Tensor(shares(from: rows, to: size), shape: [rows, size]).transposed()
    let tall = matmul(vertical, images.reshaped([count, rows, columns * channels]))
    let square = matmul(tall.reshaped([count * size, columns * channels]), horizontal(from: columns, channels, to: size))
      .reshaped([count, size, size, 3])
    switch self {
    case .bilinear: return square
    // Of -1 … 1 it makes 0 … 255 first.
    case .tensorflow: return square * (127.5 / 128) - 0.5 / 128
    }
  }

  /// The matrix of a row of pixels, `[size · channels, target · 3]`: each of three channels is that of its number, or the only one.
  private func horizontal(from size: Int, _ channels: Int, to target: Int) -> Tensor {
    let shares = shares(from: size, to: target)
    var result = [Float](repeating: 0, count: size * channels * target * 3)
    for pixel in 0..<size {
      for index in 0..<target {
        for channel in 0..<3 {
          let source = pixel * channels + min(channel, channels - 1)
          result[(source * target + index) * 3 + channel] = shares[pixel * target + index]
        }
      }
    }
    return Tensor(result, shape: [size * channels, target * 3])
  }

  /// The share that each of `size` pixels has in each of `target` new ones, `size × target`.
  func shares(from size: Int, to target: Int) -> [Float] {
    let scale = Double(size) / Double(target)
    var shares = [Float](repeating: 0, count: size * target)
    for index in 0..<target {
      let place =
        switch self {
        case .bilinear: max(0, (Double(index) + 0.5) * scale - 0.5)
        case .tensorflow: Double(index) * scale
        }
      let lower = min(Int(place), size - 1)
      let upper = min(lower + 1, size - 1)
      let share = place - Double(lower)
      shares[lower * target + index] += Float(1 - share)
      shares[upper * target + index] += Float(share)
    }
    return shares
  }
}
