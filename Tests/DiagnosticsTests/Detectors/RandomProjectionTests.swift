import Rival
import Testing

@Suite struct RandomProjectionTests {
  private let vector = Series.noise(1000, seed: 9).map(Float.init)

  @Test func partsGiveTheBytesOfTheWhole() {
    let projection = RandomProjection(key: Key(seed: 1), count: 3)
    let whole = projection.coordinates(of: vector)
    for cut in [0, 1, 63, 64, 127, 128, 129, 700] {
      var parts = [Double](repeating: 0, count: 3)
      vector.withUnsafeBufferPointer { values in
        projection.add(UnsafeBufferPointer(rebasing: values[..<cut]), offset: 0, to: &parts)
        projection.add(UnsafeBufferPointer(rebasing: values[cut...]), offset: cut, to: &parts)
      }
      #expect(parts.map(\.bitPattern) == whole.map(\.bitPattern))
    }
  }

  @Test func signsAreFairAndIndependent() {
    let size = 512
    var unit = [Float](repeating: 0, count: size)
    var signs = [[Double]](repeating: [], count: 2)
    for index in 0..<size {
      unit[index] = 1
      for (direction, value) in RandomProjection(key: Key(seed: 3), count: 2).coordinates(of: unit).enumerated() {
        signs[direction].append(value)
      }
      unit[index] = 0
    }
    #expect(signs.allSatisfy { $0.allSatisfy { abs($0) == 1 } })
    // Four standard deviations of a sum of 512 signs are 91.
    #expect(signs.allSatisfy { abs($0.reduce(0, +)) < 91 })
    #expect(abs(zip(signs[0], signs[1]).reduce(0) { $0 + $1.0 * $1.1 }) < 91)
    #expect(abs(zip(signs[0], signs[0].dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }) < 91)
  }

  @Test func lengthIsKeptOnAverage() {
    let square = vector.reduce(0.0) { $0 + Double($1) * Double($1) }
    let coordinates = RandomProjection(key: Key(seed: 5), count: 400).coordinates(of: vector)
    let mean = coordinates.reduce(0) { $0 + $1 * $1 } / 400
    // The mean of 400 squares with a relative deviation of √2: four standard errors.
    #expect(abs(mean / square - 1) < 4 * 2.0.squareRoot() / 20)
    #expect(RandomProjection(key: Key(seed: 6), count: 400).coordinates(of: vector) != coordinates)
  }
}
