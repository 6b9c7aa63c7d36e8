import Adversarial
import DatasetParts
import Foundation
import Networks
import Tensors
import Testing

@testable import Datasets

@Suite struct CIFARImagesTests {
  /// An image whose pixel p has the colours (p, p + 1, p + 2) modulo 256, with the labels in front.
  static func record(_ labels: [UInt8]) -> [UInt8] {
    labels + (0..<3).flatMap { color in (0..<1024).map { UInt8(truncatingIfNeeded: $0 + color) } }
  }

  @Test func coloursAreInterleaved() throws {
    try withFolder { folder in
      for batch in 1...2 {
        try Data(Self.record([UInt8(batch)]) + Self.record([9])).write(to: URL(fileURLWithPath: folder + "/data_batch_\(batch).bin"))
      }
      try Data(Self.record([3])).write(to: URL(fileURLWithPath: folder + "/test_batch.bin"))
      let samples = try CIFARImages(folder: folder).opened()
      #expect(samples.count == 4 && samples.sampleShape == [32, 32, 3] && samples.field("label")?.classCount == 10)
      let batch = samples.batch(of: 4, key: Key(seed: 1))
      #expect(batch.copiedClasses(1).sorted() == [1, 2, 9, 9])
      let expected = [0, 1, 2, 1, 2, 3].map { Float(Double($0) / 127.5 - 1) }
      #expect(Array(batch.copiedNumbers(0).prefix(6)) == expected)
      #expect(try CIFARImages(folder: folder, split: .test).opened().batch(of: 1, key: Key(seed: 1)).copiedClasses(1) == [3])
      #expect(try CIFARImages(folder: folder, classes: [9]).opened().count == 2)
      #expect(message { _ = try CIFARImages(folder: folder, isCoarse: true).opened() }.contains("no superclasses"))
      #expect(message { _ = try CIFARImages(folder: folder, classes: [4]).opened() }.contains("no label is among"))
    }
  }

  @Test func hundredClassesHaveSuperclasses() throws {
    try withFolder { folder in
      try Data(Self.record([19, 99]) + Self.record([0, 5])).write(to: URL(fileURLWithPath: folder + "/train.bin"))
      let fine = try CIFARImages(folder: folder).opened()
      #expect(fine.field("label")?.classCount == 100 && fine.batch(of: 2, key: Key(seed: 1)).copiedClasses(1).sorted() == [5, 99])
      let coarse = try CIFARImages(folder: folder, isCoarse: true).opened()
      #expect(coarse.field("label")?.classCount == 20 && coarse.batch(of: 2, key: Key(seed: 1)).copiedClasses(1).sorted() == [0, 19])
      #expect(message { _ = try CIFARImages(folder: folder, split: .test).opened() }.contains("neither test_batch.bin nor test.bin"))
      try Data(Self.record([20, 99])).write(to: URL(fileURLWithPath: folder + "/train.bin"))
      #expect(message { _ = try CIFARImages(folder: folder, isCoarse: true).opened() }.contains("image 0 has the label 20"))
      try Data(Self.record([1, 99]).dropLast()).write(to: URL(fileURLWithPath: folder + "/train.bin"))
      #expect(message { _ = try CIFARImages(folder: folder).opened() }.contains("3073 bytes are not whole images of 3074"))
    }
  }
}
