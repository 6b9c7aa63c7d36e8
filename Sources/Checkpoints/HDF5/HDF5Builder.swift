import CHDF5

/// Writes a tree into an open HDF5 file, one object after the other in the order of the tree.
///
/// No time stamps and explicit types, so that equal contents are equal bytes.
struct HDF5Builder: ~Copyable {
  private let groupProperties: HDF5Handle
  private let tensorProperties: HDF5Handle

  /// Makes the property lists that all objects share.
  init() throws {
    let groups = try HDF5Handle(
      H5Pcreate(chdf5_group_creation()), .properties, .writeFailed, "no property list could be made")
    try Self.configureGroup(groups.identifier)
    let tensors = try HDF5Handle(
      H5Pcreate(chdf5_dataset_creation()), .properties, .writeFailed, "no property list could be made")
    try Self.configureObject(tensors.identifier)
    try HDF5.check(
      min(H5Pset_layout(tensors.identifier, H5D_CONTIGUOUS), H5Pset_fill_time(tensors.identifier, H5D_FILL_TIME_NEVER)),
      .writeFailed, "no layout could be set")
    groupProperties = groups
    tensorProperties = tensors
  }

  /// Makes groups keep the order in which members were added.
  static func configureGroup(_ properties: hid_t) throws {
    try configureObject(properties)
    let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
    try HDF5.check(H5Pset_link_creation_order(properties, order), .writeFailed, "no creation order could be set")
  }

  private static func configureObject(_ properties: hid_t) throws {
    let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
    try HDF5.check(
      min(
        H5Pset_obj_track_times(properties, false), H5Pset_attr_creation_order(properties, order),
        H5Pset_attr_phase_change(properties, UInt32(CheckpointLimits.attributes), 0)), .writeFailed,
      "no object properties could be set")
  }

  /// Writes everything; the root attribute `complete` comes last.
  func build(_ contents: CheckpointContents, _ tree: ContentsTree, in file: hid_t) throws {
    let root = try HDF5Handle(H5Gopen2(file, "/", chdf5_default()), .group, .writeFailed, "could not be opened")
    try writeText(CheckpointLayout.format, attribute: "format", of: root.identifier, "/")
    try writeNumber(Int32(CheckpointLayout.major), attribute: "format_major", of: root.identifier, "/")
    try writeNumber(Int32(CheckpointLayout.minor), attribute: "format_minor", of: root.identifier, "/")
    try writeText(contents.producer, attribute: "producer", of: root.identifier, "/")
    try writeNumber(Int64(contents.step), attribute: "step", of: root.identifier, "/")
    try writeNumber(Int64(contents.epoch), attribute: "epoch", of: root.identifier, "/")
    if let edited = contents.edited { try writeText(edited, attribute: CheckpointLayout.editedAttribute, of: root.identifier, "/") }
    let roots = tree.nodes[0].groups.map { tree.nodes[$0].path }.joined(separator: "/")
    try writeText(roots, attribute: CheckpointLayout.rootsAttribute, of: root.identifier, "/")
    try writeConfigurations(contents.configurations, in: root.identifier)
    for child in tree.nodes[0].groups { try write(tree, child, in: root.identifier) }
    try writeNumber(UInt8(1), attribute: "complete", of: root.identifier, "/")
    try root.close(object: "/")
  }

  /// Writes a tree alone, without what makes a checkpoint of it.
  func build(_ tree: ContentsTree, in file: hid_t) throws {
    for tensor in tree.nodes[0].tensors { try write(tensor, in: file) }
    for child in tree.nodes[0].groups { try write(tree, child, in: file) }
  }

  private func write(_ tree: ContentsTree, _ position: Int, in parent: hid_t) throws {
    let node = tree.nodes[position]
    let group = try makeGroup(node.path, in: parent)
    for attribute in node.attributes { try write(attribute, of: group.identifier, "/" + node.path) }
    for tensor in node.tensors { try write(tensor, in: group.identifier) }
    for child in node.groups { try write(tree, child, in: group.identifier) }
    try group.close(object: "/" + node.path)
  }

  private func makeGroup(_ path: String, in parent: hid_t) throws -> HDF5Handle {
    try HDF5Handle(
      H5Gcreate2(parent, Self.name(path), chdf5_default(), groupProperties.identifier, chdf5_default()), .group,
      .writeFailed, "the group could not be made", object: "/" + path)
  }

  private func writeConfigurations(_ configurations: [StoredConfiguration], in root: hid_t) throws {
    let group = try makeGroup(CheckpointLayout.configurationGroup, in: root)
    for configuration in configurations {
      let object = "/\(CheckpointLayout.configurationGroup)/\(configuration.name)"
      let text = Array(configuration.json.utf8)
      let type = try Self.textType(length: text.count, object)
      let space = try HDF5Handle(H5Screate(H5S_SCALAR), .space, .writeFailed, "has no space", object: object)
      let dataset = try writeDataset(
        configuration.name, type.identifier, space.identifier, text, in: group.identifier, object)
      try dataset.close(object: object)
    }
    try group.close(object: "/" + CheckpointLayout.configurationGroup)
  }

  private func write(_ tensor: StoredTensor, in group: hid_t) throws {
    let object = "/" + tensor.path
    let extents = tensor.shape.map { hsize_t($0) }
    let space = try HDF5Handle(
      extents.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(extents.count), extents, nil), .space,
      .writeFailed, "the shape \(tensor.shape) could not be made", object: object)
    let dataset = try writeDataset(
      Self.name(tensor.path), tensor.type.identifier, space.identifier, tensor.bytes, in: group, object)
    for attribute in tensor.attributes { try write(attribute, of: dataset.identifier, object) }
    try dataset.close(object: object)
  }

  /// Makes a dataset with its bytes and their checksum.
  private func writeDataset(
    _ name: String, _ type: hid_t, _ space: hid_t, _ bytes: [UInt8], in group: hid_t, _ object: String
  ) throws -> HDF5Handle {
    let dataset = try HDF5Handle(
      H5Dcreate2(
        group, name, type, space, chdf5_default(), tensorProperties.identifier, chdf5_default()), .dataset,
      .writeFailed, "the dataset could not be made", object: object)
    let identifier = dataset.identifier
    let checksum = try bytes.withUnsafeBytes { bytes in
      if !bytes.isEmpty {
        try HDF5.check(
          H5Dwrite(identifier, type, hid_t(H5S_ALL), hid_t(H5S_ALL), chdf5_default(), bytes.baseAddress), .writeFailed,
          "could not be written", object: object)
      }
      return crc32c(bytes)
    }
    try writeNumber(checksum, attribute: CheckpointLayout.checksumAttribute, of: dataset.identifier, object)
    return dataset
  }

  private static func name(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

extension HDF5Builder {
  private func write(_ attribute: StoredAttribute, of owner: hid_t, _ object: String) throws {
    switch attribute.value {
    case .text(let text): try writeText(text, attribute: attribute.name, of: owner, object)
    case .integer(let number): try writeNumber(number, attribute: attribute.name, of: owner, object)
    case .real(let number): try writeNumber(number, attribute: attribute.name, of: owner, object)
    case .flag(let number): try writeNumber(number, attribute: attribute.name, of: owner, object)
    case .unsigned(let number): try writeNumber(number, attribute: attribute.name, of: owner, object)
    }
  }

  private func writeNumber<Scalar: StorableScalar>(
    _ number: Scalar, attribute: String, of owner: hid_t, _ object: String
  ) throws {
    try withUnsafeBytes(of: number) {
      try writeAttribute(attribute, Scalar.storedType.identifier, $0, of: owner, object)
    }
  }

  /// Text of fixed length, filled with NUL: the empty text is one NUL.
  private func writeText(_ text: String, attribute: String, of owner: hid_t, _ object: String) throws {
    let bytes = text.isEmpty ? [0] : Array(text.utf8)
    let type = try Self.textType(length: bytes.count, object)
    try bytes.withUnsafeBytes { try writeAttribute(attribute, type.identifier, $0, of: owner, object) }
  }

  private static func textType(length: Int, _ object: String) throws -> HDF5Handle {
    let type = try HDF5Handle(H5Tcopy(chdf5_string()), .type, .writeFailed, "has no text type", object: object)
    try HDF5.check(
      min(
        H5Tset_size(type.identifier, length), H5Tset_strpad(type.identifier, H5T_STR_NULLPAD),
        H5Tset_cset(type.identifier, H5T_CSET_UTF8)), .writeFailed, "has no text type", object: object)
    return type
  }

  private func writeAttribute(
    _ name: String, _ type: hid_t, _ bytes: UnsafeRawBufferPointer, of owner: hid_t, _ object: String
  ) throws {
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), .space, .writeFailed, "has no space", object: object)
    let attribute = try HDF5Handle(
      H5Acreate2(owner, name, type, space.identifier, chdf5_default(), chdf5_default()), .attribute, .writeFailed,
      "the attribute '\(name)' could not be made", object: object)
    try HDF5.check(
      H5Awrite(attribute.identifier, type, bytes.baseAddress), .writeFailed,
      "the attribute '\(name)' could not be written", object: object)
    try attribute.close(object: object)
  }
}
