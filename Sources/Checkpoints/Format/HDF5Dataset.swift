/// A dataset as its header describes it; its elements are not read yet.
struct HDF5Dataset {
  /// Where the elements lie.
  enum Layout {
    /// In the header itself.
    case compact(ByteReader)
    /// In one piece; `nil` where nothing was ever written.
    case contiguous(address: Int?, size: Int)
    /// In pieces of one shape.
    case chunked(ChunkLayout)
    /// In other datasets.
    case virtual
  }

  let type: HDF5Type
  let space: HDF5Space
  let layout: Layout
  let filters: [ChunkFilter]
  /// What stands where nothing was written: one element; `nil` for zeros.
  let fill: [UInt8]?
  /// Whether the elements lie in files of their own.
  let isExternal: Bool

  /// Reads what `header` says.
  ///
  /// - Throws: `CheckpointError` where it is no dataset, or says what is not read.
  init(_ header: ObjectHeader, in source: HDF5Source) throws {
    guard let type = try header.body(.type, in: source), let space = try header.body(.space, in: source) else {
      throw CheckpointError(.damagedContents, "has no type or no shape")
    }
    self.type = try HDF5Type(type)
    self.space = try HDF5Space(space)
    isExternal = header.has(.externalFiles)
    guard let layout = try header.body(.layout, in: source) else { throw CheckpointError(.damagedContents, "has no layout") }
    self.layout = try Self.layout(layout, rank: self.space.extents.count)
    filters = try header.body(.filters, in: source).map(ChunkFilter.list) ?? []
    fill = try Self.fill(header, in: source, size: self.type.size)
  }

  private static func layout(_ body: ByteReader, rank: Int) throws -> Layout {
    var reader = body
    let version = try reader.integer(1)
    guard (3...5).contains(version) else {
      throw CheckpointError(
        .refused, "has a layout of version \(version), which is not read", advice: "Store it again with a newer HDF5, as h5repack does.")
    }
    switch try reader.integer(1) {
    case 0:
      let size = try reader.integer(2)
      return .compact(try reader.part(size))
    case 1:
      let address = try reader.address()
      return .contiguous(address: address, size: try reader.integer(8))
    case 2: return .chunked(try ChunkLayout(&reader, version: version, rank: rank))
    case 3: return .virtual
    default: throw body.damaged("a dataset has a layout of an unknown kind")
    }
  }

  private static func fill(_ header: ObjectHeader, in source: HDF5Source, size: Int) throws -> [UInt8]? {
    if var reader = try header.body(.fill, in: source) {
      let version = try reader.integer(1)
      if version >= 3 {
        guard try reader.integer(1) & 0x20 != 0 else { return nil }
      } else {
        try reader.skip(2)
        guard try reader.integer(1) != 0 else { return nil }
      }
      let length = try reader.integer(4)
      return try value(&reader, length, size)
    }
    if var reader = try header.body(.oldFill, in: source) {
      let length = try reader.integer(4)
      return try value(&reader, length, size)
    }
    return nil
  }

  private static func value(_ reader: inout ByteReader, _ length: Int, _ size: Int) throws -> [UInt8]? {
    guard length > 0 else { return nil }
    guard length == size else { throw reader.damaged("a fill value has \(length) bytes where an element has \(size)") }
    let bytes = try reader.bytes(length)
    return bytes.allSatisfy { $0 == 0 } ? nil : bytes
  }

  /// How many elements there are, and how many bytes they take as they are stored; `nil` where no machine could hold them.
  var extent: (elements: Int, bytes: Int)? {
    var elements = space.isNull ? 0 : 1
    for extent in space.extents {
      let (next, overflow) = elements.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      elements = next
    }
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: type.size)
    return overflow ? nil : (elements, bytes)
  }
}

/// How a dataset is cut into chunks, and where the list of them lies.
struct ChunkLayout {
  /// How chunks are found.
  enum Index {
    case tree1
    case single(filtered: (size: Int, mask: Int)?)
    case implicit
    case fixedArray
    case extensibleArray
    case tree2
  }

  /// The shape of a chunk.
  let extents: [Int]
  let index: Index
  /// Where the list lies; `nil` where nothing was ever written.
  let address: Int?
  /// Whether chunks that reach beyond the shape are stored without filters.
  let leavesEdgesUnfiltered: Bool
  /// Bytes of the stored size of a filtered chunk.
  let sizeBytes: Int

  fileprivate init(_ reader: inout ByteReader, version: Int, rank: Int) throws {
    let start = reader
    if version == 3 {
      let dimensions = try reader.integer(1)
      guard dimensions == rank + 1, rank >= 1 else { throw start.damaged("a chunk has other axes than its dataset") }
      address = try reader.address()
      extents = try (0..<rank).map { _ in try reader.integer(4) }
      try reader.skip(4)
      (index, leavesEdgesUnfiltered, sizeBytes) = (.tree1, false, 4)
    } else {
      let flags = try reader.integer(1)
      let dimensions = try reader.integer(1)
      let width = try reader.integer(1)
      guard dimensions == rank + 1, rank >= 1, (1...8).contains(width) else {
        throw start.damaged("a chunk has other axes than its dataset")
      }
      extents = try (0..<rank).map { _ in try reader.integer(width) }
      let element = try reader.integer(width)
      let kind = try reader.integer(1)
      switch kind {
      case 1:
        let sizeWidth = 8
        index = .single(filtered: try flags & 2 != 0 ? (reader.integer(sizeWidth), reader.integer(4)) : nil)
      case 2: index = .implicit
      case 3:
        index = .fixedArray
        try reader.skip(1)
      case 4:
        index = .extensibleArray
        try reader.skip(5)
      case 5:
        index = .tree2
        try reader.skip(6)
      default: throw start.damaged("chunks are listed in an unknown way")
      }
      address = try reader.address()
      leavesEdgesUnfiltered = flags & 1 != 0
      var bytes = max(element, 1)
      for extent in extents {
        let (next, overflow) = bytes.multipliedReportingOverflow(by: max(extent, 1))
        guard !overflow else { throw start.damaged("a chunk is impossibly large") }
        bytes = next
      }
      // One byte more than the size of a whole chunk has, for chunks that filters make larger; all eight since version 5.
      sizeBytes = version >= 5 ? 8 : min(8, 1 + (63 - bytes.leadingZeroBitCount + 8) / 8)
    }
    guard extents.allSatisfy({ $0 > 0 }) else { throw start.damaged("a chunk has an axis of 0") }
  }

  /// The bytes of a whole chunk, of elements of `size` bytes; `nil` where no machine could hold them.
  func bytes(elementSize size: Int) -> Int? {
    var bytes = size
    for extent in extents {
      let (next, overflow) = bytes.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      bytes = next
    }
    return bytes
  }
}
