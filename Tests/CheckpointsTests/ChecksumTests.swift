import Testing

@testable import Checkpoints

@Suite("Checksums of HDF5")
struct ChecksumTests {
  @Test("lookup3 of Jenkins' own examples")
  func lookup3() {
    func hash(_ text: String) -> UInt32 { Array(text.utf8).withUnsafeBytes { metadataChecksum($0) } }
    #expect(hash("") == 0xdead_beef)
    // From the driver in lookup3.c.
    #expect(hash("Four score and seven years ago") == 0x1777_0551)
  }

  @Test("Fletcher-32 of known texts, bytes in the order that HDF5 takes")
  func fletcher() {
    func sum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { fletcher32($0) } }
    // Words 0x0102, 0x0304: sums 0x0406 and 0x0508.
    #expect(sum([1, 2, 3, 4]) == 0x0508_0406)
    #expect(sum([1, 2, 3]) == 0x0504_0402)
    #expect(sum([]) == 0)
    // 65535 words of one: the sum folds to 65535.
    #expect(sum([UInt8](repeating: 0, count: 131_070).enumerated().map { $0.offset % 2 == 0 ? 0 : 1 }) & 0xffff == 0xffff)
  }
}
