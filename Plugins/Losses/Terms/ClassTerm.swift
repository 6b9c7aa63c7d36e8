import Adversarial
import Components
import Layers
import Networks
import Tensors

/// A term by the classes of samples, which a network reads off the discriminator's last hidden features.
protocol ClassTerm: Heuristic {
  var condition: String { get }
}

extension ClassTerm {
  /// What speaks against a term by classes in `gan`.
  func classNotices(_ gan: GAN, reference: String) -> [Notice] {
    var notices: [Notice] = []
    if let told = gan.discriminator.innermostLayers.first(where: { $0 is ConcatenatedCondition || $0 is ConditionalBatchNorm }) {
      notices.append(
        Notice(
          .warning,
          "\(name) lets the discriminator recognize the class, but \(told.name) tells it; leave \(told.name) out of the discriminator",
          reference: reference))
    }
    if let other = gan.heuristics.first(where: { $0 is any ClassTerm && $0.name != name }) {
      notices.append(
        Notice(
          .warning,
          "\([name, other.name].sorted().joined(separator: " and ")) both make samples recognizable by their class; use one of them",
          reference: reference))
    }
    return notices
  }

  /// The features of the discriminator that its last layer takes, among the taps of an evaluation.
  func hidden(_ taps: [Tap], _ round: Round) throws -> Tensor {
    try taps.feature(round.game.network("discriminator").lastHiddenFeature()).feature
  }

  /// −E[log P(place of the class)] by a network of `width` outputs for each class, of which the class's first or second one is meant.
  func surprise(_ network: String, _ taps: [Tap], _ conditions: Batch, _ round: Round, offset: Int = 0) throws -> Tensor {
    let label = try conditions.classes(condition, for: name)
    let logits = try round.network(network, hidden(taps, round), given: conditions).output
    let places = label.tensor + Tensor(int32: [Int32(offset * (label.field.classCount ?? 0))], shape: [])
    return crossEntropy(logits, places)
  }
}

extension Batch {
  /// The entry of a field of classes.
  ///
  /// - Throws: `NetworkError` where there is none.
  func classes(_ condition: String, for part: String) throws -> Entry {
    guard let entry = self[condition] else {
      let known = names.isEmpty ? "none" : names.joined(separator: ", ")
      throw NetworkError("\(part) needs data with the classes '\(condition)'; its fields are: \(known)")
    }
    guard entry.field.classCount != nil else {
      throw NetworkError("\(part) needs classes, but '\(condition)' holds numbers of shape \(entry.field.shape)")
    }
    return entry
  }
}

/// −E[log softmax(logits)] at the given places: `[n, k]` and int32 `[n]` give a scalar, stable for any logits.
func crossEntropy(_ logits: Tensor, _ places: Tensor) -> Tensor {
  let isOwn = places.expandingDimension(at: 1).broadcast(to: logits.shape).isEqual(to: Tensor.iota(logits.shape, axis: 1))
  let shifted = logits - logits.maximum(axes: [1], keepingDimensions: true).stoppingGradient
  let own = select(isOwn, shifted, Tensor.zeros(logits.shape, dtype: logits.dtype)).sum(axes: [1])
  return (log(exp(shifted).sum(axes: [1])) - own).mean()
}

extension Component {
  /// Throws unless a weight is a number that is not negative.
  func checkWeight(_ field: String, _ value: Double) throws {
    guard value >= 0, value.isFinite else { throw ComponentError(component: name, field: field, value: value, expected: "0 or more") }
  }
}
