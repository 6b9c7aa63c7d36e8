import Adversarial
import Components
import Reports

/// Looks at a run, and speaks for itself: what its readings say in words, in a plot, and for a verdict.
///
/// ```swift
/// struct WeightNorm: Diagnostic {
///   static let name = "weight-norm"
///   static let summary = "The Euclidean norm of the generator's parameters."
///   static let norm = column("generator")
///   var every = 100
///   func observe(_ run: Observation) throws -> [Reading] { [Reading(Self.norm, try run.norm(of: .generator))] }
///   func lines(on record: RunRecord) -> [ReadingLine] {
///     guard let norm = record.latest(Self.norm) else { return [] }
///     return [ReadingLine(name, .fine, "The generator's parameters are \(Phrase.number(norm)) long.")]
///   }
///   func plots(of record: RunRecord) -> [any Plot] { [record.chart("Length", [(Self.norm, "generator")])].compactMap { $0 } }
/// }
/// ```
///
/// All that it says is a function of the record alone, so that any file can be judged again later.
public protocol Diagnostic: Observer, Rule {
  /// What its readings say, a sentence each; its latest readings with their nulls, by default. Empty where it has read nothing.
  func lines(on record: RunRecord) -> [ReadingLine]

  /// What is worth seeing; each reading over time with its null, by default, of up to four. Empty where there is nothing to draw.
  func plots(of record: RunRecord) -> [any Plot]

  /// The readings that get better while the generator learns; none by default.
  var progress: [ProgressMeasure] { get }

  /// What its readings say of the claim that the generator's samples are those of the data; nothing by default.
  func equivalence(in record: RunRecord) -> [EquivalenceCheck]
}

extension Diagnostic {
  public func lines(on record: RunRecord) -> [ReadingLine] {
    let parts = record.columns(of: name).compactMap { column -> String? in
      guard let value = record.latest(column) else { return nil }
      return "\(column.reading) \(Phrase.number(value))" + (record.null(of: column).map { " (\(Phrase.null($0)))" } ?? "")
    }
    return parts.isEmpty ? [] : [ReadingLine(name, .fine, "\(name): \(parts.joined(separator: ", ")).")]
  }

  public func plots(of record: RunRecord) -> [any Plot] {
    record.columns(of: name).prefix(4).compactMap { column in
      record.chart("\(column)", [(column, column.reading)], band: record.null(of: column)?.band(label: "null"))
    }
  }

  public var progress: [ProgressMeasure] { [] }

  public func equivalence(in record: RunRecord) -> [EquivalenceCheck] { [] }
}
