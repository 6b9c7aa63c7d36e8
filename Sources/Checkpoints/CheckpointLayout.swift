/// Names and versions of the file layout, schema 1.0.
enum CheckpointLayout {
  /// The first eight bytes of a file.
  static let magic: [UInt8] = Array("RIVALCK\0".utf8)
  /// The first eight bytes of an HDF5 superblock.
  static let superblockSignature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  /// The value of the root attribute `format`.
  static let format = "rival-checkpoint"
  /// The layout that this library writes; it reads every minor version of this major one.
  static let major: UInt32 = 1
  /// The minor version written.
  static let minor: UInt32 = 0
  /// The group of the JSON configurations.
  static let configurationGroup = "config"
  /// The attribute that holds a tensor's checksum.
  static let checksumAttribute = "crc32c"

  /// Groups under the root that the reader enters; others are left for later versions and ignored.
  static let roots = [
    "generator", "discriminator", "optimizers", "heuristics", "metrics", "state", "data", "rng",
  ]

  /// Whether `name` is a group under the root that holds groups and tensors: one of `roots`, or a second set of a network's
  /// tensors, such as `generator_ema` or `discriminator_slow`.
  static func isRoot(_ name: some StringProtocol) -> Bool {
    if roots.contains(where: { name == $0 }) || (name.hasSuffix("_ema") && name.count > 4) { return true }
    return ["generator_", "discriminator_"].contains { name.hasPrefix($0) && name.count > $0.count }
  }
}
