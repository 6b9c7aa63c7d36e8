import CZlib
import Foundation

/// A wheel on the disk: a zip file, whose members are unpacked a piece at a time, since some are larger than half a gigabyte.
struct WheelArchive {
  /// A member, as the directory at the file's end has it.
  struct Member {
    let path: String
    let method: Int
    let checksum: UInt32
    let storedSize: Int
    let size: Int
    let offset: Int
  }

  let members: [Member]
  private let path: String

  /// Reads the directory of members.
  ///
  /// - Throws: ``InstallationError`` where the file is no whole zip file.
  init(_ path: String) throws {
    self.path = path
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let size = try file.seekToEnd()
    let tail = min(size, 65_557)
    try file.seek(toOffset: size - tail)
    let end = [UInt8](try file.readToEnd() ?? Data())
    guard let place = (0...max(end.count - 22, 0)).last(where: { end.number($0, 4) == 0x0605_4B50 }), let count = end.number(place + 10, 2),
      let length = end.number(place + 12, 4), let start = end.number(place + 16, 4), UInt64(start + length) <= size
    else { throw InstallationError("\(path) is no whole wheel: it has no directory of its members; remove it, and download it again") }
    try file.seek(toOffset: UInt64(start))
    let directory = [UInt8](try file.read(upToCount: length) ?? Data())
    var members: [Member] = []
    var entry = 0
    for _ in 0..<count {
      guard directory.number(entry, 4) == 0x0201_4B50, let method = directory.number(entry + 10, 2),
        let checksum = directory.number(entry + 16, 4), let stored = directory.number(entry + 20, 4),
        let size = directory.number(entry + 24, 4),
        let nameLength = directory.number(entry + 28, 2), let extra = directory.number(entry + 30, 2),
        let comment = directory.number(entry + 32, 2),
        let offset = directory.number(entry + 42, 4), entry + 46 + nameLength <= directory.count
      else { throw InstallationError("\(path) is damaged: its directory of members breaks off; remove it, and download it again") }
      let name = String(decoding: directory[(entry + 46)..<(entry + 46 + nameLength)], as: UTF8.self)
      members.append(Member(path: name, method: method, checksum: UInt32(checksum), storedSize: stored, size: size, offset: offset))
      entry += 46 + nameLength + extra + comment
    }
    self.members = members
  }

  /// Writes a member to `target`: under another name first, so that a file of that name is whole.
  func unpack(_ member: Member, to target: String, isExecutable: Bool, progress: (Int) -> Void) throws {
    let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? source.close() }
    try source.seek(toOffset: UInt64(member.offset))
    let header = [UInt8](try source.read(upToCount: 30) ?? Data())
    guard header.number(0, 4) == 0x0403_4B50, let name = header.number(26, 2), let extra = header.number(28, 2),
      [0, 8].contains(member.method)
    else { throw damaged(member) }
    try source.seek(toOffset: UInt64(member.offset + 30 + name + extra))
    let folder = URL(fileURLWithPath: target).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let unfinished = target + ".unfinished"
    try Data().write(to: URL(fileURLWithPath: unfinished))
    try FileManager.default.setAttributes([.posixPermissions: isExecutable ? 0o755 : 0o644], ofItemAtPath: unfinished)
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: unfinished))
    defer { try? output.close() }
    var written = 0
    var checksum: UInt = 0
    try pieces(of: member, from: source) { piece in
      written += piece.count
      guard written <= member.size else { throw damaged(member) }
      checksum = piece.withUnsafeBytes { crc32_z(checksum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
      try output.write(contentsOf: piece)
      progress(piece.count)
    }
    guard written == member.size, UInt32(truncatingIfNeeded: checksum) == member.checksum else { throw damaged(member) }
    try output.synchronize()
    guard rename(unfinished, target) == 0 else {
      throw InstallationError("\(target) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  private func damaged(_ member: Member) -> InstallationError {
    InstallationError("\(path) is damaged: its member '\(member.path)' does not unpack to what it claims; remove it, and download it again")
  }

  private func pieces(of member: Member, from source: FileHandle, _ body: (Data) throws -> Void) throws {
    var rest = member.storedSize
    func next() throws -> Data {
      let piece = try source.read(upToCount: min(rest, 1 << 20)) ?? Data()
      rest -= piece.count
      return piece
    }
    if member.method == 0 {
      while rest > 0 {
        let piece = try next()
        if piece.isEmpty { throw damaged(member) }
        try body(piece)
      }
      return
    }
    // zlib compares the address of the stream with the one that it was begun at.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw InstallationError("zlib cannot start; check that memory is free")
    }
    defer { inflateEnd(stream) }
    var room = [UInt8](repeating: 0, count: 1 << 20)
    var status = Z_OK
    while status == Z_OK {
      var input = [UInt8](try next())
      if input.isEmpty { throw damaged(member) }
      let count = input.count
      try input.withUnsafeMutableBufferPointer { input in
        stream.pointee.next_in = input.baseAddress
        stream.pointee.avail_in = UInt32(count)
        repeat {
          let capacity = room.count
          status = room.withUnsafeMutableBufferPointer { room in
            stream.pointee.next_out = room.baseAddress
            stream.pointee.avail_out = UInt32(capacity)
            return inflate(stream, Z_NO_FLUSH)
          }
          // No progress without more input.
          if status == Z_BUF_ERROR { status = Z_OK }
          guard status == Z_OK || status == Z_STREAM_END else { throw damaged(member) }
          let produced = capacity - Int(stream.pointee.avail_out)
          if produced > 0 { try body(Data(room[..<produced])) }
        } while status == Z_OK && stream.pointee.avail_out == 0
      }
    }
  }
}

extension [UInt8] {
  /// The number of `count` bytes at `place`, the least significant first; `nil` where they are not all there.
  fileprivate func number(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place + count <= self.count else { return nil }
    return (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
  }
}
