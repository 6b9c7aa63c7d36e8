import Tensors

// Distances between the samples of batches, which losses of embeddings are made of.

/// The squared distance of every row of `left` to every row of `right`: `[n, s]` and `[m, s]` give `[n, m]`.
func squaredDistances(_ left: Tensor, _ right: Tensor) -> Tensor {
  square(left.expandingDimension(at: 1) - right.expandingDimension(at: 0)).sum(axes: [2])
}

/// The mean of a square matrix without its diagonal: of all pairs of different samples.
func meanOfPairs(_ matrix: Tensor) -> Tensor {
  let n = matrix.shape[0]
  guard n > 1 else { return .invalid(TensorError("pairs of different samples need at least 2 samples in a batch"), dtype: matrix.dtype) }
  return (matrix * differs(n, matrix.dtype)).sum() * (1 / Double(n * (n - 1)))
}

/// 1 where row and column differ, 0 on the diagonal: `[n, n]`.
func differs(_ n: Int, _ dtype: DType) -> Tensor {
  Tensor.iota([n, n], axis: 0).isNotEqual(to: Tensor.iota([n, n], axis: 1)).converted(to: dtype)
}
