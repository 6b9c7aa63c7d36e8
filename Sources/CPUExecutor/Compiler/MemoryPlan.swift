import Graph

/// Where each buffer of a program lives: in a constant, in a parameter, in an output, or at an offset of the arena that it shares with
/// buffers that are dead when it is alive.
struct MemoryPlan {
  enum Place {
    case constant(Storage)
    /// The own memory of a parameter or output.
    case own(BufferID)
    case arena(offset: Int)
  }

  private(set) var places: [Place]
  private(set) var arenaBytes = 0

  static let alignment = 64

  /// Bytes that a program takes: the arena, and the memory of parameters and outputs.
  func byteCount(of buffers: [Buffer]) -> Int {
    var seen: Set<BufferID> = []
    return places.reduce(arenaBytes) { sum, place in
      guard case .own(let buffer) = place, seen.insert(buffer).inserted else { return sum }
      return sum + buffers[buffer].byteCount
    }
  }

  /// - Parameter aliases: for a temporary that takes over another buffer's memory (a donated parameter updated in place): that buffer.
  init(buffers: [Buffer], instructions: [Instruction], aliases: [BufferID: BufferID]) {
    places = buffers.indices.map { .own($0) }
    var lifetimes = [(first: Int, last: Int)?](repeating: nil, count: buffers.count)
    for (index, instruction) in instructions.enumerated() {
      for buffer in instruction.reads + instruction.writes {
        lifetimes[buffer] = (lifetimes[buffer]?.first ?? index, index)
      }
    }
    struct Interval {
      var buffer: BufferID
      var first: Int
      var last: Int
      var byteCount: Int
    }
    var intervals: [Interval] = []
    for (id, buffer) in buffers.enumerated() {
      switch buffer.kind {
      case .constant(let storage): places[id] = .constant(storage)
      case .parameter, .output: break
      case .temporary:
        if let target = aliases[id] {
          places[id] = .own(target)
        } else if let life = lifetimes[id] {
          let rounded = (max(buffer.byteCount, 1) + MemoryPlan.alignment - 1) / MemoryPlan.alignment * MemoryPlan.alignment
          intervals.append(Interval(buffer: id, first: life.first, last: life.last, byteCount: rounded))
        } else {
          places[id] = .arena(offset: 0)
        }
      }
    }
    // Largest first, each at the lowest offset that is free during its life.
    intervals.sort { ($0.byteCount, $1.first, $1.buffer) > ($1.byteCount, $0.first, $0.buffer) }
    var placed: [(interval: Interval, offset: Int)] = []
    for interval in intervals {
      let neighbours = placed.filter { $0.interval.first <= interval.last && interval.first <= $0.interval.last }
        .sorted { $0.offset < $1.offset }
      var offset = 0
      for neighbour in neighbours {
        if offset + interval.byteCount <= neighbour.offset { break }
        offset = max(offset, neighbour.offset + neighbour.interval.byteCount)
      }
      placed.append((interval, offset))
      places[interval.buffer] = .arena(offset: offset)
      arenaBytes = max(arenaBytes, offset + interval.byteCount)
    }
  }
}
