import Foundation
import Rival

/// Looks at what Rival needs of a machine: its build, the processor, memory, limits, libraries, files.
struct Doctor {
  let context: CommandContext
  /// Where files are written for a moment.
  var folder = FileManager.default.temporaryDirectory.path

  /// All checks, in the order in which they are told.
  var checks: [DoctorCheck] {
    [build, processor, threads, memory, openFiles, fileSizes] + libraries + [product, checkpoint] + data
  }

  private var build: DoctorCheck {
    guard BuildKind.isDebug else { return DoctorCheck("build", .fine, "Rival \(rivalVersion), release") }
    return DoctorCheck(
      "build", .warning, "Rival \(rivalVersion), debug: kernels run many times slower, and round otherwise", remedy: "build with -c release"
    )
  }

  private var processor: DoctorCheck {
    let unit = CPU.vectorUnit
    guard unit == "baseline" else { return DoctorCheck("vector unit", .fine, "\(unit), \(CPU.mathematicsLibrary)") }
    return DoctorCheck(
      "vector unit", .warning, "baseline: four numbers at a time",
      remedy: "use a processor with AVX2, or let the virtual machine show its host's")
  }

  private var threads: DoctorCheck {
    let (threads, cores) = (CPU.threadCount, ProcessInfo.processInfo.activeProcessorCount)
    let found = "\(threads) for \(cores) processor\(cores == 1 ? "" : "s")"
    guard threads > cores else { return DoctorCheck("threads", .fine, found) }
    return DoctorCheck(
      "threads", .warning, found + ": they wait for each other", remedy: "set OMP_NUM_THREADS to \(cores), or pass --threads \(cores)")
  }

  private var memory: DoctorCheck {
    guard let bytes = SystemMemory.available else {
      return DoctorCheck("memory", .warning, "the system does not tell", remedy: "look with free -m")
    }
    let found = "\(NumberText.fixed(Double(bytes) / 1e9, digits: 1)) GB can be had"
    if bytes < 200_000_000 {
      return DoctorCheck("memory", .broken, found, remedy: "end other programs, or raise the limit of the control group (or ulimit -v)")
    }
    if bytes < 1_000_000_000 {
      return DoctorCheck("memory", .warning, found + ": enough for points in the plane, little for images", remedy: "end other programs")
    }
    return DoctorCheck("memory", .fine, found)
  }

  /// The soft and hard limit of a resource; `nil` where it has none.
  private func limit(_ resource: UInt32) -> (soft: Int?, hard: Int?) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource), &limit) == 0 else { return (nil, nil) }
    return (Int(exactly: limit.rlim_cur), Int(exactly: limit.rlim_max))
  }

  private var openFiles: DoctorCheck {
    let (soft, hard) = limit(RLIMIT_NOFILE.rawValue)
    let found = "\(soft.map(String.init) ?? "any number"), at most \(hard.map(String.init) ?? "any number")"
    guard let hard, hard < 64 else { return DoctorCheck("open files", .fine, found) }
    return DoctorCheck("open files", .warning, found + ": comparisons need 32 and 8 more for each run at a time", remedy: "raise ulimit -n")
  }

  private var fileSizes: DoctorCheck {
    guard let soft = limit(RLIMIT_FSIZE.rawValue).soft else { return DoctorCheck("file sizes", .fine, "no limit") }
    let found = "at most \(NumberText.fixed(Double(soft) / 1e6, digits: 0)) MB"
    guard soft < 100_000_000 else { return DoctorCheck("file sizes", .fine, found) }
    return DoctorCheck("file sizes", .warning, found + ": checkpoints of large networks do not fit", remedy: "raise ulimit -f")
  }

  /// What the programs of the processor say that they call.
  private var libraries: [DoctorCheck] {
    var found = ["HDF5 \(HDF5Version.text)"] + ImageLibraryVersions.texts + ["libjpeg-turbo"]
    do {
      for type in [DType.float64, .float32] {
        let program = try Program(parameters: [TensorType([128, 128], type)], threadCount: 1, device: .cpu) { [matmul($0[0], $0[0])] }
        found += ["OpenBLAS", "oneDNN"].compactMap { name in program.settings[name].map { "\(name) \($0)" } }
      }
    } catch {
      return [DoctorCheck("libraries", .broken, "no program can be made: \(error)", remedy: "read what it says; then build anew")]
    }
    return [DoctorCheck("libraries", .fine, found.joined(separator: ", "))]
  }

  /// Billions of operations in a second below which something is wrong with the machine.
  private static let slowest = 4.0

  /// A product with the identity, whose answer is known, and how fast it is.
  private var product: DoctorCheck {
    let (name, size) = ("matrix product", 512)
    do {
      let program = try Program(parameters: [TensorType([size, size]), TensorType([size, size])], device: .cpu) { [matmul($0[0], $0[1])] }
      let values = (0..<size * size).map { Float($0 % 251) - 125 }
      let identity = (0..<size * size).map { Float($0 / size == $0 % size ? 1 : 0) }
      let given = [Tensor(values, shape: [size, size]), Tensor(identity, shape: [size, size])]
      guard try program.run(given)[0].scalars() == values else {
        return DoctorCheck(
          name, .broken, "a matrix times the identity is another matrix",
          remedy: "install oneDNN anew; DNNL_MAX_CPU_ISA=AVX2 may help until then")
      }
      let seconds = try (0..<7).map { _ in
        let begin = ContinuousClock.now
        try program.execute()
        return (ContinuousClock.now - begin) / .seconds(1)
      }
      let rate = 2 * Double(size * size * size) / (seconds.min() ?? 1) / 1e9
      let found = "\(NumberText.significant(rate, digits: 3)) billion operations a second, and right"
      guard rate < Self.slowest else { return DoctorCheck(name, .fine, found) }
      return DoctorCheck(
        name, .warning, found + "; a processor of its own has ten times as many",
        remedy: "see whether other programs take the processor (uptime), or its clock is held down")
    } catch {
      return DoctorCheck(name, .broken, "it cannot be computed: \(error)", remedy: "read what it says")
    }
  }

  /// Writes a checkpoint and reads it again.
  private var checkpoint: DoctorCheck {
    let path = folder + "/rival-doctor-\(ProcessInfo.processInfo.processIdentifier).h5"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let remedy = "see that \(folder) is writable and has room (df -h \(folder)), or set TMPDIR to another folder"
    let written = CheckpointContents(
      producer: "rival \(rivalVersion)", step: 1,
      tensors: [StoredTensor(path: "state/numbers", shape: [1_000], values: (0..<1_000).map(Float.init))])
    do {
      try CheckpointFile.write(written, to: path)
      guard try CheckpointFile.read(path).tensors == written.tensors else {
        return DoctorCheck("HDF5", .broken, "what was written in \(folder) reads back as something else", remedy: remedy)
      }
      return DoctorCheck("HDF5", .fine, "a file was written in \(folder) and read back")
    } catch {
      return DoctorCheck("HDF5", .broken, "no file can be written in \(folder): \(error)", remedy: remedy)
    }
  }

  /// The folders that problems look for their files in.
  private var data: [DoctorCheck] {
    context.problems.filter(\.needsFolder).map { problem in
      guard let folder = problem.usualFolder else {
        return DoctorCheck("data of \(problem.name)", .fine, "no folder data/\(problem.name) here; --data DIR names another")
      }
      do {
        let samples = try problem.data(folder: folder).opened()
        return DoctorCheck("data of \(problem.name)", .fine, "\(samples.count.map(String.init) ?? "any number of") samples in \(folder)")
      } catch {
        return DoctorCheck(
          "data of \(problem.name)", .broken, "\(folder) cannot be read: \(error)",
          remedy: "mend the folder, or rename it and pass --data DIR")
      }
    }
  }
}
