import ArgumentParser
import Foundation
import Rival

/// `protocol`: published experiments, and what they give here.
struct ProtocolCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protocol", abstract: "Runs published experiments and shows their values beside the paper's.",
    subcommands: [List.self, Show.self, Run.self], defaultSubcommand: List.self)

  /// `protocol list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the experiments.")

    func run() throws {
      var table = TextTable([.left("protocol"), .right("rounds"), .right("runs"), .left("what it is"), .left("from")])
      for it in ExperimentProtocol.all {
        table.append([it.name, NumberText.fixed(Double(it.problem.rounds), digits: 0), String(it.seeds), it.problem.summary, it.source])
      }
      Console.result(String(table.text.dropLast()))
    }
  }

  /// `protocol show NAME`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows an experiment's setting, deviations and published values.")

    @Argument(help: "The protocol's name.", completion: .list(ExperimentProtocol.all.map(\.name)))
    var name: String

    func run() throws {
      let it = try ExperimentProtocol.named(name)
      Console.result("\(it.name): \(it.problem.summary)")
      Console.result("  From: \(it.source)")
      Console.result(
        "  \(NumberText.fixed(Double(it.problem.rounds), digits: 0)) rounds of batch \(it.problem.batchSize), \(it.seeds) runs of each; variants: \(it.problem.variants)"
      )
      for deviation in it.deviations { Console.result("  Not as in the paper: \(deviation)") }
      for finding in it.findings { Console.result("  \(finding.title): \(ProtocolTable.published(finding, spread: it.spread))") }
    }
  }

  /// `protocol run NAME`.
  struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Plays an experiment as a study, and writes its table; the same command goes on with what was stopped.")

    @Argument(help: "The protocol's name.", completion: .list(ExperimentProtocol.all.map(\.name)))
    var name: String

    @Option(help: ArgumentHelp("How many runs of each variant; by default as many as the paper.", valueName: "n"))
    var seeds: Int?

    @Option(help: ArgumentHelp("Rounds of each run; fewer or more make another experiment, and are said.", valueName: "n"))
    var until: Int?

    @Option(help: ArgumentHelp("How many runs go on at a time; by default one for each core.", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("The folder of the study; by default runs/protocol-NAME.", valueName: "dir"))
    var out: String?

    @OptionGroup var place: DeviceOptions

    @Flag(help: "Write one JSON document on standard output.")
    var json = false

    func validate() throws {
      for (name, value, most) in [("--seeds", seeds ?? 1, 10_000), ("--until", until ?? 1, 1_000_000_000), ("--jobs", jobs ?? 1, 1024)]
      where !(1...most).contains(value) {
        throw ValidationError("\(name) is \(value), but must be from 1 to \(most)")
      }
    }

    func run() throws {
      let context = CommandContext.current
      let it = try ExperimentProtocol.named(name)
      let device = try place.chosen
      let (problem, directory) = (it.problem, StudyDirectory(out ?? "runs/protocol-\(it.name)"))
      let samples = try problem.data(folder: nil).opened()
      let asked = try StudySpecification(
        problem: it.name, variants: VariantList.parse(problem.variants, registry: context.registry),
        seeds: (1...UInt64(seeds ?? it.seeds)).map { $0 }, rounds: until ?? problem.rounds, batchSize: problem.batchSize,
        plan: problem.plan(for: samples))
      let costs = try CompareTrials.costs(of: asked, problem, samples, context.registry)
      let evaluator = try Evaluator(asked, samples: samples, registry: context.registry)
      let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
      let study = try directory.prepare(asked) { Console.note($0.text(directory.path)) }
      let run = try StudyPlayer(jobs: jobs ?? cores, device: device).play(study, in: directory) {
        context.commandLine(Array(CommandLine.arguments.dropFirst()))
      }
      _ = try StudyConclusion(
        study, run.outcomes, evaluator, costs: costs, samples: samples, cores: cores, in: directory, context)
      let table = ProtocolTable(it, study, run.outcomes.compactMap(\.result))
      if json { return try Console.result(table.document()) }
      for line in table.lines { Console.result(line) }
      Console.result("")
      Console.result("Report: \(directory.reportPath)")
    }
  }
}
