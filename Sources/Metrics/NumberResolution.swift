/// Numbers that float32 keeps too coarsely to be compared: far from 0 with a small spread.
public struct NumberResolution: Sendable, Equatable {
  /// Which number of a sample, from 0.
  public let place: Int
  /// The largest of its values, by magnitude.
  public let magnitude: Double
  /// The distance between neighbouring float32 numbers there.
  public let step: Double
  /// The standard deviation of its values.
  public let spread: Double

  /// The first number of a sample whose values lie where float32's steps are more than a hundredth of their spread; `nil` where all are fine.
  ///
  /// Rounding then moves values by 0.3 % of their spread and more. Numbers without any spread are judged where the steps are 1 or more: what they were before
  /// they were cut, nobody knows.
  ///
  /// - Parameters:
  ///   - values: whole samples, row major.
  ///   - dimension: how many numbers a sample has, at least 1.
  public static func coarse(_ values: [Float], dimension: Int) -> NumberResolution? {
    let count = values.count / dimension
    guard count > 1 else { return nil }
    for place in 0..<dimension {
      var (magnitude, mean, squares, seen) = (Float(0), 0.0, 0.0, 0.0)
      for row in 0..<count {
        let value = values[row * dimension + place]
        magnitude = max(magnitude, abs(value))
        // Welford's sums.
        seen += 1
        let distance = Double(value) - mean
        mean += distance / seen
        squares += distance * (Double(value) - mean)
      }
      let spread = (squares / (seen - 1)).squareRoot()
      let step = Double(magnitude.ulp)
      if spread > 0 ? step > 0.01 * spread : step >= 1 {
        return Self(place: place, magnitude: Double(magnitude), step: step, spread: spread)
      }
    }
    return nil
  }

  /// What is wrong, with what to do: `number 3 of a sample reaches 1e8, where …`.
  public var description: String {
    "number \(place) of a sample (from 0) reaches \(Float(magnitude)), where float32 has steps of \(Float(step)), beside a spread of \(Float(spread)): "
      + "the samples are cut to these steps; subtract a constant from it, on both sides alike, in the program that writes the file"
  }
}
