import Foundation
import Rival

/// Stands for a run's data where it is not needed: the shape and digest that the checkpoint tells, and no samples.
///
/// Sampling needs the generator alone, so a checkpoint can be sampled where its data is not.
struct AbsentData: DataSource, Samples {
  static let name = "absent-data"
  static let summary = "No samples; only their shape."

  var fields: [Field] = []
  var fingerprint = ""

  init() {}

  /// The data of `run`: its fields, or where the file does not keep them, the shape that the discriminator takes.
  ///
  /// - Throws: `NetworkError` where the checkpoint does not tell it.
  init(of run: StoredRun, _ contents: CheckpointContents, registry: Registry) throws {
    fingerprint = run.fingerprint
    fields = run.fields
    guard fields.isEmpty else { return }
    struct Input: Decodable { var input: [Int] }
    guard let json = contents.configuration("discriminator"),
      let input = try? registry.decode(Input.self, from: Data(json.utf8))
    else { throw NetworkError("'/config/discriminator' does not tell the shape of a sample") }
    fields = [Field("samples", shape: input.input)]
  }

  func opened() throws -> any Samples { self }

  func fill(_ batch: BatchMemory, index: Int, key: Key) {
    for place in fields.indices where fields[place].classCount == nil { batch.numbers(place).update(repeating: 0) }
    for place in fields.indices where fields[place].classCount != nil { batch.classes(place).update(repeating: 0) }
  }
}
