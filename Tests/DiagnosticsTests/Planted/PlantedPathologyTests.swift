import Foundation
import Rival
import Testing

/// Runs that go wrong in a known way are called by their name, and the clean control is not called anything else.
///
/// Two seeds of each by default; `RIVAL_PLANTED_SEEDS=10` takes ten, as in the table of the documentation.
@Suite("Planted pathologies")
struct PlantedPathologyTests {
  static var seeds: Range<UInt64> {
    0..<(ProcessInfo.processInfo.environment["RIVAL_PLANTED_SEEDS"].flatMap(UInt64.init) ?? 2)
  }

  @Test func theConfusionTableIsDiagonal() throws {
    var counts: [[Int]] = []
    for planted in PlantedPathology.all {
      var row = ConvergenceVerdict.builtIn.map { _ in 0 }
      for seed in Self.seeds {
        let diagnosis = try planted.diagnosis(seed: seed)
        for (column, verdict) in ConvergenceVerdict.builtIn.enumerated() where verdict == diagnosis.verdict { row[column] += 1 }
        #expect(diagnosis.verdict == planted.verdict, "\(planted), seed \(seed): \(diagnosis.headline)")
        #expect(!diagnosis.primary.evidence.isEmpty, "\(planted), seed \(seed)")
      }
      counts.append(row)
    }
    print(Self.table(counts))
  }

  /// Whether it reaches a loss at once or a rectifier hides it: the tensor and the round are named exactly.
  @Test(arguments: [Player.generator, .discriminator], ["00_dense/weight", "02_dense/bias", "04_dense/weight"])
  func aPlantedNaNIsNamed(player: Player, path: String) throws {
    var ring = PlantedPathology.clean
    ring.rounds = 120
    ring.heuristics.append(PlantedNaN(player: player, path: path, step: 57))
    let record = RunRecord(try ring.trained(seed: 1))
    let origin = try #require(record.failure?.origin)
    #expect(origin.step == 58 && origin.role == .gradient)
    #expect(origin.name == "\(player)/\(path) after planted-nan")
    #expect(Diagnosis(record).verdict == .numeric)
  }

  /// Rows: what was planted. Columns: the verdicts that were given at least once.
  static func table(_ counts: [[Int]]) -> String {
    let verdicts = ConvergenceVerdict.builtIn
    let given = verdicts.indices.filter { column in counts.contains { $0[column] > 0 } }
    var lines = ["| planted | " + given.map { verdicts[$0].rawValue }.joined(separator: " | ") + " |"]
    lines.append("|---|" + given.map { _ in "---:|" }.joined())
    for (planted, row) in zip(PlantedPathology.all, counts) {
      lines.append("| \(planted.name) | " + given.map { row[$0] == 0 ? "" : "\(row[$0])" }.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n")
  }
}
