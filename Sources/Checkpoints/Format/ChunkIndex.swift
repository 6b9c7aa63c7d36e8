/// A chunk that was written.
struct StoredChunk {
  /// Where in the grid of chunks it stands.
  var place: [Int]
  /// Where its bytes lie.
  var address: Int
  /// How many they are.
  var size: Int
  /// Which filters were left out for it, bit by bit.
  var mask: Int
}

/// Finds the chunks of a dataset.
struct ChunkIndex {
  private let layout: ChunkLayout
  private let space: HDF5Space
  private let source: HDF5Source
  /// Bytes of a whole chunk.
  private let chunkBytes: Int
  private let isFiltered: Bool
  /// How many chunks there are along each axis.
  private let grid: [Int]

  /// - Parameter chunkBytes: the bytes of a whole chunk.
  init?(_ dataset: HDF5Dataset, _ layout: ChunkLayout, chunkBytes: Int, in source: HDF5Source) {
    self.layout = layout
    self.source = source
    self.chunkBytes = chunkBytes
    space = dataset.space
    isFiltered = !dataset.filters.isEmpty
    // Nothing was written where there is no list.
    guard layout.address != nil else { return nil }
    grid = zip(dataset.space.extents, layout.extents).map { $0 / $1 + ($0 % $1 > 0 ? 1 : 0) }
  }

  /// All chunks that were written and lie within the shape, each once.
  ///
  /// - Throws: `CheckpointError` where the list is damaged, or its chunks are more than the file can hold.
  func chunks() throws -> [StoredChunk] {
    guard let address = layout.address else { return [] }
    var chunks: [StoredChunk] = []
    var total = 0
    var places: Set<[Int]> = []
    func add(_ place: [Int], _ address: Int, _ size: Int, _ mask: Int) throws {
      guard zip(place, grid).allSatisfy({ $0 < $1 }) else { return }
      guard source.contains(address, size), size <= source.length - total, isFiltered || size == chunkBytes else {
        throw CheckpointError.structure("a chunk claims \(size) bytes that the file does not hold", at: address)
      }
      guard places.insert(place).inserted else { throw CheckpointError.structure("a chunk is listed twice", at: address) }
      total += size
      chunks.append(StoredChunk(place: place, address: address, size: size, mask: mask))
    }
    switch layout.index {
    case .tree1: try eachInTree1(at: address, add)
    case .single(let filtered):
      try add(grid.map { _ in 0 }, address, filtered?.size ?? chunkBytes, filtered?.mask ?? 0)
    case .implicit:
      for number in 0..<(try chunkCount(space.maxima)) { try add(place(number), address + number * chunkBytes, chunkBytes, 0) }
    case .fixedArray:
      let count = try chunkCount(space.maxima)
      let array = try ChunkArray(fixedAt: address, count: count, layout, isFiltered: isFiltered, chunkBytes: chunkBytes, in: source)
      try array.each { number, element in try add(place(number), element.address, element.size, element.mask) }
    case .extensibleArray:
      let array = try ChunkArray(extensibleAt: address, layout, isFiltered: isFiltered, chunkBytes: chunkBytes, in: source)
      try array.each { number, element in try add(place(number), element.address, element.size, element.mask) }
    case .tree2: try eachInTree2(at: address, add)
    }
    return chunks
  }

  private func eachInTree1(at address: Int, _ add: ([Int], Int, Int, Int) throws -> Void) throws {
    let keySize = 8 + 8 * (grid.count + 1)
    try source.eachOldNode(at: address, depth: 0, kind: 1, keySize: keySize) { child, key in
      let size = try key.integer(4)
      let mask = try key.integer(4)
      let place = try layout.extents.map { extent in try key.integer(8) / extent }
      try add(place, child, size, mask)
    }
  }

  private func eachInTree2(at address: Int, _ add: ([Int], Int, Int, Int) throws -> Void) throws {
    let tree = try BTree2(at: address, isFiltered ? .filteredChunks : .chunks, in: source)
    let wanted = 8 + (isFiltered ? layout.sizeBytes + 4 : 0) + 8 * grid.count
    guard tree.recordSize == wanted else { throw CheckpointError.structure("a tree of chunks has other records", at: address) }
    try tree.records { record in
      guard let chunk = try record.address() else { return }
      let size = try isFiltered ? record.integer(layout.sizeBytes) : chunkBytes
      let mask = try isFiltered ? record.integer(4) : 0
      let place = try grid.map { _ in try record.integer(8) }
      try add(place, chunk, size, mask)
    }
  }

  /// How many chunks an array has room for.
  private func chunkCount(_ maxima: [Int?]) throws -> Int {
    var count = 1
    for (maximum, extent) in zip(maxima, layout.extents) {
      guard let maximum else { throw CheckpointError(.damagedContents, "lists chunks in a way that does not fit its shape") }
      let (next, overflow) = count.multipliedReportingOverflow(by: maximum / extent + (maximum % extent > 0 ? 1 : 0))
      guard !overflow, next <= source.length else {
        throw CheckpointError(.refused, "may grow to more chunks than the file of \(source.length) bytes has bytes")
      }
      count = next
    }
    return count
  }

  /// The place of the chunk with a number, by the largest shape; an axis that grows without end counts slowest.
  private func place(_ number: Int) -> [Int] {
    var order = Array(grid.indices)
    if case .extensibleArray = layout.index, let endless = space.maxima.firstIndex(where: { $0 == nil }) {
      order.remove(at: endless)
      order.insert(endless, at: 0)
    }
    var place = grid.map { _ in 0 }
    var rest = number
    for (position, axis) in order.enumerated().reversed() {
      guard position > 0, let maximum = space.maxima[axis] else {
        place[axis] = rest
        break
      }
      let count = max(1, maximum / layout.extents[axis] + (maximum % layout.extents[axis] > 0 ? 1 : 0))
      place[axis] = rest % count
      rest /= count
    }
    return place
  }
}
