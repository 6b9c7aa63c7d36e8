import Adversarial
import Datasets
import Networks
import Tensors

/// Batches from a mixture of isotropic Gaussians in the plane, drawn anew each time; the label is the mode's number.
///
/// Sample `i` of batch `b` is made from Philox block `i` at step `b`: one word chooses the mode, two make the noise.
struct MixtureSamples: Samples {
  let fields: [Field]
  let fingerprint: String
  let modes: ModeDescription?

  private let centers: [(x: Double, y: Double)]
  private let standardDeviation: Double
  /// Running sums of the weights; the last is 1.
  private let cumulative: [Double]

  init(centers: [(x: Double, y: Double)], standardDeviation: Double, weights: [Double], fingerprint: String) {
    self.centers = centers
    self.standardDeviation = standardDeviation
    self.fingerprint = fingerprint
    let raw = weights.isEmpty ? Array(repeating: 1.0, count: centers.count) : weights
    let total = raw.reduce(0, +)
    let normalized = raw.map { $0 / total }
    var sum = 0.0
    cumulative = normalized.map { weight in
      sum += weight
      return sum
    }
    fields = [Field("samples", shape: [2]), Field("label", classes: centers.count, frequencies: normalized)]
    modes = ModeDescription(
      centers: centers.map { [Float($0.x), Float($0.y)] }, standardDeviation: Float(standardDeviation),
      weights: normalized)
  }

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    let (buffer, labels) = (batch.numbers(0), batch.classes(1))
    let last = lastPossible
    for place in 0..<batch.size {
      let words = key.words(block: place, step: index)
      let u = Draw.uniform(words.0)
      var mode = 0
      while mode < last && cumulative[mode] <= u { mode += 1 }
      labels[place] = Int32(mode)
      let (noiseX, noiseY) = Draw.normals(words.1, words.2)
      buffer[2 * place] = Float(centers[mode].x + standardDeviation * noiseX)
      buffer[2 * place + 1] = Float(centers[mode].y + standardDeviation * noiseY)
    }
  }

  /// The last mode of positive weight: where rounding leaves the running sum below 1, no mode of weight 0 is drawn.
  private var lastPossible: Int {
    var last = centers.count - 1
    while last > 0 && cumulative[last] == cumulative[last - 1] { last -= 1 }
    return last
  }
}

/// Checks that mixtures share.
enum MixtureFields {
  /// Throws where the weights do not fit the modes; an empty list means equal weights.
  static func check(weights: [Double], modes: Int, component: String) throws {
    guard !weights.isEmpty else { return }
    let sum = weights.reduce(0, +)
    guard weights.count == modes, weights.allSatisfy({ $0.isFinite && $0 >= 0 }), sum > 0, sum.isFinite else {
      throw FieldCheck.error(
        component, "weights", weights, "empty (equal weights), or \(modes) numbers that are not negative and not all 0")
    }
  }
}

extension Samples {
  /// A fixed, finite draw from a distribution: what training has where data is scarce. The distribution itself stays for comparison.
  func fixedDraw(_ count: Int) -> FiniteSamples {
    let batch = batch(of: count, key: Key(seed: 0).derived("fixed draw"))
    let columns = fields.indices.map { place in
      (
        field: fields[place],
        values: fields[place].classCount == nil
          ? FiniteSamples.Values.numbers(batch.copiedNumbers(place)) : .classes(batch.copiedClasses(place))
      )
    }
    return FiniteSamples(
      columns, fingerprint: ContentDigest.hexadecimal(of: "\(fingerprint) \(count)"), modes: modes, heldOut: self)
  }
}
