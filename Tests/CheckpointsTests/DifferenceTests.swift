import Foundation
import Testing

@testable import Checkpoints

@Suite("Checkpoint difference")
struct DifferenceTests {
  @Test("nothing differs from itself, NaN included, in whatever order")
  func identical() throws {
    var other = try sample().canonical()
    other.tensors.reverse()
    other.groups.reverse()
    other.configurations.reverse()
    let difference = CheckpointDifference(sample(), other)
    #expect(difference.isEmpty)
    #expect(difference.description == "identical")
  }

  @Test("attributes, step, epoch, producer and metric")
  func attributes() {
    var other = sample(step: 401, metric: nil)
    other.epoch = 4
    other.producer = "other"
    other.groups[0].attributes[0].value = .text("cnn")
    other.groups[0].attributes.removeLast()
    other.tensors[0].attributes.append(StoredAttribute("more", .flag(1)))
    let difference = CheckpointDifference(sample(), other)
    typealias Value = CheckpointDifference.Value
    #expect(
      difference.attributes == [
        Value(path: "/@producer", left: "\"tests 1.0\"", right: "\"other\""),
        Value(path: "/@step", left: "400", right: "401"), Value(path: "/@epoch", left: "3", right: "4"),
        Value(path: "/@metric", left: "12.5", right: nil),
        Value(path: "/generator@kind", left: "\"mlp\"", right: "\"cnn\""),
        Value(path: "/generator@note", left: "\"\"", right: nil),
        Value(path: "/generator/params/00_dense/weight@more", left: nil, right: "1"),
      ])
    #expect(difference.tensors.isEmpty && difference.configurations.isEmpty)
  }

  @Test("configurations by key path; order of keys and form of numbers play no part")
  func configurations() {
    var left = sample()
    var right = sample()
    left.configurations[0].json = #"{"a":{"b":[1,2,{"c":true}],"x":null},"e":2e-4,"same":1.0}"#
    right.configurations[0].json = #"{"same":1,"e":0.0003,"a":{"x":"null","b":[1,3,{"c":true},4]}}"#
    right.configurations.append(StoredConfiguration(name: "environment", json: "{}"))
    let difference = CheckpointDifference(left, right)
    typealias Value = CheckpointDifference.Value
    #expect(
      difference.configurations == [
        Value(path: "/config/generator.a.b[1]", left: "2", right: "3"),
        Value(path: "/config/generator.a.b[3]", left: nil, right: "4"),
        Value(path: "/config/generator.a.x", left: "null", right: "\"null\""),
        Value(path: "/config/generator.e", left: "0.0002", right: "0.0003"),
        Value(path: "/config/environment", left: nil, right: "{}"),
      ])
  }

  @Test("components are matched by name: one more in the middle is one difference, and a changed field is named with its component")
  func components() {
    func contents(_ heuristics: String) -> CheckpointContents {
      CheckpointContents(
        producer: "", step: 0, configurations: [StoredConfiguration(name: "training", json: #"{"heuristics":[\#(heuristics)]}"#)])
    }
    let average = #"{"name":"average","fields":{"decay":0.9}}"#
    let penalty = #"{"name":"penalty","fields":{"gamma":1}}"#
    let noise = #"{"name":"noise","fields":{}}"#
    typealias Value = CheckpointDifference.Value
    let added = CheckpointDifference(contents("\(average),\(noise)"), contents("\(average),\(penalty),\(noise)"))
    #expect(
      added.configurations == [
        Value(path: "/config/training.heuristics[1 penalty]", left: nil, right: #"{"fields":{"gamma":1},"name":"penalty"}"#)
      ])
    let changed = CheckpointDifference(
      contents("\(noise),\(average)"), contents("\(noise),\(average.replacingOccurrences(of: "0.9", with: "0.99"))"))
    #expect(
      changed.configurations == [Value(path: "/config/training.heuristics[1 average].fields.decay", left: "0.9", right: "0.99")])
    let replaced = CheckpointDifference(contents(penalty), contents(noise))
    #expect(replaced.configurations.map(\.path) == ["/config/training.heuristics[0 penalty]", "/config/training.heuristics[0 noise]"])
    // Components stand before tensors.
    var left = contents(penalty)
    left.tensors = [StoredTensor(path: "state/a", shape: [], values: [Float(0)])]
    #expect(CheckpointDifference(left, contents(noise)).description.hasPrefix("/config/training"))
  }

  @Test("tensors: missing, extra, type, shape, and values with count, size and place")
  func tensors() throws {
    func contents(_ tensors: [StoredTensor]) -> CheckpointContents {
      CheckpointContents(producer: "", step: 0, tensors: tensors)
    }
    let difference = CheckpointDifference(
      contents([
        StoredTensor(path: "state/a", shape: [1], values: [Float(0)]),
        StoredTensor(path: "state/b", shape: [2], values: [Float(0), 0]),
        StoredTensor(path: "state/c", shape: [1, 4], values: [Float(0), 0, 0, 0]),
        StoredTensor(path: "state/d", shape: [2, 3], values: [Float(0), 1, 2, 3, 4, 5]),
        StoredTensor(path: "state/e", shape: [2], values: [Double.nan, 0]),
        StoredTensor(path: "state/f", shape: [], values: [Int64.min]),
      ]),
      contents([
        StoredTensor(path: "state/b", shape: [2], values: [Double(0), 0]),
        StoredTensor(path: "state/c", shape: [4, 1], values: [Float(0), 0, 0, 0]),
        StoredTensor(path: "state/d", shape: [2, 3], values: [Float(0), 1, 2, 3, 4.5, 2]),
        StoredTensor(path: "state/e", shape: [2], values: [1.0, -0.0]),
        StoredTensor(path: "state/f", shape: [], values: [Int64.max]),
        StoredTensor(path: "state/g", shape: [0], values: [UInt8]()),
      ]))
    let found = difference.tensors
    #expect(
      found.map(\.path) == ["/state/a", "/state/b", "/state/c", "/state/g", "/state/f", "/state/d", "/state/e"])
    #expect(found.map(\.kind) == [.missingOnRight, .type, .shape, .missingOnLeft, .values, .values, .values])
    #expect(found[1].left == "float32 [2]" && found[1].right == "float64 [2]")
    #expect(found[5].differingElements == 2 && found[5].elements == 6)
    #expect(found[5].maximumAbsoluteDifference == 3 && found[5].firstIndex == [1, 1])
    #expect(found[6].differingElements == 2 && found[6].maximumAbsoluteDifference == 0)
    #expect(found[4].maximumAbsoluteDifference == 0x1p64 && found[4].firstIndex == [])
    let lines = difference.description.split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[5] == "/state/d: 2 of 6 elements differ, by at most 3.0, first at [1, 1]")
    let json = try JSONEncoder().encode(difference)
    #expect(try JSONDecoder().decode(CheckpointDifference.self, from: json) == difference)
  }
}
