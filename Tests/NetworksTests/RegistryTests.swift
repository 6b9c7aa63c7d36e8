import Components
import Foundation
import Layers
import Networks
import Tensors
import Testing

@Suite("Registry of layers")
struct RegistryTests {
  @Test func namesAreUniqueKebabCaseAndStable() throws {
    #expect(
      try layerRegistry().names == [
        "sequential", "residual", "dense", "conv2d", "conv-transpose2d", "batch-norm", "layer-norm", "dropout", "flatten",
        "reshape",
        "upsample", "average-pool", "max-pool", "global-average-pool", "relu", "leaky-relu", "tanh", "sigmoid",
        "softplus",
        "elu", "gelu", "silu", "concatenated-condition", "conditional-batch-norm", "projection-head", "minibatch-discrimination",
        "minibatch-standard-deviation", "position", "branches", "reconstruction-score", "grouped-conv2d", "maxout", "self-attention",
        "group-norm",
        "instance-norm", "pixel-norm", "gaussian-noise", "bilinear-upsample", "generator-block", "discriminator-block", "bottleneck-block",
        "prelu", "selu", "celu", "mish", "softsign", "sine", "hard-tanh", "hard-sigmoid", "hard-swish", "softmax", "class-outputs",
        "class-embedding", "style-network", "mapping-network", "constant-input", "modulated-conv2d", "noise-injection",
        "adaptive-instance-norm", "self-modulated-batch-norm", "virtual-batch", "virtual-batch-norm", "blur", "filtered-upsample",
        "filtered-downsample", "pixel-shuffle", "pixel-unshuffle", "border-padding",
      ])
  }

  @Test func defaultsAreValidAndDescribed() throws {
    for type in BuiltInLayers.types {
      try type.init().validateFields()
      #expect(!type.summary.isEmpty && type.summary.hasSuffix("."), "\(type.name)")
      #expect(ComponentFields.summary(of: type.init()) == type.name)
    }
  }

  @Test func unknownComponent() throws {
    let registry = try layerRegistry()
    #expect(
      failureText { _ = try registry.component(parsing: "leaky-rely") }
        == "there is no component 'leaky-rely'; did you mean 'leaky-relu'?")
    #expect(
      failureText { _ = try registry.component(parsing: "transformer-block") }
        == "there is no component 'transformer-block'; 'plugins list' shows all")
  }

  static let wrongTexts: [(String, String)] = [
    ("dense:unit=3", "dense has no field 'unit'; did you mean 'units'?"),
    ("tanh:slope=3", "tanh has no field 'slope'; it has none"),
    ("dropout:probability=1", "dropout has no field 'probability'; there are: rate"),
    ("dense:units=many", "dense: field 'units' is 'many', but must be a number"),
    ("dense:units=2.5", "dense: field 'units' is '2.5', but must be a whole number"),
    ("dense:usesBias=maybe", "dense: field 'usesBias' is 'maybe', but must be true or false"),
    ("dense:units", "dense: 'units' is no field=value; write dense:field=value,field=value"),
    ("dense:units=3,units=4", "dense: field 'units' is given twice"),
    ("conv2d:padding=sam", "conv2d: field 'padding' is 'sam', which is not one of its values: same, valid"),
    (
      "dense:initializer=xavier",
      "dense: field 'initializer' is 'xavier', which is not one of its values: zeros, ones, constant(0.5), uniform(-1 1), "
        + "normal(0.02), truncated-normal(0.02), glorot-uniform, glorot-normal, he-uniform, he-normal, orthogonal(1)"
    ),
    ("dropout:rate=1.5", "dropout: field 'rate' is 1.5, but must be a number in [0, 1)"),
    ("reshape:shape=3", "reshape: field 'shape' is '3', but must be a list such as [28 28 1]"),
  ]

  @Test(arguments: RegistryTests.wrongTexts)
  func wrongSpecifications(specification: String, expected: String) throws {
    let registry = try layerRegistry()
    #expect(failureText { _ = try registry.component(parsing: specification) } == expected)
  }

  @Test(arguments: [
    ("dense", "dense"), ("dense:units=3", "dense(units: 3)"), ("leaky-relu:slope=1", "leaky-relu(slope: 1)"),
    ("conv2d:padding=valid, uses-bias=no", "conv2d(padding: valid, usesBias: false)"),
    ("dense:initializer=normal(0.02)", "dense(initializer: normal(0.02))"),
  ])
  func specifications(specification: String, summary: String) throws {
    #expect(ComponentFields.summary(of: try layerRegistry().component(parsing: specification)) == summary)
  }

  @Test func specificationsComeBack() throws {
    let layer = Conv2D(3, kernel: 5, padding: .valid, initializer: .uniform(lower: -0.5, upper: 0.5))
    let specification = ComponentFields.specification(of: layer)
    #expect(specification == "conv2d:filters=3,initializer=uniform(-0.5 0.5),kernel=5,padding=valid")
    let parsed = try layerRegistry().component(parsing: specification)
    #expect(try StoredComponent(parsed) == StoredComponent(layer))
  }

  @Test func duplicates() throws {
    struct OtherDense: Layer {
      static let name = "dense"
      static let summary = "Another one."
      func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor { x }
    }
    var registry = try layerRegistry()
    try registry.register(Dense.self)
    #expect(registry.names.filter { $0 == "dense" } == ["dense"])
    let text = failureText { try registry.register(OtherDense.self) }
    #expect(text.hasPrefix("two components are called 'dense': Layers.Dense and NetworksTests."))
    #expect(text.hasSuffix("; rename one"))
  }

  @Test func stacksRoundTrip() throws {
    let layers = Sequential {
      Conv2D(
        8, kernel: 3, stride: 2, padding: .valid, dilation: 2, usesBias: false, initializer: .orthogonal(gain: 0.5))
      BatchNorm(momentum: 0.2, epsilon: 1e-3)
      LeakyReLU(0.1)
      Sequential {
        Reshape([3, -1])
        Dropout(0.25)
      }
      GELU()
    }
    let json = try JSONEncoder().encode(layers)
    let decoded = try layerRegistry().decode(Sequential.self, from: json)
    #expect(decoded.layers.map(\.layer.summaryLine) == layers.layers.map(\.layer.summaryLine))
    #expect(try JSONValue(encoding: decoded) == JSONValue(encoding: layers))
    #expect(
      decoded.layers[0].layer.summaryLine
        == "conv2d(dilation: 2, filters: 8, initializer: orthogonal(0.5), kernel: 3, padding: valid, stride: 2, usesBias: false)"
    )
    let nested = try #require(decoded.layers[3].layer as? Sequential)
    #expect(nested.layers.map(\.layer.summaryLine) == ["reshape(shape: [3 -1])", "dropout(rate: 0.25)"])
  }

  @Test("Every built-in layer with its defaults comes back from its stored form")
  func allRoundTrip() throws {
    let registry = try layerRegistry()
    for type in BuiltInLayers.types {
      let stored = try StoredComponent(type.init())
      #expect(stored.name == type.name)
      #expect(try StoredComponent(registry.component(stored)) == stored)
      #expect(Swift.type(of: try registry.component(StoredComponent(name: type.name))) == type)
    }
  }

  @Test func stacksNeedARegistryAndKnownLayers() throws {
    let json = Data(#"{"layers":[{"name":"dens","fields":{}}]}"#.utf8)
    #expect(
      failureText { _ = try layerRegistry().decode(Sequential.self, from: json) }
        == "there is no component 'dens'; did you mean 'dense'?")
    let known = try JSONEncoder().encode(Sequential { Dense(1) })
    #expect(
      failureText { _ = try JSONDecoder().decode(Sequential.self, from: known) }
        == "'dense' cannot be read without a registry of components: decode it with Registry.decode(_:from:)")
  }
}
