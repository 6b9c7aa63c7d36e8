import ArgumentParser
import Foundation
import Rival

/// Which weights `export` and `import` move, and under which names.
struct WeightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Names and axes of the other program: rival, pytorch (a torch.nn.Sequential of the same layers), keras; keras by default for .weights.h5, rival for others.",
      valueName: "name"))
  var layout: String?

  @Option(
    help: ArgumentHelp(
      "A JSON file with other names: {\"00_dense/weight\": \"net.0.weight\"}. What it does not name has the layout's name.",
      valueName: "file.json"))
  var names: String?

  func validate() throws {
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError(
        "--layout is '\(layout)', but must be one of \(WeightLayout.allCases.map(\.rawValue).joined(separator: ", "))")
    }
  }

  /// The layout that is asked for, or that of the file's format.
  ///
  /// - Throws: `ExchangeError` for a file of no known format.
  func chosenLayout(for path: String) throws -> WeightLayout {
    let format = try WeightFormat(path: path)
    return layout.flatMap(WeightLayout.init) ?? format.layout
  }

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
