/// A list of chunks as an array, by number: the form for a grid that cannot grow, or grows along one axis.
struct ChunkArray {
  /// Where a chunk lies.
  typealias Element = (address: Int, size: Int, mask: Int)

  private let source: HDF5Source
  private let elementSize: Int
  private let isFiltered: Bool
  private let sizeBytes: Int
  private let chunkBytes: Int
  /// Calls with each chunk that was written.
  private var walk: (ChunkArray, (Int, Element) throws -> Void) throws -> Void = { _, _ in }

  /// Calls `visit` with the number of each chunk that was written, and where it lies.
  func each(_ visit: (Int, Element) throws -> Void) throws { try walk(self, visit) }

  private init(_ layout: ChunkLayout, isFiltered: Bool, chunkBytes: Int, in source: HDF5Source) {
    self.source = source
    self.isFiltered = isFiltered
    self.chunkBytes = chunkBytes
    sizeBytes = layout.sizeBytes
    elementSize = isFiltered ? 8 + layout.sizeBytes + 4 : 8
  }

  /// Reads `count` elements and calls `visit` with those that are chunks; returns what is left of `reader`.
  private func elements(
    _ reader: inout ByteReader, from first: Int, _ count: Int, _ visit: (Int, Element) throws -> Void
  ) throws {
    for number in 0..<count {
      var element = try reader.part(elementSize)
      guard let address = try element.address() else { continue }
      let size = try isFiltered ? element.integer(sizeBytes) : chunkBytes
      try visit(first + number, (address, size, try isFiltered ? element.integer(4) : 0))
    }
  }

  /// A block of elements behind its `prefix` bytes: in one piece with its checksum, or in pages with a checksum each.
  private func block(
    at address: Int, _ letters: String, prefix: Int, from first: Int, count: Int, pageSize: Int,
    initialized: ((Int) -> Bool)?, _ visit: (Int, Element) throws -> Void
  ) throws {
    guard count > pageSize else {
      var reader = try source.block(at: address, prefix + count * elementSize + 4).checked()
      try reader.signature(letters)
      try reader.skip(prefix - 5)
      return try elements(&reader, from: first, count, visit)
    }
    let pages = (count + pageSize - 1) / pageSize
    let bitmap = initialized == nil ? (pages + 7) / 8 : 0
    var head = try source.block(at: address, prefix + bitmap + 4).checked()
    try head.signature(letters)
    try head.skip(prefix - 5)
    let bits = try head.bytes(bitmap)
    var place = address + prefix + bitmap + 4
    for page in 0..<pages {
      let size = min(pageSize, count - page * pageSize)
      let isWritten = initialized?(page) ?? (bits[page / 8] & (0x80 >> UInt8(page % 8)) != 0)
      if isWritten {
        var reader = try source.block(at: place, size * elementSize + 4).checked()
        try elements(&reader, from: first + page * pageSize, size, visit)
      }
      place += pageSize * elementSize + 4
    }
  }
}

extension ChunkArray {
  /// The array of `count` elements whose header lies at `address`.
  init(fixedAt address: Int, count: Int, _ layout: ChunkLayout, isFiltered: Bool, chunkBytes: Int, in source: HDF5Source) throws {
    self.init(layout, isFiltered: isFiltered, chunkBytes: chunkBytes, in: source)
    var reader = try source.block(at: address, 28).checked()
    let start = reader
    try reader.signature("FAHD")
    let client = try reader.integer(1)
    let found = try reader.integer(1)
    let pageBits = try reader.integer(1)
    let stored = try reader.integer(8)
    guard client == (isFiltered ? 1 : 0), found == elementSize, stored == count, pageBits <= 40 else {
      throw start.damaged("an array of chunks does not fit its dataset")
    }
    guard let block = try reader.address() else { return }
    walk = { array, visit in
      try array.block(
        at: block, "FADB", prefix: 14, from: 0, count: count, pageSize: 1 << pageBits, initialized: nil, visit)
    }
  }

  /// The array that can grow, whose header lies at `address`.
  init(extensibleAt address: Int, _ layout: ChunkLayout, isFiltered: Bool, chunkBytes: Int, in source: HDF5Source) throws {
    self.init(layout, isFiltered: isFiltered, chunkBytes: chunkBytes, in: source)
    var reader = try source.block(at: address, 72).checked()
    let start = reader
    try reader.signature("EAHD")
    let client = try reader.integer(1)
    let found = try reader.integer(1)
    let sizes = try GrowingBlocks(&reader)
    try reader.skip(48)
    guard client == (isFiltered ? 1 : 0), found == elementSize else {
      throw start.damaged("an array of chunks does not fit its dataset")
    }
    guard let index = try reader.address() else { return }
    walk = { array, visit in try array.growing(at: index, sizes, visit) }
  }

  /// How the blocks of an array that grows are arranged.
  private struct GrowingBlocks {
    let bits: Int
    /// Elements in the first block.
    let inIndex: Int
    let smallest: Int
    let pointers: Int
    let pageBits: Int

    init(_ reader: inout ByteReader) throws {
      let start = reader
      bits = try reader.integer(1)
      inIndex = try reader.integer(1)
      smallest = try reader.integer(1)
      pointers = try reader.integer(1)
      pageBits = try reader.integer(1)
      func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
      guard (1...48).contains(bits), isPower(smallest), isPower(pointers), pointers > 1, pageBits <= 40,
        bits > smallest.trailingZeroBitCount
      else { throw start.damaged("an array of chunks has impossible sizes") }
    }

    /// How many groups of blocks there are, and how many of them the first block points into itself.
    var groups: Int { 1 + bits - smallest.trailingZeroBitCount }
    var direct: Int { min(groups, 2 * pointers.trailingZeroBitCount) }
    var offsetBytes: Int { (bits + 7) / 8 }
    /// Blocks in a group, and elements in each.
    func group(_ number: Int) -> (blocks: Int, elements: Int) { (1 << (number / 2), smallest << ((number + 1) / 2)) }
  }

  private func growing(at address: Int, _ sizes: GrowingBlocks, _ visit: (Int, Element) throws -> Void) throws {
    let pointers = 2 * (sizes.pointers - 1)
    let secondary = sizes.groups - sizes.direct
    let length = 14 + sizes.inIndex * elementSize + 8 * (pointers + secondary) + 4
    var reader = try source.block(at: address, length).checked()
    try reader.signature("EAIB")
    try reader.skip(9)
    try elements(&reader, from: 0, sizes.inIndex, visit)
    var first = sizes.inIndex
    let prefix = 14 + sizes.offsetBytes
    for number in 0..<sizes.groups {
      let group = sizes.group(number)
      let pageSize = 1 << sizes.pageBits
      if number < sizes.direct {
        for position in 0..<group.blocks {
          guard let block = try reader.address() else { continue }
          try self.block(
            at: block, "EADB", prefix: prefix, from: first + position * group.elements, count: group.elements, pageSize: pageSize,
            initialized: { _ in true }, visit)
        }
      } else if let block = try reader.address() {
        try secondaryBlock(at: block, sizes, group, first, visit)
      }
      first += group.blocks * group.elements
    }
  }

  /// A block of pointers to blocks, with a bit for each page of theirs.
  private func secondaryBlock(
    at address: Int, _ sizes: GrowingBlocks, _ group: (blocks: Int, elements: Int), _ first: Int, _ visit: (Int, Element) throws -> Void
  ) throws {
    let pageSize = 1 << sizes.pageBits
    let pages = group.elements > pageSize ? group.elements / pageSize : 0
    let bitmap = (pages + 7) / 8
    let prefix = 14 + sizes.offsetBytes
    guard group.blocks <= source.length / (8 + bitmap) else {
      throw CheckpointError.structure("an array of chunks is too large", at: address)
    }
    var reader = try source.block(at: address, prefix + group.blocks * (bitmap + 8) + 4).checked()
    try reader.signature("EASB")
    try reader.skip(prefix - 5)
    let bits = try reader.bytes(group.blocks * bitmap)
    for position in 0..<group.blocks {
      guard let block = try reader.address() else { continue }
      try self.block(
        at: block, "EADB", prefix: prefix, from: first + position * group.elements, count: group.elements, pageSize: pageSize,
        initialized: { page in
          let bit = position * pages + page
          return bits[bit / 8] & (0x80 >> UInt8(bit % 8)) != 0
        }, visit)
    }
  }
}
