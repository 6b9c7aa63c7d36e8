/// How exactly a device multiplies: the type that the operands of matrix products and convolutions are rounded to.
///
/// Everything else stays what it is under each of them: parameters, optimizers' state, sums, normalizations, losses and the norms of penalties
/// are float32, so no loss has to be scaled. Products of float64 are never rounded.
public enum Precision: String, CaseIterable, Sendable {
  /// 24 significant bits: nothing is rounded.
  case float32
  /// 11 significant bits, the range of float32: what NVIDIA's tensor cores make of float32 operands.
  case tf32
  /// 8 significant bits, the range of float32.
  case bfloat16

  /// The precision called `name`.
  ///
  /// - Throws: `TensorError` that lists them.
  public static func named(_ name: String) throws(TensorError) -> Precision {
    if let precision = Precision(rawValue: name) { return precision }
    if name == "float16" || name == "half" || name == "fp16" {
      throw TensorError(
        "float16 ends at 65,504 and begins at 6e-8, so that gradients of adversarial games vanish or overflow unless losses are scaled; use bfloat16, "
          + "which has the range of float32")
    }
    throw TensorError("there is no precision '\(name)'; there are: \(allCases.map(\.rawValue).joined(separator: ", "))")
  }

  /// `value` rounded to the significant bits of this precision, to the nearest and half to even.
  public func rounded(_ value: Float) -> Float {
    let dropped: UInt32
    switch self {
    case .float32: return value
    case .tf32: dropped = 13
    case .bfloat16: dropped = 16
    }
    guard value.isFinite else { return value }
    let bits = value.bitPattern
    let half = (UInt32(1) << (dropped - 1)) - 1 + (bits >> dropped & 1)
    return Float(bitPattern: (bits &+ half) & ~((UInt32(1) << dropped) - 1))
  }
}
