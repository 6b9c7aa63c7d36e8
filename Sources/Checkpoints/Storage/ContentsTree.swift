/// Contents as the tree that a file holds, with every rule of the layout checked.
struct ContentsTree {
  /// A group: its tensors, then its groups, each in order.
  struct Node {
    var path: String
    var attributes: [StoredAttribute] = []
    var tensors: [StoredTensor] = []
    var groups: [Int] = []
  }

  /// All groups; the first is the root.
  private(set) var nodes = [Node(path: "")]
  private var positions = ["": 0]
  private var tensorPaths: Set<String> = []

  /// Builds the tree.
  ///
  /// - Throws: `CheckpointError` of kind `invalidContents` that names the object.
  init(_ contents: CheckpointContents) throws {
    try Self.check(contents)
    var listed: Set<String> = []
    for group in contents.groups {
      try Self.checkAttributes(group.attributes, reserved: 0, of: group.path)
      guard listed.insert(group.path).inserted else { throw Self.invalid("is listed twice", group.path) }
      let position = try addGroup(group.path)
      nodes[position].attributes = group.attributes
    }
    for tensor in contents.tensors {
      try Self.check(tensor)
      guard let slash = tensor.path.lastIndex(of: "/") else {
        throw Self.invalid("lies outside every group; tensors belong under a group such as generator", tensor.path)
      }
      try Self.checkPath(tensor.path)
      let parent = try addGroup(String(tensor.path[..<slash]))
      guard positions[tensor.path] == nil, tensorPaths.insert(tensor.path).inserted else {
        throw Self.invalid("is used twice", tensor.path)
      }
      nodes[parent].tensors.append(tensor)
    }
    try checkCounts()
  }

  /// Groups and tensors in the order of the file.
  func listed() -> (groups: [StoredGroup], tensors: [StoredTensor]) {
    var groups: [StoredGroup] = []
    var tensors: [StoredTensor] = []
    func visit(_ position: Int) {
      let node = nodes[position]
      if position != 0 { groups.append(StoredGroup(path: node.path, attributes: node.attributes)) }
      tensors += node.tensors
      for child in node.groups { visit(child) }
    }
    visit(0)
    return (groups, tensors)
  }

  /// The position of the group at `path`, made with the groups above it if need be.
  private mutating func addGroup(_ path: String) throws -> Int {
    if !path.isEmpty, let position = positions[path] { return position }
    try Self.checkPath(path)
    guard !tensorPaths.contains(path) else { throw Self.invalid("is both a tensor and a group", path) }
    var parent = 0
    if let slash = path.lastIndex(of: "/") { parent = try addGroup(String(path[..<slash])) }
    let position = nodes.count
    nodes.append(Node(path: path))
    nodes[parent].groups.append(position)
    positions[path] = position
    return position
  }

  private func checkCounts() throws {
    let objects = nodes.count + tensorPaths.count
    guard objects <= CheckpointLimits.objects else {
      throw Self.invalid("has \(objects) groups and tensors; at most \(CheckpointLimits.objects) fit", nil)
    }
    for node in nodes where node.groups.count + node.tensors.count > CheckpointLimits.linksPerGroup {
      let count = node.groups.count + node.tensors.count
      throw Self.invalid("has \(count) members; at most \(CheckpointLimits.linksPerGroup) fit", node.path)
    }
  }
}

extension ContentsTree {
  /// An error about what was to be written.
  static func invalid(_ problem: String, _ object: String?) -> CheckpointError {
    CheckpointError(
      .invalidContents, "the contents cannot be written: " + (object.map { "'\($0)' " } ?? "") + problem)
  }

  private static func check(_ contents: CheckpointContents) throws {
    guard contents.step >= 0, contents.epoch >= 0 else {
      throw invalid("step \(contents.step) and epoch \(contents.epoch) must not be negative", nil)
    }
    guard contents.step <= CheckpointLimits.steps else {
      throw invalid("step \(contents.step) is beyond \(CheckpointLimits.steps)", nil)
    }
    try checkAttributes(
      [StoredAttribute("producer", .text(contents.producer)), StoredAttribute("edited", .text(contents.edited ?? ""))], reserved: 0, of: "/"
    )
    var names: Set<String> = []
    for configuration in contents.configurations {
      let path = CheckpointLayout.configurationGroup + "/" + configuration.name
      guard !configuration.name.contains("/") else { throw invalid("has a slash in its name", path) }
      try checkName(configuration.name[...], of: path)
      guard names.insert(configuration.name).inserted else { throw invalid("is used twice", path) }
      if let problem = ConfigurationText.problem(with: configuration.json.utf8) { throw invalid(problem, path) }
    }
  }

  private static func check(_ tensor: StoredTensor) throws {
    guard tensor.shape.count <= CheckpointLimits.rank else {
      throw invalid("has \(tensor.shape.count) axes; at most \(CheckpointLimits.rank) fit", tensor.path)
    }
    guard let count = tensor.elementCount else {
      throw invalid("has the shape \(tensor.shape), which no tensor can have", tensor.path)
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: tensor.type.size)
    guard !overflow, bytes == tensor.bytes.count else {
      throw invalid(
        "has \(tensor.bytes.count) bytes, which do not fill the shape \(tensor.shape) of \(tensor.type.rawValue)",
        tensor.path)
    }
    try checkAttributes(tensor.attributes, reserved: 1, of: tensor.path)
    if tensor.attribute(CheckpointLayout.checksumAttribute) != nil {
      throw invalid(
        "has an attribute '\(CheckpointLayout.checksumAttribute)', which the writer adds itself", tensor.path)
    }
  }

  private static func checkPath(_ path: String) throws {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count <= CheckpointLimits.depth else {
      throw invalid("lies \(names.count) names deep; at most \(CheckpointLimits.depth) fit", path)
    }
    for name in names { try checkName(name, of: path) }
    guard names[0] != CheckpointLayout.configurationGroup else {
      throw invalid("lies under '\(CheckpointLayout.configurationGroup)', which is for configurations", path)
    }
  }

  private static func checkName(_ name: Substring, of path: String) throws {
    guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= CheckpointLimits.nameBytes,
      !name.utf8.contains(0)
    else {
      throw invalid("has a name that is empty, '.', '..', longer than 255 bytes or with NUL in it", path)
    }
  }

  private static func checkAttributes(_ attributes: [StoredAttribute], reserved: Int, of path: String) throws {
    guard attributes.count + reserved <= CheckpointLimits.attributes else {
      let most = CheckpointLimits.attributes - reserved
      throw invalid("has \(attributes.count) attributes; at most \(most) fit", path)
    }
    var names: Set<String> = []
    for attribute in attributes {
      try checkName(attribute.name[...], of: path)
      guard names.insert(attribute.name).inserted else {
        throw invalid("has the attribute '\(attribute.name)' twice", path)
      }
      if case .text(let text) = attribute.value {
        guard text.utf8.count <= CheckpointLimits.attributeBytes, !text.utf8.contains(0) else {
          throw invalid(
            "has the attribute '\(attribute.name)' of \(text.utf8.count) bytes; text has no NUL and at most "
              + "\(CheckpointLimits.attributeBytes) bytes", path)
        }
      }
    }
  }
}
