import Components
import Networks
import Tensors

/// Two ways from the input to a sum: a path of layers, and a shortcut, which is the input itself where it has no layers.
///
/// Both must give the same shape; where the path changes sizes or channels, the shortcut needs layers that change them too.
///
/// ```swift
/// Residual {
///   ReLU()
///   Conv2D(128, kernel: 3)
///   AveragePool(2)
/// } shortcut: {
///   Conv2D(128, kernel: 1)
///   AveragePool(2)
/// }
/// ```
/// Parameters: those of its layers, below `path` and `shortcut`.
public struct Residual: CompositeLayer {
  public static let name = "residual"
  public static let summary = "Adds what its layers make of the input to the input, or to what a shortcut makes of it."
  public static let equation = "y = path(x) + shortcut(x)"
  public static let reference = "He et al. 2016, Deep residual learning for image recognition, equations 1 and 2"
  public static let fieldDescriptions = [
    "path": "The layers whose output is added",
    "shortcut": "The layers of the other way; none for the input itself",
  ]

  /// The layers whose output is added.
  public var path: Sequential
  /// The layers of the other way; none for the input itself.
  public var shortcut: Sequential

  public init() {
    self.init(path: Sequential(), shortcut: Sequential())
  }

  public init(path: Sequential, shortcut: Sequential) {
    (self.path, self.shortcut) = (path, shortcut)
  }

  /// A sum of the input, or of what `shortcut` makes of it, and what the layers of `path` make of it.
  public init(@LayerBuilder _ path: () -> [PlacedLayer], @LayerBuilder shortcut: () -> [PlacedLayer] = { [] }) {
    self.init(path: Sequential(path()), shortcut: Sequential(shortcut()))
  }

  public var stacks: KeyValuePairs<String, Sequential> { ["path": path, "shortcut": shortcut] }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let changed = try path(x, in: scope.child("path")).validated()
    let straight = try shortcut(x, in: scope.child("shortcut")).validated()
    guard changed.shape == straight.shape else {
      throw NetworkError("its path gives \(changed.shape), but its shortcut \(straight.shape)")
    }
    return changed + straight
  }

  public func remedy(forInput shape: Shape) -> String? {
    shortcut.layers.isEmpty
      ? "give it a shortcut with the sizes of the path, such as Conv2D(filters, kernel: 1)"
      : "let the path and the shortcut end in the same sizes"
  }
}
