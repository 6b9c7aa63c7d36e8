import ArgumentParser

/// Who starts the processes that play a study.
enum Launcher: String, CaseIterable, ExpressibleByArgument {
  /// `compare` itself, on this machine.
  case local
  /// `mpirun` or `srun`, which has started this very process as one of several ranks.
  case mpi
  /// Slurm, as tasks of an array.
  case slurm
}
