import Foundation
import Rival
import RivalTesting
import Testing

/// Stopping and resuming gives the bytes of the run that never stopped.
@Suite("M1: resuming is exact")
struct ResumeTests {
  let ring = RingOfGaussians(modes: 8)

  @Test("The plain GAN; every field of its state matters")
  func plain() throws {
    let report = try ResumeConformance.report(ringGAN(), data: ring)
    #expect(report.violations == [])
    #expect(report.silent == [])
    // 10 weights and biases, two Adam slots for each, two iteration counters.
    #expect(report.fieldCount == 10 * 3 + 2)
  }

  @Test("The average is the only thing that training does not see")
  func average() throws {
    let report = try ResumeConformance.report(ringGAN([ExponentialMovingAverage(decay: 0.9)]), data: ring)
    #expect(report.violations == [])
    #expect(
      report.silent == [
        "generator_ema/params/00_dense/weight", "generator_ema/params/00_dense/bias",
        "generator_ema/params/02_dense/weight",
        "generator_ema/params/02_dense/bias",
      ])
  }

  @Test("All heuristics at once")
  func together() throws {
    let gan = ringGAN([
      LabelSmoothing(real: 0.9), InstanceNoise(standardDeviation: 0.1, decaySteps: 4), FeatureMatching(weight: 0.5),
      R1Penalty(gamma: 1), GradientPenalty(weight: 1), SpectralNormalization(), GradientClipping(maximumNorm: 1),
      WeightClipping(limit: 0.5), ExponentialMovingAverage(decay: 0.9), Rollback(),
    ])
    let report = try ResumeConformance.report(gan, data: ring)
    #expect(report.violations == [])
    let others = report.silent.filter { !$0.hasPrefix("generator_ema/") }
    // A weight with one output has a one by one power vector, whose scale is lost in every step but for rounding.
    // What a rollback would multiply by is not looked at before there was one.
    #expect(
      Set(others).isSubset(of: ["heuristics/spectral-normalization/discriminator/04_dense/weight", "heuristics/rollback/factor"]),
      "\(others)")
  }

  @Test(
    "Every optimizer and update rule",
    arguments: ["sgd", "sgd:momentum=0.9", "rmsprop", "adam", "adam:beta1=0"],
    ["alternating", "alternating:discriminatorSteps=3", "simultaneous"])
  func parts(optimizer: String, rule: String) throws {
    let registry = try Registry.builtIn()
    var gan = ringGAN()
    let part = try #require(try registry.component(parsing: optimizer) as? any Optimizer)
    gan.optimizers = [part.for(.generator), part.for(.discriminator)]
    gan.updateRule = try #require(try registry.component(parsing: rule) as? any UpdateRule)
    let report = try ResumeConformance.report(gan, data: ring)
    #expect(report.violations == [])
    // Only Adam looks at the number of its updates; with β₁ = 0 its m is the last gradient, written anew before it is read.
    let expected =
      switch optimizer {
      case "adam": [String]()
      case "adam:beta1=0": report.silent.filter { $0.contains("/m/") }
      default: ["optimizers/discriminator/iterations", "optimizers/generator/iterations"]
      }
    #expect(report.silent.sorted() == expected.sorted())
    if optimizer == "adam:beta1=0" { #expect(report.silent.count == 10) }
  }

  @Test("Convolutions, batch norm, dropout, samples in memory, a latent that is uniform")
  func images() throws {
    let report = try ResumeConformance.report(
      imageGAN([ExponentialMovingAverage(decay: 0.5), SpectralNormalization(), InstanceNoise(standardDeviation: 0.1)]),
      data: smallImages(), batchSize: 10)
    #expect(report.violations == [])
    // Running statistics are for use, not for training.
    let others = report.silent.filter { !$0.contains("/buffers/") && !$0.hasPrefix("generator_ema/") }
    #expect(others.allSatisfy { $0.hasPrefix("heuristics/spectral-normalization/") || $0.hasSuffix("bias") })
    #expect(report.silent.count { $0.contains("/buffers/") } == 4)
  }

  @Test("Through a file on the disk, and twice")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("resume-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("run.h5").path
    let whole = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: ring, batchSize: 16, seed: 5)
    try whole.run(until: 6)
    let first = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: ring, batchSize: 16, seed: 5)
    try first.run(until: 2)
    try first.save(to: path)
    let second = try Trainer(resuming: path)
    try second.run(until: 4)
    try second.save(to: path)
    let third = try Trainer(resuming: path)
    #expect(third.step == 4)
    try third.run(until: 6)
    #expect(try image(third) == image(whole))
    #expect(third.history.steps == [1, 2, 3, 4, 5, 6])
  }

  @Test("Other data is refused")
  func otherData() throws {
    let trainer = try Trainer(imageGAN(), data: smallImages(24), batchSize: 8)
    let contents = try trainer.checkpoint()
    let text = failureText {
      _ = try Trainer(contents: contents, registry: .builtIn(), data: smallImages(16))
    }
    #expect(text.hasPrefix("the data is not what the run was trained on"))
    #expect(
      failureText { _ = try Trainer(contents: contents, registry: .builtIn()) }.contains("pass the same array again"))
  }

  @Test("Data is compared before anything is built, and a checkpoint without its history, its rollback state or in order is refused")
  func incomplete() throws {
    let trainer = try Trainer(ringGAN([Rollback()]), data: ring, batchSize: 8)
    try trainer.run(until: 3)
    let whole = try trainer.checkpoint()
    #expect(try Trainer(contents: whole, registry: .builtIn()).step == 3)
    func refusal(_ change: (inout CheckpointContents) throws -> Void) rethrows -> String {
      var contents = whole
      try change(&contents)
      return failureText { _ = try Trainer(contents: contents, registry: .builtIn()) }
    }
    #expect(refusal { $0.tensors.removeAll { $0.path.hasPrefix("metrics/") } }.contains("lacks '/metrics/train'"))
    #expect(refusal { $0.tensors.removeAll { $0.path.hasPrefix("state/recovery/") } }.contains("lacks '/state/recovery'"))
    for step in [Int64(-1), 4, .min] {
      let text = refusal {
        $0.tensors.removeAll { $0.path == "state/recovery/step" }
        $0.tensors.append(StoredTensor(path: "state/recovery/step", shape: [], values: [step]))
      }
      #expect(text.contains("'/state/recovery/step' is \(step)"), "\(text)")
    }
    for steps in [[1, 1, 3], [1, 3, 2], [1, 2, 4], [-1, 0, 1]] as [[Int64]] {
      let text = refusal {
        $0.tensors.removeAll { $0.path == "metrics/train/step" }
        $0.tensors.append(StoredTensor(path: "metrics/train/step", shape: [3], values: steps))
      }
      #expect(text.contains("ascending order"), "\(text)")
    }
    for (from, to, phrase) in [
      ("\"classes\":8", "\"classes\":9223372036854775807", "at most 1048576 classes"),
      ("\"classes\":8", "\"classes\":7", "each with its frequency"),
      ("\"shape\":[2]", "\"shape\":[9223372036854775807,2]", "at most 2147483647 numbers"), ("\"shape\":[2]", "\"shape\":[-2]", "at most"),
    ] {
      let text = refusal { contents in
        guard let index = contents.configurations.firstIndex(where: { $0.name == "training" }) else { return }
        contents.configurations[index].json.replace(from, with: to)
      }
      #expect(text.contains(phrase), "\(to): \(text)")
    }
    for size in ["0", "-4", "9223372036854775807"] {
      let text = refusal { contents in
        guard let index = contents.configurations.firstIndex(where: { $0.name == "training" }) else { return }
        contents.configurations[index].json.replace("\"batchSize\":8", with: "\"batchSize\":\(size)")
      }
      #expect(text.contains("batch size \(size)"), "\(text)")
    }
  }

  @Test("The checkpoint of another run is refused with the components and fields that differ; that of the same is taken")
  func anotherRun() throws {
    let trainer = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: ring, batchSize: 8, seed: 3)
    try trainer.run(until: 2)
    let contents = try trainer.checkpoint()
    let same = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: ring, batchSize: 8, seed: 3)
    try same.restore(contents, registry: .builtIn())
    try same.run(until: 4)
    try trainer.run(until: 4)
    #expect(try image(same) == image(trainer))
    let other = try Trainer(ringGAN([R1Penalty(gamma: 3), InstanceNoise()]), data: ring, batchSize: 8, seed: 4)
    let text = failureText { try other.restore(contents, registry: .builtIn()) }
    #expect(text.hasPrefix("the checkpoint is of another run (here | there): "), "\(text)")
    for phrase in ["heuristics[0 r1-penalty].fields.gamma: 3 | 1", "heuristics[1 instance-noise]: ", "seed: \"4\" | \"3\""] {
      #expect(text.contains(phrase), "\(text)")
    }
    #expect(other.step == 0)
  }

  @Test("A run that goes on from an edited checkpoint says so in every later one")
  func editedRun() throws {
    let trainer = try Trainer(ringGAN(), data: ring, batchSize: 8)
    try trainer.run(until: 1)
    var contents = try trainer.checkpoint()
    #expect(contents.edited == nil)
    contents.edited = "at step 1: /generator/params/00_dense/weight"
    let again = try Trainer(contents: contents, registry: .builtIn())
    try again.run(until: 2)
    #expect(try again.checkpoint().edited == contents.edited)
  }

  @Test("Old columns that nobody records any more stay, new ones begin with NaN")
  func history() throws {
    let trainer = try Trainer(ringGAN([GradientClipping(maximumNorm: 1)]), data: ring, batchSize: 8)
    try trainer.run(until: 2)
    let other = try Trainer(ringGAN([R1Penalty(gamma: 1)]), data: ring, batchSize: 8)
    try other.restore(state: other.state, step: 2, history: trainer.history)
    try other.run(until: 3)
    let old = try #require(other.history["generator.gradient-norm"])
    #expect(old.map(\.isNaN) == [false, false, true])
    let new = try #require(other.history["r1-penalty.slope"])
    #expect(new.map(\.isNaN) == [true, true, false])
    let loss = try #require(other.history["generator.loss"])
    #expect(loss.count == 3 && loss.allSatisfy(\.isFinite))
  }
}
