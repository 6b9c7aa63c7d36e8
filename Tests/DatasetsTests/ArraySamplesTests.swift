import Adversarial
import Foundation
import Tensors
import Testing

@testable import DatasetParts
@testable import Datasets

@Suite struct ArraySamplesTests {
  @Test func anEpochHoldsEverySampleOnce() throws {
    let samples = try ArraySamples((0..<20).map(Float.init), sampleShape: [2]).opened()
    #expect(samples.count == 10 && samples.sampleShape == [2])
    let values = batch(samples, 0, size: 10)
    let rows = stride(from: 0, to: 20, by: 2).map { [values[$0], values[$0 + 1]] }
    #expect(rows.map { $0[0] }.sorted() == stride(from: 0, to: 20, by: 2).map(Float.init))
    #expect(rows.allSatisfy { $0[1] == $0[0] + 1 })
  }

  @Test func decodingAsksForTheArrayAgain() throws {
    let source = ArraySamples([1, 2, 3, 4], sampleShape: [2])
    let decoded = try JSONDecoder().decode(ArraySamples.self, from: try JSONEncoder().encode(source))
    #expect(decoded.fingerprint == source.fingerprint && decoded.count == 2 && decoded.sampleShape == [2])
    let text = message { _ = try decoded.opened() }
    #expect(text.contains("pass the same array again when resuming"))
    #expect(text.contains(source.fingerprint))
  }

  @Test func contentChangesTheFingerprint() {
    let source = ArraySamples([1, 2, 3, 4], sampleShape: [2])
    #expect(source.fingerprint == ArraySamples([1, 2, 3, 4], sampleShape: [2]).fingerprint)
    #expect(source.fingerprint != ArraySamples([1, 2, 4, 3], sampleShape: [2]).fingerprint)
    #expect(source.fingerprint != ArraySamples([1, 2, 3, 4], sampleShape: [1]).fingerprint)
  }

  @Test func wrongArraysAreRefused() {
    #expect(message { _ = try ArraySamples([1, 2, 3], sampleShape: [2]).opened() }.contains("3 numbers"))
    #expect(message { _ = try ArraySamples().opened() }.contains("0 numbers"))
    #expect(message { _ = try ArraySamples([1], sampleShape: []).opened() }.contains("'sampleShape'"))
    #expect(message { _ = try ArraySamples([1], sampleShape: [Int.max, 4]).opened() }.contains("'sampleShape'"))
    #expect(
      message { _ = try ArraySamples([1, 2, 3, .nan], sampleShape: [2]).opened() }.contains("sample 1 holds nan"))
  }

  @Test func digestSeesEveryByte() {
    let bytes = (0..<37).map { UInt8($0) }
    var prints: Set<String> = []
    for position in 0..<37 {
      var changed = bytes
      changed[position] ^= 1
      var digest = ContentDigest()
      digest.absorb(changed)
      prints.insert(digest.hexadecimal)
    }
    var digest = ContentDigest()
    digest.absorb(bytes + [0])
    prints.insert(digest.hexadecimal)
    digest = ContentDigest()
    digest.absorb(bytes)
    prints.insert(digest.hexadecimal)
    #expect(prints.count == 39)
  }
}
