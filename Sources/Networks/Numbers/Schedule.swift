import Foundation
import Tensors

/// The points of a number that changes, and the ways between them; see ``Number``.
struct Schedule: Sendable, Equatable, CustomStringConvertible {
  /// How a point is reached from the one before it.
  enum Way: String, Sendable, CaseIterable {
    case linear, cosine, exponential, step
  }

  /// A value in a round, and the way to it.
  struct Point: Sendable, Equatable {
    var value: Double
    var round: Int
    var way: Way
  }

  var points: [Point]

  func adding(_ point: Point) -> Schedule { Schedule(points: points + [point]) }

  /// What is wrong with it; `nil` for one that has a value in every round.
  var problem: String? {
    for (index, point) in points.enumerated() {
      if !point.value.isFinite { return "a value is \(point.value), but must be a finite number" }
      guard (0...Int(Int32.max)).contains(point.round) else { return "round \(point.round) is not from 0 to \(Int32.max)" }
      guard index > 0 else { continue }
      let before = points[index - 1]
      if point.round <= before.round { return "round \(point.round) does not come after round \(before.round)" }
      if point.way == .exponential, point.value <= 0 || before.value <= 0 {
        return "an exponential way leads between positive values, not from \(before.value) to \(point.value)"
      }
    }
    return nil
  }

  /// The value in a round.
  func value(at round: Int) -> Double {
    guard let next = points.firstIndex(where: { round < $0.round }) else { return points.last?.value ?? .nan }
    guard next > 0 else { return points[0].value }
    let (a, b) = (points[next - 1], points[next])
    let part = Double(round - a.round) / Double(b.round - a.round)
    switch b.way {
    case .linear: return a.value + (b.value - a.value) * part
    case .cosine: return b.value + (a.value - b.value) * (1 + Foundation.cos(Double.pi * part)) / 2
    case .exponential: return a.value * Foundation.exp(Foundation.log(b.value / a.value) * part)
    case .step: return a.value
    }
  }

  /// The value in a round whose number is an int32 scalar: float64.
  func value(at step: Tensor) -> Tensor {
    var result = Tensor(points.last?.value ?? .nan, dtype: .float64)
    for (a, b) in zip(points, points.dropFirst()).reversed() {
      result = select(step.isLess(than: Double(b.round)), Self.way(from: a, to: b, step), result)
    }
    guard let first = points.first else { return result }
    return select(step.isLess(than: Double(first.round)), Tensor(first.value, dtype: .float64), result)
  }

  private static func way(from a: Point, to b: Point, _ step: Tensor) -> Tensor {
    let part = (step.converted(to: .float64) - Double(a.round)) / Double(b.round - a.round)
    switch b.way {
    case .linear: return a.value + (b.value - a.value) * part
    case .cosine: return b.value + (a.value - b.value) * ((1 + Tensors.cos(Double.pi * part)) / 2)
    case .exponential: return a.value * Tensors.exp(Foundation.log(b.value / a.value) * part)
    case .step: return Tensor(a.value, dtype: .float64)
    }
  }

  /// `0:linear:0.0002@500:cosine:0@5000`
  var description: String {
    points.enumerated().map { index, point in
      let place = index == 0 && point.round == 0 ? "" : "@\(point.round)"
      return (index == 0 ? "" : ":\(point.way.rawValue):") + Self.text(point.value) + place
    }.joined()
  }

  static func text(_ value: Double) -> String {
    value == value.rounded() && Swift.abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }

  /// Reads a description.
  ///
  /// - Throws: ``ScheduleError`` that says what stands where what should.
  init(_ text: String) throws(ScheduleError) {
    func point(_ words: Substring, _ way: Way, isFirst: Bool) throws(ScheduleError) -> Point {
      let parts = words.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      guard let value = Double(parts[0]) else { throw ScheduleError(text, "'\(parts[0])' is no number") }
      guard parts.count == 2 || isFirst else { throw ScheduleError(text, "'\(words)' does not say when, as in \(parts[0])@5000") }
      guard let round = parts.count == 2 ? Int(parts[1]) : 0 else { throw ScheduleError(text, "'\(parts[1])' is no round") }
      return Point(value: value, round: round, way: way)
    }
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    points = [try point(pieces[0], .step, isFirst: true)]
    guard pieces.count % 2 == 1 else { throw ScheduleError(text, "it ends before a value") }
    for index in stride(from: 1, to: pieces.count, by: 2) {
      guard let way = Way(rawValue: String(pieces[index])) else {
        throw ScheduleError(text, "'\(pieces[index])' is none of \(Way.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      points.append(try point(pieces[index + 1], way, isFirst: false))
    }
    if let problem { throw ScheduleError(text, problem) }
  }

  init(points: [Point]) { self.points = points }
}

/// Text that is no schedule.
struct ScheduleError: Error, CustomStringConvertible {
  var description: String

  init(_ text: String, _ problem: String) {
    description = "'\(text)' is no schedule: \(problem); write a number, or one that changes, such as 2e-4:cosine:0@5000"
  }
}
