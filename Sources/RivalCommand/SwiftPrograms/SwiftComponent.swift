import Rival

/// A component as a program makes it: `Adam(learningRate: 0.001)`, `Conv2D(64, stride: 2)`, `KernelDistance().setting { $0.subsets = 10 }`.
enum SwiftComponent {
  /// The expression, with the fields that differ from the defaults.
  ///
  /// Built-in components are made by their initializers (``SwiftInitializers``), and what these do not take is set behind them; so is all that a component of
  /// one's own has.
  ///
  /// - Throws: ``CommandFailure`` for data that only a program holds.
  static func text(_ component: any Component) throws -> String {
    if let sources = component as? UnpairedSources {
      return try "UnpairedSources(["
        + sources.sources.map { try "\(SwiftValue.quoted($0.name)): \(text($0.source))" }.joined(separator: ", ") + "])"
    }
    guard !(component is ArraySamples) else { throw CommandFailure("the data was an array of a program, which cannot be written as Swift") }
    let type = String(describing: type(of: component))
    var changed = try changedFields(of: component)
    var arguments: [String] = []
    // What has no label is what one reads a layer by: `Dense(1)`, whatever the default.
    if let labels = SwiftInitializers.labels[type],
      labels[0].prefix.isEmpty || labels.contains(where: { label in changed.contains { $0.name == label.field } })
    {
      for label in labels {
        guard let place = changed.firstIndex(where: { $0.name == label.field }) else {
          if label.isRequired { arguments.append(try label.prefix + SwiftValue.text(value(of: label.field, in: component))) }
          continue
        }
        arguments.append(label.prefix + changed.remove(at: place).text)
      }
    }
    let made = "\(type)(\(arguments.joined(separator: ", ")))"
    return changed.isEmpty ? made : made + ".setting { " + changed.map { "$0.\($0.name) = \($0.text)" }.joined(separator: "; ") + " }"
  }

  /// The fields that are not what `init()` makes them, in the order in which they are declared.
  static func changedFields(of component: any Component) throws -> [(name: String, text: String)] {
    let coded = try ComponentFields.fields(of: component)
    let defaults = try ComponentFields.fields(of: type(of: component).init())
    return try Mirror(reflecting: component).children.compactMap { label, value in
      guard let label, coded[label] != defaults[label] else { return nil }
      return (label, try SwiftValue.text(value))
    }
  }

  private static func value(of field: String, in component: any Component) -> Any {
    Mirror(reflecting: component).children.first { $0.label == field }?.value ?? ""
  }
}
