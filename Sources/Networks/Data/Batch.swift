import Tensors

/// Some samples, field by field in a fixed order: what a round gets from the data, and what a network is conditioned on.
///
/// The values are expressions like any others.
public struct Batch: Sendable, ExpressibleByArrayLiteral {
  /// One field with its values.
  public struct Entry: Sendable {
    public var field: Field
    /// `[n] + field.shape`: float32 or float64 numbers, or int32 classes.
    public var tensor: Tensor

    public init(_ field: Field, _ tensor: Tensor) {
      self.field = field
      self.tensor = tensor
    }

    /// Classes as vectors with a 1 at their place and zeros elsewhere: `[n, classes]`. Numbers of no such class give zeros.
    ///
    /// - Throws: `NetworkError` for a field that has no classes.
    public func oneHot(dtype: DType = .float32) throws -> Tensor {
      guard let count = field.classCount else {
        throw NetworkError("'\(field.name)' holds numbers of shape \(field.shape), not classes; use its values as they are")
      }
      let n = tensor.shape[0]
      let classes = Tensor.iota([n, count], axis: 1)
      return tensor.expandingDimension(at: 1).broadcast(to: [n, count]).isEqual(to: classes).converted(to: dtype)
    }
  }

  /// The fields in order; each name once.
  public private(set) var entries: [Entry]

  public init(_ entries: [Entry] = []) {
    self.entries = []
    for entry in entries { self[entry.field.name] = entry }
  }

  public init(arrayLiteral elements: Entry...) { self.init(elements) }

  /// The fields' names, in order.
  public var names: [String] { entries.map(\.field.name) }

  /// The field called `name`; setting a new one appends it, and `nil` removes one.
  public subscript(name: String) -> Entry? {
    get { entries.first { $0.field.name == name } }
    set {
      guard let place = entries.firstIndex(where: { $0.field.name == name }) else {
        if let newValue { entries.append(newValue) }
        return
      }
      if let newValue { entries[place] = newValue } else { entries.remove(at: place) }
    }
  }

  /// The same fields with other values, in order.
  public func mapped(_ transform: (Entry) throws -> Tensor) rethrows -> Batch {
    Batch(try entries.map { Entry($0.field, try transform($0)) })
  }

  /// Placeholders for `size` samples of `fields`.
  public static func placeholders(_ fields: [Field], size: Int) -> Batch {
    Batch(fields.map { Entry($0, .placeholder(Shape([size] + $0.shape), dtype: $0.dtype)) })
  }
}
