import Adversarial
import Checkpoints
import Components
import Foundation
import Metrics
import Networks
import Tensors

/// A network with its trained weights, out of a file: a player of a saved run, or a network that was trained elsewhere and written in the
/// layout of checkpoints.
///
/// ```swift
/// let stored = try StoredNetwork("run.h5", registry: .builtIn())
/// let features = try stored.features(at: stored.lastHiddenLayer())
/// ```
///
/// The file holds `/config/discriminator` (JSON: the shape `input` of one sample and the `layers`, each a component's name and fields),
/// the weights under `/discriminator/params/NN_layer/…` and what layers keep besides under `/discriminator/buffers/NN_layer/…`. Where it is
/// a whole run, the weights are those that the layers see: after hooks such as spectral normalization.
public struct StoredNetwork: Sendable {
  /// The network, with initial weights.
  public let network: Network
  /// The trained weights as the layers see them.
  public let parameters: Parameters
  /// What the layers keep besides, such as moving averages.
  public let state: Parameters

  /// Reads a network.
  ///
  /// - Parameters:
  ///   - path: a checkpoint, or a folder of checkpoints, whose newest valid one is taken.
  ///   - weights: which set of weights: `discriminator`, or a second set such as `discriminator_ema`.
  ///   - registry: the components that the file may name.
  ///   - verification: `edited` for a file that another tool changed on purpose.
  /// - Throws: `CheckpointError` for a file that is missing, damaged or no checkpoint; `MetricError`, which names the file, where it holds no
  ///   such network.
  public init(
    _ path: String, weights: String = "discriminator", registry: Registry, verification: CheckpointFile.Verification = .full
  ) throws {
    let contents: CheckpointContents
    do {
      contents = try SavedRun(path, verification: verification).contents
    } catch let error as NetworkError {
      throw MetricError("\(error)")
    }
    do {
      try self.init(contents, weights: weights, registry: registry)
    } catch {
      throw MetricError("\(path): \(error)")
    }
  }

  /// Reads a network out of the contents of a file.
  ///
  /// - Throws: as ``init(_:weights:registry:verification:)``; the errors do not name the file.
  public init(_ contents: CheckpointContents, weights: String = "discriminator", registry: Registry) throws {
    let player = String(weights.prefix { $0 != "_" })
    guard let json = contents.configuration(player) else {
      let names = contents.configurations.map(\.name).filter { $0 != "training" && $0 != "environment" }
      throw MetricError(
        "there is no '/config/\(player)' to build a network from; the file has \(names.isEmpty ? "none" : names.joined(separator: ", "))")
    }
    guard contents.tensors.contains(where: { $0.path.hasPrefix("\(weights)/params/") }) else {
      throw MetricError("there are no weights under '/\(weights)/params'; \(StoredNetwork.sets(of: player, in: contents))")
    }
    struct Input: Decodable { var input: [Int] }
    guard let shape = try? JSONDecoder().decode(Input.self, from: Data(json.utf8)).input, !shape.isEmpty, shape.allSatisfy({ $0 > 0 })
    else {
      throw MetricError("'/config/\(player)' does not tell the shape of one sample; it needs \"input\", such as [28, 28, 1]")
    }
    if contents.configuration("training") != nil {
      (network, parameters, state) = try StoredNetwork.player(player, of: contents, weights: weights, sampleShape: Shape(shape), registry)
    } else {
      let layers = try registry.decode(Sequential.self, from: Data(json.utf8))
      network = try Network(name: player, layers: layers, inputShape: Shape(shape), key: Key(seed: 0))
      parameters = try StoredNetwork.stored(network.parameters, under: "\(weights)/params/", in: contents)
      state = try StoredNetwork.stored(network.state, under: "\(player)/buffers/", in: contents)
    }
  }

  /// A player of a whole run, with its weights after the heuristics' hooks.
  private static func player(
    _ player: String, of contents: CheckpointContents, weights: String, sampleShape: Shape, _ registry: Registry
  ) throws -> (network: Network, parameters: Parameters, state: Parameters) {
    let run = try StoredRun(contents, registry: registry)
    let fields = run.fields.isEmpty ? [Field("samples", shape: try Self.undeclaredShape(contents, sampleShape))] : run.fields
    let game = try run.composition.game(fields: fields, seed: run.seed)
    let network = try game.network(player)
    var all = try contents.trainingState()
    let own = try stored(network.parameters, under: "\(weights)/params/", in: contents)
    all.merge(own.prefixed(StatePath.parameters(of: player)))
    let round = Round(
      game: game, state: all, step: Tensor(int32: [Int32(clamping: contents.step)], shape: []), batches: [], batchSize: 1,
      seed: run.seed, isTraining: false)
    let parameters = try round.weights(of: player).mapped { try $1.materialized() }
    return (network, parameters, try stored(network.state, under: StatePath.buffers(of: player), in: contents))
  }

  /// The shape of a sample in a file of layout 1.0: what its discriminator takes.
  private static func undeclaredShape(_ contents: CheckpointContents, _ own: Shape) throws -> [Int] {
    guard let json = contents.configuration("discriminator") else { return own.dimensions }
    struct Input: Decodable { var input: [Int] }
    return try JSONDecoder().decode(Input.self, from: Data(json.utf8)).input
  }

  /// The path of the layer in front of the last one that has weights: for a classifier or a discriminator, its last hidden features.
  ///
  /// - Throws: `MetricError` where the first layer is the only one with weights.
  public func lastHiddenLayer() throws -> String {
    let names = network.layers.layers.indices.map { network.layers.scopeName(at: $0) }
    let last = names.lastIndex { name in network.parameters.paths.contains { $0.hasPrefix(name + "/") } }
    guard let last, last > 0 else {
      throw MetricError(
        "the \(network.name) has no hidden layer in front of its last one with weights; name a layer: \(names.joined(separator: ", "))")
    }
    return names[last - 1]
  }

  /// Features by the network in evaluation mode.
  ///
  /// - Parameters:
  ///   - layer: the path of the layer whose output is wanted, such as `03_relu`; `output` for the last one.
  ///   - reference: a few samples to try, so that what does not fit is refused at once.
  /// - Throws: `MetricError` where there is no such layer, the samples have another size, or a sample's features depend on the others of its
  ///   batch.
  public func features(at layer: String, trying reference: SampleSet) throws -> TensorFeatures {
    guard reference.dimension == network.inputShape.elementCount else {
      throw MetricError(
        "the \(network.name) takes samples of shape \(network.inputShape), \(network.inputShape.elementCount) numbers, but these have "
          + "\(reference.dimension); give it the samples that it was trained on")
    }
    guard reference.shape.count == 1 || network.inputShape.rank == 1 || reference.shape == network.inputShape.dimensions else {
      throw MetricError(
        "the \(network.name) takes samples of shape \(network.inputShape.dimensions), rows, columns, channels, but these have the shape "
          + "\(reference.shape); move the axes")
    }
    let features = TensorFeatures(network, parameters: parameters, state: state, tap: layer == "output" ? nil : layer)
    guard reference.count > 0 else { return features }
    let several = try features.features(of: reference.selecting(0..<min(8, reference.count)))
    guard network.layers.mixesSamples, reference.count > 1 else { return features }
    let alone = try features.features(of: reference.selecting(0..<1))
    let pairs = zip(alone.values, several.values.prefix(several.dimension))
    let scale = alone.values.reduce(0) { max($0, abs($1)) }
    guard pairs.allSatisfy({ abs($0 - $1) <= 1e-3 * scale }) else {
      let mixing = network.layers.innermostLayers.filter(\.mixesSamples).map(\.name).joined(separator: ", ")
      throw MetricError(
        "at '\(layer)' what the \(network.name) makes of a sample depends on the others of its batch (\(mixing)); take a layer before that")
    }
    return features
  }

  /// The tensors that `declared` asks for, as float32.
  private static func stored(_ declared: Parameters, under prefix: String, in contents: CheckpointContents) throws -> Parameters {
    let found = contents.tensors.filter { $0.path.hasPrefix(prefix) }
    let unknown = found.map { String($0.path.dropFirst(prefix.count)) }.filter { declared[$0] == nil }
    let absent = declared.paths.filter { path in !found.contains { $0.path == prefix + path } }
    guard unknown.isEmpty, absent.isEmpty else {
      var text = "'/\(prefix.dropLast())' does not fit the layers:"
      if !absent.isEmpty { text += " \(absent.joined(separator: ", ")) \(absent.count == 1 ? "is" : "are") missing" }
      if !absent.isEmpty, !unknown.isEmpty { text += ", and" }
      if !unknown.isEmpty { text += " \(unknown.joined(separator: ", ")) \(unknown.count == 1 ? "belongs" : "belong") to no layer" }
      throw MetricError(text)
    }
    return try declared.mapped { path, initial in
      guard let tensor = found.first(where: { $0.path == prefix + path }) else { return initial }
      guard tensor.shape == initial.shape.dimensions else {
        throw MetricError("'/\(prefix)\(path)' has the shape \(tensor.shape), but the layers ask for \(initial.shape)")
      }
      return try tensor.tensor().converted(to: .float32).materialized()
    }
  }

  private static func sets(of player: String, in contents: CheckpointContents) -> String {
    let sets = contents.weightSets.filter { $0.hasPrefix(player) }
    return sets.isEmpty ? "the file holds none of the \(player)" : "the file has \(sets.joined(separator: ", "))"
  }
}
