import Foundation
import Testing

@testable import LinearAlgebra

@Suite("Eigenvalues")
struct EigenTests {
  @Test("a symmetric matrix")
  func symmetric() throws {
    let (values, vectors) = try Matrix(rows: 2, columns: 2, values: [2, 1, 1, 2]).symmetricEigen()
    #expect(abs(values[0] - 1) < 1e-14 && abs(values[1] - 3) < 1e-14)
    #expect(abs(abs(vectors[0, 0]) - 0.5.squareRoot()) < 1e-14)
    #expect(abs(vectors[0, 0] + vectors[0, 1]) < 1e-14)  // (1, -1)/√2 belongs to 1
  }

  @Test("singular values and operator norm of [[1, 2], [3, 4]]")
  func singular() throws {
    let values = try Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4]).singularValues()
    #expect(abs(values[0] - 5.464985704219043) < 1e-12)
    #expect(abs(values[0] * values[1] - 2) < 1e-12)
  }

  @Test("a general matrix: pairs in order, with true residuals")
  func general() throws {
    let pairs = try Matrix(rows: 3, columns: 3, values: [0, -2, 0, 2, 0, 0, 0, 0, 1]).eigenpairs()
    #expect(abs(pairs[0].value.imaginary - 2) < 1e-13 && abs(pairs[0].value.real) < 1e-13)
    #expect(abs(pairs[1].value.imaginary + 2) < 1e-13)
    #expect(abs(pairs[2].value.real - 1) < 1e-13)
    #expect(pairs.allSatisfy { $0.residual < 1e-13 && $0.isConverged() })
  }

  /// The bilinear game with A = diag(1, …, 50): the spectrum is ±ik.
  private static var bilinear: LinearOperator {
    LinearOperator(size: 100) { x in
      (0..<50).map { -Double($0 + 1) * x[50 + $0] } + (0..<50).map { Double($0 + 1) * x[$0] }
    }
  }

  @Test("Arnoldi finds the ends of the bilinear game's spectrum")
  func bilinear() throws {
    let pairs = try Self.bilinear.eigenpairs(count: 4, part: .largestMagnitude, tolerance: 1e-10)
    #expect(pairs.count >= 4)
    #expect(abs(pairs[0].value.magnitude - 50) < 1e-9)
    #expect(abs(pairs[2].value.magnitude - 49) < 1e-9)
    for pair in pairs {
      #expect(abs(pair.value.real) < 1e-9)
      #expect(pair.residual < 1e-7)
    }
  }

  /// A single pass of 40 products comes within 10⁻⁵ of 50; 60 vectors hold it to 10⁻¹².
  @Test("the accuracy of Krylov spaces of 40 and 60 vectors", arguments: [(40, 1e-5), (60, 1e-12)])
  func spaces(vectors: Int, accuracy: Double) throws {
    let tolerance = vectors == 40 ? 1e-3 : 1e-14
    let pairs = try Self.bilinear.eigenpairs(
      count: 2, part: .largestMagnitude, tolerance: tolerance, subspace: vectors, maximumProducts: vectors == 40 ? 40 : 2_000)
    let top = try #require(pairs.first)
    #expect(abs(top.value.magnitude - 50) < accuracy, "\(top.value) with \(top.residual)")
    #expect(abs(top.value.real) < (vectors == 40 ? 1e-5 : 1e-12) && top.isConverged())
  }

  /// Blocks [[0, s/2], [−s/2, −0.3]] for s from 0.1 to 2: the update map I + hJ of h = 0.5 has the radius 1.048808848.
  @Test("Arnoldi finds the radius of an update map")
  func radius() throws {
    let strengths = (0..<40).map { 0.1 + 1.9 * Double($0) / 39 }
    let map = LinearOperator(size: 80) { x in
      var y = x
      for (block, s) in strengths.enumerated() {
        y[2 * block] += 0.5 * (s / 2) * x[2 * block + 1]
        y[2 * block + 1] += 0.5 * (-s / 2 * x[2 * block] - 0.3 * x[2 * block + 1])
      }
      return y
    }
    let dense = try map.matrix().eigenvalues()[0].magnitude
    #expect(abs(dense - 1.048808848) < 1e-9)
    // Twice the operator on a doubled space is beyond the dense size, and has the same spectrum.
    let doubled = LinearOperator(size: 160) { x in try map.apply(Array(x[..<80])) + map.apply(Array(x[80...])).map { 0.5 * $0 } }
    let found = try doubled.eigenpairs(count: 2)
    #expect(abs(found[0].value.magnitude - 1.048808848) < 1e-8)
    #expect(found[0].residual < 1e-6)
    // Single passes of few products.
    for (vectors, accuracy) in [(30, 1e-4), (40, 1e-5), (60, 2e-8)] {
      let few = try doubled.eigenpairs(count: 2, tolerance: 1e-2, subspace: vectors, maximumProducts: vectors)
      let radius = try #require(few.first).value.magnitude
      #expect(abs(radius - 1.048808848) < accuracy, "\(radius)")
    }
  }

  @Test(
    "Arnoldi agrees with LAPACK on a random matrix, at every end, and repeats to the bit",
    arguments: [
      LinearOperator.Part.largestMagnitude, .largestReal, .largestImaginary, .smallestReal,
    ])
  func random(part: LinearOperator.Part) throws {
    let n = 180
    let values = (0..<n * n).map { sin(Double($0 * $0 % 7919) * 1.7 + Double($0) * 0.37) }
    let matrix = Matrix(rows: n, columns: n, values: values)
    let all = try matrix.eigenvalues()
    let best: Double
    switch part {
    case .largestMagnitude: best = all.map(\.magnitude).max() ?? 0
    case .largestReal: best = all.map(\.real).max() ?? 0
    case .largestImaginary: best = all.map { abs($0.imaginary) }.max() ?? 0
    case .smallestReal: best = all.map(\.real).min() ?? 0
    }
    let found = try LinearOperator(matrix).eigenpairs(count: 6, part: part, tolerance: 1e-10, subspace: 40)
    let value = try #require(found.first).value
    let reached: Double
    switch part {
    case .largestMagnitude: reached = value.magnitude
    case .largestReal, .smallestReal: reached = value.real
    case .largestImaginary: reached = abs(value.imaginary)
    }
    #expect(abs(reached - best) < 1e-8 * max(1, abs(best)))
    let again = try LinearOperator(matrix).eigenpairs(count: 6, part: part, tolerance: 1e-10, subspace: 40)
    #expect(again.map(\.value) == found.map(\.value))
  }

  @Test("a pair counts where its residual is at most 1 % of the eigenvalue")
  func convergence() {
    func pair(_ value: ComplexNumber, residual: Double) -> Eigenpair {
      Eigenpair(value: value, real: [1], imaginary: [0], residual: residual)
    }
    #expect(pair(ComplexNumber(0, 2), residual: 0.019).isConverged() && !pair(ComplexNumber(0, 2), residual: 0.021).isConverged())
    #expect(!pair(ComplexNumber(0), residual: 1e-3).isConverged() && pair(ComplexNumber(0), residual: 1e-11).isConverged())
    #expect(pair(ComplexNumber(1), residual: 0.2).isConverged(tolerance: 0.3))
  }

  @Test("what is not finite is refused")
  func refused() {
    #expect(throws: LinearAlgebraError.self) { try Matrix(diagonal: [1, .nan]).symmetricEigenvalues() }
    #expect(throws: LinearAlgebraError.self) {
      try LinearOperator(size: 200) { $0.map { _ in .infinity } }.eigenpairs(count: 1)
    }
  }
}
