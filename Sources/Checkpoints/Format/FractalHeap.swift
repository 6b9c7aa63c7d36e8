/// A fractal heap: where groups keep many links, and objects many attributes.
final class FractalHeap {
  /// Bytes of the name by which a tree calls an object of the heap.
  let identifierSize: Int
  private let source: HDF5Source
  private let address: Int
  private let hasChecksums: Bool
  private let width: Int
  private let startSize: Int
  private let largestDirect: Int
  private let offsetBytes: Int
  private let lengthBytes: Int
  private let root: Int?
  private let rootRows: Int
  /// The blocks that hold objects, by where in the heap they begin, once each.
  private var blocks: [(start: Int, size: Int, body: ByteReader)] = []
  private var isRead = false

  /// Reads the header at `address`.
  init(at address: Int, in source: HDF5Source) throws {
    self.source = source
    self.address = address
    var reader = try source.block(at: address, 146).checked()
    let start = reader
    try reader.signature("FRHP")
    identifierSize = try reader.integer(2)
    let filters = try reader.integer(2)
    let flags = try reader.integer(1)
    hasChecksums = flags & 2 != 0
    let largestObject = try reader.integer(4)
    try reader.skip(96)
    width = try reader.integer(2)
    startSize = try reader.integer(8)
    largestDirect = try reader.integer(8)
    let bits = try reader.integer(2)
    _ = try reader.integer(2)
    root = try reader.address()
    rootRows = try reader.integer(2)
    func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
    guard filters == 0 else { throw CheckpointError(.refused, "keeps its members compressed, which is not read") }
    guard isPower(width), width <= 1 << 10, isPower(startSize), startSize <= largestDirect, isPower(largestDirect),
      largestDirect <= 1 << 30,
      (1...62).contains(bits), largestObject > 0
    else { throw start.damaged("a heap has impossible sizes") }
    offsetBytes = (bits + 7) / 8
    lengthBytes = min((largestDirect.trailingZeroBitCount + 7) / 8, (63 - largestObject.leadingZeroBitCount) / 8 + 1)
  }

  /// The object that `identifier` names.
  func object(_ identifier: ByteReader) throws -> ByteReader {
    var reader = identifier
    let form = try reader.integer(1)
    switch form >> 4 & 3 {
    case 0:
      let offset = try reader.integer(offsetBytes)
      let length = try reader.integer(lengthBytes)
      if !isRead {
        isRead = true
        try readBlocks()
        blocks.sort { $0.start < $1.start }
      }
      var (low, high) = (0, blocks.count)
      while low < high {
        let middle = (low + high) / 2
        if blocks[middle].start <= offset { low = middle + 1 } else { high = middle }
      }
      guard low > 0, offset - blocks[low - 1].start < blocks[low - 1].size else {
        throw identifier.damaged("a heap has nothing at \(offset)")
      }
      var body = blocks[low - 1].body
      try body.skip(offset - blocks[low - 1].start)
      return try body.part(length)
    case 2:
      // So small that it stands in its name.
      let length = form & 15 + 1
      return try reader.part(length)
    default: throw CheckpointError(.refused, "keeps a member outside its heap, which is not read")
    }
  }

  private func readBlocks() throws {
    guard let root else { return }
    if rootRows == 0 {
      try readDirect(at: root, start: 0, size: startSize)
    } else {
      try readIndirect(at: root, start: 0, rows: rootRows, depth: 0)
    }
  }

  private func rowSize(_ row: Int) throws -> Int {
    guard row < 60, startSize.leadingZeroBitCount > row + 2 else { throw CheckpointError.structure("a heap has \(row) rows", at: address) }
    return row < 2 ? startSize : startSize << (row - 1)
  }

  private func readDirect(at place: Int, start: Int, size: Int) throws {
    let body = try source.block(at: place, size)
    var reader = body
    try reader.signature("FHDB")
    try check(&reader, start: start)
    if hasChecksums {
      let place = reader.place
      let recorded = UInt32(truncatingIfNeeded: try reader.unsigned(4))
      // The checksum is made with zeros in its own place.
      var copy = body
      var all = try copy.bytes(size)
      let field = 13 + offsetBytes
      guard field + 4 <= all.count else { throw body.damaged("a block of a heap is too short") }
      for index in field..<field + 4 { all[index] = 0 }
      let computed = all.withUnsafeBytes { metadataChecksum($0) }
      guard computed == recorded else {
        throw CheckpointError.checksum(recorded: recorded, at: place, computed: computed, start: body.place)
      }
    }
    blocks.append((start, size, body))
  }

  private func readIndirect(at place: Int, start: Int, rows: Int, depth: Int) throws {
    let directRows = min(rows, largestDirect.trailingZeroBitCount - startSize.trailingZeroBitCount + 2)
    let count = rows * width
    guard depth < 16, rows <= 64, source.contains(place, 0) else {
      throw CheckpointError.structure("a heap nests too deep", at: address)
    }
    var reader = try source.block(at: place, 13 + offsetBytes + 8 * count + 4).checked()
    try reader.signature("FHIB")
    try check(&reader, start: start)
    var offset = start
    for row in 0..<rows {
      let size = try rowSize(row)
      for _ in 0..<width {
        if let child = try reader.address() {
          if row < directRows {
            try readDirect(at: child, start: offset, size: size)
          } else {
            let below = size.trailingZeroBitCount - startSize.trailingZeroBitCount - width.trailingZeroBitCount + 1
            guard below > 0, below < rows + 64 else { throw reader.damaged("a heap has impossible rows") }
            try readIndirect(at: child, start: offset, rows: below, depth: depth + 1)
          }
        }
        let (next, overflow) = offset.addingReportingOverflow(size)
        guard !overflow else { throw reader.damaged("a heap is impossibly large") }
        offset = next
      }
    }
  }

  /// Passes over what a block says of its heap and its place in it.
  private func check(_ reader: inout ByteReader, start: Int) throws {
    let owner = try reader.address()
    let offset = try reader.integer(offsetBytes)
    guard owner == address, offset == start else { throw reader.damaged("a block belongs to another place of a heap") }
  }
}
