import Foundation
import Rival

/// The job of Slurm that plays a study: an array of tasks, each of which takes runs until none is left.
struct SlurmJob {
  /// The folder of the study.
  var directory: StudyDirectory
  /// The job's name.
  var name: String
  /// How many tasks there are.
  var tasks: Int
  /// Processors of a task.
  var threads: Int
  /// Options of sbatch in a person's own words, such as `--partition=gpu --time=24:00:00`.
  var options: String?
  /// The program and its arguments, fit for a shell.
  var command: String

  /// Where the script is.
  var path: String { directory.path + "/slurm.sh" }

  /// The script. A task that is requeued, killed or out of time leaves its run to others, or to itself when it is submitted again.
  var script: String {
    """
    #!/bin/bash
    #SBATCH --job-name=\(name)
    #SBATCH --array=0-\(max(tasks, 1) - 1)
    #SBATCH --cpus-per-task=\(threads)
    #SBATCH --output=\(directory.path)/slurm-%a.log --open-mode=append
    #SBATCH --signal=B:TERM@120 --requeue
    \(options.map { "#SBATCH \($0)\n" } ?? "")export OMP_NUM_THREADS=\(threads)
    exec \(command)

    """
  }

  /// Writes the script, and submits it where there is `sbatch`.
  ///
  /// - Returns: what was done, and what is to be done.
  /// - Throws: ``CommandFailure`` where the script cannot be written, or Slurm refuses it.
  func submit(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> String {
    do {
      try Data(script.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    } catch {
      throw CommandFailure("\(path) cannot be written (\(error.localizedDescription)); check that the folder is yours")
    }
    let byHand = "sbatch \(ShellText.quoted(path))"
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard let program = folders.map({ $0 + "/sbatch" }).first(where: FileManager.default.isExecutableFile) else {
      return "There is no sbatch here; submit the job where there is one:\n  \(byHand)"
    }
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [path]
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(
        "Slurm refuses the job: \(said); --slurm-options may lack a partition or a time. After mending \(path): \(byHand)")
    }
    return said
  }
}
