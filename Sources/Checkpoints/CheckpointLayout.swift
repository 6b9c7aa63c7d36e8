/// Names and versions of the file layout, schema 1.1.
///
/// Since 1.1 a file declares the groups under its root itself, in the root attribute `roots`: any network, player or part can be saved, and a
/// group that is not declared, or declared but missing, is an error. Files of 1.0 had a fixed list.
package enum CheckpointLayout {
  /// The first eight bytes of a file.
  static let magic: [UInt8] = Array("RIVALCK\0".utf8)
  /// The first eight bytes of an HDF5 superblock.
  static let superblockSignature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  /// The value of the root attribute `format`.
  static let format = "rival-checkpoint"
  /// The layout that this library writes; it reads every minor version of this major one.
  static let major: UInt32 = 1
  /// The minor version written.
  static let minor: UInt32 = 1
  /// The group of the JSON configurations.
  static let configurationGroup = "config"
  /// The attribute that holds a tensor's checksum.
  static let checksumAttribute = "crc32c"
  /// The root attribute that declares the groups of tensors under the root, in order, separated by slashes.
  static let rootsAttribute = "roots"
  /// The group of digests of earlier states: numbers of which no difference is larger than another.
  package static let digestsGroup = "state/digests"
  /// The root attribute that tells of changes by other tools, where there were any.
  static let editedAttribute = "edited"

  /// Whether a file of schema 1.0, which declares nothing, may have the group `name` under its root: one of a fixed list, or a second set of a
  /// network's tensors, such as `generator_ema` or `discriminator_slow`.
  static func isUndeclaredRoot(_ name: String) -> Bool {
    let known = ["generator", "discriminator", "optimizers", "heuristics", "metrics", "state", "data", "rng"]
    if known.contains(name) || (name.hasSuffix("_ema") && name.count > 4) { return true }
    return ["generator_", "discriminator_"].contains { name.hasPrefix($0) && name.count > $0.count }
  }
}
