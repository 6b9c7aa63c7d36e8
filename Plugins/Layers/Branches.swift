import Components
import Networks
import Tensors

/// Two ways from the input, whose results stand side by side as channels, or are added or multiplied. A way without layers is the input itself.
///
/// ```swift
/// Branches {
///   Conv2D(32, kernel: 1)
/// } second: {
///   Conv2D(32, kernel: 3)
/// }
/// ```
/// Nested, with an empty first way, they make a U-Net. Parameters: those of its layers, below `first` and `second`.
public struct Branches: CompositeLayer {
  /// How two ways become one.
  public enum Merging: String, ComponentChoice {
    /// Side by side in the last dimension, the first way's channels first.
    case concatenate
    /// Their sum.
    case add
    /// Their product.
    case multiply
  }

  public static let name = "branches"
  public static let summary = "Two ways from the input, concatenated, added or multiplied."
  public static let equation = "y = [first(x), second(x)], first(x) + second(x) or first(x) second(x)"
  public static let reference = "Szegedy et al. 2015; as skip connections Ronneberger et al. 2015"
  public static let fieldDescriptions = [
    "first": "The layers of the first way; none for the input itself",
    "merging": "How two ways become one",
    "second": "The layers of the second way; none for the input itself",
  ]

  /// How two ways become one.
  public var merging = Merging.concatenate
  /// The layers of the first way; none for the input itself.
  public var first: Sequential
  /// The layers of the second way; none for the input itself.
  public var second: Sequential

  public init() {
    (first, second) = (Sequential(), Sequential())
  }

  /// Two ways that are merged.
  public init(
    merging: Merging = .concatenate, @LayerBuilder _ first: () -> [PlacedLayer], @LayerBuilder second: () -> [PlacedLayer] = { [] }
  ) {
    self.merging = merging
    self.first = Sequential(first())
    self.second = Sequential(second())
  }

  public var stacks: KeyValuePairs<String, Sequential> { ["first": first, "second": second] }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let a = try first(x, in: scope.child("first")).validated()
    let b = try second(x, in: scope.child("second")).validated()
    guard merging == .concatenate ? a.shape.dimensions.dropLast() == b.shape.dimensions.dropLast() : a.shape == b.shape else {
      throw NetworkError("its ways give \(a.shape) and \(b.shape), which do not fit together")
    }
    switch merging {
    case .concatenate: return concatenated([a, b], axis: a.rank - 1)
    case .add: return a + b
    case .multiply: return a * b
    }
  }

  public func remedy(forInput shape: Shape) -> String? { "let both ways end in the same sizes" }
}
