import Foundation
import Rival
import Testing

@testable import RivalCommand

/// What people type: slips, aliases, numbers with exponents, fields where options stand.
@Suite struct TypedArgumentsTests {
  static let slips: [(arguments: [String], says: String, status: Int32)] = [
    (["trian", "ring"], "There is no command 'trian'; did you mean 'train'?", 64),
    (["help", "compair"], "There is no command 'compair'; did you mean 'compare'?", 64),
    (["plugins", "descibe", "adam"], "did you mean 'describe'?", 64),
    (["xylophone"], "There is no command 'xylophone'; there are: train, resume, ", 64),
    (["compare", "ring", "--variant", "a"], "Did you mean '--variants'?", 64),
    (
      ["train", "ring", "--until", "1", "--out", "x", "--learningrate", "1e-3"],
      "'learningRate' is a field of sgd, rmsprop, adam, adamw, nadam, …; write it with its component, as in --optimizer sgd:learningRate=VALUE",
      64
    ),
    (["train", "ring", "--until", "1", "--out", "x", "--gamma", "3"], "as in --heuristic r1-penalty:gamma=VALUE", 64),
    (
      ["train", "rign", "--until", "1", "--out", "x"],
      "there is no problem 'rign', nor a data source, file or folder; did you mean 'ring'?", 1
    ),
    (["train", "ring", "--until", "1.5", "--out", "x"], "'1.5' has a fraction, but a whole number is asked for", 64),
    (["train", "ring", "--until", "1", "--out", "x", "--optimizer", "generatr=adam"], "no player 'generatr'", 1),
  ]

  @Test(arguments: slips) func slipsNameWhatIsNearest(_ slip: (arguments: [String], says: String, status: Int32)) throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(slip.arguments, in: folder, isInside: true)
    #expect(result.status == slip.status && result.output.isEmpty)
    #expect(result.errors.contains(slip.says), "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }

  @Test func wholeNumbersMayHaveAnExponent() throws {
    let folder = try TemporaryFolder()
    let trained = try CommandProcess.run(
      ["train", "ring", "--until", "1.2e1", "--checkpoint-every=1e3", "--seed", "2e0", "--out", "run", "--quiet", "--threads", "1"],
      in: folder,
      isInside: true)
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(try SavedRun(folder.path("run")).contents.step == 12)
    let registry = try Registry.builtIn()
    #expect((try registry.component(parsing: "instance-noise:decaySteps=1e3") as? InstanceNoise)?.decaySteps == 1_000)
    let refusal = #expect(throws: ComponentError.self) { try registry.component(parsing: "instance-noise:decaySteps=1.5") }
    #expect(refusal?.description.hasSuffix("field 'decaySteps' is '1.5', but must be a whole number") == true)
  }

  @Test func aliasesNameTheirMetrics() throws {
    let registry = try Registry.builtIn()
    let expected = [
      "fid": "frechet-distance", "kid": "kernel-distance", "inception-score": "class-probability-score", "is": "class-probability-score",
      "precision": "precision-recall", "recall": "precision-recall", "density": "density-coverage", "coverage": "density-coverage",
      "mmd": "maximum-mean-discrepancy", "swd": "sliced-wasserstein", "emd": "wasserstein-distance", "r1": "r1-penalty",
    ]
    for (alias, name) in expected { #expect(try registry.component(parsing: alias).name == name) }
    #expect(registry.names.allSatisfy { expected[$0] == nil }, "no alias is a name")

    let folder = try TemporaryFolder()
    let points = (0..<200).map { Key(seed: 1).derived("points").uniform(element: $0) }
    for name in ["a.csv", "b.csv"] { try CSVFile(points, columns: 2).write(to: folder.path(name)) }
    let result = try CommandProcess.run(
      ["metrics", "a.csv", "b.csv", "--metric", "fid,precision,recall", "--json", "--repeats", "0"], in: folder, isInside: true)
    #expect(result.errors.contains("fid: this is frechet-distance; the FID of papers is that of --features inception-v3:file=FILE"))
    #expect(result.errors.contains("precision: this is precision-recall\n"))
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
    guard case .array(let metrics)? = document.members["metrics"] else {
      Issue.record("no metrics in \(result.output)")
      return
    }
    #expect(metrics.compactMap { $0.members["name"]?.plain } == ["frechet-distance", "precision", "recall"])
  }

  @Test func aProblemsDataTakesFields() throws {
    let context = CommandContext(registry: try Registry.builtIn())
    let problem = try context.problem(named: "ring:modes=5,radius=1")
    #expect(problem.name == "ring:modes=5,radius=1" && problem.batchSize == Problem.ring.batchSize)
    #expect(try problem.data(folder: nil).opened().modes?.centers.count == 5)
    #expect(try context.problem(named: "ring:modes=8").name == "ring", "the default")
  }

  @Test func anOptimizerMayBeOfOnePlayer() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      [
        "train", "ring", "--until", "1", "--out", "run", "--quiet", "--optimizer", "sgd", "--optimizer", "generator=adam:beta1=0",
        "--threads", "1",
      ], in: folder, isInside: true)
    #expect(result.status == 0, "\(result.errors)")
    let gan = try #require(try SavedRun(folder.path("run")).run(registry: .builtIn()).gan)
    #expect((gan.optimizers.first { $0.player == .generator }?.optimizer as? Adam)?.beta1 == 0)
    #expect(gan.optimizers.first { $0.player == .discriminator }?.optimizer is SGD)
  }

  /// A heuristic of one's own, which plain `rival` lacks.
  struct Wobble: Heuristic {
    static let name = "wobble"
    static let summary = "Nothing."
  }

  @Test func aComponentOfAnotherProgramIsNamedWithItsFile() throws {
    let folder = try TemporaryFolder()
    let gan = try #require(try Problem.ring.composition().changed(by: [.part(Wobble())]) as? GAN)
    try Trainer(gan, data: RingOfGaussians(), batchSize: 8, threadCount: 1).save(to: folder.path("own.h5"))
    for arguments in [
      ["resume", "own.h5", "--until", "2"], ["sample", "own.h5", "--count", "2", "--out", "x.csv"], ["summary", "own.h5"],
    ] {
      let result = try CommandProcess.run(arguments, in: folder, isInside: true)
      #expect(result.status == 1)
      #expect(
        result.errors.hasPrefix("error: own.h5 names the component 'wobble', which this program does not have: use the program that made"))
    }
  }

  @Test func aColumnOfWordsIsTakenForALabelWhereSaid() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("length,width,species\n1,2,setosa\n3,4,virginica\n".utf8), "iris.csv")
    let result = try CommandProcess.run(["summary", "iris.csv"], in: folder, isInside: true)
    #expect(result.status == 1)
    #expect(result.errors.contains("field 3 of line 2 is 'setosa', not a number"), "\(result.errors)")
    #expect(
      result.errors.contains("label=species, as in table-file:path=") && result.errors.contains("iris.csv,label=species;"),
      "\(result.errors)")
    try folder.write(Array("length,width\n1,2\n3,NA\n".utf8), "gap.csv")
    let gap = try CommandProcess.run(["summary", "gap.csv"], in: folder, isInside: true)
    #expect(gap.status == 1 && !gap.errors.contains("label="), "\(gap.errors)")
  }
}
