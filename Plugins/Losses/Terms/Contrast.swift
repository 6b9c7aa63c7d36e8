import Adversarial
import Components
import Layers
import Networks
import Tensors

/// A term by the angles between embeddings of samples and the vectors of their classes.
protocol ContrastTerm: ClassTerm {
  var weight: Double { get }
  var temperature: Double { get }
  var dimensions: Int { get }

  /// The term of each sample: `own` `[n]` is the cosine of sample and class, `pairs` `[n, n]` that of two samples, `isSame` 1 where they have one
  /// class.
  func contrast(own: Tensor, pairs: Tensor, isSame: Tensor) -> Tensor
}

extension ContrastTerm {
  var vectors: String { name + "-classes" }

  /// The embedding of the discriminator's features, and the classes' vectors.
  var contrastNetworks: [PartNetwork] {
    [
      PartNetwork(name, from: .features(of: "discriminator"), trainedWith: .discriminator) { Dense(dimensions) },
      PartNetwork(vectors, from: .features(of: "discriminator"), trainedWith: .discriminator) {
        ClassEmbedding(dimensions, condition: condition)
      },
    ]
  }

  func checkContrast() throws {
    try checkWeight("weight", weight)
    guard temperature >= 0.05, temperature.isFinite else {
      throw ComponentError(component: name, field: "temperature", value: temperature, expected: "0.05 or more")
    }
    guard (1...Shape.maximumSize).contains(dimensions) else {
      throw ComponentError(component: name, field: "dimensions", value: dimensions, expected: "a whole number of at least 1")
    }
  }

  func term(_ taps: [Tap], _ conditions: Batch, _ round: Round) throws -> Tensor {
    let label = try conditions.classes(condition, for: name)
    let features = try hidden(taps, round)
    let samples = directions(try round.network(name, features, given: conditions).output)
    let classes = directions(try round.network(vectors, features, given: conditions).output)
    let n = label.tensor.shape[0]
    let rows = label.tensor.expandingDimension(at: 1).broadcast(to: [n, n])
    let columns = label.tensor.expandingDimension(at: 0).broadcast(to: [n, n])
    return contrast(
      own: (samples * classes).sum(axes: [1]), pairs: matmul(samples, samples.transposed()),
      isSame: rows.isEqual(to: columns).converted(to: samples.dtype)
    ).mean()
  }

  private func directions(_ x: Tensor) -> Tensor {
    x * reciprocalSquareRoot(square(x).sum(axes: [1], keepingDimensions: true) + 1e-12)
  }
}
