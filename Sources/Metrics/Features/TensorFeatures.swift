import Components
import Networks
import Synchronization
import Tensors

/// Features that a function of tensors computes: a network's output or a tap inside it, or any closure.
///
/// The function is compiled once for each batch size. Batches are computed one after another, whichever thread asks.
public final class TensorFeatures: FeatureExtractor {
  private let inputShape: Shape
  private let batchSize: Int
  private let function: Mutex<CompiledFunction>

  /// Features that `body` computes.
  ///
  /// - Parameters:
  ///   - inputShape: of one sample, such as `[28, 28, 1]`.
  ///   - batchSize: samples computed at a time; 1 or more.
  ///   - body: turns `[n] + inputShape` into `[n, …]`, whose other dimensions are the features; it must treat each sample alone.
  public init(inputShape: Shape, batchSize: Int = 256, _ body: @escaping @Sendable (Tensor) throws -> Tensor) {
    precondition(batchSize >= 1, "a batch has one or more samples")
    self.inputShape = inputShape
    self.batchSize = batchSize
    function = Mutex(
      compile { arguments in
        let features = try body(arguments[0])
        return [features.rank == 2 ? features : features.flattened(from: 1)]
      })
  }

  /// Features that a network computes in evaluation mode.
  ///
  /// - Parameters:
  ///   - network: its initial weights are used unless `parameters` are given.
  ///   - parameters: trained weights.
  ///   - state: such as moving averages.
  ///   - tap: the path of the layer whose output is wanted; `nil` for the network's output.
  ///   - batchSize: samples computed at a time.
  public convenience init(
    _ network: Network, parameters: Parameters? = nil, state: Parameters? = nil, tap: String? = nil, batchSize: Int = 256
  ) {
    let parameters = parameters ?? network.parameters
    let state = state ?? network.state
    self.init(inputShape: network.inputShape, batchSize: batchSize) { batch in
      let result = try network(
        batch, parameters: parameters, state: state, isTraining: false, randomKey: Key(seed: 0).derived("features"))
      guard let tap else { return result.output }
      guard let found = result.taps.first(where: { $0.path == tap }) else {
        let paths = result.taps.map(\.path).joined(separator: ", ")
        throw MetricError("the \(network.name) has no layer '\(tap)' to take features from; it has \(paths)")
      }
      return found.feature
    }
  }

  public func features(of samples: SampleSet) throws -> SampleSet {
    guard samples.dimension == inputShape.elementCount else {
      throw MetricError(
        "features are made of samples of shape \(inputShape), \(inputShape.elementCount) numbers, but these have \(samples.dimension)")
    }
    guard samples.count > 0 else { throw MetricError("there are no samples to make features of") }
    var values: [Float] = []
    var width = 0
    for start in stride(from: 0, to: samples.count, by: batchSize) {
      let count = min(batchSize, samples.count - start)
      let rows = Array(samples.values[start * samples.dimension..<(start + count) * samples.dimension])
      let shape = Shape([count] + inputShape.dimensions)
      let batch = try function.withLock { function in try function([Tensor(rows, shape: shape)])[0].scalars() }
      guard batch.count.isMultiple(of: count), !batch.isEmpty else {
        throw MetricError("\(count) samples gave \(batch.count) features, which are not whole rows; the first dimension must count samples")
      }
      width = batch.count / count
      values += batch
    }
    return try SampleSet(values, dimension: width)
  }
}
