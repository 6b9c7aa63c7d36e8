/// A model in the Open Neural Network Exchange format: nodes in topological order, and the tensors that they begin with.
///
/// Field numbers are those of onnx.proto3, IR version 8; operators those of opset 18.
struct ONNXModel {
  /// The type of a tensor's elements, by its number in `TensorProto.DataType`.
  enum ElementType: Int {
    case float32 = 1
    case uint8 = 2
    case int32 = 6
    case int64 = 7
    case bool = 9
    case float16 = 10
    case float64 = 11
    case bfloat16 = 16
  }

  /// A named tensor with its values.
  struct Initializer {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Row-major, little-endian.
    var bytes: [UInt8]
  }

  /// An operator applied to named values.
  struct Node {
    var operation: String
    var inputs: [String]
    var outputs: [String]
    var attributes: [(name: String, value: Attribute)] = []
  }

  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case text(String)
  }

  /// An input or output: its name, type and dimensions; `nil` for the number of samples.
  struct Port {
    var name: String
    var type: ElementType
    var shape: [Int?]
  }

  static let version = 8
  static let operators = 18

  var name: String
  var nodes: [Node] = []
  var initializers: [Initializer] = []
  var inputs: [Port] = []
  var outputs: [Port] = []
  /// Texts by name, in order.
  var metadata: [(name: String, text: String)] = []

  /// The model as a file.
  func encoded() -> [UInt8] {
    var model = MessageWriter()
    model.add(1, Self.version)
    model.add(2, "Rival")
    model.add(7) { graph in
      for node in nodes { graph.add(1) { Self.encode(node, in: &$0) } }
      graph.add(2, name)
      for initializer in initializers { graph.add(5) { Self.encode(initializer, in: &$0) } }
      for port in inputs { graph.add(11) { Self.encode(port, in: &$0) } }
      for port in outputs { graph.add(12) { Self.encode(port, in: &$0) } }
    }
    model.add(8) { operators in
      operators.add(1, "")
      operators.add(2, Self.operators)
    }
    for (name, text) in metadata {
      model.add(14) {
        $0.add(1, name)
        $0.add(2, text)
      }
    }
    return model.bytes
  }

  private static func encode(_ node: Node, in message: inout MessageWriter) {
    for input in node.inputs { message.add(1, input) }
    for output in node.outputs { message.add(2, output) }
    message.add(4, node.operation)
    for (name, value) in node.attributes {
      message.add(5) { attribute in
        attribute.add(1, name)
        switch value {
        case .float(let number):
          attribute.add(2, number)
          attribute.add(20, 1)
        case .integer(let number):
          attribute.add(3, number)
          attribute.add(20, 2)
        case .text(let text):
          attribute.add(4, text)
          attribute.add(20, 3)
        case .integers(let numbers):
          for number in numbers { attribute.add(8, number) }
          attribute.add(20, 7)
        }
      }
    }
  }

  private static func encode(_ initializer: Initializer, in message: inout MessageWriter) {
    for extent in initializer.shape { message.add(1, extent) }
    message.add(2, initializer.type.rawValue)
    message.add(8, initializer.name)
    message.add(9, initializer.bytes)
  }

  private static func encode(_ port: Port, in message: inout MessageWriter) {
    message.add(1, port.name)
    message.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, port.type.rawValue)
        tensor.add(2) { shape in
          for extent in port.shape {
            shape.add(1) { if let extent { $0.add(1, extent) } else { $0.add(2, "N") } }
          }
        }
      }
    }
  }
}

extension ONNXModel.Initializer {
  /// Integers, as shapes and axes are given.
  init(_ name: String, _ integers: [Int]) {
    self.init(
      name: name, type: .int64, shape: [integers.count],
      bytes: integers.flatMap { value in withUnsafeBytes(of: Int64(value)) { Array($0) } })
  }
}
