import Adversarial
import Components
import Networks
import Tensors

/// Leaves the discriminator where it is while it is too good, so that the generator can come after.
///
/// It moves only where its accuracy on the batch before was not above a limit; its optimizer's memory stays too. The accuracy is the mean share of
/// real samples with D(x) > 0 and of generated ones with D(G(z)) < 0.
public struct DiscriminatorSkipping: Heuristic {
  public static let name = "discriminator-skipping"
  public static let aliases = ["adaptive-steps": ""]
  public static let summary = "The discriminator rests while it is too good."
  public static let equation = "psi = psi - eta grad L_D, where accuracy(t - 1) <= limit"
  public static let reference = "Wu et al. 2016 (3D-GAN)"
  public static let fieldDescriptions = ["limit": "The accuracy above which it rests, in [0, 1)"]

  /// The accuracy above which it rests, in [0, 1).
  public var limit: Double = 0.8

  public init() {}

  public init(limit: Double) {
    self.limit = limit
  }

  public func validateFields() throws {
    guard (0..<1).contains(limit) else {
      throw ComponentError(component: name, field: "limit", value: limit, expected: "in [0, 1)")
    }
  }

  public func review(_ gan: GAN) -> [Notice] {
    guard let loss = gan.loss, loss.kind == .critic else { return [] }
    return [
      Notice(
        .warning,
        "\(name) takes the sign of the discriminator's output for its verdict, but to \(loss.name) it is a score, whose zero means nothing; "
          + "leave one of them out", reference: Self.reference)
    ]
  }

  public func discriminatorTerm(_ evaluation: DiscriminatorEvaluation, in round: Round) throws -> Tensor? {
    let (real, fake) = (evaluation.realLogits.tensor, evaluation.fakeLogits.tensor)
    func share(_ holds: Tensor) -> Tensor { holds.converted(to: real.dtype).mean() }
    let accuracy = (share(real.isGreater(than: 0)) + share(fake.isLess(than: 0))) * 0.5
    let before = try round.persistent("accuracy", initial: .zeros([]))
    _ = try round.persistent("rests", initial: Tensor(int32: [0], shape: []))
    try round.setPersistent("rests", to: before.isGreater(than: limit).converted(to: .int32))
    try round.setPersistent("accuracy", to: accuracy)
    round.record("discriminator-skipping.accuracy", accuracy)
    return nil
  }

  public func moves(_ player: Player, in round: Round) throws -> Tensor? {
    guard round.game.judges.contains(player) else { return nil }
    return try round.persistent("rests", initial: Tensor(int32: [0], shape: [])).isEqual(to: 0)
  }
}
