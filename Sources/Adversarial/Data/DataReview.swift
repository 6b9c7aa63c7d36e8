import Components
import Networks
import Tensors

/// What speaks against training a game on some data, found before the first round.
///
/// A few hundred samples are looked at, the same ones always; nothing of the training depends on it.
struct DataReview {
  private let samples: any Samples
  private let game: any Game
  private let batchSize: Int

  init(_ samples: any Samples, game: any Game, batchSize: Int) {
    (self.samples, self.game, self.batchSize) = (samples, game, batchSize)
  }

  /// How many samples are looked at, at most.
  private static let most = 512
  /// How many numbers, unless 16 samples have more.
  private static let mostNumbers = 1 << 22

  func notices() -> [Notice] {
    guard let first = samples.fields.first, first.classCount == nil else { return [] }
    let count = min(samples.count ?? Self.most, max(16, min(Self.most, Self.mostNumbers / max(first.elementCount, 1))))
    guard count >= 1 else { return [] }
    let batch = samples.batch(of: count, key: Key(seed: 0).derived("review"))
    let values = batch.copiedNumbers(0)
    return size() + classes() + range(values, first) + (first.shape.count == 1 && count >= 16 ? columns(values, width: first.shape[0]) : [])
  }

  /// Batches that are most of the data.
  private func size() -> [Notice] {
    guard let count = samples.count, batchSize > 1, 2 * batchSize > count else { return [] }
    return [
      Notice(
        .warning,
        "a batch of \(batchSize) is more than half of the \(count) samples, so every round sees nearly the same; take a smaller batch or more data"
      )
    ]
  }

  /// Classes that no sample has.
  private func classes() -> [Notice] {
    samples.fields.compactMap { field in
      let empty = field.frequencies.indices.filter { field.frequencies[$0] == 0 }
      guard !empty.isEmpty else { return nil }
      let list = empty.prefix(10).map(String.init).joined(separator: ", ") + (empty.count > 10 ? ", …" : "")
      return Notice(
        .warning,
        "\(empty.count) of the \(field.frequencies.count) classes of '\(field.name)' \(empty.count == 1 ? "has" : "have") no samples (\(list)); "
          + "count the classes from 0 without gaps")
    }
  }

  /// Numbers that the generator cannot make.
  private func range(_ values: [Float], _ field: Field) -> [Notice] {
    guard let layer = (try? game.network("generator"))?.layers.innermostLayers.last, let range = layer.outputRange,
      let low = values.min(), let high = values.max()
    else { return [] }
    let slack = 1e-3 * (range.upperBound - range.lowerBound)
    guard Double(low) < range.lowerBound - slack || Double(high) > range.upperBound + slack else { return [] }
    return [
      Notice(
        .warning,
        "real samples lie between \(low) and \(high), but the generator ends in \(layer.name), which stays between \(range.lowerBound) and "
          + "\(range.upperBound); scale the data, or leave that layer out")
    ]
  }

  /// Vectors with numbers that never change, or of a size that networks do not start from.
  private func columns(_ values: [Float], width: Int) -> [Notice] {
    guard samples.count != nil, width > 0 else { return [] }
    let count = values.count / width
    var constant: [Int] = []
    /// One where float32's steps are 1 or more, so that it may have been cut to being constant.
    var distant: Float?
    var extreme: [(column: Int, mean: Double, deviation: Double)] = []
    for column in 0..<width {
      let numbers = (0..<count).map { Double(values[$0 * width + column]) }
      let mean = numbers.reduce(0, +) / Double(count)
      let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
      if numbers.allSatisfy({ $0 == numbers[0] }) {
        constant.append(column)
        if values[column].ulp >= 1 { distant = values[column] }
      } else if deviation > 10 || deviation < 0.01 || abs(mean) > 10 * max(deviation, 1) {
        extreme.append((column, mean, deviation))
      }
    }
    var notices: [Notice] = []
    if let distant {
      notices.append(
        Notice(
          .warning,
          "number \(constant[0] + 1) of each sample is always \(distant), where float32 has steps of \(distant.ulp): what varied less is lost; subtract a "
            + "constant in the program that writes the file"))
    } else if constant.count == width {
      notices.append(
        Notice(.warning, "all numbers of each sample are always the same, so that there is nothing to learn; look at the file"))
    } else if !constant.isEmpty {
      let list = constant.prefix(10).map { String($0 + 1) }.joined(separator: ", ") + (constant.count > 10 ? ", …" : "")
      notices.append(
        Notice(
          .warning,
          "\(constant.count == 1 ? "number" : "numbers") \(list) of each sample \(constant.count == 1 ? "is" : "are") always the same; leave them out"
        )
      )
    }
    if let worst = extreme.first {
      func short(_ value: Double) -> String { value == 0 ? "0" : "\(Float((value * 1e3).rounded() / 1e3))" }
      notices.append(
        Notice(
          .warning,
          "number \(worst.column + 1) of each sample has the mean \(short(worst.mean)) and the standard deviation \(short(worst.deviation))"
            + "\(extreme.count == 1 ? "" : ", and \(extreme.count - 1) more are as far from 0 and 1"); networks start from numbers near 0 of a deviation "
            + "near 1, so scale the data (table-file: range=[low high])"))
    }
    return notices
  }
}
