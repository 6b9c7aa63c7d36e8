import Testing

@testable import Checkpoints

@Suite("Digests")
struct DigestTests {
  private func sha256(_ text: [UInt8], portable: Bool) -> String {
    hexadecimal(text.withUnsafeBytes { SHA256.digest($0, portable: portable) })
  }

  @Test("SHA-256 gives the answers of FIPS 180-4", arguments: [false, true])
  func knownDigests(portable: Bool) {
    #expect(
      sha256([], portable: portable) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      sha256(Array("abc".utf8), portable: portable)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      sha256(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8), portable: portable)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      sha256([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000), portable: portable)
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test("CRC-32C gives the answers of RFC 3720", arguments: [false, true])
  func knownChecksums(portable: Bool) {
    func crc(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { crc32c($0, portable: portable) } }
    #expect(crc(Array("123456789".utf8)) == 0xe306_9283)
    #expect(crc([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(crc([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(crc([UInt8](0..<32)) == 0x46dd_794e)
    #expect(crc([]) == 0)
  }

  @Test("in pieces or whole, accelerated or not: the same digest at every length")
  func pieces() {
    var numbers = Numbers(state: 1)
    let data = (0..<300).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    for length in 0...data.count {
      data.withUnsafeBytes { all in
        let bytes = UnsafeRawBufferPointer(rebasing: all[..<length])
        let cut = length * 3 / 7
        var running = SHA256()
        running.update(UnsafeRawBufferPointer(rebasing: bytes[..<cut]))
        running.update(UnsafeRawBufferPointer(rebasing: bytes[cut...]))
        #expect(running.finish() == SHA256.digest(bytes, portable: true))
        let first = crc32c(UnsafeRawBufferPointer(rebasing: bytes[..<cut]))
        let both = crc32c(UnsafeRawBufferPointer(rebasing: bytes[cut...]), from: first)
        #expect(both == crc32c(bytes, portable: true))
      }
    }
  }
}
