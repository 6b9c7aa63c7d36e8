import Foundation
import Rival
import Testing

@Suite struct GeneratorConditioningTests {
  /// x = z W with W = [[2, −1], [1.5, 1]], so that J = Wᵀ: σ² = (8.25 ± √(8.25² − 4·3.5²))/2 = 6.3080276, 1.9419724.
  @Test func linearGenerators() throws {
    let weights = Tensor(float64: [2, -1, 1.5, 1], shape: [2, 2])
    let latents = Tensor(float64: [0, 0, 1, 2, -3, 0.5], shape: [3, 2])
    let result = try GeneratorConditioning(at: latents) { matmul($0, weights) }
    let root = (8.25 * 8.25 - 49).squareRoot()
    let ratio = (8.25 + root) / (8.25 - root)
    #expect(agree(ratio, 3.248_266, 1e-6))
    #expect(result.logarithms.count == 3 && result.logarithms.allSatisfy { agree($0, log(ratio), 1e-12) })
    #expect(agree(result.meanLogarithm, log(ratio), 1e-12))
    for values in result.singularValues {
      #expect(agree(values[0] * values[0], (8.25 + root) / 2, 1e-12) && agree(values[0] * values[1], 3.5, 1e-12))
    }
  }

  @Test func eachLatentVectorHasItsOwn() throws {
    // (z₁², z₂): J = diag(2 z₁, 1).
    let latents = Tensor(float64: [1, 5, 3, -1, 0, 2], shape: [3, 2])
    let result = try GeneratorConditioning(at: latents) { $0 * ($0 * Tensor(float64: [1, 0]) + Tensor(float64: [0, 1])) }
    #expect(agree(result.logarithms[0], log(4), 1e-12) && agree(result.logarithms[1], log(36), 1e-12))
    #expect(result.logarithms[2] == .infinity && result.meanLogarithm == .infinity)
    // Fewer numbers than the latent vector has.
    #expect(try GeneratorConditioning(at: latents) { $0.sum(axes: [1], keepingDimensions: true) }.logarithms[0] == .infinity)
  }

  @Test func networksAgreeWithDifferences() throws {
    let layers = Sequential {
      Dense(5)
      Tanh()
      Dense(3)
    }
    let network = try Network(name: "generator", layers: layers, inputShape: [2], key: Key(seed: 4))
    let result = try GeneratorConditioning(of: network, at: Tensor([0.3, -0.7], shape: [1, 2]))
    let wide = network.parameters.mapped { $1.converted(to: .float64) }
    func output(_ latent: [Double]) throws -> [Double] {
      try network(
        Tensor(float64: latent, shape: [1, 2]), parameters: wide, state: network.state, isTraining: false, randomKey: Key(seed: 0)
      ).output.doubles()
    }
    let h = 1e-5
    var jacobian = Matrix(rows: 3, columns: 2)
    let point = [Double(Float(0.3)), Double(Float(-0.7))]
    for axis in 0..<2 {
      var (up, down) = (point, point)
      up[axis] += h
      down[axis] -= h
      for (row, (high, low)) in zip(try output(up), try output(down)).enumerated() { jacobian[row, axis] = (high - low) / (2 * h) }
    }
    let values = try jacobian.singularValues()
    for (value, expected) in zip(result.singularValues[0], values) { #expect(agree(value, expected, 1e-8)) }
    #expect(agree(result.logarithms[0], 2 * log(values[0] / values[1]), 1e-7))
  }

  @Test func refusals() {
    let latents = Tensor(float64: [1, 2], shape: [1, 2])
    #expect(throws: DiagnosticsError.self) { try GeneratorConditioning(at: Tensor(float64: [1], shape: [])) { $0 } }
    #expect(throws: DiagnosticsError.self) { try GeneratorConditioning(at: latents) { $0.sum() } }
    #expect(throws: DiagnosticsError.self) { try GeneratorConditioning(at: latents) { $0 / 0 } }
  }
}
