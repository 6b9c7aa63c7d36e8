import Foundation
import Rival

/// The number of this process among those that were started together.
struct ProcessRank: Equatable {
  let index: Int
  let count: Int

  /// The variables that launchers set: Open MPI, MPICH and Intel MPI, `srun`.
  private static let variables = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"), ("SLURM_PROCID", "SLURM_NTASKS"),
  ]

  /// What the launcher says; nothing of MPI is called.
  ///
  /// - Throws: ``CommandFailure`` where no launcher says anything.
  init(_ environment: [String: String]) throws {
    for (rank, size) in Self.variables {
      guard let index = environment[rank].flatMap({ Int($0) }), let count = environment[size].flatMap({ Int($0) }),
        (0..<count).contains(index)
      else { continue }
      (self.index, self.count) = (index, count)
      return
    }
    throw CommandFailure(
      "--launcher mpi is for processes that a launcher has started, and none of \(Self.variables.map(\.0).joined(separator: ", ")) is set; begin with: mpirun -n 4"
    )
  }
}

/// How ranks learn that the study is there: the first one prepares it, and then writes a file; the others wait for that.
struct StudySignal {
  let directory: StudyDirectory

  private var path: String { directory.path + "/prepared" }

  /// Says that the study is there.
  func send() throws {
    do {
      try Data().write(to: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// Waits until it is said: about `time` or later, or within a minute where a study is there already.
  ///
  /// - Parameter isStopped: whether to wait no longer.
  /// - Throws: ``CommandFailure`` where there is no study after `limit` seconds.
  func wait(since time: Date, limit: TimeInterval = 1800, isStopped: () -> Bool) throws {
    // Ranks do not begin at once, and clocks of machines differ.
    let slack: TimeInterval = 60
    while !isStopped() {
      let written = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
      if let written, written >= time.addingTimeInterval(-slack) { return }
      let waited = Date().timeIntervalSince(time)
      if waited > slack, FileManager.default.fileExists(atPath: directory.specificationPath) { return }
      guard waited < limit else {
        throw CommandFailure("the first rank has prepared no study in \(directory.path) within \(Int(limit)) seconds; see what it says")
      }
      Thread.sleep(forTimeInterval: 0.2)
    }
  }
}
