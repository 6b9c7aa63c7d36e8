import Graph

// Random bits in plain integers: the same on every device, to the bit.
extension GraphLowering {
  /// Philox4x32-10 (Salmon et al. 2011): element e of a key's part is word e mod 4 of the block with the counter (e / 4, step) under the key.
  mutating func randomBits(_ keys: [UInt64], step: Value?, _ to: ValueType) -> Value {
    let count = to.elementCount / max(keys.count, 1)
    guard count > 0 else { return text.splat("", to) }
    let blocks = (count + 3) / 4
    // One row for each key.
    let words = ValueType([keys.count, blocks], "ui32")
    let zero = text.splat("0", words)
    var counter = (text.apply("stablehlo.iota", [], ["iota_dimension = 1 : i64"], to: words), zero, zero, zero)
    if let step {
      let bits = text.apply("stablehlo.bitcast_convert", [step], to: ValueType([], "ui32"))
      counter.2 = text.apply("stablehlo.broadcast_in_dim", [bits], ["broadcast_dimensions = array<i64>"], to: words)
    }
    for round in 0..<10 {
      let first = wideProduct(counter.0, 0xD251_1F53)
      let second = wideProduct(counter.2, 0xCD9E_8D57)
      let low = keys.map { UInt32(truncatingIfNeeded: $0) &+ UInt32(round) &* 0x9E37_79B9 }
      let high = keys.map { UInt32(truncatingIfNeeded: $0 >> 32) &+ UInt32(round) &* 0xBB67_AE85 }
      counter = (
        xor(xor(second.high, counter.1), rows(low, words)), second.low, xor(xor(first.high, counter.3), rows(high, words)), first.low
      )
    }
    let columns = [counter.0, counter.1, counter.2, counter.3].map { text.reshape($0, [keys.count, blocks, 1]) }
    let table = text.apply("stablehlo.concatenate", columns, ["dimension = 2 : i64"], to: ValueType([keys.count, blocks, 4], "ui32"))
    var all = text.reshape(table, [keys.count, blocks * 4])
    if blocks * 4 != count {
      all = text.apply(
        "stablehlo.slice", [all],
        ["start_indices = array<i64: 0, 0>", "limit_indices = \(array([keys.count, count]))", "strides = array<i64: 1, 1>"],
        to: ValueType([keys.count, count], "ui32"))
    }
    return text.apply("stablehlo.bitcast_convert", [text.reshape(all, to.dimensions)], to: to)
  }

  /// A number for each row.
  private mutating func rows(_ numbers: [UInt32], _ type: ValueType) -> Value {
    guard let first = numbers.first, numbers.contains(where: { $0 != first }) else { return text.splat(String(numbers.first ?? 0), type) }
    let column = text.splat("[\(numbers.map(String.init).joined(separator: ", "))]", ValueType([numbers.count], "ui32"))
    return text.apply("stablehlo.broadcast_in_dim", [column], ["broadcast_dimensions = array<i64: 0>"], to: type)
  }

  /// The upper and lower halves of a 64-bit product.
  private mutating func wideProduct(_ x: Value, _ factor: UInt64) -> (high: Value, low: Value) {
    let wide = x.type.of("ui64")
    let widened = text.apply("stablehlo.convert", [x], to: wide)
    let product = text.apply("stablehlo.multiply", [text.splat(String(factor), wide), widened], to: wide)
    let shifted = text.apply("stablehlo.shift_right_logical", [product, text.splat("32", wide)], to: wide)
    return (text.apply("stablehlo.convert", [shifted], to: x.type), text.apply("stablehlo.convert", [product], to: x.type))
  }

  private mutating func xor(_ a: Value, _ b: Value) -> Value { text.apply("stablehlo.xor", [a, b], to: a.type) }
}
