/// A member of a group.
struct HDF5Link {
  let name: String
  /// The object header that it leads to; `nil` for a soft or external link.
  let target: Int?
  /// Where it stands among its siblings by creation, where the group keeps that.
  let order: Int?
}

extension HDF5Source {
  /// The members of a group: by creation where the group keeps it, else by name.
  ///
  /// - Throws: `CheckpointError` of kind `refused` for more than `CheckpointLimits.linksPerGroup`, or names that are not plain UTF-8.
  func links(of group: ObjectHeader) throws -> [HDF5Link] {
    var links: [HDF5Link] = []
    func add(_ link: HDF5Link) throws {
      guard links.count < CheckpointLimits.linksPerGroup else {
        throw CheckpointError(
          .refused, "has more than \(CheckpointLimits.linksPerGroup) members, which is as many as are read",
          advice: CheckpointError.foreignAdvice)
      }
      links.append(link)
    }
    for message in group.messages {
      switch message.kind {
      case .link: try add(try Self.link(message.body))
      case .linkInfo: try eachDenseLink(message.body, add)
      case .symbolTable: try eachOldLink(message.body, add)
      default: break
      }
    }
    if links.allSatisfy({ $0.order != nil }) {
      links.sort { ($0.order ?? 0, $0.name) < ($1.order ?? 0, $1.name) }
    } else {
      links.sort { $0.name < $1.name }
    }
    var names: Set<String> = []
    for link in links where !names.insert(link.name).inserted {
      throw CheckpointError(.damagedContents, "has two members called '\(link.name)'")
    }
    return links
  }

  /// A link in a message of its own, or in a heap.
  private static func link(_ body: ByteReader) throws -> HDF5Link {
    var reader = body
    let version = try reader.integer(1)
    let flags = try reader.integer(1)
    guard version == 1 else { throw body.damaged("a link has version \(version)") }
    let kind = try flags & 8 != 0 ? reader.integer(1) : 0
    let order = try flags & 4 != 0 ? reader.integer(8) : nil
    if flags & 16 != 0 { try reader.skip(1) }
    let length = try reader.integer(1 << (flags & 3))
    let name = try self.name(try reader.bytes(length))
    guard kind == 0 else { return HDF5Link(name: name, target: nil, order: order) }
    guard let target = try reader.address() else { throw body.damaged("a link leads nowhere") }
    return HDF5Link(name: name, target: target, order: order)
  }

  /// A name as text; a slash would make a path of it.
  private static func name(_ bytes: [UInt8]) throws -> String {
    guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0),
      !name.utf8.contains(UInt8(ascii: "/")), bytes.count <= CheckpointLimits.nameBytes
    else {
      throw CheckpointError(
        .refused, "has a member whose name is empty, a path, longer than \(CheckpointLimits.nameBytes) bytes or not UTF-8",
        advice: CheckpointError.foreignAdvice)
    }
    return name
  }

  /// The links that a group keeps in a heap, if it does.
  private func eachDenseLink(_ body: ByteReader, _ add: (HDF5Link) throws -> Void) throws {
    var reader = body
    try reader.skip(1)
    let flags = try reader.integer(1)
    if flags & 1 != 0 { try reader.skip(8) }
    guard let heapAddress = try reader.address() else { return }
    guard let treeAddress = try reader.address() else { throw body.damaged("a group has a heap of links, but no tree of their names") }
    let heap = try FractalHeap(at: heapAddress, in: self)
    let tree = try BTree2(at: treeAddress, .linksByName, in: self)
    guard tree.recordSize == 4 + heap.identifierSize else { throw body.damaged("a tree of names does not fit its heap") }
    try tree.records { record in
      try record.skip(4)
      try add(try Self.link(try heap.object(record)))
    }
  }

  /// The links of a group in the form that HDF5 had before version 1.8: a tree of tables, and a heap of names.
  private func eachOldLink(_ body: ByteReader, _ add: (HDF5Link) throws -> Void) throws {
    var reader = body
    guard let tree = try reader.address(), let heapAddress = try reader.address() else {
      throw body.damaged("a group has no table of its members")
    }
    var heap = try block(at: heapAddress, 32)
    try heap.signature("HEAP")
    try heap.skip(3)
    let size = try heap.integer(8)
    _ = try heap.integer(8)
    guard let data = try heap.address() else { throw body.damaged("a group has no names") }
    let names = try block(at: data, size)
    try eachOldNode(at: tree, depth: 0, kind: 0, keySize: 8) { child, _ in
      var table = try block(at: child, 8)
      try table.signature("SNOD", version: 1)
      try table.skip(1)
      let count = try table.integer(2)
      var entries = try block(at: child + 8, 40 * count)
      for _ in 0..<count {
        var entry = try entries.part(40)
        var text = names
        try text.skip(try entry.integer(8))
        let bytes = try Self.terminated(text)
        let target = try entry.address()
        let isSoft = try entry.integer(4) == 2
        try add(HDF5Link(name: try Self.name(bytes), target: isSoft ? nil : target, order: nil))
      }
    }
  }

  private static func terminated(_ text: ByteReader) throws -> [UInt8] {
    var reader = text
    let bytes = try reader.bytes(min(reader.left, CheckpointLimits.nameBytes + 1))
    guard let end = bytes.firstIndex(of: 0) else {
      throw CheckpointError(.refused, "has a member with a name longer than \(CheckpointLimits.nameBytes) bytes")
    }
    return Array(bytes[..<end])
  }

  /// Calls `visit` with each leaf's children and the key before each, of a B-tree of version 1.
  func eachOldNode(
    at address: Int, depth: Int, kind: Int, keySize: Int, level: Int? = nil, _ visit: (Int, inout ByteReader) throws -> Void
  ) throws {
    var head = try block(at: address, 24)
    let start = head
    // The fifth byte is the kind here, where other blocks have a version.
    try head.signature("TREE", version: kind)
    let found = try head.integer(1)
    let count = try head.integer(2)
    guard depth < 32, level == nil || level == found else { throw start.damaged("a node of a B-tree stands at the wrong level") }
    var entries = try block(at: address + 24, count * (keySize + 8) + keySize)
    for _ in 0..<count {
      var key = try entries.part(keySize)
      guard let child = try entries.address() else { throw start.damaged("a node of a B-tree leads nowhere") }
      if found == 0 {
        try visit(child, &key)
      } else {
        try eachOldNode(at: child, depth: depth + 1, kind: kind, keySize: keySize, level: found - 1, visit)
      }
    }
  }
}
