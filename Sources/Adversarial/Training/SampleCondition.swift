import Tensors

/// What samples are to be made of, field by field: `["label": 3]`, `["label": .classes([0, 1, 2])]`.
public enum SampleCondition: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  /// One class for all samples.
  case `class`(Int)
  /// A class for each sample; fewer are used in turn.
  case classes([Int])
  /// Numbers for each sample: `[n] + field.shape`; fewer are used in turn.
  case numbers(Tensor)

  public init(integerLiteral value: Int) { self = .class(value) }
  public init(arrayLiteral elements: Int...) { self = .classes(elements) }
}
