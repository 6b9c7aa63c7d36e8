import Rival
import Testing

/// f = ½ax² + bxy + ½cy², x minimizing, y maximizing.
@Suite("Kinds of equilibria")
struct EquilibriumTests {
  private func report(_ a: Double, _ b: Double, _ c: Double, tau: Double = 1) throws -> (EquilibriumClass, [ComplexNumber]) {
    let field = try PlaneGame.quadratic(a, b, c).field(rates: [.discriminator: tau])
    return (try EquilibriumClass(of: field), try field.jacobian.matrix().eigenvalues())
  }

  private func pair(_ real: Double, _ imaginary: Double) -> [ComplexNumber] {
    [ComplexNumber(real, imaginary), ComplexNumber(real, -imaginary)]
  }

  @Test("3x² + 4xy − y²: a Nash equilibrium")
  func nash() throws {
    let (report, values) = try report(6, 4, -2)
    #expect(report.kind == .localNash && report.isStable == true && report.isStrictLocalMinimax == true)
    #expect(agree(try #require(report.leaderCurvatureAlongAnswer), 14, 1e-9))
    #expect(mismatch(values, pair(-4, 3.464_101_62)) < 1e-8)
    #expect(mismatch(try self.report(6, 4, -2, tau: 4).1, pair(-7, 7.937_253_93)) < 1e-8)
  }

  @Test("−3x² + 4xy − y²: a strict local minimax point, stable from τ = 3 on")
  func minimax() throws {
    let (slow, values) = try report(-6, 4, -2)
    #expect(slow.kind == .strictLocalMinimax && slow.isLocalNash == false && slow.isStable == false)
    #expect(agree(try #require(slow.leaderCurvatureAlongAnswer), 2, 1e-9))
    #expect(mismatch(values, [ComplexNumber(2), ComplexNumber(2)]) < 1e-6, "a double eigenvalue: \(values)")
    let (fast, fastValues) = try report(-6, 4, -2, tau: 4)
    #expect(fast.kind == .strictLocalMinimax && fast.isStable == true)
    #expect(agree(try #require(fast.leaderCurvatureAlongAnswer), 2, 1e-9))
    #expect(mismatch(fastValues, pair(-1, 3.872_983_35)) < 1e-8)
    #expect(agree(try #require(report(-6, 4, -2, tau: 2.9).0.largestReal), 0.1, 1e-12))
    #expect(agree(try #require(report(-6, 4, -2, tau: 3.1).0.largestReal), -0.1, 1e-12))
    #expect(try report(-6, 4, -2, tau: 3).0.isStable == nil)
  }

  @Test("xy: degenerate; x² + 4xy + y²: neither")
  func neither() throws {
    let (bilinear, values) = try report(0, 1, 0)
    #expect(bilinear.kind == .inconclusive && bilinear.isLocalNash == false && bilinear.isStrictLocalMinimax == nil)
    #expect(bilinear.isStable == nil && mismatch(values, pair(0, 1)) < 1e-12)
    #expect(mismatch(try report(0, 1, 0, tau: 4).1, pair(0, 2)) < 1e-12)
    let (saddle, saddleValues) = try report(2, 4, 2)
    #expect(saddle.isLocalNash == false && saddle.isStrictLocalMinimax == false && saddle.kind == .inconclusive)
    #expect(mismatch(saddleValues, pair(0, 3.464_101_62)) < 1e-8)
    let (fast, fastValues) = try report(2, 4, 2, tau: 4)
    #expect(fast.kind == .unstable && mismatch(fastValues, pair(3, 6.244_998)) < 1e-6)
    // The complement a − b²/c is −6, but along an answer that is no best one: the follower's loss curves downwards.
    let field = try PlaneGame.quadratic(2, 4, 2).field()
    let j = try field.jacobian.matrix()
    #expect(agree(-j[0, 0] + j[0, 1] * j[1, 0] / j[1, 1], -6, 1e-12))
    #expect(throws: DiagnosticsError.self) { try field.leaderCurvatureAlongAnswer().apply([1]) }
    // The complement itself, where damping makes it exist: a + b²/(μ − c) at μ = 10.
    #expect(agree(try PlaneGame.quadratic(2, 4, 2).field().leaderCurvatureAlongAnswer(damping: 10).matrix()[0, 0], 2 + 16.0 / 8, 1e-12))
  }

  @Test("General-sum games: a minimax point, and a stable point that is neither")
  func stableOnly() throws {
    // L₁ = −½x² + 3xy, L₂ = 2y² − 3xy: the leader's loss curves downwards alone, upwards along the answer y = ¾x.
    let field = try PlaneGame(
      x: [0], y: [0], first: { x, y in (-0.5 * x * x + 3 * x * y).sum() }, second: { x, y in (2 * y * y - 3 * x * y).sum() }
    ).field()
    let report = try EquilibriumClass(of: field)
    // J = [[1, −3], [3, −4]]: trace −3, determinant 5; the curvature along the answer is −1 + 9/4.
    #expect(report.isStable == true && report.kind == .strictLocalMinimax)
    #expect(agree(try #require(report.leaderCurvatureAlongAnswer), 1.25, 1e-12))
    // J = [[−4, −3], [3, 1]]: trace −3, determinant 5, although the follower's own loss curves downwards.
    let odd = try PlaneGame(
      x: [0], y: [0], first: { x, y in (2 * x * x + 3 * x * y).sum() }, second: { x, y in (-0.5 * y * y - 3 * x * y).sum() }
    ).field()
    let second = try EquilibriumClass(of: odd)
    #expect(second.kind == .stableStationaryPoint && second.isLocalNash == false && second.isStrictLocalMinimax == false)
  }

  @Test("The leader's slope along the follower's answer")
  func leaderGradient() throws {
    // Zero-sum 3x² + 4xy − y² at (1, 1): fₓ − fₓᵧ fᵧ / fᵧᵧ = 10 + 4·2/2 = 14, whatever the players' rates.
    let field = try PlaneGame.quadratic(6, 4, -2, at: 1, 1).field(rates: [.generator: 0.3, .discriminator: 4])
    #expect(agree(try field.leaderGradient()[0], 14, 1e-12))
    // General-sum: L₁ = x² + xy + 3y², L₂ = 2y² − 5xy at (1, 2): 4 + (5/4)·13.
    let general = try PlaneGame(
      x: [1], y: [2], first: { x, y in (x * x + x * y + 3 * y * y).sum() }, second: { x, y in (2 * y * y - 5 * x * y).sum() }
    ).field()
    #expect(agree(try general.leaderGradient()[0], 4 + 1.25 * 13, 1e-12))
    #expect(agree(try general.leaderGradient(damping: 1)[0], 4 + 13, 1e-12))
    #expect(throws: DiagnosticsError.self) { try PlaneGame.quadratic(2, 4, 2, at: 1, 1).field().leaderGradient() }
  }

  @Test("What does not fit is refused, in words")
  func refusals() throws {
    let frozen = try PlaneGame.quadratic(6, 4, -2).frozen()
    let field = try VectorField(frozen)
    #expect(throws: DiagnosticsError.self) { try field.block(of: Player("nature")) }
    #expect(throws: DiagnosticsError.self) { try frozen.replacing(Parameters([("generator/params/y", .zeros([1]))])) }
    #expect(throws: DiagnosticsError.self) { try frozen.replacing(Parameters([("generator/params/x", .zeros([2]))])) }
    #expect(throws: DiagnosticsError.self) { try field.spectrum(count: 0) }
    #expect(throws: DiagnosticsError.self) { try EquilibriumClass(of: field, damping: -1) }
    let other = try FrozenRound(game: frozen.game, updateRule: frozen.updateRule, seed: 9)
    #expect(throws: DiagnosticsError.self) { try field.value(drawnAs: other) }
    #expect(throws: DiagnosticsError.self) {
      try FrozenRound(game: frozen.game, updateRule: frozen.updateRule, state: Parameters([("nobody/params/x", .zeros([1]))]))
    }
    let moved = try VectorField(frozen.replacing(Parameters([("generator/params/x", Tensor([2]))])))
    #expect(try moved.value() == [-12, 8])
  }

  @Test("Elsewhere there is nothing to classify; noise decides how near is near")
  func stationarity() throws {
    #expect(try EquilibriumClass(of: PlaneGame.quadratic(6, 4, -2, at: 1, 1).field()).kind == .notStationary)
    let noisy = try Stationarity(draws: [[1, 0], [-1, 0], [0, 1], [0, -1]])
    #expect(noisy.norm == 0 && noisy.isStationary)
    // Mean (3, 0), squares about it 0, 4, 4: √(8/2/3).
    let away = try Stationarity(draws: [[3, 0], [3, 2], [3, -2]])
    #expect(agree(away.noise, (4.0 / 3).squareRoot(), 1e-12) && !away.isStationary)
    #expect(agree(try #require(away.signalToNoise), 3 / (4.0 / 3).squareRoot(), 1e-12))
    #expect(try !Stationarity(draws: [[1e-3]]).isStationary && Stationarity(draws: [[1e-3]], tolerance: 1e-2).isStationary)
    #expect(throws: DiagnosticsError.self) { try Stationarity(draws: []) }
  }

  @Test("Larger games: blocks that are known, through Krylov spaces and conjugate gradients")
  func large() throws {
    let n = 120
    let a = (0..<n).map { -1 + 4 * Double($0) / Double(n - 1) }
    let c = (0..<n).map { 1 + 2 * Double($0) / Double(n - 1) }
    let (first, second) = (Tensor(float64: a), Tensor(float64: c))
    let field = try PlaneGame.zeroSum(Array(repeating: 0, count: n), Array(repeating: 0, count: n)) { x, y in
      (0.5 * first * x * x + 2 * x * y - 0.5 * second * y * y).sum()
    }.field()
    let report = try EquilibriumClass(of: field, damping: 1e-3)
    #expect(agree(try #require(report.leaderCurvature), -1, 1e-5))
    #expect(agree(try #require(report.followerCurvature), 1, 1e-5))
    let along = zip(a, c).map { $0 + 4 / ($1 + 1e-3) }.min() ?? 0
    #expect(agree(try #require(report.leaderCurvatureAlongAnswer), along, 1e-5))
    #expect(report.kind == .strictLocalMinimax)
  }
}
