import Rival

/// How a study was done, with every setting, as a paragraph that a paper's methods can begin from.
struct StudyMethods {
  private let results: StudyResults
  private let directory: StudyDirectory

  init(_ results: StudyResults, in directory: StudyDirectory) {
    self.results = results
    self.directory = directory
  }

  /// The paragraphs.
  var text: String {
    get throws {
      let study = results.specification
      func number(_ count: Int) -> String { NumberText.fixed(Double(count), digits: 0) }
      let length =
        study.budget.map { budget in
          "\(StudyBudget.text(budget.amount)) \(budget.unit.rawValue) a run ("
            + study.variants.map { "\($0.label) \(number(study.rounds(of: $0))) rounds" }.joined(separator: ", ") + ")"
        } ?? "\(number(study.rounds)) rounds"
      var parts = [
        "We compared \(study.variants.count) variants on '\(study.problem)', each with the seeds \(study.seeds.map(String.init).joined(separator: ", ")), for "
          + "\(length) with batches of \(study.batchSize) and \(study.threadsPerTrial) thread\(study.threadsPerTrial == 1 ? "" : "s") a run. "
          + "Runs of one seed share data order, latent vectors and, in layers that both have, initial weights."
      ]
      if let summary = try summary() {
        let (networks, components) = summary.description
        parts.append(
          "The variant '\(results.reference)' consists of the following. " + (networks + components).map { $0 + "." }.joined(separator: " ")
        )
        parts.append("Written by \(summary.environment).")
      }
      if let tuning = study.tuning { parts.append(tuning.text) }
      let changed = study.variants.filter { !$0.isBaseline }
      if !changed.isEmpty {
        parts.append(
          "The other variants change it so: "
            + changed.map { variant in
              "\(variant.label): "
                + (variant.components.map { CheckpointSummary.line($0.name, $0.fields) }
                + variant.optimizers.map { "\(CheckpointSummary.line($0.optimizer.name, $0.optimizer.fields)) of the \($0.player)" })
                .joined(
                  separator: ", ")
            }.joined(separator: "; ") + ".")
      }
      parts.append(measures)
      parts.append(
        "Each variant is summarized by its median over seeds with the interval between order statistics. Variants are compared with '\(results.reference)' by exact rank tests "
          + "(\(tests)), two-sided, corrected by Holm for all \(results.comparisons) comparisons; shifts are Hodges and Lehmann's. Runs that failed or diverged count as worst."
      )
      return parts.map { StudyText.wrapped($0) }.joined(separator: "\n\n")
    }
  }

  private var measures: String {
    let study = results.specification
    let deciding = results.measures.filter(\.isPrimary).map(\.display.title)
    var text =
      "Measured were \(study.metrics.map(\.label).joined(separator: ", ")), of \(NumberText.fixed(Double(study.sampleCount), digits: 0)) generated samples against "
      + "\(NumberText.fixed(Double(results.referenceCount), digits: 0)) real ones \(results.hasHeldOut ? "held out from training" : "of the training data")"
    if let features = study.features { text += ", as \(features.label)" + (results.featuresRemark.map { " (\($0))" } ?? "") }
    return text + "; \(deciding.joined(separator: " and ")) decide."
  }

  private var tests: String {
    let deciding = Set(results.measures.filter(\.isPrimary).map(\.name))
    return results.pairings.filter { deciding.contains($0.measure) }.map { pairing in
      "\(pairing.measure): \(pairing.test == .pairs ? "Wilcoxon's signed ranks of pairs" : "Mann and Whitney's")"
    }.joined(separator: "; ")
  }

  /// A run of the reference that can be read.
  private func summary() throws -> CheckpointSummary? {
    let study = results.specification
    for trial in study.trials where trial.variantIndex == study.referenceIndex {
      let folder = directory.files(of: trial).folder
      if let files = try? CheckpointDirectory(folder).files(), !files.isEmpty {
        return CheckpointSummary(try SavedRun(folder, warn: { _ in }))
      }
    }
    return nil
  }
}
