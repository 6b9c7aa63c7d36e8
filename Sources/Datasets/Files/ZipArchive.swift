import CZlib

/// The members of a zip file: stored or deflated, with sizes beyond 4 GiB too.
struct ZipArchive {
  /// A member, as the file's central directory has it.
  struct Member {
    let name: String
    fileprivate let method: Int
    fileprivate let checksum: UInt32
    fileprivate let storedSize: Int
    fileprivate let size: Int
    fileprivate let offset: Int
  }

  /// The members, in the file's order.
  let members: [Member]
  private let bytes: [UInt8]
  private let file: String

  /// Reads the directory of members; throws where the bytes are no whole zip file.
  init(_ bytes: [UInt8], file: String) throws {
    self.bytes = bytes
    self.file = file
    // The end record is 22 bytes and a comment of at most 65,535.
    let lowest = max(0, bytes.count - 22 - 65_535)
    var place = bytes.count - 22
    while place >= lowest, bytes.littleEndian(place, 4) != 0x0605_4B50 { place -= 1 }
    guard place >= lowest, var count = bytes.littleEndian(place + 10, 2), var start = bytes.littleEndian(place + 16, 4) else {
      throw ZipArchive.damaged("it is no whole zip file: it has no directory of its members", file)
    }
    if place >= 20, bytes.littleEndian(place - 20, 4) == 0x0706_4B50, let large = bytes.littleEndian(place - 12, 8),
      bytes.littleEndian(large, 4) == 0x0606_4B50, let largeCount = bytes.littleEndian(large + 32, 8),
      let largeStart = bytes.littleEndian(large + 48, 8)
    {
      (count, start) = (largeCount, largeStart)
    }
    var members: [Member] = []
    for _ in 0..<min(count, bytes.count) {
      guard let (member, length) = Self.member(bytes, at: start) else {
        throw ZipArchive.damaged("its directory of members is damaged", file)
      }
      members.append(member)
      start += length
    }
    self.members = members
  }

  /// The member's bytes, whose checksum is compared.
  func content(of member: Member, limits: ReadingLimits) throws -> [UInt8] {
    guard bytes.littleEndian(member.offset, 4) == 0x0403_4B50, let name = bytes.littleEndian(member.offset + 26, 2),
      let extra = bytes.littleEndian(member.offset + 28, 2)
    else { throw ZipArchive.damaged("its member '\(member.name)' is damaged", file) }
    let start = member.offset + 30 + name + extra
    guard start <= bytes.count, member.storedSize <= bytes.count - start else {
      throw ZipArchive.damaged("it is truncated: its member '\(member.name)' reaches beyond its end", file)
    }
    let content: [UInt8]
    switch member.method {
    case 0 where member.size == member.storedSize: content = Array(bytes[start..<start + member.size])
    case 8:
      guard member.size / ByteReader.largestRatio <= member.storedSize else {
        throw ZipArchive.damaged(
          "its member '\(member.name)' claims \(member.size) bytes, which its \(member.storedSize) cannot hold", file)
      }
      try limits.requireBytes(member.size, file: file)
      content = try inflated(bytes[start..<start + member.storedSize], size: member.size, member: member.name)
    default:
      throw DataError(
        "its member '\(member.name)' is compressed by method \(member.method); only stored and deflated ones are read", file: file,
        remedy: "write it by numpy.savez or numpy.savez_compressed")
    }
    let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    guard UInt32(truncatingIfNeeded: checksum) == member.checksum else {
      throw ZipArchive.damaged("the checksum of its member '\(member.name)' does not agree", file)
    }
    return content
  }

  private func inflated(_ input: ArraySlice<UInt8>, size: Int, member: String) throws -> [UInt8] {
    let inflater = try Inflater(.deflate, file: file)
    var isWhole = false
    // One byte more than it claims, to see where it is more.
    let output = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
      input.withUnsafeBytes { input in
        var place = 0
        while filled < size + 1 {
          let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<size + 1])
          let (consumed, produced, status) = inflater.step(UnsafeRawBufferPointer(rebasing: input[place...]), into: rest)
          place += consumed
          filled += produced
          isWhole = status == .ended
          if status != .continues || consumed == 0 && produced == 0 { break }
        }
      }
    }
    guard isWhole, output.count == size else {
      throw ZipArchive.damaged("its member '\(member)' is damaged: it does not unpack to the \(size) bytes that it claims", file)
    }
    return output
  }

  /// The member whose entry in the directory is at `place`, and the entry's length; `nil` where there is none.
  private static func member(_ bytes: [UInt8], at place: Int) -> (Member, Int)? {
    guard bytes.littleEndian(place, 4) == 0x0201_4B50, let method = bytes.littleEndian(place + 10, 2),
      let checksum = bytes.littleEndian(place + 16, 4), var storedSize = bytes.littleEndian(place + 20, 4),
      var size = bytes.littleEndian(place + 24, 4), let nameLength = bytes.littleEndian(place + 28, 2),
      let extraLength = bytes.littleEndian(place + 30, 2), let commentLength = bytes.littleEndian(place + 32, 2),
      var offset = bytes.littleEndian(place + 42, 4), place + 46 + nameLength + extraLength <= bytes.count
    else { return nil }
    let name = String(decoding: bytes[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
    // Sizes that need more than 32 bits stand in an extra field, those of them that do, in this order.
    var extra = place + 46 + nameLength
    let extraEnd = extra + extraLength
    while extra + 4 <= extraEnd, let kind = bytes.littleEndian(extra, 2), let length = bytes.littleEndian(extra + 2, 2) {
      if kind == 1 {
        var field = extra + 4
        func next(_ value: inout Int) -> Bool {
          guard value == 0xFFFF_FFFF else { return true }
          guard field + 8 <= min(extra + 4 + length, extraEnd), let large = bytes.littleEndian(field, 8) else { return false }
          value = large
          field += 8
          return true
        }
        guard next(&size), next(&storedSize), next(&offset) else { return nil }
      }
      extra += 4 + length
    }
    return (
      Member(
        name: name, method: method, checksum: UInt32(checksum), storedSize: storedSize, size: size, offset: offset),
      46 + nameLength + extraLength + commentLength
    )
  }

  private static func damaged(_ problem: String, _ file: String) -> DataError {
    DataError(problem, file: file, remedy: "write the file again; it was cut short or changed")
  }
}

extension [UInt8] {
  /// The number of `count` bytes at `place`, the least significant first; `nil` where they are not all there, or the number is beyond 2⁶² .
  fileprivate func littleEndian(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, count <= self.count, place <= self.count - count else { return nil }
    var value: UInt64 = 0
    for offset in 0..<count { value |= UInt64(self[place + offset]) << UInt64(8 * offset) }
    return value >> 62 == 0 ? Int(value) : nil
  }
}
