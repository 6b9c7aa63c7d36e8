import Foundation

/// Named tensors in the format safetensors, which PyTorch, JAX and others read: a length, a header in JSON, the numbers.
///
/// ```swift
/// try SafetensorsFile(contents.tensors).write(to: "generator.safetensors")
/// let tensors = try SafetensorsFile(reading: "generator.safetensors").tensors
/// ```
public struct SafetensorsFile: Sendable, Equatable {
  /// The tensors, in the order of their bytes; the path is the name.
  public var tensors: [StoredTensor]
  /// Texts by name.
  public var metadata: [String: String]

  /// Names tensors; attributes are not kept.
  public init(_ tensors: [StoredTensor], metadata: [String: String] = [:]) {
    self.tensors = tensors.map { StoredTensor(path: $0.path, type: $0.type, shape: $0.shape, bytes: $0.bytes) }
    self.metadata = metadata
  }

  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// What the header has under a name: a tensor, or under `__metadata__` texts.
  private enum Member: Codable {
    case tensor(Entry)
    case texts([String: String])

    init(from decoder: any Decoder) throws {
      if let entry = try? Entry(from: decoder) { self = .tensor(entry) } else { self = .texts(try [String: String](from: decoder)) }
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tensor(let entry): try entry.encode(to: encoder)
      case .texts(let texts): try texts.encode(to: encoder)
      }
    }
  }

  private static let names: [(name: String, type: StoredType)] = [
    ("F32", .float32), ("F64", .float64), ("I32", .int32), ("I64", .int64), ("U8", .uint8), ("U32", .uint32), ("U64", .uint64),
    ("BOOL", .uint8),
  ]

  /// Reads the file at `path`; half-precision numbers (F16, BF16) become float32.
  ///
  /// - Throws: `CheckpointError`: `refused` for a header that is none, types that are not read, and tensors that overlap, leave a gap, or have
  ///   other sizes than their shapes; `truncated` where bytes are missing.
  public init(reading path: String) throws {
    self = try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      let length = Int(try file.status(path).st_size)
      func bytes(_ count: Int, at offset: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
          filled = try file.read(
            into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset, path)
          guard filled == count else { throw CheckpointError(.truncated, "the file became shorter while it was read") }
        }
      }
      guard length >= 8 else { throw Self.refused("is too short to be a safetensors file: \(length) bytes") }
      var begin = ByteReader(try bytes(8, at: 0), origin: 0)
      let size = try begin.unsigned(8)
      guard size <= UInt64(CheckpointLimits.configurationBytes), Int(size) <= length - 8 else {
        throw Self.refused("is no safetensors file, or cut short: its header would have \(size) bytes, the file has \(length)")
      }
      let json = try bytes(Int(size), at: 8)
      guard ConfigurationText.problem(with: json) == nil,
        let members = try? JSONDecoder().decode([String: Member].self, from: Data(json))
      else { throw Self.refused("has a header that is no JSON of a safetensors file") }
      return try Self(members, data: 8 + Int(size), length: length, bytes)
    }
  }

  private init(_ members: [String: Member], data: Int, length: Int, _ bytes: (Int, Int) throws -> [UInt8]) throws {
    var entries: [(name: String, entry: Entry)] = []
    metadata = [:]
    for (name, member) in members {
      switch member {
      case .tensor(let entry): entries.append((name, entry))
      case .texts(let texts):
        guard name == "__metadata__" else { throw Self.refused("has a header whose entry is no tensor", name) }
        metadata = texts
      }
    }
    guard entries.allSatisfy({ $0.entry.offsets.count == 2 }) else { throw Self.refused("has tensors without two offsets") }
    entries.sort {
      ($0.entry.offsets[0], $0.entry.offsets[1], $0.name) < ($1.entry.offsets[0], $1.entry.offsets[1], $1.name)
    }
    tensors = []
    var end = 0
    for (name, entry) in entries {
      let (first, last) = (entry.offsets[0], entry.offsets[1])
      guard first == end, last >= first else { throw Self.refused("overlaps another tensor, or leaves a gap before it", name) }
      guard last <= length - data else {
        throw CheckpointError(
          .truncated, "ends at byte \(data + min(last, .max - data)), but the file has \(length)", object: name, advice: "Copy it again.")
      }
      end = last
      tensors.append(try Self.tensor(name, entry, try bytes(last - first, data + first)))
    }
    guard end == length - data else { throw Self.refused("has \(length - data - end) bytes that belong to no tensor") }
  }

  private static func tensor(_ name: String, _ entry: Entry, _ bytes: [UInt8]) throws -> StoredTensor {
    let half: FloatFormat? = ["F16": .float16, "BF16": .bfloat16][entry.dtype]
    let type = names.first { $0.name == entry.dtype }?.type
    guard half != nil || type != nil else {
      throw refused("has numbers of the type \(entry.dtype); \(names.map(\.name).joined(separator: ", ")), F16 and BF16 are read", name)
    }
    var count = half?.size ?? type?.size ?? 0
    for extent in entry.shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, extent >= 0 else { throw refused("has the impossible shape \(entry.shape)", name) }
      count = next
    }
    guard count == bytes.count else { throw refused("has \(bytes.count) bytes, which do not fill its shape \(entry.shape)", name) }
    return half.flatMap { StoredTensor(path: name, shape: entry.shape, bytes: bytes, format: $0) }
      ?? StoredTensor(path: name, type: type ?? .uint8, shape: entry.shape, bytes: bytes)
  }

  /// The SHA-256 of the file at `path`, 64 hexadecimal digits: what `sha256sum` says of it.
  ///
  /// - Throws: `CheckpointError` where the file cannot be read.
  public static func digest(of path: String) throws -> String {
    try namingFile(path) {
      let file = try FileDescriptor.reading(path)
      return hexadecimal(try file.digest(from: 0, to: Int(file.status(path).st_size), path))
    }
  }

  /// Writes the file, atomically; equal tensors give equal bytes.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents` for a name that is used twice, `writeFailed` where the file cannot be written.
  public func write(to path: String) throws {
    try namingFile(path) {
      var members: [String: Member] = metadata.isEmpty ? [:] : ["__metadata__": .texts(metadata)]
      var offset = 0
      for tensor in tensors {
        guard members[tensor.path] == nil else { throw CheckpointError(.invalidContents, "is used twice", object: tensor.path) }
        let name = Self.names.first { $0.type == tensor.type }?.name ?? ""
        members[tensor.path] = .tensor(
          Entry(dtype: tensor.isBoolean ? "BOOL" : name, shape: tensor.shape, offsets: [offset, offset + tensor.bytes.count]))
        offset += tensor.bytes.count
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      var header = [UInt8](try encoder.encode(members))
      header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(8 + header.count + offset)
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.count >> (8 * shift))) }
      bytes += header
      for tensor in tensors { bytes += tensor.bytes }
      try bytes.withUnsafeBytes { try AtomicFile.write($0, to: path, replacesCheckpoint: false) }
    }
  }

  private static func refused(_ problem: String, _ name: String? = nil) -> CheckpointError {
    CheckpointError(.refused, problem, object: name, advice: "Write it again with safetensors, or use another copy.")
  }
}
