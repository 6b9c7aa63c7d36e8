import ArgumentParser
import Foundation
import Rival

/// Which weights `export` and `import` move, and under which names.
struct WeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which set of weights: generator, discriminator, or a second set such as generator_ema.", valueName: "set"))
  var weights = "generator"

  @Option(
    help: ArgumentHelp(
      "A JSON file with other names: {\"00_dense/weight\": \"net.0.weight\"}. What it does not name keeps its name.", valueName: "file.json"
    ))
  var names: String?

  /// The names in the file of weights, by the names in the network.
  ///
  /// - Throws: ``CommandFailure`` for a file that is none, or that gives one name twice.
  func map() throws -> [String: String] {
    guard let names else { return [:] }
    guard let data = FileManager.default.contents(atPath: names), let map = try? JSONDecoder().decode([String: String].self, from: data)
    else { throw CommandFailure("\(names): it holds no JSON object of names; write {\"00_dense/weight\": \"net.0.weight\"}") }
    guard Set(map.values).count == map.count else { throw CommandFailure("\(names): two tensors are given one name") }
    return map
  }
}
