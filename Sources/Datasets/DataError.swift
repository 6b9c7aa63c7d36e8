/// Data that cannot be read or makes no sense: the problem, the file, what was found, and what to try.
public struct DataError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What is wrong, and with what value.
  public let problem: String
  /// The file or folder that is meant; empty where the data came from no file.
  public let file: String
  /// What to try, as an imperative clause.
  public let remedy: String

  /// Creates an error; `remedy` reads on after "try this:".
  public init(_ problem: String, file: String = "", remedy: String) {
    self.problem = problem
    self.file = file
    self.remedy = remedy
  }

  /// One line: `train-images: wrong magic number …; try this: …`.
  public var description: String {
    (file.isEmpty ? "" : "\(file): ") + "\(problem); try this: \(remedy)"
  }
}
