import Components
import Networks
import Tensors

/// The vector field seen along a straight line through parameter space, w(α) = (1 − α) w₀ + α w₁: its angle to the line and its length.
///
/// Berard et al. 2020, section 4.2 (path-angle and path-norm). With w₁ a point that training has reached and w₀ an earlier one, a cosine
/// that changes its sign near α = 1 shows attraction, a bump without a change shows rotation, and both show a spiral. Batch statistics are
/// taken anew at every point.
///
/// ```swift
/// let profile = try PathProfile(from: initialState, to: FrozenRound(trainer))
/// print(profile.summary)
/// ```
public struct PathProfile: Sendable {
  /// The field at one place of the line.
  public struct Point: Sendable, Equatable {
    /// α: 0 at the line's start, 1 at its end.
    public let position: Double
    /// ⟨v, w₁ − w₀⟩ / (‖v‖ ‖w₁ − w₀‖), from −1 to 1, with the descent field v; NaN where the field vanishes.
    public let cosine: Double
    /// ‖v‖.
    public let norm: Double
  }

  /// What the line shows of the game at its end.
  public enum Signature: String, Sendable, Codable {
    /// The cosine changes its sign near the end: the field points to it from both sides.
    case attraction
    /// A bump of the cosine without a change of sign: the field turns about the end.
    case rotation
    /// A change of sign and a bump: the field turns and attracts.
    case spiral
    /// Neither.
    case none
  }

  /// The places, by rising α.
  public let points: [Point]
  /// ‖w₁ − w₀‖.
  public let distance: Double

  /// The profile of a field between two points.
  ///
  /// - Parameter positions: the α's, rising.
  /// - Throws: `DiagnosticsError` where the two points are the same or have another length than the field.
  public init(of field: VectorField, from start: [Double], to end: [Double], positions: [Double]) throws {
    guard start.count == field.size, end.count == field.size else {
      throw DiagnosticsError("points of \(start.count) and \(end.count) numbers do not fit a field of \(field.size)")
    }
    let line = zip(start, end).map { $1 - $0 }
    let distance = squaredLength(line).squareRoot()
    guard distance > 0, distance.isFinite else {
      throw DiagnosticsError("the line's two ends are the same point or not finite; take an earlier state for its start")
    }
    let samples = try positions.map { alpha in
      let value = try field.value(at: zip(start, end).map { (1 - alpha) * $0 + alpha * $1 })
      return (norm: squaredLength(value).squareRoot(), along: dotProduct(value, line) / distance)
    }
    // Below this the field is rounding, and its direction means nothing.
    let floor = 1e-14 * (samples.map(\.norm).filter(\.isFinite).max() ?? 0)
    points = zip(positions, samples).map { position, sample in
      Point(position: position, cosine: sample.norm > floor ? sample.along / sample.norm : .nan, norm: sample.norm)
    }
    self.distance = distance
  }

  /// The profile between an earlier state and a frozen round's: `count` places from α = −0.1 to 1.1.
  ///
  /// - Parameters:
  ///   - start: a state with the parameters of all players, such as the initial one.
  ///   - count: how many places, at least 2.
  /// - Throws: `DiagnosticsError` where the states do not fit or are the same.
  public init(from start: Parameters, to end: FrozenRound, count: Int = 100) throws {
    guard count >= 2 else { throw DiagnosticsError("a profile of \(count) places shows nothing; use at least 2") }
    let field = try VectorField(end)
    try self.init(
      of: field, from: field.layout.vector(of: start), to: field.point,
      positions: (0..<count).map { -0.1 + 1.2 * Double($0) / Double(count - 1) })
  }

  /// Where the cosine changes its sign: α's, interpolated linearly.
  public var signChanges: [Double] {
    let known = points.filter { !$0.cosine.isNaN && $0.cosine != 0 }
    return zip(known, known.dropFirst()).compactMap { left, right in
      guard (left.cosine < 0) != (right.cosine < 0) else { return nil }
      return left.position + (right.position - left.position) * left.cosine / (left.cosine - right.cosine)
    }
  }

  /// Whether the cosine changes its sign at an α from 0.8 on, near the line's end.
  public var hasSignSwitch: Bool { signChanges.contains { $0 >= 0.8 } }

  /// The height of the largest bump of |cosine| above the ground on its higher side, within a stretch of one sign; 0 without a bump.
  public var bump: Double {
    let known = points.map(\.cosine).filter { !$0.isNaN }
    var largest = 0.0
    for index in known.indices.dropFirst().dropLast() {
      let height = abs(known[index])
      guard height >= abs(known[index - 1]), height >= abs(known[index + 1]) else { continue }
      func ground(_ indices: some Sequence<Int>) -> Double {
        var lowest = height
        for other in indices {
          guard (known[other] < 0) == (known[index] < 0) else { break }
          lowest = min(lowest, abs(known[other]))
        }
        return lowest
      }
      let higher = max(ground((0..<index).reversed()), ground((index + 1)..<known.count))
      largest = max(largest, height - higher)
    }
    return largest
  }

  /// Attraction, rotation, both or neither; a bump counts from a height of 0.1.
  public var signature: Signature {
    switch (hasSignSwitch, bump > 0.1) {
    case (true, false): .attraction
    case (false, true): .rotation
    case (true, true): .spiral
    case (false, false): .none
    }
  }

  /// One line of plain text.
  public var summary: String {
    let changes = signChanges.map { String((100 * $0).rounded() / 100) }
    let switches = changes.isEmpty ? "no sign change" : "sign change at α = \(changes.joined(separator: ", "))"
    return "path angle: \(switches), bump \((100 * bump).rounded() / 100): \(signature.rawValue)"
  }
}
