import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Studies that several processes play: ranks, tasks of Slurm, and commands on machines that share a folder.
@Suite struct LauncherTests {
  private let study = [
    "compare", "ring", "--variants", "baseline,r1-penalty:gamma=2", "--seeds", "3", "--until", "40", "--samples", "60", "--evaluations",
    "2",
    "--metric", "energy-distance,mode-coverage",
  ]

  /// The results of the study without what depends on the clock.
  private func numbers(_ path: String) throws -> [String: [Evaluation]] {
    let directory = StudyDirectory(path)
    let specification = try #require(try directory.specification())
    let pairs = try specification.trials.map { trial in
      ("\(trial.variant.label) \(trial.seed)", try #require(try directory.result(of: trial, in: specification)).evaluations)
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  @Test func ranksPlayTheStudyThatOneProcessPlays() throws {
    let folder = try TemporaryFolder()
    let alone = try CommandProcess.run(
      study + ["--jobs", "2", "--out", folder.path("alone")], in: folder, environment: ["OMP_NUM_THREADS": "1"])
    #expect(alone.status == 0, "\(alone.errors)")
    let threads = try #require(try StudyDirectory(folder.path("alone")).specification()).threadsPerTrial
    // Ranks get as many threads a run.
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    let jobs = String(max(1, cores / threads))
    let ranks = try (0..<3).reversed().map { rank in
      try CommandProcess(
        study + ["--jobs", jobs, "--out", folder.path("ranks"), "--launcher", "mpi"], in: folder,
        environment: ["OMPI_COMM_WORLD_RANK": String(rank), "OMPI_COMM_WORLD_SIZE": "3"])
    }
    let results = try ranks.map { try $0.wait() }
    for result in results { #expect(result.status == 0, "\(result.errors)") }
    // The first rank alone tells what came out.
    #expect(results.map { $0.output.contains("Report: ") } == [false, false, true])
    #expect(try numbers(folder.path("ranks")) == numbers(folder.path("alone")))
    let outside = try CommandProcess.run(study + ["--out", folder.path("other"), "--launcher", "mpi"], in: folder)
    #expect(outside.status == 1 && outside.errors.contains("begin with: mpirun -n 4"), "\(outside.errors)")
  }

  @Test func aWorkerThatIsKilledLeavesItsRunToOthers() throws {
    let folder = try TemporaryFolder()
    let (path, script) = (folder.path("study"), folder.path("study/slurm.sh"))
    let prepared = try CommandProcess.run(
      study + ["--out", path, "--launcher", "slurm", "--slurm-options", "--time=24:00:00"], in: folder, environment: ["PATH": "/absent"])
    #expect(prepared.status == 0 && prepared.output.contains("sbatch \(script)"), "\(prepared.output)\(prepared.errors)")
    let text = try String(contentsOfFile: script, encoding: .utf8)
    for line in ["#SBATCH --array=0-5", "#SBATCH --time=24:00:00", " work \(path) "] { #expect(text.contains(line), "\(text)") }

    let killed = try CommandProcess(["work", path], in: folder)
    let log = path + "/trials/baseline/seed-1/progress"
    for _ in 0..<600 where !FileManager.default.fileExists(atPath: log) { Thread.sleep(forTimeInterval: 0.05) }
    killed.kill()
    #expect(try killed.wait().status == -SIGKILL)
    // The script is what a task runs.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = [script]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let waiting = try CommandProcess.run(["work", path, "--wait"], in: folder)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && waiting.status == 0, "\(waiting.errors)")
    #expect(FileManager.default.fileExists(atPath: path + "/results.json") && FileManager.default.fileExists(atPath: path + "/report.html"))
    #expect(try numbers(path).count == 6)
  }

  @Test func slurmIsAskedAndItsRefusalIsSaid() throws {
    let folder = try TemporaryFolder()
    let job = SlurmJob(directory: StudyDirectory(folder.root.path), name: "rival-ring", tasks: 3, threads: 4, options: nil, command: "true")
    func sbatch(_ text: String) throws -> [String: String] {
      let program = folder.path("sbatch")
      try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: program))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      return ["PATH": "/absent:" + folder.root.path]
    }
    #expect(try job.submit(sbatch("echo Submitted batch job 7: $1")) == "Submitted batch job 7: \(job.path)")
    #expect(throws: CommandFailure.self) { try job.submit(sbatch("echo no partition >&2; exit 1")) }
    #expect(job.script.hasPrefix("#!/bin/bash\n#SBATCH --job-name=rival-ring\n#SBATCH --array=0-2\n#SBATCH --cpus-per-task=4\n"))
    #expect(job.script.hasSuffix("export OMP_NUM_THREADS=4\nexec true\n"))
  }

  @Test func ranksAreWhatLaunchersSay() throws {
    #expect(try ProcessRank(["PMI_RANK": "2", "PMI_SIZE": "4"]) == ProcessRank(["SLURM_PROCID": "2", "SLURM_NTASKS": "4"]))
    let rank = try ProcessRank(["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"])
    #expect(rank.index == 1 && rank.count == 2)
    #expect(throws: CommandFailure.self) { try ProcessRank(["PMI_RANK": "4", "PMI_SIZE": "4"]) }
  }
}
