import Graph

extension StableHLOModule {
  /// A module that says for each of its parameters whether all its numbers are finite.
  init(finite types: [TensorType]) throws {
    var text = FunctionText()
    let single = ValueType([1], "i1")
    let start = text.splat("true", ValueType([], "i1"))
    let answers = types.enumerated().map { index, type in
      let value = Value(name: "%a\(index)", type: ValueType(type))
      let isFinite = text.apply("stablehlo.is_finite", [value], to: value.type.of("i1"))
      let all = text.apply(
        "stablehlo.reduce", [isFinite, start], ["dimensions = \(array(Array(type.shape.indices)))"],
        region: combining("and", start.type), to: start.type)
      return text.reshape(all, single.dimensions)
    }
    let joined = text.apply("stablehlo.concatenate", answers, ["dimension = 0 : i64"], to: ValueType([types.count], "i1"))
    let arguments = types.enumerated().map { "%a\($0): \(ValueType($1))" }
    self.init(
      text: "module @rival {\n"
        + text.text("main", isPublic: true, arguments: arguments, results: [joined], types: [joined.type.description]) + "}\n",
      results: [TensorType([types.count], .bool)])
  }
}
