import Adversarial
import Foundation
import Tensors

@testable import Datasets

/// Draws one batch.
func batch(_ samples: any Samples, _ index: Int, size: Int, key: Key = Key(seed: 7)) -> [Float] {
  let batch = BatchMemory(samples.fields, size: size)
  batch.numbers(0).update(repeating: .nan)
  samples.fill(batch, index: index, key: key)
  return batch.copiedNumbers(0)
}

/// Runs `body` with a new folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "/datasets-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// The error that `body` throws, as text; empty where it throws none.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}

/// The folder of real MNIST files, where the environment variable `RIVAL_DATA` names one.
enum RealData {
  static let mnist: String? = {
    guard let root = ProcessInfo.processInfo.environment["RIVAL_DATA"], !root.isEmpty else {
      print("RIVAL_DATA is not set: tests on real MNIST files are skipped")
      return nil
    }
    return root + "/mnist"
  }()
}

/// Files that other programs wrote: `Tests/Reference/make_dataset_files.py`.
enum References {
  /// The folder of images of every kind: `Tests/Reference/make_image_files.py`.
  static let images = folder("Images")

  /// The path of the file called `name`.
  static func path(_ name: String) -> String { folder("Datasets") + "/" + name }

  private static func folder(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference/" + name).path
  }
}
