import Foundation
import Testing

@testable import Checkpoints

/// What other programs make of checkpoints; `RIVAL_PYTHON` names a Python with h5py.
@Suite("Interchange")
struct InterchangeTests {
  static var python: String? { ProcessInfo.processInfo.environment["RIVAL_PYTHON"] }

  private func run(_ script: String, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = ["-c", script] + arguments
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: text, as: UTF8.self)
  }

  @Test("I1: h5py reads every tensor by its path, with type, shape, order and bytes", .enabled(if: python != nil))
  func h5py() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.h5")
    try CheckpointFile.write(sample(), to: path)
    let script = """
      import sys, h5py
      def show(name, item):
          if isinstance(item, h5py.Dataset) and not name.startswith("config/"):
              print(name, item.dtype, list(item.shape), item[()].tobytes().hex())
      h5py.File(sys.argv[1]).visititems(show)
      """
    let wanted = sample().tensors.map { tensor in
      "\(tensor.path) \(tensor.type.rawValue) \(tensor.shape) \(hexadecimal(tensor.bytes))"
    }
    #expect(try run(script, path).split(separator: "\n").map(String.init).sorted() == wanted.sorted())
  }

  @Test("C5: weights changed by h5py are taken as edited, and named", .enabled(if: python != nil))
  func edited() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.h5")
    try CheckpointFile.write(sample(), to: path)
    let script = """
      import sys, h5py
      with h5py.File(sys.argv[1], "r+") as file:
          file["generator/params/00_dense/weight"][...] = 2.5
          del file["state/key"]
          file["state/key"] = [1, 2, 3]
      """
    _ = try run(script, path)
    expectError(.extended, "--edited") { _ = try CheckpointFile.read(path) }
    let read = try CheckpointFile.read(path, verification: .edited)
    #expect(read.edited == "at step 400: /generator/params/00_dense/weight, /state/key")
    #expect(try read.tensor("generator/params/00_dense/weight")?.values(as: Float.self) == [Float](repeating: 2.5, count: 6))
    #expect(try read.tensor("state/key")?.values(as: Int64.self) == [1, 2, 3])
  }

  @Test("safetensors of this library are read by the format's own, and the other way round", .enabled(if: python != nil))
  func safetensors() throws {
    let scratch = try Scratch()
    let (path, other) = (scratch.file("a.safetensors"), scratch.file("b.safetensors"))
    let tensors = [StoredTensor(path: "net.0.weight", shape: [2, 3], values: [Float](arrayLiteral: 1, 2, 3, 4, 5, 6))]
    try SafetensorsFile(tensors, metadata: ["step": "4"]).write(to: path)
    let script = """
      import sys
      from safetensors.numpy import load_file, save_file
      tensors = load_file(sys.argv[1])
      print({name: value.tolist() for name, value in tensors.items()})
      save_file({"x": tensors["net.0.weight"] * 2}, sys.argv[2])
      """
    #expect(try run(script, path, other) == "{'net.0.weight': [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]}\n")
    let back = try #require(try SafetensorsFile(reading: other).tensors.first)
    #expect(back.path == "x" && back.shape == [2, 3])
    #expect(try back.values(as: Float.self) == [2, 4, 6, 8, 10, 12])
  }

  /// A program of HDF5's own, where it is installed.
  private static func tool(_ name: String) -> String? {
    ["/usr/bin/", "/usr/local/bin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  @Test(
    "I3: h5ls, h5dump and h5stat read a checkpoint; what h5repack makes of it is taken as edited, and is the same",
    .enabled(if: tool("h5repack") != nil))
  func tools() throws {
    let scratch = try Scratch()
    let (path, copy) = (scratch.file("a.h5"), scratch.file("b.h5"))
    try CheckpointFile.write(sample(), to: path)
    let header = scratch.file("header")
    try put(bytes(path).prefix(512), header)
    for arguments in [
      ["h5ls", "-r", path], ["h5dump", "-A", path], ["h5stat", path], ["h5repack", "-u", header, "-b", "512", path, copy],
    ] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: try #require(Self.tool(arguments[0])))
      process.arguments = Array(arguments.dropFirst())
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(arguments)")
    }
    var wanted = try sample().canonical()
    wanted.edited = "at step 400: repacked"
    let read = try CheckpointFile.read(copy, verification: .edited)
    #expect(CheckpointDifference(read, wanted).isEmpty, "\(CheckpointDifference(read, wanted))")
  }

  @Test(
    "P1: 100 MB are saved in less than five times a raw write", .enabled(if: ProcessInfo.processInfo.environment["RIVAL_MEASURE"] != nil))
  func speed() throws {
    let scratch = try Scratch()
    let contents = CheckpointContents(
      producer: "tests", step: 1,
      tensors: (0..<40).map { StoredTensor(path: "state/\($0)", shape: [655_360], values: [Float](repeating: Float($0), count: 655_360)) })
    func seconds(_ body: () throws -> Void) rethrows -> Double {
      let begin = ContinuousClock.now
      try body()
      return (ContinuousClock.now - begin) / .seconds(1)
    }
    let image = try CheckpointFile.image(of: contents)
    let raw =
      (0..<5).map { number in
        seconds {
          let file = open(scratch.file("raw\(number)"), O_WRONLY | O_CREAT, 0o600)
          defer { close(file) }
          #expect(write(file, image, image.count) == image.count && fsync(file) == 0)
        }
      }.min() ?? 0
    let saving = try (0..<5).map { _ in try seconds { try CheckpointFile.write(contents, to: scratch.file("a.h5")) } }.min() ?? 0
    let loading = try (0..<5).map { _ in try seconds { _ = try CheckpointFile.read(scratch.file("a.h5")) } }.min() ?? 0
    let writer = CheckpointWriter()
    let stall =
      try (0..<3).map { _ in
        let stall = try seconds { try writer.submit(contents, to: scratch.file("b.h5")) }
        try writer.wait()
        return stall
      }.min() ?? 0
    print("\(image.count) bytes: raw \(raw) s, saved \(saving) s, loaded \(loading) s, stall \(stall) s")
    #expect(saving < 5 * raw)
  }
}
