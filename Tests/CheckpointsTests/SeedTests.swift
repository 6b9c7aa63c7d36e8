import Foundation
import Testing

@testable import Checkpoints

/// HDF5 files of every structure that is read, written by `Tests/Reference/make_hdf5_seeds.py`.
enum Seeds {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference/Seeds").path

  static var names: [String] {
    get throws { try CheckpointDirectory.names(in: directory).filter { $0.hasSuffix(".h5") } }
  }
}

@Suite("Structures of HDF5")
struct SeedTests {
  @Test("I2, I6: what h5py with HDF5 2.0 wrote is read, number for number, in every structure, type and version of the format")
  func everyStructure() throws {
    for name in try Seeds.names {
      let found = try HDF5Samples.read(Seeds.directory + "/" + name)
      let count = found.shape.reduce(1, *)
      let wanted =
        name.hasPrefix("fill") ? [Float](repeating: 2.5, count: count) : (0..<count).map { Float($0 % 101) }
      #expect(found.values == wanted, "\(name): \(found.shape)")
    }
    #expect(try Seeds.names.count == 60)
  }

  @Test(
    "lists of chunks with pages, of which some were never written",
    .enabled(if: ProcessInfo.processInfo.environment["RIVAL_LARGE_SEEDS"] != nil))
  func pages() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["RIVAL_LARGE_SEEDS"])
    let wanted = (0..<300_000).map { (40_000..<290_000).contains($0) ? 0 : Float($0 % 101) }
    for name in ["large-fixed", "large-growing", "large-tree"] {
      let found = try HDF5Samples.read("\(folder)/\(name).h5")
      #expect(found.shape == [300_000] && found.values == wanted, "\(name)")
    }
  }

  @Test("floats of other layouts are rounded once, to the nearest")
  func floats() throws {
    func half(_ bits: UInt16) -> Float { HDF5Float.half.value(UInt128(bits)) }
    for bits in UInt16.min...UInt16.max {
      let (sign, exponent, mantissa) = (bits >> 15, Int(bits >> 10 & 31), Float(bits & 1023))
      let magnitude: Float =
        switch exponent {
        case 31: mantissa == 0 ? .infinity : .nan
        case 0: mantissa * Float(sign: .plus, exponent: -24, significand: 1)
        default: (1024 + mantissa) * Float(sign: .plus, exponent: exponent - 25, significand: 1)
        }
      let wanted = sign == 1 ? -magnitude : magnitude
      #expect(half(bits) == wanted || half(bits).isNaN && wanted.isNaN)
    }
    // Halfway between two floats, and a last bit that decides, beyond what float64 holds.
    let quadruple = HDF5Float(
      signAt: 127, exponentAt: 112, exponentSize: 15, mantissaAt: 0, mantissaSize: 112, bias: 16383, hidesLeadingOne: true)
    let one: UInt128 = 16383 << 112
    let halfway = one | UInt128(1) << 88
    #expect(quadruple.value(halfway) == 1 && quadruple.value(halfway | 1) == Float(1).nextUp)
    #expect(HDF5Float.single.value(UInt128(Float.leastNonzeroMagnitude.bitPattern)) == .leastNonzeroMagnitude)
    #expect(HDF5Float.double.value(UInt128(Double.pi.bitPattern)) == Float(Double.pi))
  }

  @Test("a chunk, or all numbers, that need more memory than the limit are refused with the bytes that they need")
  func limit() throws {
    let path = Seeds.directory + "/new-gzip.h5"
    // 72 numbers of 4 bytes; a chunk of 12, three times over.
    #expect(try HDF5Samples.read(path, limit: 432).values.count == 72)
    expectError(.refused, "needs 432 bytes of memory to be read; at most 431 are taken") { _ = try HDF5Samples.read(path, limit: 431) }
    expectError(.refused, "needs 432 bytes") { _ = try HDF5Samples.read(path, limit: 100) }
  }
}
