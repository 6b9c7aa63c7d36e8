import ArgumentParser
import Rival

/// The command that holds all others.
struct RootCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: CommandContext.current.name,
      abstract: "Composes, trains, compares and diagnoses adversarial networks.",
      discussion: """
        Components are written name:field=value,field=value; 'plugins list' shows their names and 'plugins describe \
        NAME' their fields.

        Exit statuses: 0 done; 1 refused or failed, with a sentence on standard error; 3 training diverged; 64 the \
        arguments make no sense; 130 interrupted by Ctrl-C after saving (143 by SIGTERM, 129 by SIGHUP). 'diff' is as diff(1): 0 equal, \
        1 different, 2 failed.
        """,
      version: rivalVersion,
      subcommands: [
        TrainCommand.self, ResumeCommand.self, SummaryCommand.self, ScoreCommand.self, SampleCommand.self, CompareCommand.self,
        WorkCommand.self,
        ReportCommand.self, ReproduceCommand.self,
        DiagnoseCommand.self, CertifyCommand.self,
        MetricsCommand.self,
        InspectCommand.self, VerifyCommand.self, DiffCommand.self, ReplayCommand.self, BranchCommand.self, PruneCommand.self,
        ExportCommand.self, ImportCommand.self,
        ProtocolCommand.self, PluginsCommand.self, RecipesCommand.self, DevicesCommand.self, DeviceCheckCommand.self, BenchCommand.self,
        DoctorCommand.self,
        CompletionsCommand.self,
        ManualCommand.self, CompareTrialCommand.self,
      ])
  }
}
