import Components
import Metrics
import Tensors

/// Features of images by a small convolutional network with fixed random weights: sensitive to texture and local structure, the same on
/// every run, and nothing to download.
///
/// Each stage convolves (the first at full size, the others with stride 2), adds a bias and rectifies; the features are each channel's mean
/// and standard deviation over the image, of all stages.
public struct RandomConvolution: FeatureChoice {
  public static let name = "random-convolution"
  public static let summary = "Channel means and deviations of a fixed random convolutional network, for images."
  public static let equation = "h_s = relu(W_s * h_(s-1) + b_s);  f = (mean h_s, sd h_s) over pixels, for all stages s"
  public static let reference = "Saxe et al. 2011, On Random Weights and Unsupervised Feature Learning; He et al. 2015, equation 10"
  public static let fieldDescriptions = [
    "filters": "Channels of each stage; one or more stages",
    "kernelSize": "Height and width of the kernels, odd",
    "seed": "The seed of the weights",
    "shape": "The images' shape: height, width and channels; empty (the default) for that of the real samples",
  ]

  /// The images' shape: height, width and channels; empty (the default) for that of the real samples.
  public var shape: [Int] = []
  /// Channels of each stage; one or more stages.
  public var filters = [16, 32, 64]
  /// Height and width of the kernels, odd.
  public var kernelSize = 3
  /// Of the weights.
  public var seed: UInt64 = 0

  public init() {}

  public func validateFields() throws {
    guard shape.isEmpty || shape.count == 3 && shape.allSatisfy({ $0 >= 1 }) else {
      throw ComponentError(component: Self.name, field: "shape", value: shape, expected: "height, width and channels, such as [28, 28, 1]")
    }
    guard !filters.isEmpty, filters.allSatisfy({ $0 >= 1 }) else {
      throw ComponentError(component: Self.name, field: "filters", value: filters, expected: "one or more positive numbers")
    }
    guard kernelSize >= 1, kernelSize % 2 == 1 else {
      throw ComponentError(component: Self.name, field: "kernelSize", value: kernelSize, expected: "odd and positive")
    }
  }

  public var requirements: SampleRequirements { SampleRequirements(images: shape.isEmpty) }

  /// How many features an image has.
  public var dimension: Int { 2 * filters.reduce(0, +) }

  public func extractor(fittedTo reference: SampleSet) throws -> any FeatureExtractor {
    try validateFields()
    let shape = shape.isEmpty ? reference.shape : shape
    guard shape.count == 3, reference.dimension == shape.reduce(1, *) else {
      throw MetricError(
        "\(Self.name): the samples have \(reference.dimension) numbers in the shape \(reference.shape), but images have rows, columns and "
          + "channels" + (shape.count == 3 ? ", here \(shape)" : "") + "; give images, or set the field 'shape'")
    }
    return extractor(of: shape)
  }

  /// The extractor for images of `shape`; it is not fitted to anything.
  ///
  /// - Precondition: the fields are valid, and `shape` has three positive extents.
  public func extractor(of shape: [Int]) -> any FeatureExtractor {
    let stages = weights(channels: shape[2])
    return TensorFeatures(inputShape: Shape(shape)) { batch in
      var image = batch
      var features: [Tensor] = []
      for (index, stage) in stages.enumerated() {
        let stride = index == 0 ? 1 : 2
        image = relu(convolution(image, stage.kernel, stride: (stride, stride), padding: .same) + stage.bias)
        features.append(image.mean(axes: [1, 2]))
        // The small constant keeps the root of an even image's variance well defined.
        features.append(sqrt(image.variance(axes: [1, 2]) + 1e-12))
      }
      return concatenated(features, axis: 1)
    }
  }

  /// Kernels with the variance 2/(fan-in), which keeps the features' scale over the stages, and biases with the deviation 0.1.
  func weights(channels: Int) -> [(kernel: Tensor, bias: Tensor)] {
    var channels = channels
    return filters.enumerated().map { index, filters in
      let key = Key(seed: seed).derived(Self.name).derived(index)
      let fan = kernelSize * kernelSize * channels
      let scale = (2 / Double(fan)).squareRoot()
      let kernel = RandomOrder.normal(count: fan * filters, key: key.derived("kernel")).map { Float(scale * $0) }
      let bias = RandomOrder.normal(count: filters, key: key.derived("bias")).map { Float(0.1 * $0) }
      defer { channels = filters }
      return (Tensor(kernel, shape: [kernelSize, kernelSize, channels, filters]), Tensor(bias))
    }
  }
}
