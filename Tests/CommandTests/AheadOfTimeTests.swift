import DeviceInstallation
import Foundation
import Rival
import RivalCommand
import Testing

/// Whether there is the compiler for NVIDIA's GPUs; it needs none of them.
private let compilerIsThere = (try? compilerPath(for: .cuda)) != nil

/// What would be refused on a GPU, found without one.
@Suite("Ahead of time", .enabled(if: compilerIsThere, "install it: rival devices install cuda-compiler"), .serialized)
struct AheadOfTimeTests {
  /// Data of a problem's kind, all zeros.
  private struct Blank: DataSource, Samples {
    static let name = "blank"
    static let summary = "Zeros."
    var sampleShape = [2]
    var classCount: Int?

    init() {}
    init(_ sampleShape: [Int], classCount: Int?) { (self.sampleShape, self.classCount) = (sampleShape, classCount) }

    var fingerprint: String { Self.name }
    var fields: [Field] {
      [Field("samples", shape: sampleShape)] + (classCount.map { [Field("label", classes: $0)] } ?? [])
    }
    func opened() throws -> any Samples { self }
    func fill(_ batch: BatchMemory, index: Int, key: Key) {}
  }

  /// A built-in problem that can be composed without its files.
  private static func problem(_ name: String) throws -> Problem {
    let problem = try #require(Problem.builtIn.first { $0.name == name })
    guard name == "images" else { return problem }
    let folder = NSTemporaryDirectory() + "ahead-of-time-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try PNGImage(width: 32, height: 32, channels: 3, pixels: Array(repeating: 128, count: 32 * 32 * 3)).write(to: folder + "/grey.png")
    return try problem.configured(by: "images:folder=\(folder),size=32", registry: .builtIn())
  }

  private static func data(of problem: Problem) throws -> any DataSource {
    switch problem.name.prefix(while: { $0 != ":" }) {
    case "mnist": Blank([28, 28, 1], classCount: nil)
    case "conditional-mnist": Blank([28, 28, 1], classCount: 10)
    case "images": Blank([32, 32, 3], classCount: nil)
    default: try problem.data(folder: nil)
    }
  }

  /// The programs that were compiled for so many H100 while a trainer of the problem was made, by their sizes.
  private func compiled(_ problem: Problem, deviceCount: Int = 1) throws -> [Int] {
    let executor = AheadOfTime(for: .h100, deviceCount: deviceCount, running: Device.cpu.executor)
    let trainer = try Trainer(
      problem.composition(), data: Self.data(of: problem), batchSize: problem.batchSize, seed: 1, threadCount: 1,
      device: Device("h100", executor: executor))
    #expect(trainer.device.name == "h100")
    return executor.programSizes
  }

  @Test("Each built-in composition is compiled for an H100", arguments: Problem.builtIn.map(\.name))
  func builtIn(name: String) throws {
    let sizes = try compiled(Self.problem(name))
    // A round has some kernels, each of about a kilobyte.
    #expect(sizes.max() ?? 0 > 10_000, "\(sizes)")
  }

  @Test("Two H100 share batches", arguments: ["ring", "mnist"])
  func severalDevices(name: String) throws {
    #expect(try compiled(Self.problem(name), deviceCount: 2).max() ?? 0 > 30_000)
  }

  @Test("What makes no sense is refused")
  func refusal() throws {
    let executor = AheadOfTime(for: DeviceTarget("gpu_device_info { core_count: \"many\" }"), running: Device.cpu.executor)
    #expect(throws: DeviceError.self) {
      try Program(parameters: [TensorType([2])], device: Device("nonsense", executor: executor)) { [$0[0] + 1] }
    }
  }
}
