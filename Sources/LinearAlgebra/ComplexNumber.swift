/// A complex number: an eigenvalue.
public struct ComplexNumber: Sendable, Hashable, CustomStringConvertible {
  public var real: Double
  public var imaginary: Double

  public init(_ real: Double, _ imaginary: Double = 0) {
    self.real = real
    self.imaginary = imaginary
  }

  /// |z| = √(re² + im²), without overflow.
  public var magnitude: Double {
    let (large, small) = (max(abs(real), abs(imaginary)), min(abs(real), abs(imaginary)))
    guard large > 0, large.isFinite else { return large }
    let ratio = small / large
    return large * (1 + ratio * ratio).squareRoot()
  }

  public var description: String { "\(real)\(imaginary < 0 ? "-" : "+")\(abs(imaginary))i" }
}
