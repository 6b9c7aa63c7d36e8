import Testing

@testable import Datasets

@Suite struct NPYBytesTests {
  @Test func bytesAreKept() throws {
    let file = try NPYFile(shape: [2, 3], elements: .uint8([0, 1, 2, 3, 128, 255]))
    #expect(try NPYFile(decoding: file.encoded()) == file)
    #expect(file.floats == [0, 1, 2, 3, 128, 255])
    // numpy.save of a uint8 array: '|u1', for bytes have no order.
    #expect(String(decoding: file.encoded().dropFirst(), as: Unicode.ASCII.self).contains("{'descr': '|u1', "))
    #expect(message { _ = try NPYFile(decoding: file.encoded() + [0]) }.contains("of 1-byte numbers, but 7 bytes follow"))
  }
}
