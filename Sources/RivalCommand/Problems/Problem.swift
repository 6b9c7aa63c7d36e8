import Foundation
import Rival

/// Something to train by name: data, a composition that is a fair baseline for it, its sizes, and what comparisons of it measure.
///
/// A program of one's own passes more of them to ``RivalCommand/run(plugins:problems:devices:)``, and every command knows them:
///
/// ```swift
/// let spiral = Problem(
///   name: "spiral", summary: "A spiral of my own.", batchSize: 64, plan: EvaluationPlan([EnergyDistance()]),
///   data: { SwissRoll() }, composition: { Problem.ring.composition() })
/// print(spiral.name)
/// ```
public struct Problem: Sendable {
  /// The stable name, in kebab case: `ring`; with fields where it was written with some: `images:folder=photos,size=32`.
  public var name: String
  /// One line: the data and the networks.
  public var summary: String
  /// Samples in a batch by default, at least 1.
  public var batchSize: Int
  /// Rounds of a trial by default, at least 1; 4,000 where nothing is said.
  public var rounds: Int
  /// The variants of a comparison by default, as `--variants` takes them; `baseline` alone where nothing is said.
  public var variants: String
  /// What comparisons measure, the deciding values first; `nil` (the default) for what suits the data (`EvaluationPlan.standard(for:)`).
  public var plan: EvaluationPlan?
  /// Whether the data lies in a folder that must be named.
  public var needsFolder: Bool

  private let baseline: @Sendable () -> any Composition
  private let source: @Sendable (_ folder: String) -> any DataSource
  private var template: (any ProblemTemplate.Type)?

  /// Creates a problem whose data needs no files.
  ///
  /// - Parameters:
  ///   - data: makes the data source.
  ///   - composition: makes the baseline.
  public init(
    name: String, summary: String, batchSize: Int, rounds: Int = 4_000, variants: String = Variant.baselineLabel,
    plan: EvaluationPlan? = nil, data: @escaping @Sendable () -> any DataSource, composition: @escaping @Sendable () -> any Composition
  ) {
    self.name = name
    self.summary = summary
    self.batchSize = batchSize
    self.rounds = rounds
    self.variants = variants
    self.plan = plan
    baseline = composition
    needsFolder = false
    source = { _ in data() }
  }

  /// Creates a problem whose data lies in a folder.
  ///
  /// - Parameters:
  ///   - dataInFolder: makes the data source for a folder's path.
  ///   - composition: makes the baseline.
  public init(
    name: String, summary: String, batchSize: Int, rounds: Int = 4_000, variants: String = Variant.baselineLabel,
    plan: EvaluationPlan? = nil, dataInFolder: @escaping @Sendable (String) -> any DataSource,
    composition: @escaping @Sendable () -> any Composition
  ) {
    self.name = name
    self.summary = summary
    self.batchSize = batchSize
    self.rounds = rounds
    self.variants = variants
    self.plan = plan
    baseline = composition
    needsFolder = true
    source = dataInFolder
  }

  /// Creates a problem that takes fields, and is what `template` makes of them.
  public init(_ template: any ProblemTemplate.Type) {
    self.init(
      name: template.name, summary: template.summary, batchSize: 1, data: { ArraySamples() }, composition: { GAN(latent: .normal(1)) {} })
    self.template = template
  }

  /// The problem with the fields that `text` writes: `images:folder=photos,size=32`, or those of data that has the problem's name, `ring:modes=25`.
  ///
  /// - Throws: ``CommandFailure`` where it takes no fields, `ComponentError` where a field or value is wrong, and what the template throws.
  public func configured(by text: String, registry: Registry) throws -> Problem {
    guard let template else {
      guard text != name else { return self }
      guard !needsFolder, type(of: source("")).name == name, let data = try registry.component(parsing: text) as? any DataSource else {
        throw CommandFailure("'\(name)' takes no fields, but '\(text)' names some; leave them away")
      }
      return Problem(
        name: ComponentFields.specification(of: data), summary: summary, batchSize: batchSize, rounds: rounds, variants: variants,
        plan: plan, data: { data }, composition: baseline)
    }
    let component = try Registry([template]).component(parsing: text)
    guard let made = component as? any ProblemTemplate else { return self }
    var problem = try made.problem()
    problem.name = ComponentFields.specification(of: made)
    return problem
  }

  /// The problem's data; it is not opened yet.
  ///
  /// - Parameter folder: where the files lie, for problems that have some; `nil` for `data/NAME` in the current folder, where that is there.
  /// - Throws: ``CommandFailure`` where a folder is needed and missing, or given and of no use.
  public func data(folder: String?) throws -> any DataSource {
    guard needsFolder else {
      guard folder == nil else { throw CommandFailure("\(name) draws its data itself; leave --data away") }
      return source("")
    }
    guard let folder = folder ?? usualFolder else {
      throw CommandFailure("\(name) needs --data DIR, the folder that holds its files; without it they are looked for in data/\(name)")
    }
    return source(folder)
  }

  /// The absolute path of `data/NAME` in the current folder, where it is there and the problem needs one.
  public var usualFolder: String? {
    let path = URL(fileURLWithPath: "data/\(name)").standardizedFileURL.path
    var isFolder: ObjCBool = false
    return needsFolder && FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue ? path : nil
  }

  /// The baseline: a GAN or any other game.
  public func composition() -> any Composition { baseline() }

  /// What a comparison on `samples` measures: ``plan``, or what suits the data.
  public func plan(for samples: any Samples) -> EvaluationPlan { plan ?? .standard(for: samples) }

  /// The problems that come with the framework.
  public static let builtIn: [Problem] = [.ring, .grid, .swissRoll, .mnist, .conditionalMNIST, .images, .dirac]
}

/// A problem that takes fields, written as a component is: `images:folder=photos,size=32`.
public protocol ProblemTemplate: Component {
  /// The problem of these fields.
  ///
  /// - Throws: what is wrong with the fields or with the files that they name.
  func problem() throws -> Problem
}
