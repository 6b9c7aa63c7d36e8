import OrderedCollections
import Tensors

/// An ordered store of tensors by path: `00_dense/weight`, `00_dense/bias`, …
///
/// It is a value: copying it is how averages, unrolled steps and "what if" are made. Its order is that of insertion, and nothing that sums
/// floats, draws keys or writes files walks it in any other.
public struct Parameters: Sendable, Sequence {
  private var storage: OrderedDictionary<String, Tensor>

  public init() {
    storage = [:]
  }

  /// A store of the given pairs, in their order. Paths must be unique.
  public init(_ pairs: some Sequence<(String, Tensor)>) {
    storage = OrderedDictionary(uniqueKeysWithValues: pairs)
  }

  /// The paths, in order.
  public var paths: [String] { Array(storage.keys) }
  /// The tensors, in order.
  public var tensors: [Tensor] { Array(storage.values) }
  /// How many tensors there are.
  public var count: Int { storage.count }
  /// How many numbers there are in all tensors together.
  public var elementCount: Int { storage.values.reduce(0) { $0 + $1.elementCount } }

  /// The tensor at `path`; setting appends a new path at the end, and `nil` removes one.
  public subscript(path: String) -> Tensor? {
    get { storage[path] }
    set { storage[path] = newValue }
  }

  public func makeIterator() -> AnyIterator<(path: String, tensor: Tensor)> {
    var iterator = storage.makeIterator()
    return AnyIterator { iterator.next().map { (path: $0.key, tensor: $0.value) } }
  }

  /// The same paths with tensors transformed.
  public func mapped(_ transform: (_ path: String, _ tensor: Tensor) throws -> Tensor) rethrows -> Parameters {
    try Parameters(map { ($0.path, try transform($0.path, $0.tensor)) })
  }

  /// The store with its tensors replaced, in order.
  ///
  /// - Precondition: as many tensors as there are paths.
  public func replacing(_ tensors: [Tensor]) -> Parameters {
    precondition(tensors.count == count, "\(tensors.count) tensors do not replace \(count)")
    return Parameters(zip(storage.keys, tensors).map { ($0, $1) })
  }

  /// The tensors whose paths begin with `prefix`, without it.
  public func subtree(_ prefix: String) -> Parameters {
    Parameters(lazy.filter { $0.path.hasPrefix(prefix) }.map { (String($0.path.dropFirst(prefix.count)), $0.tensor) })
  }

  /// Every path with `prefix` before it.
  public func prefixed(_ prefix: String) -> Parameters {
    Parameters(map { (prefix + $0.path, $0.tensor) })
  }

  /// Sets all of `other`'s tensors, appending paths that are new.
  public mutating func merge(_ other: Parameters) {
    for (path, tensor) in other { storage[path] = tensor }
  }

  /// Σ of the squares of all numbers.
  public func squaredNorm() -> Tensor {
    let squares = storage.values.map { square($0).sum() }
    guard let first = squares.first else { return .zeros([]) }
    return squares.dropFirst().reduce(first, +)
  }

  public static func + (left: Parameters, right: Parameters) -> Parameters { left.zipped(with: right, +) }
  public static func - (left: Parameters, right: Parameters) -> Parameters { left.zipped(with: right, -) }
  public static func * (left: Parameters, factor: Double) -> Parameters { left.mapped { $1 * factor } }
  public static func * (left: Parameters, factor: Tensor) -> Parameters { left.mapped { $1 * factor } }

  /// Combines the tensors of equal paths; a path that `other` lacks gives an invalid tensor that says so.
  public func zipped(with other: Parameters, _ combine: (Tensor, Tensor) -> Tensor) -> Parameters {
    mapped { path, tensor in
      guard let partner = other[path] else {
        return .invalid(TensorError("there is no '\(path)' among \(other.paths.joined(separator: ", "))"))
      }
      return combine(tensor, partner)
    }
  }
}
