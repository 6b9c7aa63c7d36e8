import Adversarial
import Components
import Networks
import Rival
import Tensors

/// What every loss must satisfy: scalars, the right direction, finite numbers for any logit, honest descriptions, right derivatives.
///
/// ```swift
/// #expect(try LossConformance.check(MyLoss()).isEmpty)
/// ```
public enum LossConformance {
  /// Checks a loss on logits of shape `[n, 1]` and `[n, h, w, 1]`, and in a small GAN.
  ///
  /// - Parameters:
  ///   - gan: what it is trained in, in place of the loss there; ``HeuristicConformance/smallGAN(loss:)`` by default. It must fit the loss.
  ///   - data: what is trained on; a ring of Gaussians by default.
  /// - Returns: the violations, one sentence each; empty for a loss that conforms.
  /// - Throws: `TensorError` where the loss makes an invalid tensor of valid logits.
  public static func check(
    _ loss: any Loss, on gan: GAN? = nil, data: (any DataSource)? = nil, registry: Registry? = nil, tolerance: Double = 1e-6
  ) throws -> [String] {
    var violations = try ComponentConformance.check(loss, registry: registry)
    for shape: Shape in [[5, 1], [2, 3, 3, 1]] {
      for (player, value) in [
        ("discriminator", discriminator(loss, try logits(shape, "real"), try logits(shape, "fake"))),
        (
          "generator",
          loss.generatorLoss(real: Logits(try logits(shape, "real")), fake: Logits(try logits(shape, "fake")))
        ),
      ] {
        try value.validated()
        if value.rank != 0 { violations.append("the \(player)'s loss has shape \(value.shape); it must be a scalar") }
        if value.dtype != .float64 {
          violations.append("the \(player)'s loss of float64 logits is \(value.dtype.rawValue)")
        }
      }
    }
    guard violations.isEmpty else { return violations }
    violations += try stability(loss) + direction(loss) + honesty(loss) + derivatives(loss, tolerance)
    violations += try training(loss, gan, data ?? RingOfGaussians(modes: 8), registry)
    return violations.map { $0.hasPrefix(loss.name) ? $0 : "\(loss.name): \($0)" }
  }

  private static func logits(_ shape: Shape, _ name: String) throws -> Tensor {
    try randomNormal(shape, key: Key(seed: 5).derived(name), dtype: .float64).materialized()
  }

  private static func discriminator(_ loss: any Loss, _ real: Tensor, _ fake: Tensor, _ targets: Targets? = nil)
    -> Tensor
  {
    loss.discriminatorLoss(
      real: Logits(real), fake: Logits(fake),
      targets: targets
        ?? Targets(real: .ones(real.shape, dtype: real.dtype), fake: .zeros(fake.shape, dtype: fake.dtype)))
  }

  /// Finite losses and slopes at ±10⁴, in float32.
  private static func stability(_ loss: any Loss) throws -> [String] {
    var violations: [String] = []
    for real: Float in [-1e4, 0, 1e4] {
      for fake: Float in [-1e4, 0, 1e4] {
        let x = Tensor([real, real], shape: [2, 1])
        let y = Tensor([fake, fake], shape: [2, 1])
        for (player, value) in [
          ("discriminator", discriminator(loss, x, y)),
          ("generator", loss.generatorLoss(real: Logits(x), fake: Logits(y))),
        ] {
          let numbers =
            try [value].map { try $0.item() } + gradient(of: value, at: [x, y]).flatMap { try $0.doubles() }
          if !numbers.allSatisfy(\.isFinite) {
            violations.append("the \(player)'s loss or its slope is not finite at real \(real), fake \(fake)")
          }
        }
      }
    }
    return violations
  }

  /// At logits of ½: the discriminator wants real higher and fake lower, the generator wants fake higher.
  private static func direction(_ loss: any Loss) throws -> [String] {
    // Of several numbers none alone says whether a sample is real.
    guard loss.kind != .embedding else { return [] }
    let real = Tensor(0.5, shape: [4, 1], dtype: .float64) + 0
    let fake = Tensor(0.5, shape: [4, 1], dtype: .float64) + 0
    let own = gradient(of: discriminator(loss, real, fake), at: [real, fake])
    let other = gradient(of: loss.generatorLoss(real: Logits(real), fake: Logits(fake)), at: fake)
    var violations: [String] = []
    if try own[0].sum().item() >= 0 {
      violations.append("the discriminator's loss does not fall where real logits rise")
    }
    if try own[1].sum().item() <= 0 {
      violations.append("the discriminator's loss does not rise where fake logits rise")
    }
    if try other.sum().item() >= 0 { violations.append("the generator's loss does not fall where fake logits rise") }
    return violations
  }

  /// `usesTargets` and `comparesGeneratorWithReal` against what moves.
  private static func honesty(_ loss: any Loss) throws -> [String] {
    let real = try logits([6, 1], "real")
    let fake = try logits([6, 1], "fake")
    let others = Targets(
      real: Tensor(0.8, shape: real.shape, dtype: .float64), fake: Tensor(0.1, shape: fake.shape, dtype: .float64))
    let plain = try discriminator(loss, real, fake).item()
    let moved = try discriminator(loss, real, fake, others).item()
    var violations: [String] = []
    if (plain != moved) != loss.usesTargets {
      violations.append(
        "usesTargets is \(loss.usesTargets), but other targets give \(plain == moved ? "the same" : "another") loss")
    }
    let here = try loss.generatorLoss(real: Logits(real), fake: Logits(fake)).item()
    let there = try loss.generatorLoss(real: Logits(real + 1), fake: Logits(fake)).item()
    if (here != there) != loss.comparesGeneratorWithReal {
      violations.append(
        "comparesGeneratorWithReal is \(loss.comparesGeneratorWithReal), but other real logits give \(here == there ? "the same" : "another") generator's loss"
      )
    }
    return violations
  }

  /// A run that stops and resumes is the run that never stopped, and a round in float64 agrees with one in float32.
  private static func training(_ loss: any Loss, _ gan: GAN?, _ data: any DataSource, _ registry: Registry?) throws -> [String] {
    var registry = try registry ?? Registry.builtIn()
    try registry.register(type(of: loss))
    var gan = gan ?? HeuristicConformance.smallGAN()
    gan.loss = loss
    // Where a shift of all outputs changes nothing, a gradient is nothing but rounding, which Adam would make as large as any.
    var plain = gan
    plain.optimizers = [SGD(learningRate: 0.05).for(.generator), SGD(learningRate: 0.05).for(.discriminator)]
    return try ResumeConformance.check(gan, data: data, registry: registry) + HeuristicConformance.precision(plain, data)
  }

  private static func derivatives(_ loss: any Loss, _ tolerance: Double) throws -> [String] {
    let point = [try logits([5, 1], "real"), try logits([5, 1], "fake")]
    var violations: [String] = []
    let own = try FiniteDifferences.relativeError(at: point) { discriminator(loss, $0[0], $0[1]) }
    if !(own.error <= tolerance) { violations.append("the discriminator's slope is off by \(own.error)") }
    let other = try FiniteDifferences.relativeError(at: point) {
      loss.generatorLoss(real: Logits($0[0]), fake: Logits($0[1]))
    }
    if !(other.error <= tolerance) { violations.append("the generator's slope is off by \(other.error)") }
    return violations
  }
}
