/// The checksum of HDF5 metadata: lookup3 of Jenkins (2006), `hashlittle` with the initial value 0.
func metadataChecksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
  var a = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
  var (b, c) = (a, a)
  func word(_ start: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in start..<min(start + 4, bytes.count) { value |= UInt32(bytes[index]) << UInt32(8 * (index - start)) }
    return value
  }
  var start = 0
  while bytes.count - start > 12 {
    a = a &+ word(start)
    b = b &+ word(start + 4)
    c = c &+ word(start + 8)
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
    start += 12
  }
  guard start < bytes.count else { return c }
  a = a &+ word(start)
  if start + 4 < bytes.count { b = b &+ word(start + 4) }
  if start + 8 < bytes.count { c = c &+ word(start + 8) }
  c = (c ^ b) &- rotated(b, 14)
  a = (a ^ c) &- rotated(c, 11)
  b = (b ^ a) &- rotated(a, 25)
  c = (c ^ b) &- rotated(b, 16)
  a = (a ^ c) &- rotated(c, 4)
  b = (b ^ a) &- rotated(a, 14)
  return (c ^ b) &- rotated(b, 24)
}

/// The checksum of the filter Fletcher-32: over big-endian words of 16 bits, an odd last byte as the upper half of one.
func fletcher32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  var (first, second): (UInt32, UInt32) = (0, 0)
  func folded(_ sum: UInt32) -> UInt32 { (sum & 0xffff) + (sum >> 16) }
  let even = bytes.count & ~1
  var start = 0
  while start < even {
    // So many words fit before a sum of 32 bits could overflow.
    let end = min(even, start + 720)
    while start < end {
      first &+= UInt32(bytes[start]) << 8 | UInt32(bytes[start + 1])
      second &+= first
      start += 2
    }
    (first, second) = (folded(first), folded(second))
  }
  if even < bytes.count {
    first &+= UInt32(bytes[even]) << 8
    second &+= first
    (first, second) = (folded(first), folded(second))
  }
  (first, second) = (folded(first), folded(second))
  return second << 16 | first
}
