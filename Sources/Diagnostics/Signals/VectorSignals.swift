/// Norms, angles and updates of flat parameter or gradient vectors, summed in float64.
public enum VectorSignals {
  /// Σ aᵢ bᵢ.
  ///
  /// - Precondition: both have one length.
  public static func dot(_ a: [Float], _ b: [Float]) -> Double {
    precondition(a.count == b.count, "a product needs vectors of one length")
    var sum = 0.0
    for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
    return sum
  }

  /// The Euclidean norm.
  public static func norm(_ vector: [Float]) -> Double { dot(vector, vector).squareRoot() }

  /// The cosine of the angle between two vectors, such as the gradients of a batch's halves or of successive steps; `nil` where one is 0.
  public static func cosine(_ a: [Float], _ b: [Float]) -> Double? {
    let length = (dot(a, a) * dot(b, b)).squareRoot()
    return length > 0 ? min(1, max(-1, dot(a, b) / length)) : nil
  }

  /// ‖after − before‖/‖before‖: how much of a parameter an update replaces; `nil` where the parameter was 0.
  ///
  /// - Precondition: both have one length.
  public static func updateRatio(from before: [Float], to after: [Float]) -> Double? {
    precondition(before.count == after.count, "an update keeps a parameter's length")
    let length = norm(before)
    guard length > 0 else { return nil }
    var sum = 0.0
    for index in before.indices {
      let change = Double(after[index]) - Double(before[index])
      sum += change * change
    }
    return sum.squareRoot() / length
  }
}
