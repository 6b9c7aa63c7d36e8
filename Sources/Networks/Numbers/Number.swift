import Tensors

/// A number of a component that may change from round to round: a constant, or a schedule.
///
/// A field of this type is written, stored and computed with like a `Double`, and takes a schedule wherever it takes a number:
///
/// ```swift
/// public var gamma: Number = 10                        // in the component
/// return gamma / 2 * slope.mean()                      // in its equation
///
/// R1Penalty(gamma: 10)                                 // a constant, as ever
/// R1Penalty(gamma: .from(10).cosine(to: 0.1, by: 5000))
/// Adam(learningRate: .from(0).linear(to: 2e-4, by: 500).cosine(to: 0, by: 5000))
/// ```
///
/// A schedule is a chain of points, a value at a round each, and of the ways between them: `linear`, `cosine`, `exponential`, or a `step` that jumps at the
/// round of its end. Before the first point it has the first value, after the last one the last. As text, on the command line and in files, it is written
/// `0:linear:2e-4@500:cosine:0@5000`; a start at round 0 needs no `@0`. A constant is a plain number everywhere.
///
/// Within a round its value is an expression in the round's number, in float64 and rounded once to the type of what it meets: one compiled program serves
/// all rounds, and a resumed run goes on where the schedule stands. Outside of one, where no round counts, a schedule gives an invalid tensor that says so;
/// ``during(_:_:)`` sets a round.
public struct Number: Sendable {
  enum Form: Sendable {
    case constant(Double)
    case schedule(Schedule)
    /// A result of arithmetic with a schedule, in float64.
    case computed(Tensor)
  }

  let form: Form

  init(_ form: Form) { self.form = form }

  /// A constant.
  public init(_ value: Double) { form = .constant(value) }

  /// Whether it changes from round to round.
  public var isScheduled: Bool {
    if case .constant = form { return false }
    return true
  }

  /// The constant; `nil` for a schedule.
  public var constant: Double? {
    if case .constant(let value) = form { return value }
    return nil
  }

  /// The constant, or all points of the schedule: between them it takes no value beyond theirs.
  public var values: [Double] {
    switch form {
    case .constant(let value): [value]
    case .schedule(let schedule): schedule.points.map(\.value)
    case .computed: []
    }
  }

  /// The value in a round, from 0; NaN for a result of arithmetic in a round.
  public func value(at round: Int) -> Double {
    switch form {
    case .constant(let value): value
    case .schedule(let schedule): schedule.value(at: round)
    case .computed: .nan
    }
  }

  /// The number of the round that is being traced.
  @TaskLocal static var step: Tensor?

  /// Runs `body` where schedules have their values of a round.
  ///
  /// - Parameter step: the number of the round, from 0: an int32 scalar.
  public static func during<Result>(_ step: Tensor, _ body: () throws -> Result) rethrows -> Result {
    try $step.withValue(step, operation: body)
  }

  /// The value in the current round: a scalar.
  public func tensor(_ dtype: DType = .float32) -> Tensor {
    switch form {
    case .constant(let value): return Tensor(value, dtype: dtype)
    case .computed(let tensor): return tensor.converted(to: dtype)
    case .schedule(let schedule):
      if let problem = schedule.problem { return .invalid(TensorError("the schedule \(schedule): \(problem)")) }
      guard let step = Number.step else {
        return .invalid(
          TensorError("the schedule \(schedule) has a value in a round only; ask for it within one, or within Number.during(step) { … }"))
      }
      return schedule.value(at: step).converted(to: dtype)
    }
  }
}

extension Number: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

// What a schedule is made of, point by point.
extension Number {
  /// A schedule's first point: `value` until round `round` and from there on, until something follows.
  public static func from(_ value: Double, at round: Int = 0) -> Number {
    Number(.schedule(Schedule(points: [Schedule.Point(value: value, round: round, way: .step)])))
  }

  /// Goes on in a straight line to `value` in round `round`.
  public func linear(to value: Double, by round: Int) -> Number { going(.linear, value, round) }
  /// Goes on along half a wave of the cosine, slow at both ends, to `value` in round `round` (Loshchilov and Hutter 2017, equation 5).
  public func cosine(to value: Double, by round: Int) -> Number { going(.cosine, value, round) }
  /// Goes on by the same factor in each round, to `value` in round `round`; both values must be positive.
  public func exponential(to value: Double, by round: Int) -> Number { going(.exponential, value, round) }
  /// Stays until round `round`, and is `value` from there on.
  public func step(to value: Double, at round: Int) -> Number { going(.step, value, round) }

  private func going(_ way: Schedule.Way, _ value: Double, _ round: Int) -> Number {
    switch form {
    case .constant(let first): Number.from(first).going(way, value, round)
    case .schedule(let schedule): Number(.schedule(schedule.adding(Schedule.Point(value: value, round: round, way: way))))
    case .computed: Number(.computed(.invalid(TensorError("a schedule cannot go on from a result of arithmetic"))))
    }
  }
}
