/// Reads a checkpoint's HDF5 part; every object is looked at before a byte is allocated for it.
///
/// Only what the writer writes is accepted: groups and contiguous datasets without filters, reached by one hard link
/// each, of the stored types, within the bounds of `CheckpointLimits` and of the file itself.
struct HDF5Reader {
  /// A tensor or a text whose bytes do not match their checksum, or that has none.
  struct Mismatch {
    /// Where it lies, with a leading slash.
    var object: String
    /// What the bytes give.
    var actual: UInt32
    /// What was recorded; `nil` for nothing.
    var recorded: UInt32?

    /// The error that reading gives.
    var error: CheckpointError {
      guard let recorded else {
        return CheckpointError(
          .refused, "has no checksum: no attribute '\(CheckpointLayout.checksumAttribute)'", object: object,
          advice: "If it was added on purpose, read it as edited (--edited).")
      }
      return CheckpointError(
        .damagedContents, "does not match its checksum: its bytes were damaged, or changed by another tool",
        object: object, cause: "CRC-32C \(String(actual, radix: 16)), recorded \(String(recorded, radix: 16))",
        advice: "Use an earlier checkpoint; if it was changed on purpose, read it as edited (--edited).")
    }
  }

  private let source: HDF5Source
  private var bytesLeft: Int
  private var objectsLeft = CheckpointLimits.objects
  private var visited: Set<Int> = []
  private var groups: [StoredGroup] = []
  private var tensors: [StoredTensor] = []
  private(set) var mismatches: [Mismatch] = []

  init(_ source: HDF5Source) {
    self.source = source
    bytesLeft = source.length
  }

  /// Reads everything.
  ///
  /// What does not match its checksum is read all the same, and stands in ``mismatches``.
  ///
  /// - Throws: `CheckpointError` that names the object.
  mutating func read() throws -> CheckpointContents {
    let (root, attributes) = try namingObject("/") {
      let header = try ObjectHeader(at: source.root, in: source)
      return (header, try values(of: header))
    }
    visited.insert(source.root)
    return try readRoot(root, attributes)
  }

  private mutating func readRoot(_ root: ObjectHeader, _ attributes: [StoredAttribute]) throws -> CheckpointContents {
    let own = RootAttributes(attributes)
    let (major, minor) = try own.format
    guard major == Int64(CheckpointLayout.major) else {
      throw CheckpointHeader.newer(major: Int(major), minor: Int(minor))
    }
    guard try own.integer("complete") == 1 else {
      throw CheckpointError(.damagedContents, "was never finished", object: "/")
    }
    let step = try own.integer("step")
    let epoch = try own.integer("epoch")
    guard step >= 0, epoch >= 0 else { throw refused("step \(step) or epoch \(epoch) is negative", "/") }
    guard step <= CheckpointLimits.steps else { throw refused("step \(step) is beyond \(CheckpointLimits.steps)", "/") }
    var contents = CheckpointContents(producer: try own.text("producer"), step: Int(step), epoch: Int(epoch))
    contents.edited =
      try attributes.contains { $0.name == CheckpointLayout.editedAttribute } ? own.text(CheckpointLayout.editedAttribute) : nil
    let members = try members(of: root, "/")
    try checkRoots(members.map(\.name), own, minor: minor)
    for member in members {
      if member.name == CheckpointLayout.configurationGroup {
        contents.configurations = try readConfigurations(at: member.target)
      } else {
        try readMember(at: member.target, path: member.name, depth: 1)
      }
    }
    contents.groups = groups
    contents.tensors = tensors
    return contents
  }

  /// Throws where a group lies under the root that the file does not declare, or one is missing that it does.
  private func checkRoots(_ members: [String], _ own: RootAttributes, minor: Int64) throws {
    let found = members.filter { $0 != CheckpointLayout.configurationGroup }
    guard minor >= 1 else {
      guard let unknown = found.first(where: { !CheckpointLayout.isUndeclaredRoot($0) }) else { return }
      throw refused("is a group that checkpoints of layout 1.0 do not have", "/" + unknown)
    }
    let declared = try own.text(CheckpointLayout.rootsAttribute).split(separator: "/").map(String.init)
    if let unknown = found.first(where: { !declared.contains($0) }) {
      throw refused("is a group that the root's attribute '\(CheckpointLayout.rootsAttribute)' does not declare", "/" + unknown)
    }
    if let missing = declared.first(where: { !found.contains($0) }) {
      throw CheckpointError(
        .damagedContents, "is declared by the root's attribute '\(CheckpointLayout.rootsAttribute)', but missing", object: "/" + missing)
    }
  }

  private mutating func readMember(at address: Int, path: String, depth: Int) throws {
    let object = "/" + path
    let header = try enter(address, object)
    if header.isGroup {
      guard depth < CheckpointLimits.depth else {
        throw refused("lies deeper than \(CheckpointLimits.depth) names", object)
      }
      groups.append(StoredGroup(path: path, attributes: try namingObject(object) { try values(of: header) }))
      for child in try members(of: header, object) {
        try readMember(at: child.target, path: path + "/" + child.name, depth: depth + 1)
      }
    } else if header.isDataset {
      guard depth > 1 else { throw refused("is a tensor where a group is wanted", object) }
      try namingObject(object) { try readTensor(header, path: path) }
    } else {
      throw refused("is neither a group nor a tensor", object)
    }
  }

  /// The header of an object that a hard link leads to, having counted it.
  private mutating func enter(_ address: Int, _ object: String) throws -> ObjectHeader {
    guard objectsLeft > 0 else { throw refused("is one object more than \(CheckpointLimits.objects)", object) }
    objectsLeft -= 1
    let header = try namingObject(object) { try ObjectHeader(at: address, in: source) }
    let links = visited.insert(address).inserted ? header.linkCount : max(2, header.linkCount)
    guard links == 1 else { throw refused("is reached by \(links) links; each object has one", object) }
    return header
  }

  /// The members of a group, in creation order; every link must be a hard one.
  private func members(of group: ObjectHeader, _ object: String) throws -> [(name: String, target: Int)] {
    guard group.isGroup else { throw refused("is no group", object) }
    return try namingObject(object) { try source.links(of: group) }.map { link in
      guard let target = link.target else {
        throw refused("is a soft or external link", (object == "/" ? "" : object) + "/" + link.name)
      }
      return (link.name, target)
    }
  }

  private func values(of header: ObjectHeader) throws -> [StoredAttribute] {
    try source.attributes(of: header).map { StoredAttribute($0.name, try $0.value) }
  }

  private func refused(_ problem: String, _ object: String? = nil) -> CheckpointError {
    CheckpointError(.refused, problem, object: object, advice: CheckpointError.foreignAdvice)
  }
}

extension HDF5Reader {
  private mutating func readConfigurations(at address: Int) throws -> [StoredConfiguration] {
    let name = CheckpointLayout.configurationGroup
    let group = try enter(address, "/" + name)
    return try members(of: group, "/" + name).map { child in
      let object = "/\(name)/\(child.name)"
      let header = try enter(child.target, object)
      return try namingObject(object) {
        guard header.isDataset else { throw refused("is no text") }
        let dataset = try HDF5Dataset(header, in: source)
        guard dataset.type.form == .text else { throw refused("is no text of fixed length") }
        guard dataset.space.extents.isEmpty else { throw refused("is a list of texts") }
        let size = dataset.type.size
        guard size <= CheckpointLimits.configurationBytes else {
          throw refused("has \(size) bytes; at most \(CheckpointLimits.configurationBytes) are read")
        }
        var bytes = try readBytes(of: dataset, size, header, object)
        if let last = bytes.lastIndex(where: { $0 != 0 }) { bytes.removeSubrange((last + 1)...) } else { bytes = [] }
        if let problem = ConfigurationText.problem(with: bytes) { throw refused(problem) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("is not UTF-8") }
        return StoredConfiguration(name: child.name, json: text)
      }
    }
  }

  private mutating func readTensor(_ header: ObjectHeader, path: String) throws {
    let dataset = try HDF5Dataset(header, in: source)
    guard let stored = dataset.type.stored else {
      let known = StoredType.allCases.map(\.rawValue).joined(separator: ", ")
      throw refused("has elements that are none of \(known), little-endian")
    }
    guard !dataset.space.isNull else { throw refused("has no shape") }
    let shape = dataset.space.extents
    guard shape.count <= CheckpointLimits.rank else {
      throw refused("has \(shape.count) axes; at most \(CheckpointLimits.rank) are read")
    }
    guard let extent = dataset.extent else { throw refused("has the impossible shape \(shape)") }
    let bytes = try readBytes(of: dataset, extent.bytes, header, "/" + path)
    var attributes = try values(of: header)
    attributes.removeAll { $0.name == CheckpointLayout.checksumAttribute }
    tensors.append(StoredTensor(path: path, type: stored, shape: shape, bytes: bytes, attributes: attributes))
  }

  /// Where the bytes of a dataset lie: in one piece in this file, as they are.
  private func place(of dataset: HDF5Dataset) throws -> (address: Int?, size: Int) {
    guard dataset.filters.isEmpty else { throw refused("is compressed or filtered") }
    guard case .contiguous(let address, let size) = dataset.layout else {
      throw refused("is chunked, compact or virtual; tensors lie in one piece")
    }
    guard !dataset.isExternal else { throw refused("keeps its bytes in another file") }
    return (address, size)
  }

  /// The bytes of a dataset, allocated only once the file is known to hold them, and compared with their checksum.
  private mutating func readBytes(
    of dataset: HDF5Dataset, _ size: Int, _ header: ObjectHeader, _ object: String
  ) throws -> [UInt8] {
    let (address, stored) = try place(of: dataset)
    if size > 0 {
      guard let address, stored >= size, size <= bytesLeft, source.contains(address, size) else {
        throw refused("declares \(size) bytes, which the file of \(source.length + CheckpointLimits.headerSize) bytes does not hold")
      }
      bytesLeft -= size
    }
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      if let address {
        try source.read(at: address, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
      }
      count = size
    }
    let checksum = CheckpointLayout.checksumAttribute
    let expected = try source.attributes(of: header).first { $0.name == checksum }?.value
    var recorded: UInt32?
    if let expected {
      guard case .unsigned(let number) = expected else { throw refused("has no checksum ('\(checksum)', an unsigned integer)") }
      recorded = number
    }
    let actual = bytes.withUnsafeBytes { crc32c($0) }
    if actual != recorded { mismatches.append(Mismatch(object: object, actual: actual, recorded: recorded)) }
    return bytes
  }
}

/// The attributes of the root group, each of which a checkpoint must have.
private struct RootAttributes {
  private let attributes: [StoredAttribute]

  init(_ attributes: [StoredAttribute]) { self.attributes = attributes }

  private func value(_ name: String) throws -> AttributeValue {
    guard let value = attributes.first(where: { $0.name == name })?.value else { throw refused("has no attribute '\(name)'") }
    return value
  }

  func integer(_ name: String) throws -> Int64 {
    switch try value(name) {
    case .integer(let value): return value
    case .flag(let value): return Int64(value)
    case .unsigned(let value): return Int64(value)
    default: throw refused("its attribute '\(name)' is no integer")
    }
  }

  func text(_ name: String) throws -> String {
    guard case .text(let text) = try value(name) else { throw refused("its attribute '\(name)' is no text") }
    return text
  }

  /// The layout's version, once the root says that it is a checkpoint's.
  var format: (major: Int64, minor: Int64) {
    get throws {
      let format = try text("format")
      guard format == CheckpointLayout.format else { throw refused("is of the format '\(format)'") }
      return (try integer("format_major"), try integer("format_minor"))
    }
  }

  private func refused(_ problem: String) -> CheckpointError {
    CheckpointError(.refused, problem, object: "/", advice: CheckpointError.foreignAdvice)
  }
}

extension CheckpointError {
  /// What to try when a file has a form that the writer never writes.
  static let foreignAdvice = "The file was not written by this library, or was changed since; use another one."
}
