import Adversarial
import Networks
import Tensors

/// Finite data of any fields, held in memory and drawn in a new random order every epoch.
public struct FiniteSamples: Samples {
  /// The values of one field, row major, as they are kept.
  public enum Values: Sendable {
    case numbers([Float])
    /// A quarter of the memory, scaled to [-1, 1] as they are drawn: `value / 127.5 − 1`, both ends exact.
    case bytes([UInt8])
    case classes([Int32])

    /// How many values there are, of all samples together.
    public var count: Int {
      switch self {
      case .numbers(let values): values.count
      case .bytes(let values): values.count
      case .classes(let values): values.count
      }
    }

    /// The values as they are drawn: bytes in [-1, 1], classes as their numbers.
    public var floats: [Float] {
      switch self {
      case .numbers(let values): values
      case .bytes(let values): values.map { FiniteSamples.scaled[Int($0)] }
      case .classes(let values): values.map { Float($0) }
      }
    }

    var byteCount: Int {
      switch self {
      case .numbers(let values): 4 * values.count
      case .bytes(let values): values.count
      case .classes(let values): 4 * values.count
      }
    }
  }

  public let fields: [Field]
  /// That of the content; with `-mirror` behind it where the samples are mirrored.
  public let fingerprint: String
  public let modes: ModeDescription?
  public let heldOut: (any Samples)?
  public var notices: [String] = []
  private let values: [Values]
  private let size: Int
  /// The fingerprint of the content alone, where half of the samples that are drawn are flipped; `nil` where none are.
  private let unmirrored: String?

  public var count: Int? { size }

  /// Data whose fields have as many samples each, at least one.
  ///
  /// - Parameters:
  ///   - fingerprint: of the content; that of all fields by default.
  ///   - mirror: whether each sample that is drawn is flipped left-right with probability 1/2, which its place in the stream of draws decides.
  /// - Precondition: with `mirror` the first field is images, `[rows, columns, channels]`.
  public init(
    _ columns: [(field: Field, values: Values)], fingerprint: String? = nil, modes: ModeDescription? = nil, heldOut: (any Samples)? = nil,
    mirror: Bool = false
  ) {
    precondition(!columns.isEmpty, "data without fields")
    fields = columns.map(\.field)
    values = columns.map(\.values)
    size = columns[0].values.count / max(columns[0].field.elementCount, 1)
    for (field, values) in columns {
      precondition(values.count == size * field.elementCount && size > 0, "\(values.count) values of \(field) are not \(size) samples")
    }
    precondition(!mirror || columns[0].field.shape.count == 3, "samples of \(columns[0].field) have no left and right")
    let content = fingerprint ?? Self.fingerprint(columns)
    self.fingerprint = mirror ? content + "-mirror" : content
    unmirrored = mirror ? content : nil
    self.modes = modes
    self.heldOut = heldOut
  }

  public func fill(_ batch: BatchMemory, index: Int, key: Key) {
    let order = EpochOrder(count: size, key: key)
    for (place, field) in fields.enumerated() {
      let width = field.elementCount
      switch values[place] {
      case .numbers(let source):
        let target = batch.numbers(place)
        source.withUnsafeBufferPointer { source in
          order.forEach(batch: index, size: batch.size) { row, sample in
            for element in 0..<width { target[row * width + element] = source[sample * width + element] }
          }
        }
      case .bytes(let source):
        let target = batch.numbers(place)
        source.withUnsafeBufferPointer { source in
          Self.scaled.withUnsafeBufferPointer { table in
            order.forEach(batch: index, size: batch.size) { row, sample in
              for element in 0..<width { target[row * width + element] = table[Int(source[sample * width + element])] }
            }
          }
        }
      case .classes(let source):
        let target = batch.classes(place)
        order.forEach(batch: index, size: batch.size) { row, sample in target[row] = source[sample] }
      }
    }
    if unmirrored != nil { mirror(batch, index: index, key: key.derived("mirror")) }
  }

  public var unaugmented: any Samples {
    guard let unmirrored else { return self }
    var samples = FiniteSamples(zip(fields, values).map { ($0, $1) }, fingerprint: unmirrored, modes: modes, heldOut: heldOut)
    samples.notices = notices
    return samples
  }

  /// Flips half of the images of the first field, chosen by their places in the whole stream of draws, so that the size of batches does not matter.
  private func mirror(_ batch: BatchMemory, index: Int, key: Key) {
    let target = batch.numbers(0)
    let (rows, columns, channels) = (fields[0].shape[0], fields[0].shape[1], fields[0].shape[2])
    for place in 0..<batch.size where key.words(block: index * batch.size + place, step: 0).0 & 1 == 1 {
      for row in 0..<rows {
        let start = (place * rows + row) * columns * channels
        for column in 0..<(columns / 2) {
          let (left, right) = (start + column * channels, start + (columns - 1 - column) * channels)
          for channel in 0..<channels { target.swapAt(left + channel, right + channel) }
        }
      }
    }
  }

  /// `value / 127.5 − 1` for each byte.
  fileprivate static let scaled = (0...255).map { Float(Double($0) / 127.5 - 1) }

  /// The data for training, with a fixed random choice of `fraction` of them kept back beside them.
  ///
  /// Both keep the order of the files. `fraction` is in 0..<1; where it comes to less than one sample, none is kept back. With `mirror` the data for
  /// training is flipped at random, what is kept back is not.
  ///
  /// - Throws: `MemoryError` where there is no room for the two parts beside the whole.
  public static func splitting(_ columns: [(field: Field, values: Values)], heldOut fraction: Double, mirror: Bool = false) throws
    -> FiniteSamples
  {
    let whole = FiniteSamples(columns, fingerprint: "")
    let heldOut = Int(fraction * Double(whole.size))
    guard heldOut > 0 else { return FiniteSamples(columns, mirror: mirror) }
    try SystemMemory.require(
      columns.reduce(whole.size) { $0 + $1.values.byteCount }, for: "data of \(whole.size) samples, a part of which is kept back,",
      remedy: "keep none back (heldOutFraction 0), or give less")
    let order = StatelessPermutation(count: whole.size, key: Key(seed: 0).derived("held out"))
    // A byte for each sample, so that many small ones take no more memory than their numbers.
    var isHeldOut = [Bool](repeating: false, count: whole.size)
    for place in 0..<heldOut { isHeldOut[order(place)] = true }
    func chosen(_ isWanted: Bool, count: Int, heldOut: FiniteSamples? = nil, mirror: Bool = false) -> FiniteSamples {
      let rows = isHeldOut.indices.lazy.filter { isHeldOut[$0] == isWanted }
      return FiniteSamples(
        columns.map { ($0.field, $0.values.selecting(rows, count: count, width: $0.field.elementCount)) }, heldOut: heldOut,
        mirror: mirror)
    }
    return chosen(false, count: whole.size - heldOut, heldOut: chosen(true, count: heldOut), mirror: mirror)
  }

  /// The digest of the first field, and where there are more, that of the others behind a hyphen.
  private static func fingerprint(_ columns: [(field: Field, values: Values)]) -> String {
    var parts: [String] = []
    for column in [columns.prefix(1), columns.dropFirst()] where !column.isEmpty {
      var digest = ContentDigest()
      for (field, values) in column {
        if parts.count == 1 { digest.absorb(field.name) }
        if case .numbers = values { digest.absorb(field.shape.count) }
        for extent in field.shape { digest.absorb(extent) }
        switch values {
        case .numbers(let values): digest.absorb(values)
        case .bytes(let values): digest.absorb(values)
        case .classes(let values): for value in values { digest.absorb(Int(value)) }
        }
      }
      parts.append(digest.hexadecimal)
    }
    return parts.joined(separator: "-")
  }
}

extension FiniteSamples.Values {
  /// The rows at `places`, in that order, each of `width` values.
  ///
  /// - Parameter count: how many places there are, so that memory is taken once.
  /// - Precondition: the rows exist.
  public func selecting(_ places: some Sequence<Int>, count: Int, width: Int) -> Self {
    func rows<Element>(_ values: [Element]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(count * width)
      for place in places { result += values[(place * width)..<((place + 1) * width)] }
      return result
    }
    switch self {
    case .numbers(let values): return .numbers(rows(values))
    case .bytes(let values): return .bytes(rows(values))
    case .classes(let values): return .classes(rows(values))
    }
  }
}

extension Field {
  /// A field of `count` classes with the frequencies that `labels` show.
  ///
  /// - Precondition: each label is in `0..<count`.
  public static func classes(_ name: String, _ labels: [Int32], count: Int) -> Field {
    var counts = [Double](repeating: 0, count: count)
    for label in labels { counts[Int(label)] += 1 }
    return Field(name, classes: count, frequencies: counts)
  }
}
