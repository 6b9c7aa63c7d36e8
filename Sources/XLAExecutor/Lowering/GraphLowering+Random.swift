import Graph

// Random bits in plain integers: the same on every device, to the bit.
extension GraphLowering {
  /// Philox4x32-10 (Salmon et al. 2011): element e is word e mod 4 of the block with the counter (e / 4, step) under `key`.
  mutating func randomBits(_ key: UInt64, step: Value?, _ to: ValueType) -> Value {
    let count = to.elementCount
    guard count > 0 else { return text.splat("", to) }
    let blocks = (count + 3) / 4
    let narrow = ValueType([blocks], "ui32")
    let zero = text.splat("0", narrow)
    var counter = (text.apply("stablehlo.iota", [], ["iota_dimension = 0 : i64"], to: narrow), zero, zero, zero)
    if let step {
      let bits = text.apply("stablehlo.bitcast_convert", [step], to: ValueType([], "ui32"))
      counter.2 = text.apply("stablehlo.broadcast_in_dim", [bits], ["broadcast_dimensions = array<i64>"], to: narrow)
    }
    var key = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let first = wideProduct(counter.0, 0xD251_1F53)
      let second = wideProduct(counter.2, 0xCD9E_8D57)
      counter = (
        xor(xor(second.high, counter.1), text.splat(String(key.0), narrow)), second.low,
        xor(xor(first.high, counter.3), text.splat(String(key.1), narrow)), first.low
      )
      key = (key.0 &+ 0x9E37_79B9, key.1 &+ 0xBB67_AE85)
    }
    let columns = [counter.0, counter.1, counter.2, counter.3].map { text.reshape($0, [blocks, 1]) }
    let table = text.apply("stablehlo.concatenate", columns, ["dimension = 1 : i64"], to: ValueType([blocks, 4], "ui32"))
    var words = text.reshape(table, [blocks * 4])
    if blocks * 4 != count {
      words = text.apply(
        "stablehlo.slice", [words], ["start_indices = array<i64: 0>", "limit_indices = array<i64: \(count)>", "strides = array<i64: 1>"],
        to: ValueType([count], "ui32"))
    }
    return text.apply("stablehlo.bitcast_convert", [text.reshape(words, to.dimensions)], to: to)
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
