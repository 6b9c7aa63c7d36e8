import Foundation
import Testing

@testable import Checkpoints

@Suite("Safetensors")
struct SafetensorsTests {
  private let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func header(_ json: String, _ data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: json.utf8.count >> (8 * $0)) } + Array(json.utf8) + data
  }

  @Test("what was written is read, and the bytes are those of the format")
  func roundTrip() throws {
    let path = scratch.file("a.safetensors")
    let file = SafetensorsFile(
      [
        StoredTensor(path: "b", shape: [2, 1], values: [Float.nan, -0]), StoredTensor(path: "a", shape: [], values: [Int64(7)]),
        StoredTensor(path: "empty", shape: [0, 3], values: [Double]()),
      ], metadata: ["step": "4"])
    try file.write(to: path)
    #expect(try SafetensorsFile(reading: path) == file)
    let json =
      #"{"__metadata__":{"step":"4"},"a":{"data_offsets":[8,16],"dtype":"I64","shape":[]},"b":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]},"empty":{"data_offsets":[16,16],"dtype":"F64","shape":[0,3]}}"#
    let padding = String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
    #expect(try bytes(path) == header(json + padding, file.tensors.flatMap(\.bytes)))
    expectError(.invalidContents, "twice") { try SafetensorsFile([file.tensors[0], file.tensors[0]]).write(to: path) }
    try CheckpointFile.write(sample(), to: scratch.file("c.h5"))
    expectError(.writeFailed, "taken by a checkpoint") { try file.write(to: scratch.file("c.h5")) }
  }

  @Test("a file's digest is that of all its bytes")
  func digest() throws {
    let path = scratch.file("abc")
    try put(Array("abc".utf8), path)
    #expect(try SafetensorsFile.digest(of: path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    expectError(.missing, "no such file") { _ = try SafetensorsFile.digest(of: path + "d") }
  }

  @Test("half precision becomes float32")
  func halves() throws {
    let path = scratch.file("a.safetensors")
    let json = #"{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]}}"#
    try put(header(json, [0x00, 0x3c, 0x00, 0xc1, 0xc0, 0x3f]), path)
    let tensors = try SafetensorsFile(reading: path).tensors
    #expect(try tensors.map { try $0.values(as: Float.self) } == [[1, -2.5], [1.5]])
  }

  @Test("headers that do harm are refused before memory is taken")
  func hostile() throws {
    let path = scratch.file("a.safetensors")
    func refused(_ kind: CheckpointError.Kind, _ phrase: String, _ file: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws
    {
      try put(file, path)
      expectError(kind, phrase, sourceLocation: sourceLocation) { _ = try SafetensorsFile(reading: path) }
    }
    func entry(_ name: String, _ shape: String, _ offsets: String, type: String = "U8") -> String {
      "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }
    try refused(.refused, "too short", [1, 2, 3])
    try refused(.refused, "cut short", [UInt8](repeating: 255, count: 8) + [1])
    try refused(.refused, "no JSON", header("[1]", []))
    try refused(.refused, "no JSON", header(String(repeating: "[", count: 100_000), []))
    try refused(
      .refused, "overlaps", header("{\(entry("a", "[4]", "[0,4]")),\(entry("b", "[4]", "[2,6]"))}", [UInt8](repeating: 0, count: 6)))
    try refused(.refused, "gap", header("{\(entry("a", "[1]", "[3,4]"))}", [0, 0, 0, 0]))
    try refused(.refused, "belong to no tensor", header("{\(entry("a", "[1]", "[0,1]"))}", [0, 0]))
    try refused(.truncated, "ends at byte", header("{\(entry("a", "[9]", "[0,9]"))}", [0]))
    try refused(.truncated, "ends at byte", header("{\(entry("a", "[9]", "[0,9223372036854775807]"))}", [0]))
    try refused(.refused, "impossible shape", header("{\(entry("a", "[9223372036854775807]", "[0,1]", type: "F64"))}", [0]))
    try refused(.refused, "impossible shape", header("{\(entry("a", "[-1,-1]", "[0,1]"))}", [0]))
    try refused(.refused, "do not fill", header("{\(entry("a", "[1]", "[0,1]", type: "F32"))}", [0]))
    try refused(.refused, "type C64", header("{\(entry("a", "[1]", "[0,1]", type: "C64"))}", [0]))
    try refused(.refused, "two offsets", header("{\(entry("a", "[1]", "[0]"))}", [0]))
  }
}
