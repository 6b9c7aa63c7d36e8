/// How a program is compiled, as the interface takes it: a `CompileOptionsProto` in its wire format.
///
/// The fields that are set: `executable_build_options` (3) and `env_option_overrides` (7), a map from the names of XLA's flags to their values.
/// Of the former: `num_replicas` (4), always 1; `num_partitions` (5), the number of devices; `device_assignment` (9), which they are; and for
/// more than one `use_spmd_partitioning` (6) and `use_shardy_partitioner` (19).
struct CompileOptions {
  /// XLA's flags, by name.
  var flags: [XLAFlag] = []
  /// What the compiler calls the devices that the program is for.
  var devices: [Int] = [0]

  var bytes: [UInt8] {
    var build: [UInt8] = [0x20, 1, 0x28] + variableLength(UInt64(devices.count))
    if devices.count > 1 { build += [0x30, 1] }
    if devices != [0] {
      // `DeviceAssignmentProto`: one replica (1), so many computations (2), and for each (3) the device of its replica (1).
      let places = devices.map { field(3, field(1, variableLength(UInt64($0)))) }
      build += field(9, [0x08, 1, 0x10] + variableLength(UInt64(devices.count)) + places.joined())
    }
    if devices.count > 1 { build += [0x98, 1, 1] }
    var result = field(3, build)
    for flag in flags { result += field(7, field(1, Array(flag.name.utf8)) + field(2, flag.encodedValue)) }
    return result
  }
}

/// A flag of the XLA compiler, with its value in its own type: a truth is no text.
struct XLAFlag: Hashable, Sendable, CustomStringConvertible {
  enum Value: Hashable, Sendable {
    case truth(Bool)
    case integer(Int)
    case text(String)
  }

  var name: String
  var value: Value

  init(_ name: String, _ value: Bool) { (self.name, self.value) = (name, .truth(value)) }
  init(_ name: String, _ value: Int) { (self.name, self.value) = (name, .integer(value)) }
  init(_ name: String, _ value: String) { (self.name, self.value) = (name, .text(value)) }

  /// `OptionOverrideProto`: `string_field` (1), `bool_field` (2), `int_field` (3).
  var encodedValue: [UInt8] {
    switch value {
    case .text(let text): field(1, Array(text.utf8))
    case .truth(let truth): [0x10, truth ? 1 : 0]
    case .integer(let integer): [0x18] + variableLength(UInt64(bitPattern: Int64(integer)))
    }
  }

  var description: String {
    switch value {
    case .truth(let truth): "\(name)=\(truth)"
    case .integer(let integer): "\(name)=\(integer)"
    case .text(let text): "\(name)=\(text)"
    }
  }
}

/// A field that holds bytes: its number, their count, and they.
private func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
  [number << 3 | 2] + variableLength(UInt64(bytes.count)) + bytes
}

/// A number in groups of seven bits, the lowest first.
private func variableLength(_ number: UInt64) -> [UInt8] {
  var rest = number
  var result: [UInt8] = []
  while rest > 127 {
    result.append(UInt8(rest & 127) | 128)
    rest >>= 7
  }
  return result + [UInt8(rest)]
}
