import Foundation

/// The discrete Fourier transform of any length: radix 2 (Cooley and Tukey 1965), and for other lengths Bluestein's convolution (1970).
public enum FourierTransform {
  /// Xₖ = Σ xₜ e^{−2πi kt/n} for k in 0..<n, as real and imaginary parts, in time n log n.
  ///
  /// - Precondition: both parts have one length.
  public static func forward(real: [Double], imaginary: [Double]) -> (real: [Double], imaginary: [Double]) {
    precondition(real.count == imaginary.count, "a transform needs as many real as imaginary parts")
    let n = real.count
    guard n > 1 else { return (real, imaginary) }
    if n & (n - 1) == 0 {
      var (re, im) = (real, imaginary)
      radix2(&re, &im, sign: -1)
      return (re, im)
    }
    return bluestein(real, imaginary)
  }

  /// The transform of a real series.
  public static func forward(_ values: [Double]) -> (real: [Double], imaginary: [Double]) {
    forward(real: values, imaginary: Array(repeating: 0, count: values.count))
  }

  /// In place, without the factor 1/n, for a power of two.
  private static func radix2(_ real: inout [Double], _ imaginary: inout [Double], sign: Double) {
    let n = real.count
    var reversed = 0
    for index in 1..<n {
      var bit = n >> 1
      while reversed & bit != 0 {
        reversed ^= bit
        bit >>= 1
      }
      reversed |= bit
      if index < reversed {
        real.swapAt(index, reversed)
        imaginary.swapAt(index, reversed)
      }
    }
    let cosines = (0..<n / 2).map { cos(2 * Double.pi * Double($0) / Double(n)) }
    let sines = (0..<n / 2).map { sign * sin(2 * Double.pi * Double($0) / Double(n)) }
    var width = 2
    while width <= n {
      let half = width / 2
      let pace = n / width
      for start in stride(from: 0, to: n, by: width) {
        for offset in 0..<half {
          let (c, s) = (cosines[offset * pace], sines[offset * pace])
          let (low, high) = (start + offset, start + offset + half)
          let re = real[high] * c - imaginary[high] * s
          let im = real[high] * s + imaginary[high] * c
          (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im)
          (real[low], imaginary[low]) = (real[low] + re, imaginary[low] + im)
        }
      }
      width *= 2
    }
  }

  /// kt = (k² + t² − (k − t)²)/2 makes the transform a convolution, which a power of two can do.
  private static func bluestein(_ real: [Double], _ imaginary: [Double]) -> (real: [Double], imaginary: [Double]) {
    let n = real.count
    var size = 1
    while size < 2 * n - 1 { size *= 2 }
    // k² modulo 2n keeps the angle's digits.
    let angles = (0..<n).map { Double.pi * Double($0 * $0 % (2 * n)) / Double(n) }
    let (c, s) = (angles.map { cos($0) }, angles.map { sin($0) })
    var a = (real: [Double](repeating: 0, count: size), imaginary: [Double](repeating: 0, count: size))
    var b = a
    for k in 0..<n {
      a.real[k] = real[k] * c[k] + imaginary[k] * s[k]
      a.imaginary[k] = imaginary[k] * c[k] - real[k] * s[k]
      (b.real[k], b.imaginary[k]) = (c[k], s[k])
      if k > 0 { (b.real[size - k], b.imaginary[size - k]) = (c[k], s[k]) }
    }
    radix2(&a.real, &a.imaginary, sign: -1)
    radix2(&b.real, &b.imaginary, sign: -1)
    for k in 0..<size {
      let (x, y) = (a.real[k], a.imaginary[k])
      a.real[k] = x * b.real[k] - y * b.imaginary[k]
      a.imaginary[k] = x * b.imaginary[k] + y * b.real[k]
    }
    radix2(&a.real, &a.imaginary, sign: 1)
    let scale = 1 / Double(size)
    return (
      (0..<n).map { (a.real[$0] * c[$0] + a.imaginary[$0] * s[$0]) * scale },
      (0..<n).map { (a.imaginary[$0] * c[$0] - a.real[$0] * s[$0]) * scale }
    )
  }
}
