import Networks
import Tensors

/// What the discriminator says.
extension Observation {
  /// What the discriminator says of samples: one logit each, for as many whole batches of the run's batch size as there are.
  ///
  /// It works as in training (batch statistics, weights as the heuristics make them), because that is the opponent that the generator
  /// meets; no heuristic changes the samples, and no trace is left in its buffers.
  ///
  /// - Parameter conditions: what the values were made for, or the other fields of the real samples, one for each value.
  /// - Throws: `NetworkError` where the discriminator asks for a condition that is not given.
  public func discriminatorLogits(of values: [Float], given conditions: Batch = []) throws -> [Float] {
    let shape = samples.sampleShape
    let size = shape.reduce(1, *)
    let batch = batchSize
    let fields = conditions.entries.map(\.field)
    let name = (["discriminator"] + fields.map(\.name)).joined(separator: " ")
    let types = [TensorType(Shape([batch] + shape))] + fields.map { $0.type(batchSize: batch) }
    let trace = try rounds(name, inputs: types) { [game] makeRound, inputs in
      let given = Batch(zip(fields, inputs.dropFirst()).map { Batch.Entry($0, $1) })
      return [try game.judged(Images(inputs[0]), given: given, in: makeRound()).tensor]
    }
    var logits: [Float] = []
    for start in stride(from: 0, to: values.count / (batch * size) * batch, by: batch) {
      let rows = Array(values[start * size..<(start + batch) * size])
      try trace.load(Tensor(rows, shape: types[0].shape), asInput: 0)
      for (index, entry) in conditions.entries.enumerated() {
        try trace.load(entry.tensor.sliced(axis: 0, start..<(start + batch)).materialized(), asInput: 1 + index)
      }
      try trace.run()
      logits += try trace.output(0).scalars()
    }
    return logits
  }

  /// What the discriminator says of fixed real samples, each with its own label or whatever else the data has; as many whole batches as there are.
  public func logitsOfRealSamples(_ count: Int, from split: Split = .training) throws -> [Float] {
    let real = try realBatch(count, from: split)
    return try discriminatorLogits(of: real.copiedNumbers(0), given: Batch(Array(real.batch.entries.dropFirst())))
  }

  /// What the discriminator says of generated samples, each judged for what it was made for: the labels of fixed real samples, if there are any.
  ///
  /// - Parameter averaged: `true` for the average of the generator, where the run keeps one.
  public func logitsOfGeneratedSamples(_ count: Int, averaged: Bool = true) throws -> [Float] {
    guard samples.fields.count > 1 else { return try discriminatorLogits(of: generatedSamples(count, averaged: averaged)) }
    let real = try realBatch(count)
    let conditions = Batch(Array(real.batch.entries.dropFirst()))
    var given: [String: SampleCondition] = [:]
    for (index, field) in real.fields.enumerated() where game.sampleConditions.contains(where: { $0.name == field.name }) {
      if field.classCount != nil {
        given[field.name] = .classes(real.copiedClasses(index).map(Int.init))
      } else if let tensor = conditions[field.name]?.tensor {
        given[field.name] = .numbers(tensor)
      }
    }
    return try discriminatorLogits(of: generatedSamples(count, given: given, averaged: averaged), given: conditions)
  }
}
