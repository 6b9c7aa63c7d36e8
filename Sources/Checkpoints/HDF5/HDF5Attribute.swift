import CHDF5

/// Reading of attributes: scalars of the known kinds only.
enum HDF5Attribute {
  /// Whether an object keeps the order in which its members were made.
  static func keepsOrder(_ group: hid_t) -> Bool {
    let properties = H5Gget_create_plist(group)
    guard properties >= 0 else { return false }
    defer { H5Pclose(properties) }
    var flags: UInt32 = 0
    return H5Pget_link_creation_order(properties, &flags) >= 0 && flags & UInt32(H5P_CRT_ORDER_INDEXED) != 0
  }

  /// All attributes of an object, in creation order where it is kept.
  static func all(of owner: hid_t, _ object: String) throws -> [StoredAttribute] {
    let list = NameList()
    let context = Unmanaged.passUnretained(list).toOpaque()
    func visit(byCreation: Bool) -> herr_t {
      chdf5_each_attribute(owner, byCreation, context) { context, name in
        guard let context, let name else { return false }
        let list = Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue()
        return list.names.count <= CheckpointLimits.attributes && list.add(name)
      }
    }
    // Objects made by other tools keep no order; then names are sorted.
    if visit(byCreation: true) < 0, list.names.isEmpty {
      try HDF5.check(visit(byCreation: false), .damagedContents, "its attributes could not be listed", object: object)
    }
    guard list.refused == nil, list.names.count <= CheckpointLimits.attributes else {
      throw refused("has more than \(CheckpointLimits.attributes) attributes, or one with a name not in UTF-8", object)
    }
    return try list.names.map { StoredAttribute($0, try value($0, of: owner, object)) }
  }

  /// The value of the attribute `name`.
  static func value(_ name: String, of owner: hid_t, _ object: String) throws -> AttributeValue {
    let attribute = try HDF5Handle(
      H5Aopen(owner, name, chdf5_default()), .attribute, .refused, "has no attribute '\(name)'", object: object)
    let type = try HDF5Handle(
      H5Aget_type(attribute.identifier), .type, .damagedContents, "its attribute '\(name)' has no type", object: object)
    let space = try HDF5Handle(
      H5Aget_space(attribute.identifier), .space, .damagedContents, "its attribute '\(name)' has no shape",
      object: object)
    guard H5Sget_simple_extent_type(space.identifier) == H5S_SCALAR else {
      throw refused("its attribute '\(name)' is no scalar", object)
    }
    let size = H5Tget_size(type.identifier)
    switch H5Tget_class(type.identifier) {
    case H5T_STRING:
      return .text(try text(name, attribute.identifier, type.identifier, size, object))
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type.identifier) != H5T_SGN_NONE
      if !isSigned, size == 1 { return .flag(try number(name, attribute.identifier, UInt8(0), object)) }
      if !isSigned, size == 4 { return .unsigned(try number(name, attribute.identifier, UInt32(0), object)) }
      if isSigned, size <= 8 { return .integer(try number(name, attribute.identifier, Int64(0), object)) }
    case H5T_FLOAT where size == 4 || size == 8:
      return .real(try number(name, attribute.identifier, Double(0), object))
    default: break
    }
    throw refused("its attribute '\(name)' is of a kind that checkpoints do not have", object)
  }

  /// The integer `name` of the root.
  static func integer(_ name: String, of root: hid_t) throws -> Int64 {
    switch try value(name, of: root, "/") {
    case .integer(let value): return value
    case .flag(let value): return Int64(value)
    case .unsigned(let value): return Int64(value)
    default: throw refused("its attribute '\(name)' is no integer", "/")
    }
  }

  /// The text `name` of the root.
  static func text(_ name: String, of root: hid_t) throws -> String {
    guard case .text(let text) = try value(name, of: root, "/") else {
      throw refused("its attribute '\(name)' is no text", "/")
    }
    return text
  }

  /// The layout version of the root, having checked that the root says it is a checkpoint's.
  static func format(of root: hid_t) throws -> (major: Int64, minor: Int64) {
    let format = try text("format", of: root)
    guard format == CheckpointLayout.format else { throw refused("is of the format '\(format)'", "/") }
    return (try integer("format_major", of: root), try integer("format_minor", of: root))
  }

  private static func number<Scalar: StorableScalar>(
    _ name: String, _ attribute: hid_t, _ zero: Scalar, _ object: String
  ) throws -> Scalar {
    var value = zero
    try HDF5.check(
      H5Aread(attribute, Scalar.storedType.identifier, &value), .damagedContents,
      "its attribute '\(name)' could not be read", object: object)
    return value
  }

  private static func text(
    _ name: String, _ attribute: hid_t, _ type: hid_t, _ size: Int, _ object: String
  ) throws -> String {
    guard H5Tis_variable_str(type) == 0, size > 0, size <= CheckpointLimits.attributeBytes else {
      throw refused("its attribute '\(name)' is text of variable length or of more than 60,000 bytes", object)
    }
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      try HDF5.check(
        H5Aread(attribute, type, buffer.baseAddress), .damagedContents, "its attribute '\(name)' could not be read",
        object: object)
      count = size
    }
    guard let text = String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self) else {
      throw refused("its attribute '\(name)' is not UTF-8", object)
    }
    return text
  }

  private static func refused(_ problem: String, _ object: String) -> CheckpointError {
    CheckpointError(.refused, problem, object: object, advice: CheckpointError.foreignAdvice)
  }
}
