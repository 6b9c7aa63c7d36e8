import Graph

/// The main function that calls a graph's round several times, in a loop on the device.
///
/// It takes the parameters in order, but the counter as its first value and each stream with a leading axis of `mostRuns`, then how many runs
/// there are to be, then hoisted constants. It returns the outputs: those that take over a parameter as the last run left them, all other
/// float32 scalars of all runs in one matrix [runs, scalars] that comes last, and further outputs with a leading axis of `mostRuns`.
struct RoundLoop {
  /// Where an output of the round is found among the results.
  enum Place: Equatable {
    /// Result `index` as the last run left it.
    case state(Int)
    /// Column `index` of the last result.
    case record(Int)
    /// Row `run` of result `index`.
    case stacked(Int)
  }

  let places: [Place]
  let results: [TensorType]
  let text: String

  static func places(of graph: OperationGraph) -> [Place] {
    var (next, record) = (0, 0)
    return graph.outputTypes.enumerated().map { output, type in
      if graph.donations[output] != nil {
        next += 1
        return .state(next - 1)
      }
      if type == TensorType([], .float32) {
        record += 1
        return .record(record - 1)
      }
      next += 1
      return .stacked(next - 1)
    }
  }

  init(_ graph: OperationGraph, _ repetition: Repetition, mostRuns: Int, hoisted: [TensorType], sharding: BatchSharding?) {
    let index = ValueType([], "i32")
    let places = Self.places(of: graph)
    self.places = places
    let recordCount = places.reduce(0) { if case .record = $1 { $0 + 1 } else { $0 } }
    let records = TensorType([mostRuns, recordCount])
    results =
      zip(graph.outputTypes, places).compactMap { type, place in
        switch place {
        case .state: type
        case .record: nil
        case .stacked: TensorType(Shape([mostRuns] + type.shape.dimensions), type.dtype)
        }
      } + [records]

    // What goes from run to run: the run's number, and all results. A result begins as the parameter that it takes over, or as zeros.
    let carried = [index] + results.map { ValueType($0) }
    var (before, body) = (FunctionText(prefix: "%m"), FunctionText(prefix: "%n"))
    let zero = before.splat("0", index)
    let one = before.splat("1", index)
    var start = [zero]
    for (output, place) in places.enumerated() {
      switch place {
      case .state: start.append(Value(name: "%a\(graph.donations[output] ?? 0)", type: carried[start.count]))
      case .stacked: start.append(before.splat(0, carried[start.count], graph.outputTypes[output].dtype))
      case .record: break
      }
    }
    start.append(before.splat(0, ValueType(records), .float32))

    let values = carried.enumerated().map { Value(name: "%b\($0)", type: $1) }
    let outputOf = Dictionary(uniqueKeysWithValues: graph.donations.map { ($1, $0) })
    var arguments: [Value] = []
    for (parameter, type) in graph.parameterTypes.enumerated() {
      let value = Value(name: "%a\(parameter)", type: ValueType(type))
      if parameter == repetition.counter {
        arguments.append(body.apply("stablehlo.add", [value, values[0]], to: index))
      } else if repetition.streams.contains(parameter) {
        let stacked = Value(name: value.name, type: ValueType([mostRuns] + type.shape.dimensions, value.type.element))
        arguments.append(body.row(values[0], of: stacked, zero: zero))
      } else if let output = outputOf[parameter], case .state(let place) = places[output] {
        arguments.append(values[place + 1])
      } else {
        arguments.append(value)
      }
    }
    arguments += hoisted.enumerated().map { Value(name: "%h\($0)", type: ValueType($1)) }
    let outputs = body.call("round", arguments, graph.outputTypes.map { ValueType($0) })
    var next = [body.apply("stablehlo.add", [values[0], one], to: index)]
    var scalars: [Value] = []
    for (output, place) in places.enumerated() {
      switch place {
      case .state: next.append(outputs[output])
      case .stacked(let result): next.append(body.replacingRow(values[0], of: values[result + 1], by: outputs[output], zero: zero))
      case .record: scalars.append(body.reshape(outputs[output], [1]))
      }
    }
    if let last = values.last {
      if scalars.isEmpty {
        next.append(last)
      } else {
        let row = body.apply("stablehlo.concatenate", scalars, ["dimension = 0 : i64"], to: ValueType([recordCount], "f32"))
        next.append(body.replacingRow(values[0], of: last, by: row, zero: zero))
      }
    }

    let parameters = graph.parameterTypes.enumerated().map { parameter, type in
      let type = repetition.streams.contains(parameter) ? TensorType(Shape([mostRuns] + type.shape.dimensions), type.dtype) : type
      var attributes: [String] = []
      if let sharding {
        attributes.append(repetition.streams.contains(parameter) ? sharding.divided(axis: 1, of: type) : sharding.whole(type))
      }
      if let output = outputOf[parameter], case .state(let place) = places[output] {
        attributes.append("tf.aliasing_output = \(place) : i32")
      }
      return "%a\(parameter): \(ValueType(type))" + (attributes.isEmpty ? "" : " {\(attributes.joined(separator: ", "))}")
    }
    func whole(_ type: TensorType) -> String { "\(ValueType(type))" + (sharding.map { " {\($0.whole(type))}" } ?? "") }
    let loop = Self.loop(start, values, carried, body: body.lines, next: next)
    before.append(loop)
    let returned = carried.dropFirst().enumerated().map { Value(name: "%w#\($0 + 1)", type: $1) }
    let hoistedArguments = hoisted.enumerated().map { "%h\($0): \(whole($1))" }
    text = before.text(
      "main", isPublic: true,
      arguments: parameters + ["%count: \(whole(TensorType([], .int32)))"] + hoistedArguments, results: returned, types: results.map(whole))
  }

  /// The loop as one line: while the run's number is below the count.
  private static func loop(_ start: [Value], _ values: [Value], _ carried: [ValueType], body: [String], next: [Value]) -> String {
    let types = carried.map(\.description).joined(separator: ", ")
    func blockArguments(_ letter: String) -> String {
      carried.enumerated().map { "%\(letter)\($0): \($1)" }.joined(separator: ", ")
    }
    let index = carried[0]
    return "    %w:\(carried.count) = \"stablehlo.while\"(\(start.map(\.name).joined(separator: ", "))) ({\n"
      + "    ^bb0(\(blockArguments("c"))):\n"
      + "      %p = \"stablehlo.compare\"(%c0, %count) {comparison_direction = #stablehlo<comparison_direction LT>} : "
      + "(\(index), \(index)) -> tensor<i1>\n"
      + "      \"stablehlo.return\"(%p) : (tensor<i1>) -> ()\n    }, {\n"
      + "    ^bb0(\(blockArguments("b"))):\n" + body.map { "  \($0)\n" }.joined()
      + "      \"stablehlo.return\"(\(next.map(\.name).joined(separator: ", "))) : (\(types)) -> ()\n"
      + "    }) : (\(types)) -> (\(types))"
  }
}

extension FunctionText {
  /// Row `index` of a value's first axis.
  fileprivate mutating func row(_ index: Value, of value: Value, zero: Value) -> Value {
    let rest = Array(value.type.dimensions.dropFirst())
    let row = ValueType([1] + rest, value.type.element)
    let slice = apply(
      "stablehlo.dynamic_slice", [value, index] + rest.map { _ in zero }, ["slice_sizes = \(array(row.dimensions))"], to: row)
    return reshape(slice, rest)
  }

  fileprivate mutating func replacingRow(_ index: Value, of value: Value, by row: Value, zero: Value) -> Value {
    let update = reshape(row, [1] + row.type.dimensions)
    return apply("stablehlo.dynamic_update_slice", [value, update, index] + row.type.dimensions.map { _ in zero }, to: value.type)
  }
}
