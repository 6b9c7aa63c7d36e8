// The network as data: what is computed of what, without a number in it.

/// A convolution without a bias, a batch norm and a rectifier.
struct InceptionUnit: Sendable {
  /// The last word of its name in the file.
  var name: String
  /// The channels of its output.
  var filters: Int
  /// The kernel's height and width.
  var kernel: [Int]
  /// Steps along height and width.
  var stride = 1
  /// Zeros above and below, and to the left and right.
  var padding: [Int]
  /// Whether each pixel is first replaced by the mean of the 3×3 around it that lie in the image; for kernels of 1×1.
  var averages = false
}

/// A part of the network, by what it does with its input.
indirect enum InceptionPart: Sendable {
  case unit(InceptionUnit)
  /// The largest of 3×3 pixels: of those inside the image with a stride of 2, of those around each pixel with 1.
  case maximum(stride: Int)
  /// One part after the other.
  case chain([InceptionPart])
  /// Several parts of one input, their channels side by side.
  case branches([InceptionPart])
  /// A part whose units have `name` before theirs.
  case named(String, InceptionPart)

  /// The part computed on values of any kind: on tensors, or on numbers of channels.
  ///
  /// - Parameters:
  ///   - input: what the part gets.
  ///   - prefix: of the units' names.
  ///   - unit: what a unit of this name makes of its input.
  ///   - maximum: what pooling with this stride makes of its input.
  ///   - joined: the values side by side.
  func computed<Value, Failure: Error>(
    on input: Value, at prefix: String = "", unit: (String, InceptionUnit, Value) throws(Failure) -> Value,
    maximum: (Int, Value) -> Value, joined: ([Value]) -> Value
  ) throws(Failure) -> Value {
    func value(of part: InceptionPart, on input: Value, at prefix: String) throws(Failure) -> Value {
      try part.computed(on: input, at: prefix, unit: unit, maximum: maximum, joined: joined)
    }
    switch self {
    case .unit(let description): return try unit(prefix + description.name, description, input)
    case .maximum(let stride): return maximum(stride, input)
    case .named(let name, let part): return try value(of: part, on: input, at: prefix + name + ".")
    case .chain(let parts):
      var last = input
      for part in parts { last = try value(of: part, on: last, at: prefix) }
      return last
    case .branches(let parts):
      var values: [Value] = []
      for part in parts { values.append(try value(of: part, on: input, at: prefix)) }
      return joined(values)
    }
  }

  /// The units of the whole network in order, each with its name and the channels of its input.
  static var units: [(name: String, unit: InceptionUnit, inputs: Int)] {
    var result: [(name: String, unit: InceptionUnit, inputs: Int)] = []
    _ = blocks.reduce(3) { channels, block in
      block.part.computed(
        on: channels,
        unit: { name, unit, inputs in
          result.append((name, unit, inputs))
          return unit.filters
        }, maximum: { $1 }, joined: { $0.reduce(0, +) })
    }
    return result
  }
}
