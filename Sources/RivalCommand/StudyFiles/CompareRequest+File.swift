import Rival

extension CompareRequest {
  /// The keys of a study file, in the order in which one is written.
  static let keys = [
    "problem", "data", "base", "generator", "discriminator", "latent", "optimizers", "variants", "ablation", "axes", "seeds",
    "rounds", "budget", "batch", "metrics", "features", "classifier", "primary", "samples", "evaluations", "threads", "jobs", "launcher",
    "out",
  ]

  /// Reads a study file.
  ///
  /// - Throws: ``CommandFailure`` that names the file, the line and what is wrong, with the nearest key there is.
  init(reading path: String, registry: Registry) throws {
    let document = try StudyFileNode(reading: path)
    let members = Dictionary(uniqueKeysWithValues: try document.members(Self.keys, "a study"))
    func text(_ key: String) throws -> String? { try members[key]?.text(key) }
    func count(_ key: String, _ range: ClosedRange<Int>) throws -> Int? { try members[key]?.integer(key, range) }

    problem = try text("problem")
    dataFolder = try text("data")
    (generator, discriminator) = (try text("generator"), try text("discriminator"))
    latentSize = try count("latent", 1...1_000_000)
    base = try Self.base(members, registry)
    variants = try Self.variants(members, registry)
    seeds = try members["seeds"].map(Self.seeds)
    rounds = try count("rounds", 1...1_000_000_000)
    budget = try members["budget"].map(Self.budget)
    batchSize = try count("batch", 1...1_000_000)
    if let node = members["metrics"] {
      metrics = try node.located {
        let texts = try VariantList.split(node.elements.map { try $0.text("a metric") }.joined(separator: ","))
        return try texts.map { try NamedComponent(ComponentKind.metric.component($0, "metrics", registry)) }
      }
    }
    if let node = members["features"] {
      features = try node.located { try NamedComponent(ComponentKind.features.component(node.text("features"), "features", registry)) }
    }
    classifier = try text("classifier")
    primary = try members["primary"]?.elements.map { try $0.text("a primary value") }
    sampleCount = try count("samples", 2...1_000_000)
    evaluationCount = try count("evaluations", 1...1_000_000)
    threadsPerTrial = try count("threads", 1...1024)
    jobs = try count("jobs", 1...1024)
    launcher = try members["launcher"].map { node in
      let name = try node.text("launcher")
      guard let launcher = Launcher(rawValue: name) else {
        throw node.failure("there is no launcher '\(name)'; there are: \(Launcher.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return launcher
    }
    out = try text("out")
  }

  /// What all variants change: `base`, and the optimizers of `optimizers`.
  private static func base(_ members: [String: StudyFileNode], _ registry: Registry) throws -> Variant? {
    var parts = try members["base"].map { [try $0.text("base")] } ?? []
    if let node = members["optimizers"] {
      parts +=
        node.isMapping
        ? try node.members(nil, "optimizers").map { VariantAxis.optimizer(try $0.value.text("an optimizer"), of: $0.key) }
        : [try node.text("optimizers")]
    }
    guard let node = members["base"] ?? members["optimizers"] else { return nil }
    return try node.located { try Variant(parsing: parts.joined(separator: "+"), registry: registry) }
  }

  /// One unit with its amount.
  private static func budget(_ node: StudyFileNode) throws -> StudyBudget {
    let members = try node.members(StudyBudget.Unit.allCases.map(\.rawValue), "a budget")
    guard members.count == 1, let entry = members.first else { throw node.failure("a budget has one unit, as in {operations: 2e12}") }
    return try node.located { try StudyBudget(entry.value.number("a budget"), of: StudyBudget.unit(named: entry.key)) }
  }

  /// A number of seeds from 1 on, or a list of them.
  private static func seeds(_ node: StudyFileNode) throws -> [UInt64] {
    let elements = node.elements
    guard elements.count == 1, let only = elements.first, !node.isList else {
      return try elements.map { UInt64(try $0.integer("a seed", 0...Int.max)) }
    }
    return (1...(try only.integer("seeds", 1...10_000))).map(UInt64.init)
  }

  /// The variants of `variants` or `ablation`, or the baseline and what `axes` are about, with each value of `axes`; `nil` where there is none of these.
  private static func variants(_ members: [String: StudyFileNode], _ registry: Registry) throws -> [Variant]? {
    guard let place = members["variants"] ?? members["ablation"] ?? members["axes"] else { return nil }
    let axes = try members["axes"].map { try $0.members(nil, "axes").map { try axis($0.key, $0.value) } } ?? []
    var drafts = try members["variants"].map(drafts) ?? []
    if let node = members["ablation"] { drafts += try ablation(node).filter { !drafts.contains($0) } }
    if drafts.isEmpty {
      drafts = [VariantDraft(text: Variant.baselineLabel)]
      var heads: [String] = []
      for head in axes.compactMap(\.axis.component) where !heads.contains(head) { heads.append(head) }
      if !heads.isEmpty { drafts.append(VariantDraft(text: heads.joined(separator: "+"))) }
    }
    for (axis, node) in axes { drafts = try node.located { try axis.applied(to: drafts) } }
    return try place.located {
      let variants = try drafts.map { try $0.variant(registry) }
      try Variant.check(variants)
      return variants
    }
  }

  /// Variants as a list, or by name.
  private static func drafts(_ node: StudyFileNode) throws -> [VariantDraft] {
    guard node.isMapping else {
      // In a list written with brackets a comma stands between the fields of a component too.
      let text = try node.elements.map { try $0.text("a variant") }.joined(separator: ",")
      return try node.located { try VariantDraft(text: text).expanded() }
    }
    return try node.members(nil, "variants").flatMap { name, value in
      let text = value.isNull ? Variant.baselineLabel : try value.elements.map { try $0.text("a component") }.joined(separator: "+")
      return try value.located { try VariantDraft(name: name == text ? nil : name, text: text).expanded() }
    }
  }

  private static func ablation(_ node: StudyFileNode) throws -> [VariantDraft] {
    try node.members(["leaveOneOut", "pairwise"], "an ablation").flatMap { kind, value in
      let components = try value.elements.map { try $0.text("a component") }
      guard components.count > 1 else {
        throw value.failure("an ablation is of two components or more, as in [r1-penalty, label-smoothing]")
      }
      return kind == "pairwise" ? VariantDraft.pairwise(components) : VariantDraft.leavingOneOut(components)
    }
  }

  private static func axis(_ path: String, _ node: StudyFileNode) throws -> (axis: VariantAxis, node: StudyFileNode) {
    var values: [String]
    if node.isMapping {
      let members = Dictionary(uniqueKeysWithValues: try node.members(["logUniform", "draws", "seed"], "an axis"))
      let ends = try members["logUniform"]?.elements.map { try $0.number("an end of logUniform") } ?? []
      guard ends.count == 2, ends[0] > 0, ends[0] < ends[1], let draws = try members["draws"]?.integer("draws", 1...1000) else {
        throw node.failure("an axis is a list of values, or {logUniform: [1e-5, 1e-2], draws: 8, seed: 1} with ends above 0")
      }
      let seed = try members["seed"]?.integer("seed", 0...Int.max) ?? 1
      values = VariantAxis.logUniform(from: ends[0], to: ends[1], draws: draws, seed: UInt64(seed))
    } else {
      values = try node.elements.map { try $0.text("a value") }
      // An optimizer's fields stand apart by commas, as elements of a list do.
      if path.hasPrefix("optimizers.") { values = try node.located { try VariantList.split(values.joined(separator: ",")) } }
    }
    guard let axis = VariantAxis(path, values: values) else {
      throw node.failure(
        "the axis '\(path)' must be component.field or optimizers.player, such as r1-penalty.gamma or optimizers.generator")
    }
    return (axis, node)
  }
}
