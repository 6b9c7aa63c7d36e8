import Foundation
import Rival
import Testing

/// Extragradient: a half step to look ahead, then the step with the gradients found there (Korpelevich 1976).
private struct Extragradient: UpdateRule {
  static let name = "extragradient"
  static let summary = "Steps with the gradients of the point ahead."
  var stepSize = 0.1
  init() {}

  func advance(_ round: Round) throws {
    let start = round.players.map { round.parameters(of: $0) }
    let ahead = try round.players.map { try round.gradient(of: $0) }
    for (index, player) in round.players.enumerated() { try round.setParameters(start[index] - ahead[index] * stepSize, of: player) }
    let gradients = try round.players.map { try round.gradient(of: $0) }
    for (index, player) in round.players.enumerated() { try round.setParameters(start[index], of: player) }
    for (player, gradient) in zip(round.players, gradients) { try round.update(player, with: gradient) }
  }
}

/// Optimistic gradient descent: w ← w − h(2g − g₋₁) (Daskalakis et al. 2018).
private struct Optimistic: Optimizer {
  static let name = "optimistic"
  static let summary = "Twice the gradient minus the last one."
  var stepSize = 0.1
  init() {}

  func initialState(for parameters: Parameters) -> Parameters { zeroSlots(["last"], for: parameters) }
  func update(_ gradient: Parameters, at parameters: Parameters, state: inout Parameters, iteration: Tensor) throws -> Parameters {
    let last = state.subtree("last/")
    state = gradient.prefixed("last/")
    return (gradient * 2 - last) * -stepSize
  }
}

/// Alternating descent with the generator in front.
private struct GeneratorFirst: UpdateRule {
  static let name = "generator-first"
  static let summary = "The generator moves, then the discriminator."

  func advance(_ round: Round) throws {
    for player in round.players { try round.update(player, with: round.gradient(of: player)) }
  }
}

private struct OptimisticGame: Game {
  var plane: PlaneGame
  var players: [Player] { plane.players }
  var heuristics: [any Heuristic] { [] }
  func initialState() throws -> Parameters { try plane.initialState() }
  func loss(of player: Player, in round: Round) throws -> Tensor { try plane.loss(of: player, in: round) }
  func optimizer(for player: Player) throws -> any Optimizer { Optimistic() }
}

/// What one round does near the equilibrium of the Dirac-GAN, and what many do away from it; h = 0.1.
@Suite("Discrete maps of the Dirac-GAN")
struct DiscreteMapTests {
  private let h = 0.1

  private func values(_ game: PlaneGame, _ rule: any UpdateRule = SimultaneousUpdates()) throws -> [ComplexNumber] {
    try UpdateMap(game.frozen(rule)).spectrum(count: 4).values
  }

  @Test("Simultaneous descent expands")
  func simultaneous() throws {
    let map = try UpdateMap(Dirac.wasserstein(0, 0).frozen())
    #expect(agree(try #require(map.spectrum().radius), 1.004_987_562_112_089, 1e-9))
    #expect(agree(try #require(UpdateMap(Dirac.nonSaturating(0, 0).frozen()).spectrum().radius), 1.001_249_219_725_039, 1e-9))
    let end = try play(map, from: [0.6, 0.8], rounds: 100)
    #expect(agree(length(end), 1.644_631_822, 1e-9), "\(length(end))")
  }

  @Test("Alternating descent turns without growing")
  func alternating() throws {
    let values = try values(Dirac.wasserstein(0, 0), AlternatingUpdates())
    #expect(values.count == 2)
    for value in values { #expect(agree(value.magnitude, 1, 1e-9)) }
    let first = try #require(values.first)
    #expect(agree(first.real, 1 - h * h / 2, 1e-12))
    #expect(agree(2 * Double.pi / atan2(abs(first.imaginary), first.real), 62.805_654_57, 1e-7))
    // On the unit circle while n·h² ≤ 4; the discriminator's many steps count.
    for value in try self.values(Dirac.wasserstein(0, 0), AlternatingUpdates(discriminatorSteps: 5)) {
      #expect(agree(value.magnitude, 1, 1e-9))
    }
  }

  @Test("Alternating descent leaves the circle where n·h² exceeds 4", arguments: [1, 3])
  func alternatingLimit(steps: Int) throws {
    for (excess, isStable) in [(0.9, true), (0.99, true), (1.02, false)] {
      var game = Dirac.wasserstein(0, 0)
      game.stepSize = 2 * excess / Double(steps).squareRoot()
      let values = try values(game, AlternatingUpdates(discriminatorSteps: steps))
      // λ + 1/λ = 2 − n h².
      let half = 1 - 2 * excess * excess
      let expected = isStable ? 1 : -half + (half * half - 1).squareRoot()
      #expect(agree(values.map(\.magnitude).max() ?? 0, expected, 1e-9), "\(values)")
    }
  }

  @Test("Extragradient contracts by √((1 − h²)² + h²)")
  func extragradient() throws {
    for value in try values(Dirac.wasserstein(0, 0), Extragradient()) { #expect(agree(value.magnitude, 0.995_037_688, 1e-9)) }
  }

  @Test("The optimistic map has its memory among its variables")
  func optimistic() throws {
    let frozen = try FrozenRound(game: OptimisticGame(plane: Dirac.wasserstein(0, 0)), updateRule: SimultaneousUpdates())
    let map = try UpdateMap(frozen)
    #expect(map.size == 4)
    let magnitudes = try map.spectrum(count: 4).values.map(\.magnitude)
    #expect(magnitudes.count == 4)
    for (magnitude, expected) in zip(magnitudes, [0.994_936_15, 0.994_936_15, 0.100_508_96, 0.100_508_96]) {
      #expect(agree(magnitude, expected, 1e-8), "\(magnitude)")
    }
    // λ(λ − 1) = ∓ih(2λ − 1), whose solutions these are: λ² − (1 ∓ 2ih)λ ∓ ih = 0, so that the product of a root pair is h.
    #expect(agree(magnitudes[0] * magnitudes[3], h, 1e-12))
  }

  @Test("R1 makes simultaneous descent contract")
  func regularized() throws {
    #expect(agree(try #require(UpdateMap(Dirac.nonSaturating(0, 0, gamma: 0.3).frozen()).spectrum().radius), 0.986_154_146, 1e-9))
    // A double eigenvalue moves with the root of rounding; the trace and the determinant that make it 0.95 do not.
    let double = try UpdateMap(Dirac.nonSaturating(0, 0, gamma: 1).frozen()).jacobian.matrix()
    #expect(agree((double[0, 0] + double[1, 1]) / 2, 0.95, 1e-9))
    #expect(agree(double[0, 0] * double[1, 1] - double[0, 1] * double[1, 0], 0.95 * 0.95, 1e-9))
    #expect(agree(try #require(UpdateMap(Dirac.nonSaturating(0, 0, gamma: 1).frozen()).spectrum().radius), 0.95, 1e-7))
  }

  @Test("Simultaneous descent settles on a circle of radius √(2h)")
  func limitCycle() throws {
    let map = try UpdateMap(Dirac.nonSaturating(1, 1).frozen())
    var tail: [Double] = []
    _ = try play(map, rounds: 40_000) { if $0 > 39_800 { tail.append(length($1)) } }
    let radius = tail.reduce(0, +) / Double(tail.count)
    #expect(agree(radius, 0.447_10, 0.002 * 0.447_10), "\(radius)")
    #expect(agree(radius, (2 * h).squareRoot(), 0.002 * 0.447_21))
  }

  @Test("Alternating descent approaches as (1/r² + t/8)^−½; the saturating loss drives simultaneous descent away")
  func nonlinear() throws {
    var seen: [Int: Double] = [:]
    // Who moves first shifts the phase: both orders oscillate about the law.
    for (rule, radii) in [
      (GeneratorFirst() as any UpdateRule, [0.274_762, 0.196_650, 0.100_737]), (AlternatingUpdates(), [0.281_040, 0.199_985, 0.098_799]),
    ] {
      let map = try UpdateMap(Dirac.nonSaturating(1, 1).frozen(rule))
      _ = try play(map, rounds: 8_000) { seen[$0] = length($1) }
      for (round, expected) in zip([1_000, 2_000, 8_000], radii) {
        let radius = try #require(seen[round])
        #expect(agree(radius, expected, 1e-6), "\(round): \(radius)")
        #expect(agree(radius, 1 / (0.5 + Double(round) * h / 8).squareRoot(), 0.02 * expected))
      }
    }
    let away = try UpdateMap(Dirac.saturating(1, 1).frozen())
    _ = try play(away, rounds: 500) { seen[$0] = length($1) }
    #expect(agree(try #require(seen[100]), 1.586_971, 1e-6), "\(seen[100] ?? 0)")
    #expect(agree(try #require(seen[500]), 2.179_303, 1e-6), "\(seen[500] ?? 0)")
  }

  @Test("A gradient penalty with a target other than 0 does not converge")
  func gradientPenalty() throws {
    // γ/2 (|ψ| − g₀)², γ = 1, g₀ = 0.3. The radius fills .386…485 with a mean of .4336: windows of 1,000 to 39,000 rounds, from nine starts,
    // all give .4331 to .4343; only short windows give others (.4312 to .4359 over 100 rounds).
    let game = PlaneGame(
      x: [1], y: [1], first: { x, y in -(x * y).sum() },
      second: { x, y in (x * y + 0.5 * square(abs(y) - 0.3)).sum() })
    var radii: [Double] = []
    _ = try play(UpdateMap(game.frozen()), rounds: 20_000) { if $0 > 19_000 { radii.append(length($1)) } }
    let (low, high) = (try #require(radii.min()), try #require(radii.max()))
    let mean = radii.reduce(0, +) / Double(radii.count)
    #expect(agree(low, 0.386, 2e-3) && agree(high, 0.485, 2e-3) && agree(mean, 0.433_6, 1e-3), "\(low) \(high) \(mean)")
  }

  @Test("Linear games of 80 and 100 dimensions: Krylov finds what is known")
  func linear() throws {
    // Blocks [[0, s/2], [−s/2, −0.3]] under I + hJ.
    let s = (0..<40).map { 0.1 + 1.9 * Double($0) / 39 }
    let slopes = Tensor(float64: s)
    let game = PlaneGame(
      x: Array(repeating: 0, count: 40), y: Array(repeating: 0, count: 40), first: { x, y in -(0.5 * slopes * x * y).sum() },
      second: { x, y in (0.5 * slopes * x * y + 0.15 * y * y).sum() }, stepSize: 0.5)
    let map = try UpdateMap(game.frozen())
    #expect(agree(try #require(map.spectrum(count: 2).radius), 1.048_808_848_2, 1e-8))
    // The bilinear game xᵀ diag(1…50) y: ±ik.
    let weights = Tensor(float64: (1...50).map { Double($0) })
    let bilinear = try PlaneGame.zeroSum(Array(repeating: 0, count: 50), Array(repeating: 0, count: 50)) { x, y in (weights * x * y).sum() }
      .field()
    let spectrum = try bilinear.spectrum(count: 4, part: .largestMagnitude, tolerance: 1e-10, subspace: 40)
    let share = try #require(spectrum.rotationShare)
    let top = try #require(spectrum.values.first)
    #expect(agree(top.magnitude, 50, 1e-8) && agree(top.real, 0, 1e-8), "\(top)")
    #expect(spectrum.isRotationDominated() && agree(share, 1, 1e-8))
    // Two players' squares: every eigenvalue of the loss's Hessian is 1, of J −1.
    let squares = PlaneGame(
      x: Array(repeating: 1, count: 60), y: Array(repeating: 1, count: 60), first: { x, _ in 0.5 * square(x).sum() },
      second: { _, y in 0.5 * square(y).sum() })
    let field = try squares.field()
    for value in try field.spectrum(count: 1, part: .largestMagnitude).values { #expect(agree(value.real, -1, 1e-12)) }
    #expect(try field.hessian(of: .generator).apply(Array(repeating: 2, count: 60)) == Array(repeating: 2, count: 60))
    // ±⟨x, y⟩: ±i.
    let turning = try PlaneGame.zeroSum([0, 0, 0], [0, 0, 0]) { x, y in (x * y).sum() }.field()
    let turns = try turning.jacobian.matrix().eigenvalues()
    #expect(turns.count == 6 && turns.allSatisfy { agree($0.real, 0, 1e-12) && agree(abs($0.imaginary), 1, 1e-12) })
  }
}
