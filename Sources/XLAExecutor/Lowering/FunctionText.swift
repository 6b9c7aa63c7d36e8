import Graph

/// A type of the module: dimensions, and the element's name in StableHLO.
struct ValueType: Hashable, CustomStringConvertible {
  var dimensions: [Int]
  var element: String

  init(_ dimensions: [Int], _ element: String) { (self.dimensions, self.element) = (dimensions, element) }
  init(_ type: TensorType) { self.init(type.shape.dimensions, type.dtype.element) }

  /// The same dimensions with other elements.
  func of(_ element: String) -> ValueType { ValueType(dimensions, element) }

  var elementCount: Int { dimensions.reduce(1, *) }

  var description: String { "tensor<" + dimensions.map { "\($0)x" }.joined() + element + ">" }
}

/// A value of the module, by name.
struct Value {
  var name: String
  var type: ValueType
}

/// The body of a function of a StableHLO module, in the generic printed form.
struct FunctionText {
  private(set) var lines: [String] = []
  private var count = 0
  /// What the names of values begin with.
  private let prefix: String

  init(prefix: String = "%v") { self.prefix = prefix }

  /// Appends an operation and returns its result.
  ///
  /// - Parameters:
  ///   - operation: its name with its dialect: `stablehlo.add`.
  ///   - attributes: each as it is printed.
  ///   - region: what it does with elements: a reduction's or scatter's body.
  @discardableResult
  mutating func apply(
    _ operation: String, _ operands: [Value], _ attributes: [String] = [], region: String = "", to type: ValueType
  ) -> Value {
    count += 1
    let result = Value(name: "\(prefix)\(count)", type: type)
    lines.append(
      "    \(result.name) = \"\(operation)\"(\(operands.map(\.name).joined(separator: ", ")))\(region)"
        + (attributes.isEmpty ? "" : " {\(attributes.joined(separator: ", "))}")
        + " : (\(operands.map(\.type.description).joined(separator: ", "))) -> \(type)")
    return result
  }

  /// A constant whose elements are all equal to `literal`.
  mutating func splat(_ literal: String, _ type: ValueType) -> Value {
    apply("stablehlo.constant", [], ["value = dense<\(literal)> : \(type)"], to: type)
  }

  /// A constant whose elements are all the number `value`.
  mutating func splat(_ value: Double, _ type: ValueType, _ dtype: DType) -> Value { splat(dtype.literal(value), type) }

  mutating func compare(_ a: Value, _ direction: String, _ b: Value, _ kind: String) -> Value {
    apply(
      "stablehlo.compare", [a, b],
      [
        "comparison_direction = #stablehlo<comparison_direction \(direction)>", "compare_type = #stablehlo<comparison_type \(kind)>",
      ], to: a.type.of("i1"))
  }

  mutating func select(_ condition: Value, _ a: Value, _ b: Value) -> Value { apply("stablehlo.select", [condition, a, b], to: a.type) }

  mutating func reshape(_ value: Value, _ dimensions: [Int]) -> Value {
    apply("stablehlo.reshape", [value], to: ValueType(dimensions, value.type.element))
  }

  /// Calls another function of the module, and returns its results.
  mutating func call(_ function: String, _ operands: [Value], _ types: [ValueType]) -> [Value] {
    count += 1
    let name = "\(prefix)\(count)"
    lines.append(
      "    \(name):\(types.count) = \"func.call\"(\(operands.map(\.name).joined(separator: ", "))) {callee = @\(function)}"
        + " : (\(operands.map(\.type.description).joined(separator: ", "))) -> (\(types.map(\.description).joined(separator: ", ")))")
    return types.enumerated().map { Value(name: "\(name)#\($0)", type: $1) }
  }

  /// Appends what was printed otherwise.
  mutating func append(_ line: String) { lines.append(line) }

  /// The function as it stands in a module.
  func text(_ name: String, isPublic: Bool, arguments: [String], results: [Value], types: [String]) -> String {
    "  func.func \(isPublic ? "public" : "private") @\(name)(\(arguments.joined(separator: ", "))) -> (\(types.joined(separator: ", "))) {\n"
      + lines.map { $0 + "\n" }.joined()
      + "    \"func.return\"(\(results.map(\.name).joined(separator: ", "))) : (\(results.map(\.type.description).joined(separator: ", "))) -> ()\n"
      + "  }\n"
  }
}

/// A region that combines two scalars by `operation`.
func combining(_ operation: String, _ scalar: ValueType) -> String {
  " ({\n    ^bb0(%x: \(scalar), %y: \(scalar)):\n      %z = \"stablehlo.\(operation)\"(%x, %y) : (\(scalar), \(scalar)) -> \(scalar)\n"
    + "      \"stablehlo.return\"(%z) : (\(scalar)) -> ()\n    })"
}

/// `array<i64: 1, 2>`.
func array(_ values: [Int]) -> String {
  values.isEmpty ? "array<i64>" : "array<i64: \(values.map(String.init).joined(separator: ", "))>"
}

/// `[1, 2]`.
func list(_ values: [Int]) -> String { "[\(values.map(String.init).joined(separator: ", "))]" }

extension DType {
  /// The element type's name.
  var element: String {
    switch self {
    case .float32: "f32"
    case .float64: "f64"
    case .int32: "i32"
    case .bool: "i1"
    }
  }

  /// An element as it is printed: floats by their bits, so that none is rounded on the way.
  func literal(_ value: Double) -> String {
    switch self {
    case .float32: hexadecimal(UInt64(Float(value).bitPattern), digits: 8)
    case .float64: hexadecimal(value.bitPattern, digits: 16)
    case .int32: String(Int32(rounded(value)))
    case .bool: value == 0 ? "false" : "true"
    }
  }

  /// The kind of comparison that elements are compared by.
  var comparison: String {
    switch self {
    case .float32, .float64: "FLOAT"
    case .int32: "SIGNED"
    case .bool: "UNSIGNED"
    }
  }
}

private func hexadecimal(_ bits: UInt64, digits: Int) -> String {
  let text = String(bits, radix: 16, uppercase: true)
  return "0x" + String(repeating: "0", count: digits - text.count) + text
}
