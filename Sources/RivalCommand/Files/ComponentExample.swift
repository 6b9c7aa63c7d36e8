import Rival

/// A command that uses a component with its default fields: what `plugins describe` prints, and what works as it stands where its files are there.
struct ComponentExample {
  private let type: any Component.Type
  private let registry: Registry

  init(_ type: any Component.Type, registry: Registry) {
    self.type = type
    self.registry = registry
  }

  /// The command's arguments; `nil` for what no command takes.
  var arguments: [String]? {
    let name = type.name
    let ending = ["--until", "100", "--out", "runs/\(name)"]
    switch ComponentKind(type) {
    case .loss: return ["train", "ring", "--loss", specification] + fitting + ending
    case .optimizer: return ["train", "ring", "--optimizer", "generator=" + specification] + ending
    case .transformation: return ["train", "ring", "--optimizer", "generator=chain:" + specification] + ending
    case .updateRule: return ["train", "ring", "--update", specification] + ending
    case .heuristic where type == SelfSupervisedRotation.self || type == InformationMaximum.self:
      return ["train", "mnist", "--data", "data", "--heuristic", specification] + ending
    case .heuristic: return ["train", suitsPoints ? "ring" : "\(ImageFolder.name):folder=data", "--heuristic", specification] + ending
    case .samplingMethod: return ["sample", "runs/ring", "--count", "100", "--by", specification, "--out", "drawn.csv"]
    case .diagnostic: return ["train", "ring", "--diagnose", specification, "--until", "2000", "--out", "runs/\(name)"]
    case .callback: return ["train", "ring", "--callback", specification, "--until", "2000", "--out", "runs/\(name)"]
    case .layer: return layer.map { ["train"] + $0 + ending }
    case .data: return isReadable ? ["train", specification] + ending : nil
    case .metric:
      let needs = (type as? any Metric.Type)?.init().requirements ?? SampleRequirements()
      if needs.modes { return ["compare", "ring", "--metric", specification, "--seeds", "3"] + ending }
      return ["metrics"] + files(needs) + ["--metric", specification]
    case .features:
      let needs = (type as? any FeatureChoice.Type)?.init().requirements ?? SampleRequirements()
      return ["metrics"] + files(needs) + ["--metric", "energy-distance", "--features", specification]
    case .recipe:
      let isConditional = (type as? any Recipe.Type)?.init().paperFields.contains { $0.classCount != nil } ?? false
      return (isConditional ? ["train", "conditional-mnist", "--data", "data"] : ["train", "\(ImageFolder.name):folder=data"])
        + ["--recipe", name, "--small"] + ending
    case .objective, .composition, .rule, .other: return nil
    }
  }

  /// The discriminator that a loss cannot do without.
  private var fitting: [String] {
    type == MultiHingeLoss.self ? ["--discriminator", "Dense(64) LeakyReLU ClassOutputs(extra: 1)"] : []
  }

  private func files(_ needs: SampleRequirements) -> [String] {
    needs.images ? ["samples.npy", "real.npy"] : ["samples.csv", "real.csv"]
  }

  /// Whether a heuristic takes points in the plane, found by a round that is written and not run.
  private var suitsPoints: Bool {
    guard let heuristic = type.init() as? any Heuristic, let fields = try? Problem.ring.data(folder: nil).opened().fields,
      let composition = try? Problem.ring.composition().changed(by: [.part(heuristic)]), let rule = composition.updateRule,
      let game = try? composition.game(fields: fields, seed: 1), let state = try? game.initialState()
    else { return true }
    let round = Round(
      game: game, state: state, step: Tensor(int32: [0], shape: []),
      batches: (0..<rule.realBatchesPerRound).map { _ in .placeholders(fields, size: 8) }, batchSize: 8, seed: 1, isTraining: true,
      declarations: state)
    return (try? rule.advance(round)) != nil
  }

  /// The default fields in alphabetical order.
  private var fields: [(name: String, value: JSONValue)] {
    let fields = (try? ComponentFields.fields(of: type.init())) ?? [:]
    return fields.keys.sorted().compactMap { name in fields[name].map { (name, $0) } }
  }

  /// The files and folders that must be named, as they are called in examples.
  private var places: [String: String] {
    ["path": "measured.csv", "folder": "data", "file": type == InceptionV3.self ? "inception.safetensors" : "classifier.h5"]
  }

  /// Whether data can be drawn without Swift code: from files, or from itself.
  private var isReadable: Bool {
    fields.contains { places[$0.name] != nil && $0.value == .string("") } || (try? (type as? any DataSource.Type)?.init().opened()) != nil
  }

  /// `name:field=value,…` with the fields that have a short form.
  private var specification: String {
    let isData = ComponentKind(type) == .data
    let items = fields.compactMap { name, value -> String? in
      if value == .string(""), let place = places[name] { return "\(name)=\(place)" }
      if name == "every", value == .integer(0) { return "every=1000" }
      if name == "heldOutFraction" { return "\(name)=0.2" }
      switch value {
      case .array, .object, .null: return nil
      case .string(let text) where text.isEmpty: return nil
      // What data is, its files say.
      case _ where isData && fields.contains { places[$0.name] != nil }: return nil
      default: return "\(name)=\(value.plain)"
      }
    }
    return items.isEmpty ? type.name : "\(type.name):\(items.joined(separator: ","))"
  }

  /// A network for points in the plane that the layer fits into, found by building it.
  private var layer: [String]? {
    guard let type = type as? any Layer.Type, type != Sequential.self, let fields = try? Problem.ring.data(folder: nil).opened().fields
    else { return nil }
    let word = builderText(type)
    let inDiscriminator = ("discriminator", "Dense(64) \(word) Dense(1)")
    let inGenerator = [
      ("generator", "Dense(64) \(word) Dense(2)"), ("generator", "Dense(64) Reshape([4, 4, 4]) \(word) Flatten Dense(2)"),
    ]
    // What compares samples belongs to the discriminator.
    let comparesSamples = type.init().mixesSamples && !type.init().usesBatchStatistics
    let candidates = [("discriminator", "Dense(64) LeakyReLU \(word)")] + (comparesSamples ? [inDiscriminator] : []) + inGenerator
    for (network, text) in candidates {
      guard let layers = try? LayerText.layers(text, "--\(network)", registry),
        let game = try? Problem.ring.composition().changed(by: [.layers(layers, of: network)]).game(fields: fields, seed: 1),
        let built = game.networks.first(where: { $0.name == network }), network == "generator" || built.outputShape.elementCount == 1
      else { continue }
      return [Problem.ring.name, "--\(network)", text]
    }
    return nil
  }

  /// The layer as the builder takes it: `Conv2D(64, kernel: 4)`.
  private func builderText(_ type: any Layer.Type) -> String {
    func written(_ value: JSONValue) -> String? {
      switch value {
      case .object, .null: nil
      case .array(let values): values.isEmpty ? nil : "[" + values.map(\.plain).joined(separator: ", ") + "]"
      // Styles come out of layers around it; the ring has labels.
      case .string("style"): "label"
      case .string(let text): text.isEmpty ? nil : text
      default: value.plain
      }
    }
    let leading = fields.first { $0.name == type.leadingFields.first }.flatMap { written($0.value) }
    let named = fields.filter { !type.leadingFields.contains($0.name) }.compactMap { field in
      written(field.value).map { "\(field.name): \($0)" }
    }
    let inside = (leading.map { [$0] } ?? []) + named
    return inside.isEmpty ? "\(type)" : "\(type)(\(inside.joined(separator: ", ")))"
  }
}
