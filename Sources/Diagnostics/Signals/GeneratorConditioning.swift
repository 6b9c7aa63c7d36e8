import Components
import Foundation
import LinearAlgebra
import Networks
import Tensors

/// How unevenly a generator stretches its latent space: the condition number of JᵀJ, J the Jacobian of its output by its latent vector
/// (Odena et al. 2018, "Is Generator Conditioning Causally Related to GAN Performance?", section 2.2).
///
/// Large numbers mean that some directions of the latent space change the sample and others hardly do, as where modes are lost.
public struct GeneratorConditioning: Sendable, Equatable {
  /// The singular values of J at each latent vector, falling: at most as many as the latent space has dimensions.
  public let singularValues: [[Double]]
  /// ln(σ²_max / σ²_min) at each latent vector, at least 0; infinite where a direction of the latent space changes nothing, or where the
  /// sample has fewer numbers than the latent vector.
  public let logarithms: [Double]

  /// The mean logarithm over the latent vectors; infinite where one is.
  public var meanLogarithm: Double { logarithms.reduce(0, +) / Double(logarithms.count) }

  /// Measures a generator in evaluation mode, in float64.
  ///
  /// - Parameters:
  ///   - generator: its initial weights are used unless `parameters` are given.
  ///   - parameters: trained weights.
  ///   - state: such as moving averages.
  ///   - latents: `[n] + inputShape`.
  /// - Throws: as ``init(at:_:)`` does.
  public init(of generator: Network, parameters: Parameters? = nil, state: Parameters? = nil, at latents: Tensor) throws {
    func wide(_ tensors: Parameters) -> Parameters { tensors.mapped { $1.dtype.isFloatingPoint ? $1.converted(to: .float64) : $1 } }
    let (parameters, state) = (wide(parameters ?? generator.parameters), wide(state ?? generator.state))
    try self.init(at: latents) {
      try generator($0, parameters: parameters, state: state, isTraining: false, randomKey: Key(seed: 0).derived("conditioning")).output
    }
  }

  /// Measures any function that treats each latent vector alone: one product with J for each dimension of the latent space.
  ///
  /// - Parameters:
  ///   - latents: `[n, …]`, n at least 1; taken as float64.
  ///   - generator: turns latents into `[n, …]`.
  /// - Throws: ``DiagnosticsError`` where there are no latent vectors, or the outputs are not one for each or not finite; what `generator`
  ///   throws.
  public init(at latents: Tensor, _ generator: (Tensor) throws -> Tensor) throws {
    let count = latents.rank > 0 ? latents.shape[0] : 0
    let dimension = count > 0 ? latents.shape.elementCount / count : 0
    guard count > 0, dimension > 0 else {
      throw DiagnosticsError("the generator's conditioning needs at least one latent vector; the latents have the shape \(latents.shape)")
    }
    let point = try latents.converted(to: .float64).materialized()
    let output = try generator(point)
    guard output.rank > 0, output.shape[0] == count else {
      throw DiagnosticsError("\(count) latent vectors gave an output of shape \(output.shape); the first dimension must count samples")
    }
    let width = output.shape.elementCount / count
    var jacobians = Array(repeating: Matrix(rows: width, columns: dimension), count: count)
    for axis in 0..<dimension {
      let unit = Tensor(float64: (0..<count * dimension).map { $0 % dimension == axis ? 1 : 0 }, shape: point.shape)
      let column = try forwardProduct(of: [output], at: [point], along: [unit])[0].doubles()
      for sample in 0..<count { for row in 0..<width { jacobians[sample][row, axis] = column[sample * width + row] } }
    }
    guard jacobians.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw DiagnosticsError("a derivative of the generator is not finite; look for NaN in its weights")
    }
    singularValues = try jacobians.map { try $0.singularValues() }
    logarithms = singularValues.map { values in
      let (largest, smallest) = (values.first ?? 0, values.count < dimension ? 0 : values.last ?? 0)
      // What rounding leaves of 0.
      return smallest > largest * 1e-14 ? 2 * log(largest / smallest) : .infinity
    }
  }
}
