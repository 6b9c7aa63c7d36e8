/// An attribute of an object, as it is stored.
struct HDF5Attribute {
  let name: String
  /// Where it stands among the others by creation, where the object keeps that.
  let order: Int?
  private let type: HDF5Type
  private let space: HDF5Space
  private let data: ByteReader

  /// Reads the message of an attribute.
  init(_ body: ByteReader, order: Int?) throws {
    var reader = body
    let version = try reader.integer(1)
    guard (1...3).contains(version) else { throw body.damaged("an attribute has version \(version)") }
    let flags = try reader.integer(1)
    let sizes = (try reader.integer(2), try reader.integer(2), try reader.integer(2))
    if version == 3 { try reader.skip(1) }
    func part(_ size: Int) throws -> ByteReader {
      let part = try reader.part(size)
      if version == 1 { try reader.skip(min(reader.left, (size + 7) & ~7 - size)) }
      return part
    }
    var text = try part(sizes.0)
    let bytes = try text.bytes(text.left)
    guard let name = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self), !name.isEmpty, bytes.count <= 256 else {
      throw CheckpointError(.refused, "has an attribute whose name is empty, long or not UTF-8", advice: CheckpointError.foreignAdvice)
    }
    guard version == 1 || flags & 3 == 0 else { throw Self.refused("its attribute '\(name)' is of a kind that checkpoints do not have") }
    self.name = name
    self.order = order
    type = try HDF5Type(part(sizes.1))
    space = try HDF5Space(part(sizes.2))
    data = reader
  }

  /// The value: a scalar of a known kind.
  ///
  /// - Throws: `CheckpointError` of kind `refused` for others.
  var value: AttributeValue {
    get throws {
      if case .other = type.form {
        throw Self.refused("its attribute '\(name)' is text of variable length, or of a kind that checkpoints do not have")
      }
      guard space.extents.isEmpty, !space.isNull else { throw Self.refused("its attribute '\(name)' is no scalar") }
      var reader = data
      guard type.form != .text || type.size <= CheckpointLimits.attributeBytes else {
        throw Self.refused("its attribute '\(name)' is text of variable length or of more than 60,000 bytes")
      }
      var bytes = try reader.bytes(type.size)
      if type.isBigEndian { bytes.reverse() }
      let bits = bytes.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
      switch (type.form, type.size) {
      case (.text, _):
        guard let text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self) else {
          throw Self.refused("its attribute '\(name)' is not UTF-8")
        }
        return .text(text)
      case (.integer(isSigned: false), 1): return .flag(UInt8(bits))
      case (.integer(isSigned: false), 4): return .unsigned(UInt32(bits))
      case (.integer(isSigned: true), 1): return .integer(Int64(Int8(truncatingIfNeeded: bits)))
      case (.integer(isSigned: true), 2): return .integer(Int64(Int16(truncatingIfNeeded: bits)))
      case (.integer(isSigned: true), 4): return .integer(Int64(Int32(truncatingIfNeeded: bits)))
      case (.integer(isSigned: true), 8): return .integer(Int64(bitPattern: bits))
      case (.float(.single), 4): return .real(Double(Float(bitPattern: UInt32(bits))))
      case (.float(.double), 8): return .real(Double(bitPattern: bits))
      default: throw Self.refused("its attribute '\(name)' is of a kind that checkpoints do not have")
      }
    }
  }

  fileprivate static func refused(_ problem: String) -> CheckpointError {
    CheckpointError(.refused, problem, advice: CheckpointError.foreignAdvice)
  }
}

extension HDF5Source {
  /// All attributes of an object, in order of creation where it is kept, else by name.
  ///
  /// - Throws: `CheckpointError` of kind `refused` for more than `CheckpointLimits.attributes`.
  func attributes(of object: ObjectHeader) throws -> [HDF5Attribute] {
    var attributes: [HDF5Attribute] = []
    func add(_ attribute: HDF5Attribute) throws {
      guard attributes.count < CheckpointLimits.attributes else {
        throw HDF5Attribute.refused("has more than \(CheckpointLimits.attributes) attributes")
      }
      attributes.append(attribute)
    }
    for message in object.messages {
      switch message.kind {
      case .attribute where message.isShared: throw HDF5Attribute.refused("shares an attribute with other objects")
      case .attribute: try add(try HDF5Attribute(message.body, order: message.order))
      case .attributeInfo: try eachDenseAttribute(message.body, add)
      default: break
      }
    }
    if attributes.allSatisfy({ $0.order != nil }) {
      attributes.sort { ($0.order ?? 0, $0.name) < ($1.order ?? 0, $1.name) }
    } else {
      attributes.sort { $0.name < $1.name }
    }
    for (first, second) in zip(attributes, attributes.dropFirst()) where first.name == second.name {
      throw HDF5Attribute.refused("has two attributes called '\(first.name)'")
    }
    return attributes
  }

  /// The attributes that an object keeps in a heap, if it does.
  private func eachDenseAttribute(_ body: ByteReader, _ add: (HDF5Attribute) throws -> Void) throws {
    var reader = body
    try reader.skip(1)
    let flags = try reader.integer(1)
    if flags & 1 != 0 { try reader.skip(2) }
    guard let heapAddress = try reader.address() else { return }
    guard let treeAddress = try reader.address() else {
      throw body.damaged("an object has a heap of attributes, but no tree of their names")
    }
    let tree = try BTree2(at: treeAddress, .attributesByName, in: self)
    guard tree.count <= CheckpointLimits.attributes else {
      throw HDF5Attribute.refused("has more than \(CheckpointLimits.attributes) attributes")
    }
    let heap = try FractalHeap(at: heapAddress, in: self)
    guard tree.recordSize == heap.identifierSize + 9 else { throw body.damaged("a tree of attributes does not fit its heap") }
    try tree.records { record in
      let identifier = try record.part(heap.identifierSize)
      guard try record.integer(1) & 2 == 0 else { throw HDF5Attribute.refused("shares an attribute with other objects") }
      let order = try record.integer(4)
      try add(try HDF5Attribute(try heap.object(identifier), order: flags & 1 != 0 ? order : nil))
    }
  }
}
