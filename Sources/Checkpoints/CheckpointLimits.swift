/// Bounds that both the writer and the reader keep, so that a hostile file costs little and a written one always loads.
enum CheckpointLimits {
  /// Bytes of the header in front of the HDF5 part.
  static let headerSize = 512
  /// Axes of a tensor.
  static let rank = 8
  /// Groups on the way to an object, the object included.
  static let depth = 16
  /// Groups and tensors in one file.
  static let objects = 100_000
  /// Links in one group.
  static let linksPerGroup = 10_000
  /// Attributes of one object, the library's own included; few enough to stay in the object's own header.
  static let attributes = 32
  /// UTF-8 bytes of one text attribute.
  static let attributeBytes = 60_000
  /// UTF-8 bytes of one name.
  static let nameBytes = 255
  /// UTF-8 bytes of one JSON configuration.
  static let configurationBytes = 16 << 20
  /// Training steps; they are counted in 32 bits while training.
  static let steps = Int(Int32.max)
  /// Nested brackets of one JSON configuration.
  static let configurationDepth = 64
}
