import Foundation
import Rival
import Testing

/// Checkpoints whose configurations ask for what nobody has, with a right digest, given to a process that may take 4 GB: no command ends by a signal
/// or does not end, and what is refused is refused in words.
///
/// `RIVAL_CONFIGURATIONS=300` sets how many are made, `RIVAL_CONFIGURATIONS_SEED` which. Files that break a command stay in the folder that the test names.
@Suite(.serialized) struct ConfigurationMutationTests {
  /// The seconds after which a command counts as hanging.
  private static let patience = 60

  @Test func changedConfigurationsAreReadOrRefused() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["RIVAL_CONFIGURATIONS"].flatMap { Int($0) } ?? 12
    var mutator = ConfigurationMutator(seed: environment["RIVAL_CONFIGURATIONS_SEED"].flatMap { UInt64($0) } ?? 1)
    let folder = try TemporaryFolder()
    let seeds = try ConfigurationSeeds.contents(in: folder)
    var tally: [String: Tally] = [:]
    var files = 0
    for (index, contents) in seeds.enumerated() {
      // The seeds themselves are sound, or nothing would be proved.
      for (name, ending) in try endings(contents, "seed-\(index)", folder) { #expect(ending.status == 0, "\(name): \(ending.errors)") }
    }
    for number in 0..<count {
      let contents = mutator.mutated(seeds[number % seeds.count])
      // What nests too deep cannot be written, and reading such a file is a test of its own (S13).
      guard (try? CheckpointFile.image(of: contents)) != nil else { continue }
      files += 1
      for (name, ending) in try endings(contents, "\(number)", folder) {
        tally[name, default: Tally()].add(ending)
        guard !ending.isProper else { continue }
        let path = try kept(number, folder)
        Issue.record("\(path) \(name): status \(ending.status) after \(ending.seconds) s, \(ending.errors.prefix(600))")
      }
      try? FileManager.default.removeItem(atPath: folder.path("\(number)"))
    }
    print("Changed configurations: \(files) files under 4 GB")
    for name in tally.keys.sorted() { print("  \(name): \(tally[name]?.text ?? "")") }
  }

  @Test(
    "Sizes beyond any machine's memory are told with the bytes that they need",
    arguments: [
      (0, "\"units\":16", "\"units\":2000000000", "bytes"), (0, "\"size\":4", "\"size\":2000000000", "bytes"),
      (0, "\"batchSize\":8", "\"batchSize\":2000000000", "bytes"), (0, "\"batchSize\":8", "\"batchSize\":-3", "batch size -3"),
      (0, "\"kernels\":3", "\"kernels\":2000000000", "bytes"), (0, "\"kernels\":3", "\"kernels\":9223372036854775807", "kernels"),
      (2, "\"filters\":8", "\"filters\":1000000000", "bytes"), (2, "\"kernel\":4", "\"kernel\":1000000", "bytes"),
      (2, "\"shape\":[4,4,8]", "\"shape\":[4,4,-8]", "shape"), (2, "\"shape\":[4,4,8]", "\"shape\":[4294967296,4294967296,8]", "shape"),
    ])
  func sizes(seed: Int, from: String, to: String, complaint: String) throws {
    let folder = try TemporaryFolder()
    var contents = try ConfigurationSeeds.contents(in: folder)[seed]
    var isChanged = false
    for index in contents.configurations.indices where contents.configurations[index].json.contains(from) {
      contents.configurations[index].json.replace(from, with: to)
      isChanged = true
    }
    #expect(isChanged, "no configuration has \(from)")
    for (name, ending) in try endings(contents, "size", folder) where name == "resume" {
      #expect(ending.status == 1 && ending.errors.contains("error: ") && ending.errors.contains(complaint), "\(name): \(ending.errors)")
    }
  }

  /// What each command makes of a checkpoint in a folder of its own.
  private func endings(_ contents: CheckpointContents, _ name: String, _ folder: TemporaryFolder) throws -> [(name: String, Ending)] {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    let file = CheckpointDirectory(folder.path(name)).path(forStep: contents.step)
    try CheckpointFile.write(contents, to: file)
    let commands = [
      ["inspect", file], ["sample", file, "--count", "4", "--out", folder.path("\(name)/x.csv"), "--threads", "1"],
      ["diagnose", file, "--only", "discriminator-outputs", "--threads", "1"],
      ["resume", file, "--until", "\(contents.step + 2)", "--threads", "1", "--quiet"],
    ]
    return try commands.map { ($0[0], try Ending(of: $0, patience: Self.patience, in: folder)) }
  }

  /// Where the file of a failure is kept.
  private func kept(_ number: Int, _ folder: TemporaryFolder) throws -> String {
    let path = NSTemporaryDirectory() + "rival-configuration-\(number).h5"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("\(number)")).sorted()
    guard let name = names.first(where: { $0.hasSuffix(".h5") }) else { return path }
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: folder.path("\(number)/\(name)"), toPath: path)
    return path
  }

  /// How a command ended that may take 4 GB.
  private struct Ending {
    let status: Int32
    let errors: String
    let seconds: Double

    init(of arguments: [String], patience: Int, in folder: TemporaryFolder) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments =
        ["-c", #"ulimit -v 4000000; ulimit -c 0; exec timeout -s KILL "$0" "$@""#, "\(patience)", CommandProcess.executable] + arguments
      let log = folder.path("errors")
      try Data().write(to: URL(fileURLWithPath: log))
      // A backtrace takes most of a minute, and says no more than the status.
      process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
      let start = ContinuousClock.now
      try process.run()
      process.waitUntilExit()
      seconds = (ContinuousClock.now - start) / .seconds(1)
      // timeout ends with 128 and the number of the signal that ended the command, and by the one that it sends itself.
      status = process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
      errors = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
    }

    /// Done, or refused in words of bounded length, or diverged.
    var isProper: Bool {
      switch status {
      case 0, 3: true
      case 1: errors.contains("error: ") && errors.count < 20_000
      default: false
      }
    }
  }

  /// What became of a command.
  private struct Tally {
    private var done = 0
    private var refused = 0
    private var refusedForMemory = 0
    private var broken = 0
    private var slowest = 0.0

    mutating func add(_ ending: Ending) {
      slowest = max(slowest, ending.seconds)
      guard ending.isProper else {
        broken += 1
        return
      }
      guard ending.status == 1 else {
        done += 1
        return
      }
      refused += 1
      if ending.errors.contains(" bytes)") || ending.errors.contains(" bytes of memory") { refusedForMemory += 1 }
    }

    var text: String {
      "\(done) done, \(refused) refused (\(refusedForMemory) with the bytes needed), \(broken) broken, slowest \(Int(slowest * 1000)) ms"
    }
  }
}

/// Runs of three rounds that are whole: points with many heuristics, points with labels, images, nested layers.
enum ConfigurationSeeds {
  static func contents(in folder: TemporaryFolder) throws -> [CheckpointContents] {
    let images = try images(in: folder)
    let runs: [(GAN, any DataSource)] = [
      (points, RingOfGaussians()), (labelled, RingOfGaussians()), (pictures, IDXImages(folder: images, heldOutFraction: 0.2)),
      (nested, SwissRoll()),
    ]
    return try runs.map { gan, data in
      let trainer = try Trainer(gan, data: data, batchSize: 8, seed: 1, threadCount: 1)
      try trainer.run(until: 3)
      return try trainer.checkpoint()
    }
  }

  /// A folder of 30 images of 8 × 8 in MNIST's format.
  private static func images(in folder: TemporaryFolder) throws -> String {
    try FileManager.default.createDirectory(atPath: folder.path("digits"), withIntermediateDirectories: true)
    let pixels = (0..<30 * 64).map { (place: Int) -> UInt8 in UInt8((place * place / 7 + place) % 251) }
    try folder.write([0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 8, 0, 0, 0, 8] + pixels, "digits/train-images-idx3-ubyte")
    return folder.path("digits")
  }

  private static let points = GAN(latent: .normal(4)) {
    Generator {
      Dense(16)
      LayerNorm()
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(16)
      LeakyReLU(0.2)
      MinibatchDiscrimination(kernels: 3, dimensions: 2)
      Dense(1)
    }
    NonSaturatingLoss()
    Adam(learningRate: 1e-3)
    AlternatingUpdates()
    SpectralNormalization()
    ExponentialMovingAverage(decay: 0.9)
    LabelSmoothing(real: 0.9)
    InstanceNoise(standardDeviation: 0.1, decaySteps: 10)
    FeatureMatching(weight: 0.5)
    Rollback()
  }

  private static let labelled = GAN(latent: .uniform(3)) {
    Generator {
      ConcatenatedCondition("label")
      Dense(12)
      ConditionalBatchNorm("label")
      ReLU()
      Dense(2)
    }
    Discriminator {
      Dense(12)
      LeakyReLU(0.2)
      ProjectionHead("label")
    }
    HingeLoss()
    RMSProp(learningRate: 1e-3)
    AlternatingUpdates(discriminatorSteps: 2)
    GradientClipping(maximumNorm: 1)
    R1Penalty(gamma: 1)
  }

  private static let pictures = GAN(latent: .normal(5)) {
    Generator {
      Dense(128, usesBias: false)
      Reshape([4, 4, 8])
      BatchNorm()
      ReLU()
      ConvTranspose2D(1, kernel: 4, stride: 2)
      Tanh()
    }
    Discriminator {
      Conv2D(8, kernel: 3)
      LeakyReLU(0.2)
      AveragePool(2)
      MinibatchStandardDeviation()
      Dropout(0.2)
      Flatten()
      Dense(1)
    }
    LeastSquaresLoss()
    Adam(learningRate: 1e-3)
    AlternatingUpdates()
    ExponentialMovingAverage(decay: 0.5)
  }

  private static let nested = GAN(latent: .normal(2)) {
    Generator {
      Sequential {
        Dense(8)
        ELU()
        Sequential {
          Dense(6)
          GELU()
        }
      }
      Dense(2)
    }
    Discriminator {
      Dense(8)
      SiLU()
      Dense(1)
    }
    WassersteinLoss()
    SGD(learningRate: 1e-3, momentum: 0.9)
    SimultaneousUpdates()
    GradientPenalty(weight: 1)
  }
}

/// Changes of configurations, as malice makes them.
struct ConfigurationMutator {
  private enum Step {
    case key(String)
    case index(Int)
  }

  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A checkpoint with one to three changed values, and now and then a tensor of another shape.
  mutating func mutated(_ seed: CheckpointContents) -> CheckpointContents {
    var contents = seed
    for _ in 0..<(1 + Int(next() % 3)) {
      // What describes networks and training, and seldom the machine.
      let index = Int(next() % UInt64(contents.configurations.count * 4 - 3)) / 4
      contents.configurations[index].json = changed(contents.configurations[index].json)
    }
    if next() % 8 == 0 {
      let index = Int(next() % UInt64(contents.tensors.count))
      let count = contents.tensors[index].elementCount ?? 0
      contents.tensors[index].shape = [[count], [1, count], [count, 1, 1]][Int(next() % 3)]
    }
    return contents
  }

  private mutating func changed(_ text: String) -> String {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) else { return text }
    let paths = Self.paths(in: value)
    let numbers = paths.filter { Self.isNumber(Self.value(in: value, at: $0)) }
    let path = pick(next() % 3 > 0 && !numbers.isEmpty ? numbers : paths)
    let (replacement, raw) = replacement(of: Self.value(in: value, at: path))
    let result = (try? Self.replacing(value, at: path[...], by: replacement).text()) ?? text
    // What no encoder writes takes the place of a mark.
    return raw.map { result.replacing("\"\(Self.mark)\"", with: $0) } ?? result
  }

  private static let mark = "a value that no encoder writes"
  private static let integers: [Int64] = [
    -1, 0, 1, 2, 3, 7, 300, 65_536, 1_000_000, 10_000_000, 100_000_000, 2_000_000_000, 1 << 31, 1 << 32, 1 << 40, 1 << 53, .max, .min,
  ]
  private static let reals = [1e300, -1e300, 0.5, -0.0, .leastNonzeroMagnitude, 1e19, .greatestFiniteMagnitude]
  private static let raws = ["1e400", "-1e999", "NaN", "Infinity", "99999999999999999999999999", "0x10", "1.0", "-0", "\"\\ud800\""]
  private static let texts = [
    "", "NaN", "inf", "-1", "gan", "network-game", "dense", "conv2d", "sequential", "adam", "hinge", "r1-penalty", "rollback", "ring",
    "image-folder", "table-file", "array-samples", "unpaired", "label", "generator", "../../etc/passwd", "\u{1B}[31m",
    String(repeating: "a", count: 50_000),
  ]

  private mutating func replacement(of old: JSONValue) -> (JSONValue, raw: String?) {
    switch next() % 12 {
    case 0, 1, 2, 3, 4: return (.integer(pick(Self.integers)), nil)
    case 5: return (.number(pick(Self.reals)), nil)
    case 6: return (.string(Self.mark), pick(Self.raws))
    case 7: return (.string(pick(Self.texts)), nil)
    case 8: return (pick([.null, .bool(true), .bool(false), .array([]), .object([:]), .array([old]), .object(["name": old])]), nil)
    case 9: return ((0..<(1 + next() % 50)).reduce(old) { nested, _ in .array([nested]) }, nil)
    default:
      switch old {
      case .array(let elements) where !elements.isEmpty:
        var elements = elements
        if next() % 2 == 0 {
          elements.remove(at: Int(next() % UInt64(elements.count)))
        } else {
          elements += [pick(elements), pick(elements)]
        }
        return (.array(next() % 4 == 0 ? Array(repeating: elements, count: 40).flatMap { $0 } : elements), nil)
      case .object(var members) where !members.isEmpty:
        members[pick(members.keys.sorted())] = next() % 2 == 0 ? nil : .integer(pick(Self.integers))
        return (.object(members), nil)
      default: return (.integer(pick(Self.integers)), nil)
      }
    }
  }

  private static func isNumber(_ value: JSONValue) -> Bool {
    switch value {
    case .integer, .number: true
    default: false
    }
  }

  private static func paths(in value: JSONValue) -> [[Step]] {
    switch value {
    case .array(let elements):
      elements.indices.flatMap { index in [[.index(index)]] + paths(in: elements[index]).map { [.index(index)] + $0 } }
    case .object(let members):
      members.keys.sorted().flatMap { key in [[.key(key)]] + paths(in: members[key] ?? .null).map { [.key(key)] + $0 } }
    default: []
    }
  }

  private static func value(in value: JSONValue, at path: [Step]) -> JSONValue {
    path.reduce(value) { value, step in
      switch (value, step) {
      case (.array(let elements), .index(let index)): elements[index]
      case (.object(let members), .key(let key)): members[key] ?? .null
      default: .null
      }
    }
  }

  private static func replacing(_ value: JSONValue, at path: ArraySlice<Step>, by replacement: JSONValue) -> JSONValue {
    guard let step = path.first else { return replacement }
    switch (value, step) {
    case (.array(var elements), .index(let index)):
      elements[index] = replacing(elements[index], at: path.dropFirst(), by: replacement)
      return .array(elements)
    case (.object(var members), .key(let key)):
      members[key] = replacing(members[key] ?? .null, at: path.dropFirst(), by: replacement)
      return .object(members)
    default: return value
    }
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[Int(next() % UInt64(elements.count))] }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
