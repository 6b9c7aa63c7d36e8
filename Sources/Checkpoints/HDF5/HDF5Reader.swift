import CHDF5
import Foundation

/// Reads a checkpoint's HDF5 part; every object is looked at before a byte is allocated for it.
///
/// Only what the writer writes is accepted: groups and contiguous datasets without filters, reached by one hard link
/// each, of the stored types, within the bounds of `CheckpointLimits` and of the file itself.
struct HDF5Reader {
  private let fileLength: Int
  private var bytesLeft: Int
  private var objectsLeft = CheckpointLimits.objects
  private var groups: [StoredGroup] = []
  private var tensors: [StoredTensor] = []

  private init(fileLength: Int) {
    self.fileLength = fileLength
    bytesLeft = fileLength
  }

  /// Reads the file at `path`, which on Linux may stand for an open descriptor, of `fileLength` bytes.
  ///
  /// - Throws: `CheckpointError` that names the object.
  static func read(_ path: String, fileLength: Int) throws -> CheckpointContents {
    try HDF5.exclusively {
      var reader = HDF5Reader(fileLength: fileLength)
      let access = try HDF5Handle(
        H5Pcreate(chdf5_file_access()), .properties, .unreadable, "no property list could be made")
      try HDF5.check(
        min(H5Pset_fapl_sec2(access.identifier), H5Pset_fclose_degree(access.identifier, H5F_CLOSE_STRONG)),
        .unreadable, "no file driver could be set")
      let file = try HDF5Handle(
        H5Fopen(path, chdf5_read_only(), access.identifier), .file, .damagedContents,
        "the HDF5 part could not be opened")
      let root = try HDF5Handle(
        H5Gopen2(file.identifier, "/", chdf5_default()), .group, .damagedContents, "could not be opened", object: "/")
      return try reader.readRoot(root.identifier)
    }
  }

  private mutating func readRoot(_ root: hid_t) throws -> CheckpointContents {
    let (major, minor) = try HDF5Attribute.format(of: root)
    guard major == Int64(CheckpointLayout.major) else {
      throw CheckpointHeader.newer(major: Int(major), minor: Int(minor))
    }
    guard try HDF5Attribute.integer("complete", of: root) == 1 else {
      throw CheckpointError(.damagedContents, "was never finished", object: "/")
    }
    let step = try HDF5Attribute.integer("step", of: root)
    let epoch = try HDF5Attribute.integer("epoch", of: root)
    guard step >= 0, epoch >= 0 else { throw refused("step \(step) or epoch \(epoch) is negative", "/") }
    var contents = CheckpointContents(
      producer: try HDF5Attribute.text("producer", of: root), step: Int(step), epoch: Int(epoch))
    let members = try members(of: root, "/")
    try checkRoots(members, of: root, minor: minor)
    for name in members {
      if name == CheckpointLayout.configurationGroup {
        contents.configurations = try readConfigurations(in: root)
      } else {
        try readMember(name, of: root, path: name, depth: 1)
      }
    }
    contents.groups = groups
    contents.tensors = tensors
    return contents
  }

  /// Throws where a group lies under the root that the file does not declare, or one is missing that it does.
  private func checkRoots(_ members: [String], of root: hid_t, minor: Int64) throws {
    let found = members.filter { $0 != CheckpointLayout.configurationGroup }
    guard minor >= 1 else {
      guard let unknown = found.first(where: { !CheckpointLayout.isUndeclaredRoot($0) }) else { return }
      throw refused("is a group that checkpoints of layout 1.0 do not have", "/" + unknown)
    }
    let declared = try HDF5Attribute.text(CheckpointLayout.rootsAttribute, of: root).split(separator: "/").map(String.init)
    if let unknown = found.first(where: { !declared.contains($0) }) {
      throw refused("is a group that the root's attribute '\(CheckpointLayout.rootsAttribute)' does not declare", "/" + unknown)
    }
    if let missing = declared.first(where: { !found.contains($0) }) {
      throw CheckpointError(
        .damagedContents, "is declared by the root's attribute '\(CheckpointLayout.rootsAttribute)', but missing", object: "/" + missing)
    }
  }

  private mutating func readMember(_ name: String, of parent: hid_t, path: String, depth: Int) throws {
    let object = "/" + path
    switch try enter(name, of: parent, object) {
    case H5I_GROUP:
      guard depth < CheckpointLimits.depth else {
        throw refused("lies deeper than \(CheckpointLimits.depth) names", object)
      }
      let group = try openGroup(name, of: parent, object)
      groups.append(StoredGroup(path: path, attributes: try HDF5Attribute.all(of: group.identifier, object)))
      for child in try members(of: group.identifier, object) {
        try readMember(child, of: group.identifier, path: path + "/" + child, depth: depth + 1)
      }
    case H5I_DATASET:
      guard depth > 1 else { throw refused("is a tensor where a group is wanted", object) }
      try readTensor(name, of: parent, path: path)
    default:
      throw refused("is neither a group nor a tensor", object)
    }
  }

  /// What kind of object a hard link leads to, having counted it.
  private mutating func enter(_ name: String, of parent: hid_t, _ object: String) throws -> H5I_type_t {
    guard objectsLeft > 0 else { throw refused("is one object more than \(CheckpointLimits.objects)", object) }
    objectsLeft -= 1
    let opened = H5Oopen(parent, name, chdf5_default())
    try HDF5.check(opened, .damagedContents, "could not be opened", object: object)
    defer { H5Oclose(opened) }
    let links = chdf5_link_count(opened)
    guard links == 1 else { throw refused("is reached by \(links) links; each object has one", object) }
    return H5Iget_type(opened)
  }

  private func openGroup(_ name: String, of parent: hid_t, _ object: String) throws -> HDF5Handle {
    try HDF5Handle(
      H5Gopen2(parent, name, chdf5_default()), .group, .damagedContents, "could not be opened", object: object)
  }

  /// The names in a group, in creation order; every link must be a hard one.
  private func members(of group: hid_t, _ object: String) throws -> [String] {
    var info = H5G_info_t()
    try HDF5.check(H5Gget_info(group, &info), .damagedContents, "could not be listed", object: object)
    guard info.nlinks <= hsize_t(CheckpointLimits.linksPerGroup) else {
      throw refused("has \(info.nlinks) members; at most \(CheckpointLimits.linksPerGroup) are read", object)
    }
    let byCreation = HDF5Attribute.keepsOrder(group)
    let list = NameList()
    let status = chdf5_each_link(group, byCreation, Unmanaged.passUnretained(list).toOpaque()) { context, name, hard, place in
      guard let context, let name else { return false }
      return Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue().add(name, isPlain: hard, place: place)
    }
    try HDF5.check(status, .damagedContents, "could not be listed", object: object)
    if let name = list.refused {
      throw refused(
        "is a soft or external link, or has a name that is not UTF-8", (object == "/" ? "" : object) + "/" + name)
    }
    return list.ordered
  }

  private func refused(_ problem: String, _ object: String) -> CheckpointError {
    CheckpointError(.refused, problem, object: object, advice: CheckpointError.foreignAdvice)
  }
}

extension HDF5Reader {
  private mutating func readConfigurations(in root: hid_t) throws -> [StoredConfiguration] {
    let name = CheckpointLayout.configurationGroup
    guard try enter(name, of: root, "/" + name) == H5I_GROUP else { throw refused("is no group", "/" + name) }
    let group = try openGroup(name, of: root, "/" + name)
    var result: [StoredConfiguration] = []
    for child in try members(of: group.identifier, "/" + name) {
      let object = "/\(name)/\(child)"
      guard try enter(child, of: group.identifier, object) == H5I_DATASET else {
        throw refused("is no text", object)
      }
      let dataset = try openDataset(child, of: group.identifier, object)
      let type = try HDF5Handle(H5Dget_type(dataset.identifier), .type, .damagedContents, "has no type", object: object)
      guard H5Tget_class(type.identifier) == H5T_STRING, H5Tis_variable_str(type.identifier) == 0 else {
        throw refused("is no text of fixed length", object)
      }
      guard try shape(of: dataset.identifier, object).isEmpty else { throw refused("is a list of texts", object) }
      let size = H5Tget_size(type.identifier)
      guard size > 0, size <= CheckpointLimits.configurationBytes else {
        throw refused("has \(size) bytes; at most \(CheckpointLimits.configurationBytes) are read", object)
      }
      var bytes = try readBytes(size, of: dataset.identifier, type.identifier, object)
      if let last = bytes.lastIndex(where: { $0 != 0 }) { bytes.removeSubrange((last + 1)...) } else { bytes = [] }
      if let problem = ConfigurationText.problem(with: bytes) { throw refused(problem, object) }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("is not UTF-8", object) }
      result.append(StoredConfiguration(name: child, json: text))
    }
    return result
  }

  private mutating func readTensor(_ name: String, of parent: hid_t, path: String) throws {
    let object = "/" + path
    let dataset = try openDataset(name, of: parent, object)
    let type = try HDF5Handle(H5Dget_type(dataset.identifier), .type, .damagedContents, "has no type", object: object)
    guard let stored = StoredType.allCases.first(where: { H5Tequal(type.identifier, $0.identifier) > 0 }) else {
      let known = StoredType.allCases.map(\.rawValue).joined(separator: ", ")
      throw refused("has elements that are none of \(known), little-endian", object)
    }
    let shape = try shape(of: dataset.identifier, object)
    let probe = StoredTensor(path: path, type: stored, shape: shape, bytes: [])
    guard let count = probe.elementCount else { throw refused("has the impossible shape \(shape)", object) }
    let (size, overflow) = count.multipliedReportingOverflow(by: stored.size)
    guard !overflow else { throw refused("has the impossible shape \(shape)", object) }
    let bytes = try readBytes(size, of: dataset.identifier, stored.identifier, object)
    var attributes = try HDF5Attribute.all(of: dataset.identifier, object)
    attributes.removeAll { $0.name == CheckpointLayout.checksumAttribute }
    tensors.append(StoredTensor(path: path, type: stored, shape: shape, bytes: bytes, attributes: attributes))
  }

  /// Opens a dataset whose bytes lie in one piece in this file, as they are.
  private func openDataset(_ name: String, of parent: hid_t, _ object: String) throws -> HDF5Handle {
    let dataset = try HDF5Handle(
      H5Dopen2(parent, name, chdf5_default()), .dataset, .damagedContents, "could not be opened", object: object)
    let properties = try HDF5Handle(
      H5Dget_create_plist(dataset.identifier), .properties, .damagedContents, "has no properties", object: object)
    guard H5Pget_nfilters(properties.identifier) == 0 else { throw refused("is compressed or filtered", object) }
    guard H5Pget_layout(properties.identifier) == H5D_CONTIGUOUS else {
      throw refused("is chunked, compact or virtual; tensors lie in one piece", object)
    }
    guard H5Pget_external_count(properties.identifier) == 0 else {
      throw refused("keeps its bytes in another file", object)
    }
    return dataset
  }

  private func shape(of dataset: hid_t, _ object: String) throws -> [Int] {
    let space = try HDF5Handle(H5Dget_space(dataset), .space, .damagedContents, "has no shape", object: object)
    let form = H5Sget_simple_extent_type(space.identifier)
    if form == H5S_SCALAR { return [] }
    guard form == H5S_SIMPLE else { throw refused("has no shape", object) }
    let rank = H5Sget_simple_extent_ndims(space.identifier)
    guard rank >= 1, rank <= CheckpointLimits.rank else {
      throw refused("has \(rank) axes; at most \(CheckpointLimits.rank) are read", object)
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    try HDF5.check(
      H5Sget_simple_extent_dims(space.identifier, &extents, nil), .damagedContents, "has no shape", object: object)
    return try extents.map { extent in
      guard let value = Int(exactly: extent) else { throw refused("has the impossible extent \(extent)", object) }
      return value
    }
  }

  /// The bytes of a dataset, allocated only once the file is known to hold them, and compared with their checksum.
  private mutating func readBytes(_ size: Int, of dataset: hid_t, _ type: hid_t, _ object: String) throws -> [UInt8] {
    if size > 0 {
      let start = H5Dget_offset(dataset)
      let stored = H5Dget_storage_size(dataset)
      guard !chdf5_is_undefined(start), stored >= hsize_t(size), size <= bytesLeft, start <= haddr_t(fileLength),
        haddr_t(size) <= haddr_t(fileLength) - start
      else {
        throw refused("declares \(size) bytes, which the file of \(fileLength) bytes does not hold", object)
      }
      bytesLeft -= size
    }
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      if size > 0 {
        try HDF5.check(
          H5Dread(dataset, type, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), buffer.baseAddress),
          .damagedContents, "could not be read", object: object)
      }
      count = size
    }
    let expected = try HDF5Attribute.value(CheckpointLayout.checksumAttribute, of: dataset, object)
    guard case .unsigned(let expected) = expected else {
      throw refused("has no checksum ('\(CheckpointLayout.checksumAttribute)', an unsigned integer)", object)
    }
    let actual = bytes.withUnsafeBytes { crc32c($0) }
    guard actual == expected else {
      throw CheckpointError(
        .damagedContents, "does not match its checksum: its bytes were damaged, or changed by another tool",
        object: object, cause: "CRC-32C \(String(actual, radix: 16)), recorded \(String(expected, radix: 16))",
        advice: "Use an earlier checkpoint.")
    }
    return bytes
  }
}

/// Names that the library hands over one by one.
final class NameList {
  private(set) var names: [String] = []
  /// Where each name stands among its siblings, by creation; −1 where that is not known.
  private var places: [Int64] = []
  /// The name that ended the listing, if one did.
  private(set) var refused: String?

  /// Adds a name and says whether to go on.
  func add(_ name: UnsafePointer<CChar>, isPlain: Bool = true, place: Int64 = -1) -> Bool {
    guard isPlain, let text = String(validatingCString: name) else {
      refused = String(cString: name)
      return false
    }
    names.append(text)
    places.append(place)
    return true
  }

  /// The names by creation, and by themselves where their creation is not known.
  var ordered: [String] {
    zip(places, names).sorted { $0 < $1 }.map(\.1)
  }
}

extension CheckpointError {
  /// What to try when a file has a form that the writer never writes.
  static let foreignAdvice = "The file was not written by this library, or was changed since; use another one."
}
