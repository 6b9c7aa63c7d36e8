import Rival

/// The same made-up batch in every round, so that a benchmark measures training and not the reading of data.
struct FixedBatch: DataSource, Samples {
  static let name = "fixed-batch"
  static let summary = "The same made-up batch in every round."

  var sampleShape: [Int] = [1]
  private var values: [Float] = []

  init() {}

  /// A batch of `size` samples with numbers in [-1, 1), drawn once.
  init(sampleShape: [Int], size: Int) throws {
    self.sampleShape = sampleShape
    let shape = Shape([size] + sampleShape)
    values = try randomUniform(shape, in: -1..<1, key: Key(seed: 0).derived(Self.name)).scalars()
  }

  var fingerprint: String { Self.name }

  func opened() throws -> any Samples { self }

  var fields: [Field] { [Field("samples", shape: sampleShape)] }

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    let buffer = batch.numbers(0)
    _ = buffer.update(fromContentsOf: values.prefix(buffer.count))
  }
}
