extension HDF5Dataset {
  /// All elements as float32, row major, once their storage is known to be in the file and large enough to hold them.
  ///
  /// - Parameter limit: the most bytes of memory that the numbers and one chunk may take.
  /// - Throws: `CheckpointError` of kind `refused` for what is too large or in another file, `damagedContents` for what is no dataset of
  ///   this shape.
  func floats(in source: HDF5Source, limit: Int) throws -> [Float] {
    guard type.isNumber else { throw CheckpointError(.refused, "has elements that are neither integers nor floating-point numbers") }
    guard !isExternal else {
      throw CheckpointError(.refused, "keeps its numbers in another file", advice: "Copy them into this one.")
    }
    guard let (count, bytes) = extent, count < 1 << 61 else {
      throw CheckpointError(.refused, "has the impossible shape \(space.extents)")
    }
    switch layout {
    case .virtual:
      throw CheckpointError(.refused, "is virtual: its numbers lie elsewhere", advice: "Copy them into this file.")
    case .compact(let body):
      var reader = body
      guard bytes <= reader.left else { throw Self.tooLarge(bytes, source) }
      try Self.check(4 * count, limit)
      return try reader.bytes(bytes).withUnsafeBytes { converted($0, count) }
    case .contiguous(let address, let size):
      guard count > 0 else { return [] }
      guard let address else { return try filled(count, stored: 0, source, limit) }
      guard bytes <= size, source.contains(address, bytes) else { throw Self.tooLarge(bytes, source) }
      try Self.check(4 * count, limit)
      return try contiguous(at: address, count, in: source)
    case .chunked(let chunks):
      guard count > 0 else { return [] }
      return try gathered(chunks, count, in: source, limit: limit)
    }
  }

  /// A piece of the file after the other, so that little more than the numbers themselves is held.
  private func contiguous(at address: Int, _ count: Int, in source: HDF5Source) throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { result, filled in
      let step = max(1, (1 << 20) / type.size)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(step, count) * type.size, alignment: 16)
      defer { buffer.deallocate() }
      while filled < count {
        let part = min(step, count - filled)
        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(part * type.size)])
        try source.read(at: address + filled * type.size, into: piece)
        type.floats(UnsafeRawBufferPointer(piece), into: UnsafeMutableBufferPointer(rebasing: result[filled..<filled + part]))
        filled += part
      }
    }
  }

  private func converted(_ bytes: UnsafeRawBufferPointer, _ count: Int) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    result.withUnsafeMutableBufferPointer { type.floats(bytes, into: $0) }
    return result
  }

  /// `count` fill values, where `stored` bytes of the file may stand for so many.
  private func filled(_ count: Int, stored: Int, _ source: HDF5Source, _ limit: Int) throws -> [Float] {
    guard count * type.size <= Self.most(stored) else { throw Self.tooLarge(count * type.size, source) }
    try Self.check(4 * count, limit)
    let value = fill.map { $0.withUnsafeBytes { converted($0, 1)[0] } } ?? 0
    return [Float](repeating: value, count: count)
  }

  private func gathered(_ layout: ChunkLayout, _ count: Int, in source: HDF5Source, limit: Int) throws -> [Float] {
    try ChunkFilter.check(filters)
    guard let chunkBytes = layout.bytes(elementSize: type.size) else { throw Self.tooLarge(.max, source) }
    let chunkCount = chunkBytes / type.size
    let index = ChunkIndex(self, layout, chunkBytes: chunkBytes, in: source)
    let chunks = try index?.chunks() ?? []
    guard count * type.size <= Self.most(chunks.reduce(0) { $0 + $1.size }) else { throw Self.tooLarge(count * type.size, source) }
    // A chunk is held as it is stored, as it was before filters, and as numbers.
    let (room, overflow) = chunkBytes.multipliedReportingOverflow(by: 3)
    if !chunks.isEmpty { try Self.check(overflow ? .max : 4 * count + min(room, .max - 4 * count), limit) }
    var result = try filled(count, stored: source.length, source, limit)
    for chunk in chunks {
      guard chunkBytes <= Self.most(chunk.size) else { throw Self.tooLarge(chunkBytes, source) }
      let stored = try [UInt8](unsafeUninitializedCapacity: chunk.size) { buffer, filled in
        try source.read(at: chunk.address, into: UnsafeMutableRawBufferPointer(buffer))
        filled = chunk.size
      }
      let isEdge = zip(zip(chunk.place, layout.extents), space.extents).contains { ($0.0 + 1) * $0.1 > $1 }
      let own = layout.leavesEdgesUnfiltered && isEdge ? [] : filters
      let values = try ChunkFilter.undo(own, mask: chunk.mask, ByteReader(stored, origin: source.base + chunk.address), size: chunkBytes)
        .withUnsafeBytes { converted($0, chunkCount) }
      scatter(values, chunk.place, layout.extents, into: &result)
    }
    return result
  }

  /// Copies the part of a chunk that lies within the shape, row by row.
  private func scatter(_ values: [Float], _ place: [Int], _ chunk: [Int], into result: inout [Float]) {
    let rank = chunk.count
    let shape = space.extents
    let begin = zip(place, chunk).map { $0 * $1 }
    let part = (0..<rank).map { min(chunk[$0], shape[$0] - begin[$0]) }
    var counter = [Int](repeating: 0, count: rank)
    while true {
      var (from, to) = (0, 0)
      for axis in 0..<rank {
        from = from * chunk[axis] + counter[axis]
        to = to * shape[axis] + begin[axis] + counter[axis]
      }
      for offset in 0..<part[rank - 1] { result[to + offset] = values[from + offset] }
      var axis = rank - 2
      while axis >= 0 {
        counter[axis] += 1
        if counter[axis] < part[axis] { break }
        counter[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  private static func check(_ needed: Int, _ limit: Int) throws {
    guard needed <= limit else {
      throw CheckpointError(
        .refused, "needs \(needed) bytes of memory to be read; at most \(limit) are taken",
        advice: "Store fewer samples or smaller chunks, or raise the limit (metrics --memory-limit).")
    }
  }

  /// The most bytes that `stored` bytes of a file may claim to hold: deflate reaches 1032 for each.
  private static func most(_ stored: Int) -> Int { min(stored, .max / 2_048) * 1_100 + 65_536 }

  private static func tooLarge(_ bytes: Int, _ source: HDF5Source) -> CheckpointError {
    CheckpointError(
      .refused, "declares \(bytes) bytes, which the file of \(source.length) bytes does not hold",
      advice: "Write the file again; it was cut short or changed.")
  }
}

extension ChunkFilter {
  /// Throws for filters that are not read, and for deflate twice over.
  fileprivate static func check(_ filters: [ChunkFilter]) throws {
    if let unknown = filters.first(where: { $0.kind == nil }) {
      throw CheckpointError(
        .refused, "is compressed by filter \(unknown.number); only deflate (gzip), shuffle and Fletcher-32 are read",
        advice: "Store it with compression='gzip', or without compression.")
    }
    let deflates = filters.filter { $0.kind == .deflate }.count
    guard deflates <= 1 else {
      throw CheckpointError(.refused, "is compressed \(deflates) times over", advice: "Compress it once.")
    }
  }
}
