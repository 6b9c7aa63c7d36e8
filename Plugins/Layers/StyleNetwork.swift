import Components
import Networks
import Tensors

/// Layers that all see one style: `mapping` makes it of the input, and the layers of `synthesis` find it as the condition `style`.
///
/// Without mapping layers the style is the input itself, as self-modulation takes it. Synthesis begins with the input too; a ``ConstantInput``
/// there forgets it. With `mixing`, in training, that share of the samples takes the style of the next sample of its batch from a random layer on
/// (the paper draws a second latent vector, which has the same distribution).
///
/// ```swift
/// StyleNetwork(mixing: 0.9) {
///   MappingNetwork(layers: 8, units: 512)
/// } synthesis: {
///   ConstantInput([4, 4, 512])
///   ModulatedConv2D(512)
///   LeakyReLU(0.2)
/// }
/// ```
/// Parameters: those of its layers, below `mapping` and `synthesis/00`, `synthesis/01`, …
public struct StyleNetwork: CompositeLayer {
  public static let name = "style-network"
  public static let summary = "Layers that are all modulated by one style, which a mapping makes of the input."
  public static let equation = "w = mapping(x);  y = synthesis(x; style = w)"
  public static let reference = "Karras et al. 2019, A style-based generator, sections 2 and 3.1; self-modulation: Chen et al. 2019"
  public static let fieldDescriptions = [
    "mapping": "The layers from the input to the style; none for the input itself",
    "mixing": "The probability that a sample takes another one's style from a random layer on, in training, in [0, 1]",
    "synthesis": "The layers that see the style",
  ]

  /// The probability that a sample takes another one's style from a random layer on, in training, in [0, 1].
  public var mixing = 0.0
  /// The layers from the input to the style; none for the input itself.
  public var mapping: Sequential
  /// The layers that see the style.
  public var synthesis: Sequential

  public init() {
    (mapping, synthesis) = (Sequential(), Sequential())
  }

  /// Layers under the style that `mapping` makes.
  public init(mixing: Double = 0, @LayerBuilder _ mapping: () -> [PlacedLayer], @LayerBuilder synthesis: () -> [PlacedLayer]) {
    self.mixing = mixing
    self.mapping = Sequential(mapping())
    self.synthesis = Sequential(synthesis())
  }

  public var stacks: KeyValuePairs<String, Sequential> { ["mapping": mapping, "synthesis": synthesis] }
  public var mixesSamples: Bool { mixing > 0 || innerLayers.contains(where: \.mixesSamples) }

  public func validateFields() throws { try check("mixing", mixing, mixing >= 0 && mixing <= 1, "a probability in [0, 1]") }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let style = try mapping(x, in: scope.child("mapping")).validated()
    guard style.rank == 2 else { throw NetworkError("its mapping gives \(style.shape), but a style is a vector [N, size]") }
    scope.tap("style", style)
    let count = synthesis.layers.count
    let field = Field("style", shape: [style.shape[1]])
    let inside = scope.child("synthesis")
    var y = x
    for (index, placed) in synthesis.layers.enumerated() {
      let own = scope.isTraining && mixing > 0 && count > 1 ? mixed(style, from: index, of: count, scope) : style
      let name = index < 10 ? "0\(index)" : "\(index)"
      y = try Sequential([placed])(y, in: inside.child(name).giving(Batch.Entry(field, own)))
    }
    return y
  }

  /// The style that layer `index` sees: the next sample's where this one is mixed and its layer of change has come.
  private func mixed(_ style: Tensor, from index: Int, of count: Int, _ scope: Scope) -> Tensor {
    let n = style.shape[0]
    let isMixed = scope.randomUniform("mixed", [n, 1]).isLess(than: mixing)
    let change = floor(scope.randomUniform("change", [n, 1]) * Double(count - 1)) + 1
    let other = concatenated([style.sliced(axis: 0, 1..<n), style.sliced(axis: 0, 0..<1)])
    let isLate = change.isLessOrEqual(to: Tensor(Double(index))).converted(to: .float32) * isMixed.converted(to: .float32)
    return select(isLate.isGreater(than: 0.5).broadcast(to: style.shape), other, style)
  }

  public func remedy(forInput shape: Shape) -> String? { "let the mapping end in vectors, as with MappingNetwork()" }
}

extension Scope {
  /// What modulates the layer: a style or another vector `[n, size]`; classes as vectors with one 1.
  func modulation(_ condition: String, _ dtype: DType) throws -> Tensor {
    let entry = try self.condition(condition)
    if entry.field.classCount != nil { return try entry.oneHot(dtype: dtype) }
    return entry.tensor.converted(to: dtype).flattened(from: 1)
  }

  /// A linear function of the modulation: `[n, outputs]`, with parameters `name_weight` and `name_bias`, which begins at `bias`.
  func linear(_ name: String, of x: Tensor, _ outputs: Int, bias: Double) throws -> Tensor {
    let weight = try parameter("\(name)_weight", [x.shape[1], outputs], initializer: .glorotUniform)
    return matmul(x, weight) + (try parameter("\(name)_bias", [outputs], initializer: .constant(bias)))
  }
}

extension Tensor {
  /// `[n, c]` with as many dimensions as `other` has: `[n, 1, …, c]`.
  func spread(like other: Tensor) -> Tensor {
    reshaped(Shape([shape[0]] + Array(repeating: 1, count: other.rank - 2) + [shape[1]]))
  }
}
