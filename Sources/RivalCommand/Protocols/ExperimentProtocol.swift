import Rival

/// A published experiment that can be run: data, networks, variants and measures as the paper has them, beside what it found.
///
/// Its problem is one like any other: `rival train unbalanced-ring`, `rival compare unbalanced-ring --variants …`.
public struct ExperimentProtocol: Sendable {
  /// What the paper says of one variant.
  public struct Finding: Sendable {
    /// The variant's label, as `--variants` takes it.
    public var variant: String
    /// What the paper calls it.
    public var title: String
    /// The mean over runs of each value, by its name in `results.json`, and what stands behind it: a standard deviation or error.
    public var values: [(name: String, mean: Double, spread: Double?)]

    public init(_ variant: String, _ title: String, _ values: [(name: String, mean: Double, spread: Double?)]) {
      (self.variant, self.title, self.values) = (variant, title, values)
    }
  }

  /// Data, baseline, batch size, rounds, variants and measures.
  public var problem: Problem
  /// The paper, and where in it.
  public var source: String
  /// How many runs the paper makes of each variant.
  public var seeds: Int
  /// What the numbers behind the means are: `standard deviation`, `standard error`.
  public var spread: String
  /// What the paper found.
  public var findings: [Finding]
  /// Where this is not the paper's experiment: a sentence each.
  public var deviations: [String]

  public var name: String { problem.name }

  /// The protocols that come with Rival.
  public static let all: [ExperimentProtocol] = [.unbalancedRing, .unbalancedGrid, .pacGANRing, .pacGANGrid, .unrolledRing]

  /// The protocol called `name`.
  ///
  /// - Throws: ``CommandFailure`` that lists them.
  static func named(_ name: String) throws -> ExperimentProtocol {
    if let found = all.first(where: { $0.name == name }) { return found }
    throw CommandFailure("there is no protocol '\(name)'; there are: \(all.map(\.name).joined(separator: ", "))")
  }
}
