import Tensors

/// Which sample stands at which position of an endless run over finite data, each sample once an epoch.
///
/// Batch `b` of size `s` covers the positions `b * s ..< b * s + s`; position `p` belongs to epoch `p / count`, and every epoch has
/// its own ``StatelessPermutation``. So a batch may span two epochs, no sample is dropped, and there is no cursor to save.
public struct EpochOrder: Sendable {
  /// How many samples an epoch has, at least 1.
  public let count: Int
  private let key: Key

  /// Creates the order that `key` names.
  public init(count: Int, key: Key) {
    precondition(count > 0, "an epoch needs at least one sample")
    self.count = count
    self.key = key.derived("order")
  }

  /// Calls `body` with the place in the batch and the sample's index, for each sample of the batch.
  public func forEach(batch index: Int, size: Int, _ body: (_ place: Int, _ sample: Int) -> Void) {
    precondition(index >= 0 && size >= 0, "batch \(index) of size \(size) does not exist")
    var epoch = -1
    var permutation: StatelessPermutation?
    for place in 0..<size {
      let (quotient, remainder) = (index * size + place).quotientAndRemainder(dividingBy: count)
      if quotient != epoch || permutation == nil {
        epoch = quotient
        permutation = StatelessPermutation(count: count, key: key.derived(quotient))
      }
      if let permutation { body(place, permutation(remainder)) }
    }
  }
}
