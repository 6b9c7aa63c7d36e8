/// The matrix product over the last two dimensions: `[…, m, k]` times `[…, k, n]` is `[…, m, n]`. Leading dimensions broadcast.
public func matmul(_ left: Tensor, _ right: Tensor) -> Tensor {
  if let failure = left.failure ?? right.failure { return .invalid(failure) }
  guard left.rank >= 2, right.rank >= 2, left.shape[-1] == right.shape[-2] else {
    return .invalid(
      "matmul: \(left.shape) times \(right.shape) needs two dimensions each, and the last of the left equal to the last but one of the right"
    )
  }
  guard left.dtype == right.dtype, left.dtype.isFloatingPoint else {
    return .invalid("matmul: operands are \(left.dtype.rawValue) and \(right.dtype.rawValue), but must be floats of one type")
  }
  let leftBatch = Shape(left.shape.dimensions.dropLast(2))
  let rightBatch = Shape(right.shape.dimensions.dropLast(2))
  guard let batch = leftBatch == rightBatch ? leftBatch : broadcastShape(leftBatch, rightBatch) else {
    return .invalid("matmul: the leading dimensions of \(left.shape) and \(right.shape) do not broadcast")
  }
  let m = left.shape[-2]
  let n = right.shape[-1]
  let k = left.shape[-1]
  return Tensor.make(
    .matmul,
    [
      left.broadcast(to: Shape(batch.dimensions + [m, k])),
      right.broadcast(to: Shape(batch.dimensions + [k, n])),
    ], shape: Shape(batch.dimensions + [m, n]), dtype: left.dtype)
}
