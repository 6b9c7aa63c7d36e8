/// What describes a group, a dataset or a named type: its messages, gathered from all blocks of its header.
struct ObjectHeader {
  /// The kinds of messages that are read.
  enum Kind: Int {
    case space = 1
    case linkInfo = 2
    case type = 3
    case oldFill = 4
    case fill = 5
    case link = 6
    case externalFiles = 7
    case layout = 8
    case filters = 11
    case attribute = 12
    case continuation = 16
    case symbolTable = 17
    case attributeInfo = 21
    case linkCount = 22
  }

  /// A message.
  struct Message {
    let kind: Kind
    /// Whether its body says where the message is, in place of being it.
    let isShared: Bool
    /// When it was made, where the object keeps the order of its attributes.
    let order: Int?
    let body: ByteReader
  }

  private(set) var messages: [Message] = []
  /// How many hard links lead here, as the header says.
  private(set) var linkCount = 1
  /// Blocks of this header that are still to be read: where, and how many bytes.
  private var pending: [(address: Int, count: Int)] = []

  /// Reads the header at `address`.
  init(at address: Int, in source: HDF5Source) throws {
    var start = try source.block(at: address, min(16, max(0, source.length - address)))
    let first = try start.integer(1)
    if first == 1 {
      try start.skip(3)
      linkCount = try start.integer(4)
      let size = try start.integer(4)
      try addOld(try source.block(at: address + 16, size))
      try follow(in: source) { try $0.addOld($1) }
    } else {
      let flags = try addFirst(at: address, in: source)
      try follow(in: source) { header, block in
        var reader = try block.checked()
        guard try reader.bytes(4).elementsEqual("OCHK".utf8) else { throw block.damaged("no 'OCHK' begins here") }
        try header.addNew(reader, flags)
      }
    }
  }

  /// The first block of version 2; returns its flags.
  private mutating func addFirst(at address: Int, in source: HDF5Source) throws -> Int {
    var reader = try source.block(at: address, min(64, max(0, source.length - address)))
    let begin = reader.left
    try reader.signature("OHDR", version: 2)
    let flags = try reader.integer(1)
    if flags & 0x20 != 0 { try reader.skip(16) }
    if flags & 0x10 != 0 { try reader.skip(4) }
    let size = try reader.integer(1 << (flags & 3))
    let prefix = begin - reader.left
    guard source.contains(address, 0), size <= source.length else { throw reader.damaged("an object header claims \(size) bytes") }
    var whole = try source.block(at: address, prefix + size + 4).checked()
    try whole.skip(prefix)
    try addNew(whole, flags)
    return flags
  }

  private mutating func follow(
    in source: HDF5Source, _ add: (inout ObjectHeader, ByteReader) throws -> Void
  ) throws {
    var count = 0
    while let next = pending.popLast() {
      count += 1
      let block = try source.block(at: next.address, next.count)
      guard count <= 10_000 else { throw block.damaged("an object header has more than 10000 blocks") }
      try add(&self, block)
    }
  }

  /// The messages of a block of version 1.
  private mutating func addOld(_ block: ByteReader) throws {
    var reader = block
    while reader.left >= 8 {
      let kind = try reader.integer(2)
      let size = try reader.integer(2)
      let flags = try reader.integer(1)
      try reader.skip(3)
      try add(kind, flags, order: nil, try reader.part(size))
    }
  }

  /// The messages of a block of version 2.
  private mutating func addNew(_ block: ByteReader, _ objectFlags: Int) throws {
    var reader = block
    let keepsOrder = objectFlags & 4 != 0
    while reader.left >= (keepsOrder ? 6 : 4) {
      let kind = try reader.integer(1)
      let size = try reader.integer(2)
      let flags = try reader.integer(1)
      let order = try keepsOrder ? reader.integer(2) : nil
      try add(kind, flags, order: order, try reader.part(size))
    }
  }

  private mutating func add(_ number: Int, _ flags: Int, order: Int?, _ body: ByteReader) throws {
    guard let kind = Kind(rawValue: number) else {
      // The writer of a message may forbid to read on without knowing it.
      if flags & 0x80 != 0 { throw body.damaged("a message of the unknown kind \(number) must be understood") }
      return
    }
    var reader = body
    switch kind {
    case .continuation:
      guard let address = try reader.address() else { throw body.damaged("a continuation leads nowhere") }
      pending.append((address, try reader.integer(8)))
    case .linkCount:
      try reader.skip(1)
      linkCount = try reader.integer(4)
    default: messages.append(Message(kind: kind, isShared: flags & 2 != 0, order: order, body: body))
    }
  }

  /// Whether there is a message of `kind`.
  func has(_ kind: Kind) -> Bool { messages.contains { $0.kind == kind } }

  /// The first message of `kind`; the type of a dataset may be one that has a name of its own.
  func body(_ kind: Kind, in source: HDF5Source) throws -> ByteReader? {
    guard let message = messages.first(where: { $0.kind == kind }) else { return nil }
    guard message.isShared else { return message.body }
    var reader = message.body
    let version = try reader.integer(1)
    let place = try reader.integer(1)
    if version == 1 { try reader.skip(6) }
    guard kind == .type, (1...3).contains(version), version < 3 || place == 2, let address = try reader.address() else {
      throw CheckpointError(.refused, "shares its description with other objects, which is not read", advice: CheckpointError.foreignAdvice)
    }
    let named = try ObjectHeader(at: address, in: source)
    guard let type = named.messages.first(where: { $0.kind == .type && !$0.isShared }) else {
      throw message.body.damaged("a named type has no type")
    }
    return type.body
  }

  /// Whether this is a group.
  var isGroup: Bool { has(.symbolTable) || has(.linkInfo) }
  /// Whether this is a dataset.
  var isDataset: Bool { !isGroup && has(.type) && has(.space) }
}
