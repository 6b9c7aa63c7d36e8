/// A piece of a file in memory, read from front to back; a read beyond its end throws, nothing traps.
struct ByteReader {
  private let storage: [UInt8]
  /// Where the first byte of `storage` lies in the file, for messages.
  private let origin: Int
  private var position: Int
  private let end: Int

  /// All of `storage`, whose first byte lies at byte `origin` of the file.
  init(_ storage: [UInt8], origin: Int) {
    self.init(storage, origin, 0, storage.count)
  }

  private init(_ storage: [UInt8], _ origin: Int, _ position: Int, _ end: Int) {
    (self.storage, self.origin, self.position, self.end) = (storage, origin, position, end)
  }

  /// How many bytes are left.
  var left: Int { end - position }
  /// Where the next byte lies in the file.
  var place: Int { origin + position }

  /// The error for what was found here.
  func damaged(_ problem: String) -> CheckpointError { .structure(problem, at: place) }

  /// Throws unless `count` bytes are left.
  private func need(_ count: Int) throws {
    guard count >= 0, count <= left else { throw damaged("\(count) bytes are wanted where \(left) are left") }
  }

  /// The next `count` bytes, at most 8, as a little-endian number.
  mutating func unsigned(_ count: Int) throws -> UInt64 {
    guard count <= 8 else { throw damaged("a number has \(count) bytes") }
    try need(count)
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(storage[position + index]) << (8 * UInt64(index)) }
    position += count
    return value
  }

  /// The next `count` bytes as a number that is not negative.
  mutating func integer(_ count: Int) throws -> Int {
    guard let value = Int(exactly: try unsigned(count)) else { throw damaged("a number is too large") }
    return value
  }

  /// The next eight bytes as an address; `nil` where all bits are set, which stands for none.
  mutating func address() throws -> Int? {
    let value = try unsigned(8)
    if value == .max { return nil }
    // So far below the largest number that small sums with it cannot overflow.
    guard value < 1 << 60 else { throw damaged("an address is too large") }
    return Int(value)
  }

  /// Passes over `count` bytes.
  mutating func skip(_ count: Int) throws {
    try need(count)
    position += count
  }

  /// The next `count` bytes as a piece of their own.
  mutating func part(_ count: Int) throws -> ByteReader {
    try need(count)
    defer { position += count }
    return ByteReader(storage, origin, position, position + count)
  }

  /// The next `count` bytes.
  mutating func bytes(_ count: Int) throws -> [UInt8] {
    try need(count)
    defer { position += count }
    return Array(storage[position..<position + count])
  }

  /// Passes over the four letters that a block begins with, and the version after them.
  ///
  /// - Throws: where they are others.
  mutating func signature(_ letters: String, version: Int = 0) throws {
    let start = self
    guard left > letters.utf8.count, try bytes(letters.utf8.count).elementsEqual(letters.utf8) else {
      throw start.damaged("no '\(letters)' begins here")
    }
    let found = try integer(1)
    guard found == version else { throw start.damaged("'\(letters)' has version \(found), which is not known") }
  }

  /// Takes the last four bytes off, which are the checksum of those before them.
  ///
  /// - Throws: where they are not.
  func checked() throws -> ByteReader {
    try need(4)
    var last = ByteReader(storage, origin, end - 4, end)
    let recorded = try last.unsigned(4)
    let actual = storage.withUnsafeBytes {
      metadataChecksum(UnsafeRawBufferPointer(rebasing: $0[position..<end - 4]))
    }
    guard recorded == UInt64(actual) else {
      throw CheckpointError.checksum(recorded: UInt32(recorded), at: origin + end - 4, computed: actual, start: place)
    }
    return ByteReader(storage, origin, position, end - 4)
  }
}

extension CheckpointError {
  /// A file whose HDF5 structure is not what the format says.
  static func structure(_ problem: String, at place: Int) -> CheckpointError {
    CheckpointError(
      .damagedContents, "the HDF5 structure is damaged: \(problem), at byte \(place)", advice: "Use another copy of the file.")
  }

  /// A block that does not match the checksum that is recorded at byte `place`.
  static func checksum(recorded: UInt32, at place: Int, computed: UInt32, start: Int) -> CheckpointError {
    var error = structure("what begins here does not match its checksum", at: start)
    error.cause = "recorded \(String(recorded, radix: 16)) at byte \(place), computed \(String(computed, radix: 16))"
    return error
  }

  /// The same error, said of `object` unless it names one already.
  func inObject(_ object: String) -> CheckpointError {
    var copy = self
    if copy.object == nil { copy.object = object }
    return copy
  }
}

/// Runs `body`; a `CheckpointError` that names no object leaves with `object`.
func namingObject<Result>(_ object: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as CheckpointError {
    throw error.inObject(object)
  }
}
