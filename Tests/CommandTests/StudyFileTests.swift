import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Studies that are written in a file.
@Suite struct StudyFileTests {
  private let registry: Registry
  private let folder: TemporaryFolder

  init() throws {
    registry = try Registry.builtIn()
    folder = try TemporaryFolder()
  }

  private func request(_ text: String) throws -> CompareRequest {
    try folder.write(Array(text.utf8), "study.yaml")
    return try CompareRequest(reading: folder.path("study.yaml"), registry: registry)
  }

  private func message(_ text: String) -> String {
    do {
      _ = try request(text)
      return ""
    } catch {
      return "\(error)"
    }
  }

  private func specification(_ request: CompareRequest) throws -> StudySpecification {
    try request.specification(of: .ring, stored: nil, samples: RingOfGaussians().opened(), registry: registry)
  }

  private func labels(_ text: String) throws -> [String] { try #require(request(text).variants).map(\.label) }

  /// The first block of YAML in Docs/studies.md.
  private static func example() throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appendingPathComponent("Docs/studies.md"), encoding: .utf8)
    let blocks = page.components(separatedBy: "```yaml\n")
    return try #require(blocks.last?.components(separatedBy: "```").first)
  }

  @Test func theDocumentedFileIsTheStudyThatItSays() throws {
    let study = try specification(request(Self.example()))
    #expect(
      study.variants.map(\.label) == [
        "plain adam@discriminator:learningRate=1e-4", "plain adam@discriminator:learningRate=1e-3",
        "smooth adam@discriminator:learningRate=1e-4", "smooth adam@discriminator:learningRate=1e-3",
        "penalty gamma=0.1 adam@discriminator:learningRate=1e-4", "penalty gamma=0.1 adam@discriminator:learningRate=1e-3",
        "penalty gamma=1 adam@discriminator:learningRate=1e-4", "penalty gamma=1 adam@discriminator:learningRate=1e-3",
        "penalty gamma=10 adam@discriminator:learningRate=1e-4", "penalty gamma=10 adam@discriminator:learningRate=1e-3",
      ])
    #expect(try study.variants[5].text(registry) == "r1-penalty:gamma=0.1+adam@discriminator:learningRate=0.001")
    #expect(study.seeds == [1, 2, 3, 4, 5, 6] && study.rounds == 4000 && study.primary == ["reverse-kl", "quality"])
    let composition = try CompareTrials.composition(of: study.variants[9], in: study, .ring, registry)
    let gan = try #require(composition as? GAN)
    #expect(gan.loss?.name == "hinge" && gan.heuristics.map(\.name) == ["r1-penalty"] && gan.generator.layers.count == 5)
    let rates = try gan.optimizers.map { try #require(ComponentFields.fields(of: $0.optimizer)["learningRate"]) }
    #expect(gan.optimizers.map(\.player) == [.generator, .discriminator] && rates == [.number(1e-3), .number(1e-3)])
  }

  @Test func aPrintedStudyIsTheSameStudy() throws {
    let texts = [
      try Self.example(),
      "problem: ring\nvariants: baseline,r1-penalty:gamma=0.1|1\nmetrics: [energy-distance, 'precision-recall:neighbors=4,ball=closed']\n",
      "problem: ring\nseeds: [7, 3]\nlatent: 3\nthreads: 2\nprimary: []\nfeatures: principal-components\ndiscriminator: \"Dense(8, usesBias: false) Dense(1)\"\n",
    ]
    for text in texts {
      let study = try specification(request(text))
      let printed = try study.studyFile(registry)
      #expect(try specification(request(printed)) == study, "\(printed)")
      #expect(try specification(request(printed)).studyFile(registry) == printed)
    }
  }

  @Test func axesAblationsAndDrawsAreVariants() throws {
    #expect(try labels("axes: {r1-penalty.gamma: [0.1, 1]}") == ["baseline", "r1-penalty:gamma=0.1", "r1-penalty:gamma=1"])
    #expect(
      try labels("variants: [baseline, 'adam@generator:beta1=0.9,learningRate=1']\naxes: {adam@generator.learningRate: [1e-4, 1e-3]}") == [
        "baseline", "adam@generator:beta1=0.9,learningRate=1e-4", "adam@generator:beta1=0.9,learningRate=1e-3",
      ])
    #expect(
      try labels("axes:\n  optimizers.generator: [adam:learningRate=1,beta1=0.9, sgd]\n") == [
        "adam@generator:learningRate=1,beta1=0.9", "sgd@generator",
      ])
    #expect(
      try labels("ablation: {leaveOneOut: [label-smoothing, r1-penalty, instance-noise]}") == [
        "baseline", "label-smoothing+r1-penalty+instance-noise", "r1-penalty+instance-noise", "label-smoothing+instance-noise",
        "label-smoothing+r1-penalty",
      ])
    #expect(
      try labels("ablation: {pairwise: [label-smoothing, r1-penalty, instance-noise]}") == [
        "baseline", "label-smoothing", "r1-penalty", "instance-noise", "label-smoothing+r1-penalty", "label-smoothing+instance-noise",
        "r1-penalty+instance-noise",
      ])
    #expect(try labels("variants: {a: 'r1-penalty:gamma=1|2', b: [hinge, r1-penalty]}") == ["a gamma=1", "a gamma=2", "b"])
    let draws = VariantAxis.logUniform(from: 1e-5, to: 1e-2, draws: 200, seed: 1).compactMap(Double.init)
    #expect(draws.count == 200 && draws == draws.sorted() && draws.allSatisfy { (1e-5...1e-2).contains($0) })
    // Half of them below the geometric mean, of 200 within three standard deviations.
    #expect(abs(draws.count { $0 < 3.16e-4 } - 100) < 22)
    #expect(VariantAxis.logUniform(from: 1, to: 2, draws: 3, seed: 1) == VariantAxis.logUniform(from: 1, to: 2, draws: 3, seed: 1))
    #expect(VariantAxis.logUniform(from: 1, to: 2, draws: 3, seed: 1) != VariantAxis.logUniform(from: 1, to: 2, draws: 3, seed: 2))
    #expect(try labels("axes: {r1-penalty.gamma: {logUniform: [0.1, 10], draws: 4}}").count == 5)
  }

  @Test(
    arguments: [
      ("problem: ring\nseed: 3\n", "study.yaml:2: there is no key 'seed'; did you mean 'seeds'?"),
      ("problem: ring\nvariants:\n  a: r1-penalti\n", "study.yaml:3: there is no component 'r1-penalti'; did you mean 'r1-penalty'?"),
      ("rounds: many\n", "study.yaml:1: rounds is 'many', but must be a whole number from 1 to 1000000000"),
      ("\nrounds: 1.5\n", "study.yaml:2: rounds is '1.5'"), ("seeds: [1, x]\n", "study.yaml:1: a seed is 'x'"),
      ("problem: [a, b]\n", "study.yaml:1: problem must be a single value"), ("- ring\n", "study.yaml:1: a study must be keys with values"),
      ("a: 1\n  b: 2\n", "study.yaml:2:"), ("", "study.yaml: it is empty"), ("rounds: 1\nrounds: 2\n", "rounds"),
      ("axes:\n  r1-penalty.gamma: [1]\nvariants: [hinge]\n", "study.yaml:2: no variant has 'r1-penalty'"),
      ("axes:\n  gamma: [1]\n", "study.yaml:2: the axis 'gamma' must be component.field or optimizers.player"),
      ("axes:\n  r1-penalty.gamma: {logUniform: [2, 1], draws: 3}\n", "study.yaml:2: an axis is a list of values, or {logUniform"),
      ("variants: [hinge, hinge]\n", "study.yaml:1: the variant 'hinge' is given twice"),
      ("variants: {a: hinge, b: hinge}\n", "study.yaml:1: the variants 'a' and 'b' are the same"),
      ("metrics: [adam]\n", "study.yaml:1: metrics: 'adam' is an optimizer, not a metric"),
      ("optimizers: {generator: hinge}\n", "study.yaml:1: the variant 'hinge@generator' has 'hinge@generator', but only optimizers"),
      ("variants: {' ': hinge}\n", "study.yaml:1: a variant has the name ' '"),
      ("budget: {operation: 1}\n", "study.yaml:1: there is no key 'operation'; did you mean 'operations'?"),
      ("budget: {operations: 1, seconds: 2}\n", "study.yaml:1: a budget has one unit"),
      ("ablation: {leaveOneOut: [hinge]}\n", "study.yaml:1: an ablation is of two components or more"),
      ("ablation: {leave-one-out: [hinge, adam]}\n", "there is no key 'leave-one-out'; did you mean 'leaveOneOut'?"),
    ])
  func errorsNameTheLine(text: String, says: String) {
    #expect(message(text).contains(says), "\(message(text))")
  }

  @Test func longAndDeepFilesAreRefused() {
    #expect(message(String(repeating: "#", count: StudyFileNode.mostBytes + 1)).contains("at most 1048576 bytes"))
    #expect(message("problem: " + String(repeating: "[", count: 100_000)).contains("study.yaml:1:"))
  }

  @Test func aBudgetGivesEachVariantItsRounds() throws {
    let arguments = ["compare", "dirac", "--samples", "50", "--evaluations", "2", "--seeds", "1", "--out", folder.path("budget")]
    let variants = ["--variants", "baseline,alternating:discriminatorSteps=3"]
    let result = try CommandProcess.run(arguments + variants + ["--budget", "discriminatorUpdates=30", "--json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains(
        "Within discriminatorUpdates=30 a run: baseline 30 rounds, alternating:discriminatorSteps=3 10 rounds"))
    let found = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8)).members
    guard case .array(let trials) = found["trials"], case .array(let summaries) = found["variants"] else {
      Issue.record("\(result.output)")
      return
    }
    #expect(trials.map { $0.members["step"] } == [.integer(30), .integer(10)])
    let updates = summaries.map { $0.members["updatesPerRound"]?.members["discriminator"] }
    #expect(updates == [.integer(1), .integer(3)])
    // The budget of as many operations as ten rounds take is ten rounds; a second variant is added within it, and rounds are not.
    guard case .integer(let operations) = summaries[0].members["operationsPerRound"] else {
      Issue.record("\(summaries)")
      return
    }
    let file =
      "problem: dirac\nvariants: [baseline]\nseeds: 1\nsamples: 50\nbudget: {operations: \(10 * operations + 1)}\nout: \(folder.path("file"))\n"
    try folder.write(Array(file.utf8), "budget.yaml")
    let first = try CommandProcess.run(["compare", folder.path("budget.yaml")], in: folder)
    #expect(first.status == 0 && first.errors.contains("a run: baseline 10 rounds"), "\(first.errors)")
    let grown = try CommandProcess.run(["compare", "--out", folder.path("file"), "--variants", "r1-penalty"], in: folder)
    #expect(grown.status == 0 && grown.errors.contains("a run: baseline 10 rounds, r1-penalty "), "\(grown.errors)")
    let printed = try CommandProcess.run(["compare", "--out", folder.path("file"), "--print-study"], in: folder)
    #expect(printed.output.contains("budget: {operations: \(10 * operations + 1)}"), "\(printed.output)")
    let refused = try CommandProcess.run(["compare", "--out", folder.path("file"), "--until", "50"], in: folder)
    #expect(refused.status == 1 && refused.errors.contains("a budget says how many rounds are played"))
    let timed = try CommandProcess.run(
      [
        "compare", "dirac", "--variants", "baseline", "--samples", "50", "--seeds", "1", "--budget", "seconds=0.05", "--out",
        folder.path("timed"),
      ],
      in: folder)
    #expect(timed.status == 0 && timed.errors.contains("Within seconds=0.05 a run: baseline "), "\(timed.errors)")
  }

  @Test func aStudyFileRunsGrowsAndIsPrinted() throws {
    let file = """
      problem: dirac
      variants:
        none:
        strong: r1-penalty:gamma=1
      seeds: [3, 5]
      rounds: 20
      samples: 50
      evaluations: 2
      out: \(folder.path("study"))
      """
    try folder.write(Array(file.utf8), "tricks.yaml")
    let first = try CommandProcess.run(["compare", folder.path("tricks.yaml")], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    try folder.write(Array(file.replacing("seeds: [3, 5]", with: "seeds: [3, 5, 8]").utf8), "tricks.yaml")
    let second = try CommandProcess.run(["compare", folder.path("tricks.yaml"), "--json"], in: folder)
    #expect(second.status == 0 && second.errors.contains("added: 1 seed (8)"), "\(second.errors)")
    let trials = try JSONDecoder().decode(JSONValue.self, from: Data(second.output.utf8)).members["trials"]
    guard case .array(let entries) = trials else {
      Issue.record("no trials")
      return
    }
    #expect(
      entries.map { "\($0.members["variant"]?.plain ?? "") \($0.members["seed"]?.plain ?? "")" } == [
        "none 3", "none 5", "none 8", "strong 3", "strong 5", "strong 8",
      ])
    let page = try String(contentsOfFile: folder.path("study/report.html"), encoding: .utf8)
    #expect(page.contains("--print-study"))
    let printed = try CommandProcess.run(["compare", "--out", folder.path("study"), "--print-study"], in: folder)
    #expect(printed.status == 0 && printed.output.contains("strong: r1-penalty:gamma=1") && printed.output.contains("seeds: [3, 5, 8]"))
    // Of a command line, without anything being run.
    let made = try CommandProcess.run(
      ["compare", "ring", "--variants", "baseline,r1-penalty:gamma=1|2", "--base", "hinge", "--print-study", "--out", folder.path("none")],
      in: folder)
    #expect(made.status == 0 && made.output.contains("- r1-penalty:gamma=2\n") && made.output.contains("base: hinge\n"), "\(made.output)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }
}
