import Foundation
import Rival
import RivalTesting

/// Every registered heuristic with fields by which it acts within a few rounds, and all pairs of them.
enum HeuristicPairs {
  /// Where the defaults need more rounds than a test has.
  private static let specifications = [
    "adaptive-augmentation": "target=-0.2,interval=2,rampImages=32", "consistency-regularization": "shift=1",
    "discriminator-skipping": "limit=0.5",
    "exponential-moving-average": "decay=0.5,statisticsBatches=1", "frozen-layers": "first=2", "gradient-clipping": "maximumNorm=0.1",
    "lazy-regularization": "interval=2", "lookahead": "steps=2", "pseudo-augmentation": "target=-0.2,interval=2,rampImages=32",
    "progressive-resolution": "phase=4", "top-k": "smallest=0.5,decay=0.8,period=1", "experience-replay": "batches=2",
    "jacobian-clamping": "largest=1.1",
  ]

  static func all(_ registry: Registry) throws -> [any Heuristic] {
    try BuiltInHeuristics.types.compactMap { type in
      let name = type.name
      return try registry.component(parsing: specifications[name].map { "\(name):\($0)" } ?? name) as? any Heuristic
    }
  }

  /// A GAN for images of 4×4 pixels that is compiled in no time.
  static func gan(_ heuristics: [any Heuristic]) -> GAN {
    GAN(latent: .normal(3)) {
      Generator {
        Dense(16)
        Reshape([4, 4, 1])
        Tanh()
      }
      Discriminator {
        Flatten()
        Dense(6)
        LeakyReLU(0.2)
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 0.005)
      AlternatingUpdates()
      heuristics
    }
  }

  static let data: ArraySamples = {
    let key = Key(seed: 97)
    return ArraySamples((0..<24 * 16).map { key.uniform(element: $0) * 2 - 1 }, sampleShape: [4, 4, 1])
  }()

  /// What speaks against two heuristics together that does not speak against either alone.
  static func notices(_ first: any Heuristic, _ second: any Heuristic) -> [Notice] {
    let alone = gan([first]).review() + gan([second]).review()
    return gan([first, second]).review().filter { !alone.contains($0) }
  }

  /// Compositions that single heuristics may not suit.
  static let surroundings: [(what: String, gan: GAN)] = [
    ("a critic's loss (`wasserstein`)", changed { $0.loss = WassersteinLoss() }),
    ("`batch-norm` in the discriminator", changed { $0.discriminator.layers.insert(PlacedLayer(BatchNorm()), at: 2) }),
    ("`batch-norm` in the generator", changed { $0.generator.layers.insert(PlacedLayer(BatchNorm()), at: 1) }),
    ("`minibatch-discrimination`", changed { $0.discriminator.layers.insert(PlacedLayer(MinibatchDiscrimination()), at: 3) }),
    ("a discriminator of one layer", changed { $0.discriminator.layers = [PlacedLayer(Dense(1))] }),
  ]

  private static func changed(_ change: (inout GAN) -> Void) -> GAN {
    var result = gan([])
    change(&result)
    return result
  }

  /// Docs/heuristic-pairs.md.
  static func page(_ heuristics: [any Heuristic]) -> String {
    let names = heuristics.map(\.name)
    var text = """
      # Which heuristics go together

      This page is written by a test out of what the parts say of each other (`Heuristic.review`); `RIVAL_RECORD=1 swift test --filter HeuristicPairTests`
      writes it anew. Of two heuristics, the one above stands first in the composition. `·` they compose, `!` they compose with a warning, `×` they are
      refused. A test trains every pair that is not refused, stops it at some round, and goes on to the same bytes.

      """
    text += "\n| | " + names.indices.map { "\($0 + 1)" }.joined(separator: " | ") + " |\n"
    text += "|---|" + String(repeating: ":-:|", count: names.count) + "\n"
    var reasons: [String] = []
    for (row, first) in heuristics.enumerated() {
      var cells: [String] = []
      for (column, second) in heuristics.enumerated() {
        guard column >= row else {
          cells.append("")
          continue
        }
        let notices = notices(first, second)
        let isRefused = notices.contains { $0.severity == .error }
        cells.append(isRefused ? "×" : notices.isEmpty ? "·" : "!")
        for notice in notices { reasons.append("| \(names[row]) | \(names[column]) | \(isRefused ? "×" : "!") | \(notice) |") }
      }
      text += "| \(row + 1) `\(names[row])` | " + cells.joined(separator: " | ") + " |\n"
    }
    text += "\n## Why\n\n| | with | | |\n|---|---|:-:|---|\n" + reasons.joined(separator: "\n") + "\n"
    text += "\n## What single heuristics do not suit\n\n| | with | | |\n|---|---|:-:|---|\n"
    for (what, gan) in surroundings {
      let own = gan.review()
      for heuristic in heuristics {
        let alone = self.gan([heuristic]).review()
        for notice in gan.adding([heuristic]).review() where !own.contains(notice) && !alone.contains(notice) {
          text += "| \(heuristic.name) | \(what) | \(notice.severity == .error ? "×" : "!") | \(notice) |\n"
        }
      }
    }
    return text
  }
}
