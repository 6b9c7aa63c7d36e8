/// How a convolution treats the border of its images.
public enum Padding: Hashable, Sendable {
  /// No padding: the kernel stays inside the image.
  case valid
  /// Zeros such that the output's size is ⌈input / stride⌉; an odd total puts the extra zero after.
  case same
  /// The given zeros: (top, bottom) and (left, right).
  case explicit(vertical: [Int], horizontal: [Int])
}

/// The cross-correlation of NHWC images with an HWIO kernel: `[n, h, w, c]` and `[kh, kw, c, o]` give `[n, h′, w′, o]`.
///
/// y[n, i, j, o] = Σ x[n, i·stride + a·dilation − pad, j·stride + b·dilation − pad, c] · k[a, b, c, o]
///
/// - Parameters:
///   - stride: steps along height and width.
///   - dilation: spacing of the kernel's taps; 1 is dense.
public func convolution(
  _ images: Tensor, _ kernel: Tensor, stride: (Int, Int) = (1, 1), padding: Padding = .valid, dilation: (Int, Int) = (1, 1)
) -> Tensor {
  if let failure = images.failure ?? kernel.failure { return .invalid(failure) }
  guard images.rank == 4, kernel.rank == 4, images.shape[3] == kernel.shape[2] else {
    return .invalid(
      "convolution: needs images [n, h, w, c] and a kernel [kh, kw, c, o] with the same c, not \(images.shape) and \(kernel.shape)")
  }
  guard images.dtype == kernel.dtype, images.dtype.isFloatingPoint else {
    return .invalid("convolution: operands are \(images.dtype.rawValue) and \(kernel.dtype.rawValue), but must be floats of one type")
  }
  guard
    let geometry = ConvolutionGeometry(
      stride: stride, padding: padding, dilation: dilation, size: (images.shape[1], images.shape[2]),
      kernel: (kernel.shape[0], kernel.shape[1]))
  else {
    return .invalid("convolution: stride \(stride) and dilation \(dilation) must be positive and padding must not be negative")
  }
  if let excess = geometry.excess(over: (images.shape[1], images.shape[2])) { return .invalid("convolution: \(excess)") }
  let height = geometry.outputSize(images.shape[1], kernel: kernel.shape[0], axis: 0)
  let width = geometry.outputSize(images.shape[2], kernel: kernel.shape[1], axis: 1)
  guard height > 0, width > 0 else {
    return .invalid(
      "convolution: a \(kernel.shape[0])×\(kernel.shape[1]) kernel does not fit into \(images.shape[1])×\(images.shape[2]) images")
  }
  return Tensor.make(
    .convolution(geometry), [images, kernel], shape: [images.shape[0], height, width, kernel.shape[3]], dtype: images.dtype)
}

/// The transposed convolution: the gradient of ``convolution(_:_:stride:padding:dilation:)`` with respect to its images.
///
/// `[n, h, w, o]` and `[kh, kw, c, o]` give `[n, H, W, c]`, with H = (h − 1)·stride + kh for `.valid` and h·stride for `.same`:
/// the kernel is that of the convolution from the result to the operand.
public func transposedConvolution(
  _ images: Tensor, _ kernel: Tensor, stride: (Int, Int) = (1, 1), padding: Padding = .valid
) -> Tensor {
  if let failure = images.failure ?? kernel.failure { return .invalid(failure) }
  guard images.rank == 4, kernel.rank == 4, images.shape[3] == kernel.shape[3] else {
    return .invalid(
      "transposedConvolution: needs images [n, h, w, o] and a kernel [kh, kw, c, o] with the same o, not \(images.shape) and \(kernel.shape)"
    )
  }
  guard images.dtype == kernel.dtype, images.dtype.isFloatingPoint else {
    return .invalid(
      "transposedConvolution: operands are \(images.dtype.rawValue) and \(kernel.dtype.rawValue), but must be floats of one type")
  }
  let size: (Int, Int)
  switch padding {
  case .valid:
    size = (
      (images.shape[1] - 1) * stride.0 + kernel.shape[0], (images.shape[2] - 1) * stride.1 + kernel.shape[1]
    )
  case .same: size = (images.shape[1] * stride.0, images.shape[2] * stride.1)
  case .explicit(let vertical, let horizontal):
    size = (
      (images.shape[1] - 1) * stride.0 + kernel.shape[0] - vertical.reduce(0, +),
      (images.shape[2] - 1) * stride.1 + kernel.shape[1] - horizontal.reduce(0, +)
    )
  }
  guard
    size.0 > 0, size.1 > 0,
    let geometry = ConvolutionGeometry(
      stride: stride, padding: padding, dilation: (1, 1), size: size, kernel: (kernel.shape[0], kernel.shape[1])),
    geometry.outputSize(size.0, kernel: kernel.shape[0], axis: 0) == images.shape[1],
    geometry.outputSize(size.1, kernel: kernel.shape[1], axis: 1) == images.shape[2]
  else {
    return .invalid(
      "transposedConvolution: stride \(stride), \(padding) and a \(kernel.shape[0])×\(kernel.shape[1]) kernel make no image from \(images.shape)"
    )
  }
  if let excess = geometry.excess(over: size) { return .invalid("transposedConvolution: \(excess)") }
  return Tensor.make(
    .convolutionInputGradient(geometry), [images, kernel],
    shape: [images.shape[0], size.0, size.1, kernel.shape[2]], dtype: images.dtype)
}

extension ConvolutionGeometry {
  /// What of the geometry is far beyond images of `size`, where libraries count in 32 bits and memory would go into zeros; `nil` where nothing is.
  fileprivate func excess(over size: (Int, Int)) -> String? {
    for (axis, extent) in [size.0, size.1].enumerated() {
      let most = Swift.max(extent, 64)
      guard stride[axis] > most || paddingLow[axis] > most || paddingHigh[axis] > most else { continue }
      return
        "steps of \(stride[axis]) and \(paddingLow[axis]) and \(paddingHigh[axis]) zeros are too many for images of \(size.0)×\(size.1); each may be \(most) at most: use a smaller stride, kernel or dilation"
    }
    return nil
  }

  init?(stride: (Int, Int), padding: Padding, dilation: (Int, Int), size: (Int, Int), kernel: (Int, Int)) {
    guard stride.0 > 0, stride.1 > 0, dilation.0 > 0, dilation.1 > 0 else { return nil }
    self.init(stride: [stride.0, stride.1], paddingLow: [0, 0], paddingHigh: [0, 0], dilation: [dilation.0, dilation.1])
    switch padding {
    case .valid: break
    case .same:
      for (axis, (size, kernel)) in [(size.0, kernel.0), (size.1, kernel.1)].enumerated() {
        let step = self.stride[axis]
        let outputs = (size + step - 1) / step
        let total = Swift.max(0, (outputs - 1) * step + self.dilation[axis] * (kernel - 1) + 1 - size)
        paddingLow[axis] = total / 2
        paddingHigh[axis] = total - total / 2
      }
    case .explicit(let vertical, let horizontal):
      guard vertical.count == 2, horizontal.count == 2, (vertical + horizontal).allSatisfy({ $0 >= 0 }) else { return nil }
      paddingLow = [vertical[0], horizontal[0]]
      paddingHigh = [vertical[1], horizontal[1]]
    }
  }
}
