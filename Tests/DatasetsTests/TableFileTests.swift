import Adversarial
import DatasetParts
import Foundation
import Networks
import Tensors
import Testing

@testable import Datasets

@Suite struct TableFileTests {
  /// The samples and labels of a whole epoch, by the first number of each sample.
  static func rows(_ samples: any Samples) throws -> [(values: [Float], label: Int32?)] {
    let count = try #require(samples.count)
    let batch = samples.batch(of: count, key: Key(seed: 1))
    let width = samples.fields[0].elementCount
    let values = batch.copiedNumbers(0)
    let labels = samples.fields.count > 1 ? batch.copiedClasses(1) : nil
    return (0..<count).map { row in (Array(values[row * width..<(row + 1) * width]), labels?[row]) }.sorted { $0.values[0] < $1.values[0] }
  }

  static func opening(_ text: String, _ source: (inout TableFile) -> Void) throws -> (
    rows: [(values: [Float], label: Int32?)], message: String
  ) {
    try withFolder { folder in
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/a.csv"))
      var table = TableFile(path: folder + "/a.csv")
      source(&table)
      var found: [(values: [Float], label: Int32?)] = []
      let message = message { found = try rows(try table.opened()) }
      return (found, message)
    }
  }

  @Test func columnsAreChosenByName() throws {
    let text = "id,x,y,kind\n7,1,2,2\n8,3,4,0\n9,5,6,0\n"
    let (rows, message) = try Self.opening(text) { ($0.samples, $0.label) = (["y", "x"], "kind") }
    #expect(message == "" && rows.map(\.values) == [[2, 1], [4, 3], [6, 5]] && rows.map(\.label) == [2, 0, 0])
    let all = try Self.opening(text) { $0.label = "kind" }.rows
    #expect(all.map(\.values) == [[7, 1, 2], [8, 3, 4], [9, 5, 6]])
    #expect(try Self.opening("1,2\n3,4\n") { $0.label = "2" }.message == "")
    let numbered = try Self.opening("1,2\n3,0\n") { $0.label = "2" }.rows
    #expect(numbered.map(\.values) == [[1], [3]] && numbered.map(\.label) == [2, 0])
    #expect(
      try Self.opening(text) { $0.label = "sort" }.message.contains(
        "there is no column 'sort'; try this: choose 'label' from id, x, y, kind"))
    #expect(try Self.opening("x,x\n1,2\n") { $0.label = "x" }.message.contains("2 columns are called 'x'"))
    #expect(try Self.opening("x\n1\n") { $0.label = "x" }.message.contains("no column is left"))
    // An index without a name is no sample, unless nothing else is chosen.
    let index = ",x,k\n0,5,1\n1,6,0\n"
    #expect(try Self.opening(index) { $0.label = "k" }.message.contains("column 1 has no name"))
    #expect(try Self.opening(index) { ($0.samples, $0.label) = (["x"], "k") }.rows.map(\.values) == [[5], [6]])
  }

  @Test func datasetsOfHDF5FilesAreChosenByName() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../Reference/Datasets/labelled.h5"
    let samples = try TableFile(path: path, samples: ["images"], label: "digits").opened()
    #expect(samples.sampleShape == [2, 2] && samples.field("label")?.classCount == 10)
    let rows = try Self.rows(samples)
    #expect(rows.map(\.label) == [4, 0, 9])
    #expect(rows[1].values == [80, 100, 120, 140].map { Float(Double($0) / 127.5 - 1) })
    // A range is that of the stored numbers.
    let ranged = try Self.rows(TableFile(path: path, samples: ["images"], label: "digits", range: [0, 220]).opened())
    #expect(ranged[0].values[0] == -1 && ranged[2].values[3] == 1)
    #expect(message { _ = try TableFile(path: path, label: "digits").opened() }.contains("holds the datasets few, images"))
    #expect(message { _ = try TableFile(path: path, samples: ["image"], label: "digits").opened() }.contains("holds no dataset 'image'"))
    #expect(
      message { _ = try TableFile(path: path, samples: ["images"], label: "few").opened() }.contains(
        "have the shape [2], its samples [3, 2, 2]"))
  }

  @Test func namesAreNumberedInSortedOrder() throws {
    let (rows, message) = try Self.opening("1;\"setosa\"\n2;virginica\n3;iris\n4;setosa\n") { $0.label = "2" }
    #expect(message == "" && rows.map(\.label) == [1, 2, 0, 1])
    #expect(try Self.opening("1,2\n3,cat\n") { $0.label = "2" }.message.contains("'2' holds numbers, but 'cat' too"))
    #expect(try Self.opening("1,a\n3,\n") { $0.label = "2" }.message.contains("row 2 has no '2'"))
  }

  @Test func labelsAreClasses() throws {
    #expect(try Self.opening("1,0.5\n") { $0.label = "2" }.message.contains("row 1 has the label 0.5"))
    #expect(try Self.opening("1,-1\n") { $0.label = "2" }.message.contains("in 0..<16777216"))
    #expect(try Self.opening("1,1e300\n") { $0.label = "2" }.message.contains("row 1 has the label 1e+300"))
    #expect(try Self.opening("1,4\n") { ($0.label, $0.classCount) = ("2", 4) }.message.contains("in 0..<4"))
    try withFolder { folder in
      try Data("1,1\n2,0\n".utf8).write(to: URL(fileURLWithPath: folder + "/a.csv"))
      let samples = try TableFile(path: folder + "/a.csv", label: "2", classCount: 7).opened()
      #expect(samples.field("label")?.classCount == 7 && samples.field("samples")?.shape == [1])
    }
  }

  @Test func shapesAndRangesAreApplied() throws {
    try withFolder { folder in
      let images = (0..<12).map { UInt8($0 * 20) }
      try NPYFile(shape: [3, 2, 2], elements: .uint8(images)).write(to: folder + "/a.npy")
      let samples = try TableFile(path: folder + "/a.npy", shape: [2, 2, 1]).opened()
      #expect(samples.sampleShape == [2, 2, 1] && samples.count == 3)
      let expected = images.map { Float(Double($0) / 127.5 - 1) }
      #expect(try Self.rows(samples).flatMap(\.values) == expected)
      #expect(message { _ = try TableFile(path: folder + "/a.npy", shape: [3]).opened() }.contains("a sample has 4 numbers"))
      #expect(message { _ = try TableFile(path: folder + "/a.npy", label: "x").opened() }.contains("it holds one array"))

      try NPYFile([0, 5, 10], shape: [3]).write(to: folder + "/b.npy")
      let scaled = try TableFile(path: folder + "/b.npy", range: [0, 10]).opened()
      #expect(try Self.rows(scaled).flatMap(\.values) == [-1, 0, 1] && scaled.sampleShape == [1])
      #expect(message { _ = try TableFile(path: "x.npy", range: [1, 1]).opened() }.contains("'range'"))

      try NPYFile([1, .nan], shape: [2]).write(to: folder + "/c.npy")
      #expect(message { _ = try TableFile(path: folder + "/c.npy").opened() }.contains("row 2 holds nan"))
    }
  }

  /// `numpy.savez(images=…, digits=…, other=…)`, and the same compressed, as NumPy wrote them.
  @Test(arguments: ["stored", "deflated"]) func arraysOfNumPyAreRead(kind: String) throws {
    let path = References.path("\(kind).npz")
    let file = try NPZFile(reading: path)
    #expect(file.names == ["images", "digits", "big"])
    #expect(try file.array("images") == NPYFile(shape: [3, 2, 2], elements: .uint8((0..<12).map { UInt8($0 * 20) })))
    #expect(try file.array("digits") == NPYFile(shape: [3], elements: .int64([4, 0, 9])))
    #expect(try file.array("big") == NPYFile(shape: [2], elements: .float32([1.5, -2])))
    #expect(message { _ = try file.array("none") }.contains("it has no array 'none'; try this: name one of images, digits, big"))
    let samples = try TableFile(path: path, samples: ["images"], label: "digits", classCount: 10).opened()
    let rows = try Self.rows(samples)
    #expect(rows.map(\.label) == [4, 0, 9] && rows[2].values == [160, 180, 200, 220].map { Float(Double($0) / 127.5 - 1) })
    #expect(message { _ = try TableFile(path: path, label: "digits").opened() }.contains("it holds the arrays images, digits, big"))
    #expect(message { _ = try TableFile(path: path, samples: ["images"], label: "big").opened() }.contains("have the shape [2]"))
  }

  @Test func theArrayCalledSamplesIsTakenAmongSeveral() throws {
    let table = TableFile(path: References.path("samples.npz"), label: "labels")
    #expect(try Self.rows(table.opened()).map(\.label) == [0, 1, 0, 2, 1, 0])
    let (field, values) = try TableFile(path: References.path("samples.npz")).samplesInOrder()
    #expect(field == Field("samples", shape: [2]) && values.floats == (0..<12).map { Float($0) / 4 })
    let bytes = try TableFile(path: References.path("stored.npz"), samples: ["images"]).samplesInOrder()
    #expect(bytes.values.floats == (0..<12).map { Float(Double($0 * 20) / 127.5 - 1) })
  }

  /// Numbers of every kind and order of bytes that are read: 0, 1 and 100.
  @Test func allKindsOfNumbersAreRead() throws {
    let file = try NPZFile(reading: References.path("types.npz"))
    #expect(file.names == ["f2", "f8-big", "i1", "i2", "i2-big", "u2", "i4", "u4-big", "i8", "i8-big", "u8", "b1"])
    for name in file.names { #expect(try file.array(name).floats == (name == "b1" ? [0, 1, 1] : [0, 1, 100]), "\(name)") }
  }

  @Test(arguments: ["stored", "deflated"]) func damagedArchivesAreRefused(kind: String) throws {
    let path = References.path("\(kind).npz")
    let bytes = try FileBytes.read(path)
    let good = try NPZFile(decoding: bytes)
    let wanted = try good.names.map { try good.array($0) }
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(message { _ = try NPZFile(decoding: Array(bytes.prefix(count))) } != "", "\(count) bytes")
    }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x5A
      // What does not throw is the same: a changed byte that nothing depends on, such as a date.
      guard let file = try? NPZFile(decoding: changed), file.names.count == 3,
        let arrays = try? wanted.indices.map({ try file.array(file.names[$0]) })
      else { continue }
      #expect(arrays == wanted, "byte \(place)")
    }
  }

  @Test func theFolderMayMove() throws {
    var source = TableFile(path: "a/b/c.csv")
    #expect(source.folder == "a/b")
    source.folder = "/x"
    #expect(source.path == "/x/c.csv")
    source.path = "c.csv"
    #expect(source.folder == "")
    source.folder = "y"
    #expect(source.path == "y/c.csv")
    #expect(message { _ = try TableFile(path: "c.bin").opened() }.contains("its name does not say what it holds"))
    #expect(message { _ = try TableFile().opened() }.contains("was given no file"))
  }
}
