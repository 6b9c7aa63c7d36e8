import Foundation
import Rival

/// Series that the detectors' tests share.
enum Series {
  static func sine(_ count: Int, period: Double, factor: Double = 1) -> [Double] {
    (0..<count).map { pow(factor, Double($0)) * cos(2 * Double.pi * Double($0) / period) }
  }

  static func noise(_ count: Int, seed: Int, deviation: Double = 1) -> [Double] {
    RandomOrder.normal(count: count, key: Key(seed: 11).derived(seed)).map { $0 * deviation }
  }

  /// xₜ = ρ xₜ₋₁ + noise, from its stationary distribution.
  static func redNoise(_ count: Int, rho: Double, seed: Int) -> [Double] {
    let noise = noise(count, seed: seed)
    var result = [noise[0] / (1 - rho * rho).squareRoot()]
    for t in 1..<count { result.append(rho * result[t - 1] + noise[t]) }
    return result
  }

  /// A damped rotation that noise drives: xₜ = 2r cos ω xₜ₋₁ − r² xₜ₋₂ + noise.
  static func drivenRotation(_ count: Int, radius: Double, period: Double, seed: Int) -> [Double] {
    let noise = noise(count + 500, seed: seed)
    let a = 2 * radius * cos(2 * Double.pi / period)
    var result = [0.0, 0.0]
    for t in 2..<count + 500 { result.append(a * result[t - 1] - radius * radius * result[t - 2] + noise[t]) }
    return Array(result.suffix(count))
  }
}

/// Two players of one parameter each: the generator's θ against the discriminator's ψ, real data at 0, D(x) = ψx (Mescheder et al. 2018).
struct DiracPlayers {
  enum Game {
    /// L = ±θψ.
    case wasserstein
    case nonSaturating
  }
  enum Order {
    case simultaneous
    /// The generator moves first.
    case alternating
  }

  var theta = 1.0
  var psi = 1.0
  let game: Game
  let order: Order
  let rate: Double

  init(_ game: Game, _ order: Order, rate: Double, start: (Double, Double) = (1, 1)) {
    self.game = game
    self.order = order
    self.rate = rate
    (theta, psi) = start
  }

  var radius: Double { (theta * theta + psi * psi).squareRoot() }

  mutating func step() {
    func slope(_ x: Double) -> Double { game == .wasserstein ? 1 : 1 / (1 + exp(-x)) }
    // The discriminator ascends −f(ψθ), the generator −f(−ψθ), f the identity or softplus.
    let thetaNext = theta + rate * psi * slope(-psi * theta)
    let seen = order == .simultaneous ? theta : thetaNext
    psi -= rate * seen * slope(psi * seen)
    theta = thetaNext
  }

  /// θ after each of `steps` steps.
  mutating func trace(_ steps: Int) -> [Double] {
    (0..<steps).map { _ in
      step()
      return theta
    }
  }
}
