import Graph

// Matrix products and the convolution trio.
extension GraphLowering {
  /// The precision of both operands. Only the highest excludes tensor cores' 10-bit products.
  private var precision: String { "precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]" }

  /// c = a b over the last two axes.
  mutating func product(_ operands: [Value], _ to: ValueType) -> Value {
    let rank = to.dimensions.count
    let batch = list(Array(0..<(rank - 2)))
    return text.apply(
      "stablehlo.dot_general", operands,
      [
        "dot_dimension_numbers = #stablehlo.dot<lhs_batching_dimensions = \(batch), rhs_batching_dimensions = \(batch), "
          + "lhs_contracting_dimensions = [\(rank - 1)], rhs_contracting_dimensions = [\(rank - 2)]>", precision,
      ], to: to)
  }

  mutating func convolution(_ operands: [Value], _ geometry: ConvolutionGeometry, _ to: ValueType) -> Value {
    convolution(
      operands, to, dimensions: "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]", strides: geometry.stride, low: geometry.paddingLow,
      high: geometry.paddingHigh, kernelDilation: geometry.dilation)
  }

  /// The gradient by the images: a convolution of the outputs' gradient, spread by the stride, with the kernel turned round.
  ///
  /// The turning is an operation of its own: cuDNN's backward convolution is recognized by it.
  mutating func convolutionInputGradient(_ operands: [Value], _ geometry: ConvolutionGeometry, _ to: ValueType) -> Value {
    let (slope, kernel) = (operands[0].type.dimensions, operands[1].type.dimensions)
    let turned = text.apply("stablehlo.reverse", [operands[1]], ["dimensions = array<i64: 0, 1>"], to: operands[1].type)
    var low: [Int] = []
    var high: [Int] = []
    for axis in 0..<2 {
      let reach = geometry.dilation[axis] * (kernel[axis] - 1)
      low.append(reach - geometry.paddingLow[axis])
      high.append(to.dimensions[axis + 1] + reach - low[axis] - ((slope[axis + 1] - 1) * geometry.stride[axis] + 1))
    }
    return convolution(
      [operands[0], turned], to, dimensions: "[b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f]", strides: [1, 1], low: low, high: high,
      imageDilation: geometry.stride, kernelDilation: geometry.dilation)
  }

  /// The gradient by the kernel: a convolution of the images with the outputs' gradient as kernel, the batch taking the channels' place.
  mutating func convolutionKernelGradient(_ operands: [Value], _ geometry: ConvolutionGeometry, _ to: ValueType) -> Value {
    let (images, slope) = (operands[0].type.dimensions, operands[1].type.dimensions)
    let high = (0..<2).map { axis in
      let reach = (to.dimensions[axis] - 1) * geometry.dilation[axis] + geometry.stride[axis] * (slope[axis + 1] - 1) + 1
      return reach - images[axis + 1] - geometry.paddingLow[axis]
    }
    return convolution(
      operands, to, dimensions: "[f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f]", strides: geometry.dilation, low: geometry.paddingLow, high: high,
      kernelDilation: geometry.stride)
  }

  private mutating func convolution(
    _ operands: [Value], _ to: ValueType, dimensions: String, strides: [Int], low: [Int], high: [Int], imageDilation: [Int] = [1, 1],
    kernelDilation: [Int]
  ) -> Value {
    text.apply(
      "stablehlo.convolution", operands,
      [
        "window_strides = \(array(strides))",
        "padding = dense<[[\(low[0]), \(high[0])], [\(low[1]), \(high[1])]]> : tensor<2x2xi64>",
        "lhs_dilation = \(array(imageDilation))", "rhs_dilation = \(array(kernelDilation))",
        "window_reversal = array<i1: false, false>", "dimension_numbers = #stablehlo.conv<\(dimensions)>",
        "feature_group_count = 1 : i64", "batch_group_count = 1 : i64", precision,
      ], to: to)
  }
}
