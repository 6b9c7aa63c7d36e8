import Rival

/// Something to train by name: data, a composition that is a fair baseline for it, and its sizes.
///
/// A program of one's own can pass more of them to ``RivalCommand/run(plugins:problems:)``.
public struct Problem: Sendable {
  /// The stable name, in kebab case: `ring`.
  public var name: String
  /// One line: the data and the networks.
  public var summary: String
  /// Samples in a batch by default, at least 1.
  public var batchSize: Int
  /// Whether the data lies in a folder that must be named.
  public var needsFolder: Bool

  private let composition: @Sendable () -> GAN
  private let source: @Sendable (_ folder: String) -> any DataSource

  /// Creates a problem whose data needs no files.
  ///
  /// - Parameters:
  ///   - data: makes the data source.
  ///   - composition: makes the baseline.
  public init(
    name: String, summary: String, batchSize: Int, data: @escaping @Sendable () -> any DataSource,
    composition: @escaping @Sendable () -> GAN
  ) {
    self.name = name
    self.summary = summary
    self.batchSize = batchSize
    self.composition = composition
    needsFolder = false
    source = { _ in data() }
  }

  /// Creates a problem whose data lies in a folder.
  ///
  /// - Parameters:
  ///   - dataInFolder: makes the data source for a folder's path.
  ///   - composition: makes the baseline.
  public init(
    name: String, summary: String, batchSize: Int, dataInFolder: @escaping @Sendable (String) -> any DataSource,
    composition: @escaping @Sendable () -> GAN
  ) {
    self.name = name
    self.summary = summary
    self.batchSize = batchSize
    self.composition = composition
    needsFolder = true
    source = dataInFolder
  }

  /// The problem's data; it is not opened yet.
  ///
  /// - Parameter folder: where the files lie, for problems that have some.
  /// - Throws: ``CommandFailure`` where a folder is needed and missing, or given and of no use.
  public func data(folder: String?) throws -> any DataSource {
    guard let folder else {
      if needsFolder {
        throw CommandFailure("\(name) needs --data DIR, the folder that holds its files")
      }
      return source("")
    }
    guard needsFolder else {
      throw CommandFailure("\(name) draws its data itself; leave --data away")
    }
    return source(folder)
  }

  /// The baseline.
  public func gan() -> GAN { composition() }

  /// The problems that come with the framework.
  public static let builtIn: [Problem] = [.ring, .grid, .swissRoll, .mnist, .dirac]
}
