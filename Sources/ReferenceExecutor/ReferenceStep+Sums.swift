import Graph

// Reductions, matrix products and the convolution trio.
extension ReferenceStep {
  func reduced(_ reduction: ReductionOperation, _ axes: [Int]) -> [Double] {
    let source = types[0].shape
    // Along the reduced axes the target stays where it is.
    var strides = [Int](repeating: 0, count: source.rank)
    for (axis, stride) in zip(source.indices.filter { !axes.contains($0) }, shape.rowMajorStrides) { strides[axis] = stride }
    let start: Double = reduction == .sum ? 0 : reduction == .maximum ? -.infinity : .infinity
    var result = [Double](repeating: start, count: shape.elementCount)
    for (target, value) in zip(positions(source, strides: strides), operands[0]) {
      switch reduction {
      case .sum: result[target] += value
      case .maximum: result[target] = BinaryOperation.maximum.value(result[target], value)
      case .minimum: result[target] = BinaryOperation.minimum.value(result[target], value)
      }
    }
    return result.map(rounded)
  }

  /// c[i, j] = Σ a[i, l] · b[l, j], for each of the batch.
  func matrixProduct() -> [Double] {
    let (a, b) = (operands[0], operands[1])
    let (m, n, k) = (shape[-2], shape[-1], types[0].shape[-1])
    return (0..<shape.elementCount).map { flat in
      let (batch, i, j) = (flat / (m * n), flat / n % m, flat % n)
      var sum = 0.0
      for l in 0..<k { sum += a[(batch * m + i) * k + l] * b[(batch * k + l) * n + j] }
      return dtype.rounded(sum)
    }
  }

  /// y[n, i, j, o] = Σ x[n, i·stride + a·dilation − low, j·stride + b·dilation − low, c] · k[a, b, c, o], or the sum's gradient by x or k: each
  /// term belongs to one element of the images, the kernel and the output, two of which are multiplied and added to the third.
  func convolution(_ g: ConvolutionGeometry) -> [Double] {
    let (images, kernel, output): (Shape, Shape, Shape)
    switch operation.primitive {
    case .convolution: (images, kernel, output) = (types[0].shape, types[1].shape, shape)
    case .convolutionInputGradient: (images, kernel, output) = (shape, types[1].shape, types[0].shape)
    default: (images, kernel, output) = (types[0].shape, shape, types[1].shape)
    }
    var result = [Double](repeating: 0, count: shape.elementCount)
    let (channels, outputs) = (images[3], output[3])
    for n in 0..<output[0] {
      for i in 0..<output[1] {
        for j in 0..<output[2] {
          let y = ((n * output[1] + i) * output[2] + j) * outputs
          for a in 0..<kernel[0] {
            let row = i * g.stride[0] + a * g.dilation[0] - g.paddingLow[0]
            if row < 0 || row >= images[1] { continue }
            for b in 0..<kernel[1] {
              let column = j * g.stride[1] + b * g.dilation[1] - g.paddingLow[1]
              if column < 0 || column >= images[2] { continue }
              let x = ((n * images[1] + row) * images[2] + column) * channels
              let k = (a * kernel[1] + b) * channels * outputs
              add(pixel: x, tap: k, place: y, channels, outputs, to: &result)
            }
          }
        }
      }
    }
    return result.map { dtype.rounded($0) }
  }

  /// The terms of all channels of one pixel, one tap and one place of the output.
  private func add(pixel x: Int, tap k: Int, place y: Int, _ channels: Int, _ outputs: Int, to result: inout [Double]) {
    let (first, second) = (operands[0], operands[1])
    for c in 0..<channels {
      for o in 0..<outputs {
        let weight = k + c * outputs + o
        switch operation.primitive {
        case .convolution: result[y + o] += first[x + c] * second[weight]
        case .convolutionInputGradient: result[x + c] += first[y + o] * second[weight]
        default: result[weight] += first[x + c] * second[y + o]
        }
      }
    }
  }
}
