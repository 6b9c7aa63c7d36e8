import Foundation
import Rival

/// Stands for a run's data where it is not needed: the shape and digest that the checkpoint tells, and no samples.
///
/// Sampling needs the generator alone, so a checkpoint can be sampled where its data is not.
struct AbsentData: DataSource, Samples {
  static let name = "absent-data"
  static let summary = "No samples; only their shape."

  var sampleShape: [Int] = []
  var fingerprint = ""

  init() {}

  /// The data of `run`, whose shape the discriminator's input tells.
  ///
  /// - Throws: `NetworkError` where the checkpoint does not tell it.
  init(of run: StoredRun, _ contents: CheckpointContents, registry: Registry) throws {
    struct Input: Decodable { var input: [Int] }
    guard let json = contents.configuration("discriminator"),
      let input = try? registry.decode(Input.self, from: Data(json.utf8))
    else { throw NetworkError("'/config/discriminator' does not tell the shape of a sample") }
    sampleShape = input.input
    fingerprint = run.fingerprint
  }

  func opened() throws -> any Samples { self }

  func fill(_ buffer: UnsafeMutableBufferPointer<Float>, batch index: Int, size: Int, key: Key) {
    buffer.update(repeating: 0)
  }
}
