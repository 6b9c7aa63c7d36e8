/// What two checkpoints do not have in common.
///
/// Values are compared bit for bit: a NaN equals itself, and 0 differs from -0.
public struct CheckpointDifference: Sendable, Equatable, Codable {
  /// A single value that differs, or that one side does not have.
  public struct Value: Sendable, Equatable, Codable {
    /// Where: an object and an attribute, or a configuration and a key path, such as `/config/training.seed`.
    public var path: String
    /// The value on the left; `nil` when it is not there.
    public var left: String?
    /// The value on the right; `nil` when it is not there.
    public var right: String?
  }

  /// A tensor that differs, or that one side does not have.
  public struct Tensor: Sendable, Equatable, Codable {
    /// In what it differs; the first that applies, in this order.
    public enum Kind: String, Sendable, Codable {
      /// Only the right side has it.
      case missingOnLeft
      /// Only the left side has it.
      case missingOnRight
      /// The element types differ.
      case type
      /// The shapes differ.
      case shape
      /// Some elements differ.
      case values
    }

    /// Its path, with a leading slash.
    public var path: String
    /// In what it differs.
    public var kind: Kind
    /// Type and shape on the left, such as `float32 [2, 3]`; `nil` when it is not there.
    public var left: String?
    /// Type and shape on the right; `nil` when it is not there.
    public var right: String?
    /// How many elements differ, for `values`.
    public var differingElements: Int?
    /// How many elements there are, for `values`.
    public var elements: Int?
    /// The largest absolute difference among pairs of finite elements that differ; `nil` when there is no such pair.
    public var maximumAbsoluteDifference: Double?
    /// The row-major position of the first element that differs; empty for a scalar.
    public var firstIndex: [Int]?
  }

  /// Step, epoch, producer, metric, attributes and groups that differ.
  public var attributes: [Value] = []
  /// Configuration values that differ.
  public var configurations: [Value] = []
  /// Tensors that differ: first those that one side lacks or has in another type or shape, then by the largest difference of a value; digests of
  /// earlier states come last.
  public var tensors: [Tensor] = []

  /// Whether nothing differs.
  public var isEmpty: Bool { attributes.isEmpty && configurations.isEmpty && tensors.isEmpty }

  /// Compares two checkpoints. Order plays no part; what the left side has comes first, in its order.
  public init(_ left: CheckpointContents, _ right: CheckpointContents) {
    compareValue("/@producer", .text(left.producer), .text(right.producer))
    compareValue("/@step", .integer(Int64(left.step)), .integer(Int64(right.step)))
    compareValue("/@epoch", .integer(Int64(left.epoch)), .integer(Int64(right.epoch)))
    compareValue("/@metric", left.retentionMetric.map { .real($0) }, right.retentionMetric.map { .real($0) })
    compareValue("/@edited", left.edited.map { .text($0) }, right.edited.map { .text($0) })
    compareGroups(left, right)
    compareConfigurations(left.configurations, right.configurations)
    compareTensors(left.tensors, right.tensors)
  }

  private mutating func compareValue(_ path: String, _ left: AttributeValue?, _ right: AttributeValue?) {
    if left != right {
      attributes.append(Value(path: path, left: left.map { "\($0)" }, right: right.map { "\($0)" }))
    }
  }

  private mutating func compareAttributes(_ path: String, _ left: [StoredAttribute], _ right: [StoredAttribute]) {
    for pair in Pairing(left, right, key: \.name) {
      compareValue("/\(path)@\(pair.key)", pair.left?.value, pair.right?.value)
    }
  }

  /// Groups count when they have attributes; those on the way to a tensor are not worth a word of their own.
  private mutating func compareGroups(_ left: CheckpointContents, _ right: CheckpointContents) {
    for pair in Pairing(left.groups, right.groups, key: \.path) {
      compareAttributes(pair.key, pair.left?.attributes ?? [], pair.right?.attributes ?? [])
    }
  }

  private mutating func compareConfigurations(_ left: [StoredConfiguration], _ right: [StoredConfiguration]) {
    for pair in Pairing(left, right, key: \.name) {
      let path = "/\(CheckpointLayout.configurationGroup)/\(pair.key)"
      let texts = (pair.left?.json, pair.right?.json)
      if texts.0 == texts.1 { continue }
      guard let first = texts.0.flatMap(JSONTree.init(text:)), let second = texts.1.flatMap(JSONTree.init(text:)) else {
        configurations.append(Value(path: path, left: texts.0, right: texts.1))
        continue
      }
      first.compare(second, path) { configurations.append(Value(path: $0, left: $1, right: $2)) }
    }
  }

  private mutating func compareTensors(_ left: [StoredTensor], _ right: [StoredTensor]) {
    for pair in Pairing(left, right, key: \.path) {
      if let difference = Tensor(path: "/" + pair.key, pair.left, pair.right) { tensors.append(difference) }
      if let first = pair.left, let second = pair.right {
        compareAttributes(pair.key, first.attributes, second.attributes)
      }
    }
    // A difference that is not finite is larger than any other; digests of earlier states come last.
    func rank(_ tensor: (offset: Int, element: Tensor)) -> (Int, Double, Int) {
      if tensor.element.isOfDigests { return (2, 0, tensor.offset) }
      return tensor.element.kind == .values
        ? (1, -(tensor.element.maximumAbsoluteDifference ?? .infinity), tensor.offset) : (0, 0, tensor.offset)
    }
    tensors = tensors.enumerated().sorted { rank($0) < rank($1) }.map(\.element)
  }
}

extension CheckpointDifference: CustomStringConvertible {
  /// One line for each difference, for people: components and their fields, then attributes, then tensors; `identical` when there is none.
  public var description: String {
    if isEmpty { return "identical" }
    let values = (configurations + attributes).map { "\($0.path): \($0.left ?? "none") | \($0.right ?? "none")" }
    return (values + tensors.map(\.description)).joined(separator: "\n")
  }
}

extension CheckpointDifference.Tensor: CustomStringConvertible {
  /// One line for people.
  public var description: String {
    switch kind {
    case .missingOnLeft: return "\(path): only on the right (\(right ?? ""))"
    case .missingOnRight: return "\(path): only on the left (\(left ?? ""))"
    case .type, .shape: return "\(path): \(left ?? "") | \(right ?? "")"
    case .values:
      let first = (firstIndex ?? []).map(String.init).joined(separator: ", ")
      let largest = maximumAbsoluteDifference.map { ", by at most \($0)" } ?? ""
      return "\(path): \(differingElements ?? 0) of \(elements ?? 0) elements differ\(largest), first at [\(first)]"
    }
  }
}

/// Two lists matched by key: what the left has in its order, then what only the right has.
struct Pairing<Element>: Sequence, IteratorProtocol {
  /// A key with what each side has for it.
  typealias Pair = (key: String, left: Element?, right: Element?)
  private var pairs: [Pair]
  private var position = 0

  init(_ left: [Element], _ right: [Element], key: (Element) -> String) {
    var positions: [String: Int] = [:]
    pairs = left.map { (key($0), $0, nil) }
    for (index, pair) in pairs.enumerated() { positions[pair.key] = index }
    for element in right {
      let name = key(element)
      if let index = positions[name] {
        pairs[index].right = element
      } else {
        pairs.append((name, nil, element))
      }
    }
  }

  mutating func next() -> Pair? {
    guard position < pairs.count else { return nil }
    defer { position += 1 }
    return pairs[position]
  }
}
