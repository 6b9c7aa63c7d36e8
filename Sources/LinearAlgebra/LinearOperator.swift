import CARPACK
import Foundation

/// A square real operator that is known only by its products: what Krylov methods need.
public struct LinearOperator {
  /// The length of its vectors.
  public let size: Int
  /// The product A x.
  public let apply: ([Double]) throws -> [Double]

  public init(size: Int, apply: @escaping ([Double]) throws -> [Double]) {
    self.size = size
    self.apply = apply
  }

  /// The operator of a square matrix.
  public init(_ matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "only a square matrix is an operator here")
    self.init(size: matrix.rows) { matrix * $0 }
  }

  /// The whole matrix, column by column: `size` products.
  public func matrix() throws -> Matrix {
    var result = Matrix(rows: size, columns: size)
    var unit = [Double](repeating: 0, count: size)
    for column in 0..<size {
      unit[column] = 1
      let image = try apply(unit)
      unit[column] = 0
      for row in 0..<size { result[row, column] = image[row] }
    }
    return result
  }

  /// Which end of the spectrum is wanted.
  public enum Part: String, Sendable {
    /// The largest magnitude: the radius of an update map.
    case largestMagnitude = "LM"
    /// The largest real part: the stability of a vector field.
    case largestReal = "LR"
    /// The largest imaginary part, in magnitude: rotation.
    case largestImaginary = "LI"
    /// The smallest real part.
    case smallestReal = "SR"
  }

  /// Operators up to this size are solved as dense matrices.
  static let denseSize = 96

  /// A few eigenpairs at one end of the spectrum: ARPACK's implicitly restarted Arnoldi iteration (Lehoucq, Sorensen and Yang 1998), or a
  /// dense solve where the operator is small.
  ///
  /// - Parameters:
  ///   - count: how many eigenvalues; a conjugate pair is never split, so that there may be one more.
  ///   - part: which ones.
  ///   - tolerance: relative, of ARPACK's own stopping rule.
  ///   - subspace: vectors of the Krylov space; max(2 count + 1, 20) by default.
  ///   - maximumProducts: products after which the iteration stops with what has converged.
  /// - Returns: the pairs that ARPACK holds for converged, ordered by `part`, each with its true residual; fewer than `count` or none where
  ///   the products did not suffice.
  /// - Throws: `LinearAlgebraError`, or what `apply` throws.
  public func eigenpairs(
    count: Int, part: Part = .largestMagnitude, tolerance: Double = 1e-8, subspace: Int? = nil, maximumProducts: Int = 2_000
  ) throws -> [Eigenpair] {
    precondition(count >= 1 && size >= 1, "at least one eigenvalue of an operator of at least size 1")
    if size <= max(LinearOperator.denseSize, count + 2) {
      return Array(ordered(try matrix().eigenpairs(), part).prefix(count + 1)).trimmed(to: count)
    }
    return try ordered(arnoldi(count, part, tolerance, subspace ?? max(2 * count + 1, 20), maximumProducts), part)
  }

  private func ordered(_ pairs: [Eigenpair], _ part: Part) -> [Eigenpair] {
    func key(_ value: ComplexNumber) -> Double {
      switch part {
      case .largestMagnitude: return value.magnitude
      case .largestReal: return value.real
      case .largestImaginary: return abs(value.imaginary)
      case .smallestReal: return -value.real
      }
    }
    return pairs.indices.sorted { a, b in
      let (x, y) = (key(pairs[a].value), key(pairs[b].value))
      return x != y ? x > y : a < b
    }.map { pairs[$0] }
  }

  // ARPACK keeps its place in static variables: one solve at a time in a process.
  private static let lock = NSLock()

  private func arnoldi(_ count: Int, _ part: Part, _ tolerance: Double, _ subspace: Int, _ maximumProducts: Int) throws -> [Eigenpair] {
    LinearOperator.lock.lock()
    defer { LinearOperator.lock.unlock() }
    let n = size
    let width = Swift.min(Swift.max(subspace, count + 2), n)
    var start = LinearOperator.startVector(n)
    var basis = [Double](repeating: 0, count: n * width)
    var parameters = [Int32](repeating: 0, count: 11)
    parameters[0] = 1  // exact shifts
    parameters[2] = Int32(Swift.max(1, (maximumProducts - width) / Swift.max(1, width - count)))  // restarts
    parameters[6] = 1  // A x = λ x
    var pointers = [Int32](repeating: 0, count: 14)
    var vectors = [Double](repeating: 0, count: 3 * n)
    let workLength = 3 * width * width + 6 * width
    var work = [Double](repeating: 0, count: workLength)
    var request: Int32 = 0
    var status: Int32 = 1  // the start vector is ours
    while true {
      dnaupd_c(
        &request, "I", Int32(n), part.rawValue, Int32(count), tolerance, &start, Int32(width), &basis, Int32(n), &parameters, &pointers,
        &vectors, &work, Int32(workLength), &status)
      guard request == 1 || request == -1 else { break }
      let (source, target) = (Int(pointers[0]) - 1, Int(pointers[1]) - 1)
      let image = try apply(Array(vectors[source..<source + n]))
      guard image.count == n, image.allSatisfy(\.isFinite) else {
        throw LinearAlgebraError("a product of the operator is not finite; its eigenvalues cannot be computed")
      }
      vectors.replaceSubrange(target..<target + n, with: image)
    }
    // 1: the restarts ran out; 2, 3: no shifts could be applied. What has converged by then is still good.
    guard status >= 0 || status == -9999 else {
      throw LinearAlgebraError("ARPACK gave up (dnaupd: \(status)); ask for fewer eigenvalues or a larger subspace")
    }
    let converged = Int(parameters[4])
    guard converged > 0 else { return [] }
    var real = [Double](repeating: 0, count: count + 1)
    var imaginary = real
    var eigenvectors = [Double](repeating: 0, count: n * (count + 1))
    var selection = [Int32](repeating: 0, count: width)
    var scratch = [Double](repeating: 0, count: 3 * width)
    var extraction: Int32 = 0
    dneupd_c(
      1, "A", &selection, &real, &imaginary, &eigenvectors, Int32(n), 0, 0, &scratch, "I", Int32(n), part.rawValue, Int32(count),
      tolerance, &start, Int32(width), &basis, Int32(n), &parameters, &pointers, &vectors, &work, Int32(workLength), &extraction)
    guard extraction == 0 else { throw LinearAlgebraError("ARPACK could not extract the eigenvectors (dneupd: \(extraction))") }
    let found = Swift.min(Int(parameters[4]), count + 1)
    return try Eigenpair.unpacked(
      real: Array(real.prefix(found)), imaginary: Array(imaginary.prefix(found)), vectors: eigenvectors, size: n, apply: apply)
  }

  /// A fixed vector without symmetries: the fractional parts of multiples of the golden ratio, centred.
  static func startVector(_ size: Int) -> [Double] {
    (0..<size).map { index in
      let value = Double(index + 1) * 0.618_033_988_749_894_9
      return value - value.rounded(.down) - 0.5 + 1e-3 * Double(index % 7)
    }
  }
}

extension [Eigenpair] {
  /// The first `count`, and one more where that would split a conjugate pair.
  func trimmed(to count: Int) -> [Eigenpair] {
    guard self.count > count, count >= 1 else { return self }
    let (last, next) = (self[count - 1].value, self[count].value)
    return last.imaginary != 0 && last.real == next.real && last.imaginary == -next.imaginary ? self : Array(prefix(count))
  }
}
