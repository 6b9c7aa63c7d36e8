/// The energy distance between two distributions in one to three dimensions: 0 exactly where they are equal, and without settings.
///
/// E = 2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖, in the samples' unit (Székely and Rizzo 2013, "Energy statistics").
public enum EnergyDistance {
  /// Estimates the distance without bias (a U-statistic: no sample is compared with itself), so that it is 0 on average, and now and
  /// then below 0, for two draws from one distribution.
  ///
  /// Its cost grows with the square of the number of samples: 2,500 of each take about 20 million distances.
  ///
  /// - Parameters:
  ///   - first: `n × dimension` numbers, row major; at least two samples.
  ///   - second: `m × dimension` numbers, row major; at least two samples.
  ///   - dimension: How many numbers a sample has, in 1…3.
  /// - Returns: The estimate; `nil` where a number is not finite.
  public static func unbiased(_ first: [Float], _ second: [Float], dimension: Int) -> Double? {
    precondition((1...3).contains(dimension), "the energy distance here is for one to three dimensions")
    precondition(
      first.count.isMultiple(of: dimension) && second.count.isMultiple(of: dimension)
        && first.count >= 2 * dimension && second.count >= 2 * dimension,
      "the energy distance needs two or more whole samples of each")
    guard first.allSatisfy(\.isFinite), second.allSatisfy(\.isFinite) else { return nil }
    let a = rows(first, dimension)
    let b = rows(second, dimension)
    var between = 0.0
    for x in a { between += distanceSum(from: x, to: b[...]) }
    between /= Double(a.count) * Double(b.count)
    return 2 * between - meanWithin(a) - meanWithin(b)
  }

  /// The mean distance of two different samples.
  private static func meanWithin(_ rows: [SIMD3<Double>]) -> Double {
    var sum = 0.0
    for index in rows.indices { sum += distanceSum(from: rows[index], to: rows[(index + 1)...]) }
    return 2 * sum / (Double(rows.count) * Double(rows.count - 1))
  }

  private static func distanceSum(from x: SIMD3<Double>, to rows: ArraySlice<SIMD3<Double>>) -> Double {
    var sum = 0.0
    for y in rows {
      let difference = x - y
      sum += (difference * difference).sum().squareRoot()
    }
    return sum
  }

  /// Samples as vectors of three, missing coordinates 0.
  private static func rows(_ values: [Float], _ dimension: Int) -> [SIMD3<Double>] {
    stride(from: 0, to: values.count, by: dimension).map { start in
      var row = SIMD3<Double>()
      for axis in 0..<dimension { row[axis] = Double(values[start + axis]) }
      return row
    }
  }
}
