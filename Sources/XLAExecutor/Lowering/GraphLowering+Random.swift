import Graph

// Random bits in plain integers: the same on every device, to the bit.
extension GraphLowering {
  /// Philox4x32-10 (Salmon et al. 2011): element e of a key's part is word e mod 4 of the block with the counter (e / 4, step) under the key.
  mutating func randomBits(of id: Int, keyCount: Int, step: Value?, _ to: ValueType) -> Value {
    let count = to.elementCount / max(keyCount, 1)
    guard count > 0, let row = keyRows[id] else { return text.splat("", to) }
    let blocks = (count + 3) / 4
    // One row for each key.
    let words = ValueType([keyCount, blocks], "ui32")
    let keys = (0..<2).map { half in keyWords(row..<(row + keyCount), half: half) }
    let zero = text.splat("0", words)
    var counter = (text.apply("stablehlo.iota", [], ["iota_dimension = 1 : i64"], to: words), zero, zero, zero)
    if let step {
      let bits = text.apply("stablehlo.bitcast_convert", [step], to: ValueType([], "ui32"))
      counter.2 = text.apply("stablehlo.broadcast_in_dim", [bits], ["broadcast_dimensions = array<i64>"], to: words)
    }
    for round in 0..<10 {
      let first = wideProduct(counter.0, 0xD251_1F53)
      let second = wideProduct(counter.2, 0xCD9E_8D57)
      let (low, high) = (UInt32(round) &* 0x9E37_79B9, UInt32(round) &* 0xBB67_AE85)
      counter = (
        xor(xor(second.high, counter.1), rows(keys[0], plus: low, words)), second.low,
        xor(xor(first.high, counter.3), rows(keys[1], plus: high, words)), first.low
      )
    }
    let columns = [counter.0, counter.1, counter.2, counter.3].map { text.reshape($0, [keyCount, blocks, 1]) }
    let table = text.apply("stablehlo.concatenate", columns, ["dimension = 2 : i64"], to: ValueType([keyCount, blocks, 4], "ui32"))
    var all = text.reshape(table, [keyCount, blocks * 4])
    if blocks * 4 != count {
      all = text.apply(
        "stablehlo.slice", [all],
        ["start_indices = array<i64: 0, 0>", "limit_indices = \(array([keyCount, count]))", "strides = array<i64: 1, 1>"],
        to: ValueType([keyCount, count], "ui32"))
    }
    return text.apply("stablehlo.bitcast_convert", [text.reshape(all, to.dimensions)], to: to)
  }

  /// The lower (0) or upper (1) halves of some rows' keys.
  private mutating func keyWords(_ rows: Range<Int>, half: Int) -> Value {
    let column = text.apply(
      "stablehlo.slice", [keyTable],
      [
        "start_indices = \(array([rows.lowerBound, half]))", "limit_indices = \(array([rows.upperBound, half + 1]))",
        "strides = array<i64: 1, 1>",
      ], to: ValueType([rows.count, 1], "i32"))
    return text.apply("stablehlo.bitcast_convert", [text.reshape(column, [rows.count])], to: ValueType([rows.count], "ui32"))
  }

  /// A number for each row: that of `column`, and `bump`.
  private mutating func rows(_ column: Value, plus bump: UInt32, _ type: ValueType) -> Value {
    let sum = bump == 0 ? column : text.apply("stablehlo.add", [column, text.splat(String(bump), column.type)], to: column.type)
    return text.apply("stablehlo.broadcast_in_dim", [sum], ["broadcast_dimensions = array<i64: 0>"], to: type)
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
