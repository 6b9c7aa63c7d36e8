import Components
import Networks

/// A published GAN, ready-made: the composition of its paper, for data of the user's.
///
/// Its fields begin at the paper's setting; ``small`` is a setting that two cores train in minutes. What is composed is an ordinary ``GAN``:
/// options and code may change it further.
///
/// ```swift
/// public func composition(for fields: [Field]) throws -> any Composition {
///   GAN(latent: .normal(100)) {
///     Generator { … }
///     Discriminator { … }
///     NonSaturatingLoss()
///     Adam(learningRate: 2e-4, beta1: 0.5)
///     AlternatingUpdates()
///   }
/// }
/// ```
public protocol Recipe: Component {
  /// The fields of the data that the paper's numbers are about, the samples first.
  var paperFields: [Field] { get }
  /// Real samples in a batch.
  var batchSize: Int { get }
  /// The setting for two cores.
  static var small: Self { get }
  /// The parameters of each network in the paper's setting on ``paperFields``, as the paper or its authors' code has them; `nil` where neither says.
  static var published: PublishedParameters? { get }
  /// Where this is not the paper: a sentence each.
  static var deviations: [String] { get }

  /// The composition for data of the given fields.
  ///
  /// - Throws: `ComponentError` where the paper's networks cannot be made for such samples.
  func composition(for fields: [Field]) throws -> any Composition
}

extension Recipe {
  public static var published: PublishedParameters? { nil }
  public static var deviations: [String] { [] }
}

/// How many parameters a paper's networks have, and who says so.
public struct PublishedParameters: Sendable, Equatable {
  public var generator: Int
  public var discriminator: Int
  /// The paper's table, or the code that was counted.
  public var source: String

  public init(generator: Int, discriminator: Int, source: String) {
    (self.generator, self.discriminator, self.source) = (generator, discriminator, source)
  }
}
