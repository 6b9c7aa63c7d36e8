/// A B-tree of version 2: records of one size, in order.
struct BTree2 {
  /// The kinds of records that are read.
  enum Kind: Int {
    case linksByName = 5
    case linksByOrder = 6
    case attributesByName = 8
    case chunks = 10
    case filteredChunks = 11
  }

  /// Bytes of a record.
  let recordSize: Int
  /// How many records the tree says that it has.
  let count: Int
  private let kind: Kind
  private let nodeSize: Int
  private let depth: Int
  private let root: Int?
  private let rootCount: Int
  private let source: HDF5Source

  /// Reads the header at `address`.
  init(at address: Int, _ kind: Kind, in source: HDF5Source) throws {
    var reader = try source.block(at: address, 38).checked()
    let start = reader
    try reader.signature("BTHD")
    let found = try reader.integer(1)
    guard found == kind.rawValue else { throw start.damaged("a B-tree has records of kind \(found) where \(kind.rawValue) is wanted") }
    nodeSize = try reader.integer(4)
    recordSize = try reader.integer(2)
    depth = try reader.integer(2)
    try reader.skip(2)
    root = try reader.address()
    rootCount = try reader.integer(2)
    count = try reader.integer(8)
    self.kind = kind
    self.source = source
    guard recordSize > 0, nodeSize > recordSize + 10, depth <= 16 else { throw start.damaged("a B-tree has impossible sizes") }
  }

  /// Calls `visit` with each record, in order.
  func records(_ visit: (inout ByteReader) throws -> Void) throws {
    guard let root, count > 0 else { return }
    try node(at: root, rootCount, level: depth, levels(), visit)
  }

  /// How many records a node of each level has at most, and how many bytes the number of those below it takes.
  private func levels() -> [(most: Int, total: Int, bytes: Int)] {
    func size(_ number: Int) -> Int { (max(number, 1).bitWidth - max(number, 1).leadingZeroBitCount - 1) / 8 + 1 }
    let leaf = (nodeSize - 10) / recordSize
    var levels = [(most: leaf, total: leaf, bytes: 0)]
    for _ in 0..<depth {
      let below = levels[levels.count - 1]
      let pointer = 8 + size(leaf) + below.bytes
      let most = max(0, (nodeSize - 10 - pointer) / (recordSize + pointer))
      // Beyond what any file can have, the exact number plays no part.
      let (product, overflow) = (most + 1).multipliedReportingOverflow(by: below.total)
      let total = overflow || product > .max / 4 ? .max / 4 : product + most
      levels.append((most, total, size(total)))
    }
    return levels
  }

  private func node(
    at address: Int, _ count: Int, level: Int, _ levels: [(most: Int, total: Int, bytes: Int)],
    _ visit: (inout ByteReader) throws -> Void
  ) throws {
    var reader = try source.block(at: address, nodeSize)
    let start = reader
    try reader.signature(level == 0 ? "BTLF" : "BTIN")
    let found = try reader.integer(1)
    guard found == kind.rawValue, count <= levels[level].most else { throw start.damaged("a node of a B-tree is not of its tree") }
    guard level > 0 else {
      var checked = try reader.whole(from: start, 6 + count * recordSize)
      for _ in 0..<count {
        var record = try checked.part(recordSize)
        try visit(&record)
      }
      return
    }
    let countBytes = (levels[0].most.bitWidth - levels[0].most.leadingZeroBitCount - 1) / 8 + 1
    let totalBytes = level > 1 ? levels[level - 1].bytes : 0
    let pointer = 8 + countBytes + totalBytes
    var checked = try reader.whole(from: start, 6 + count * recordSize + (count + 1) * pointer)
    var records = try checked.part(count * recordSize)
    for index in 0...count {
      guard let child = try checked.address() else { throw start.damaged("a node of a B-tree leads nowhere") }
      let childCount = try checked.integer(countBytes)
      try checked.skip(totalBytes)
      try node(at: child, childCount, level: level - 1, levels, visit)
      if index < count {
        var record = try records.part(recordSize)
        try visit(&record)
      }
    }
  }
}

extension ByteReader {
  /// What follows the six bytes of a node's beginning, compared with the checksum behind `length` bytes from `start` on.
  fileprivate func whole(from start: ByteReader, _ length: Int) throws -> ByteReader {
    var all = start
    var checked = try all.part(length + 4).checked()
    try checked.skip(6)
    return checked
  }
}
