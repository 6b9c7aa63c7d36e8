import Components
import Networks
import Rival

/// What every component must satisfy: a stable name, valid defaults, and fields that survive files and the command line.
///
/// ```swift
/// #expect(try ComponentConformance.check(MyHeuristic(weight: 2)).isEmpty)
/// ```
public enum ComponentConformance {
  /// Checks a component with its fields as they are; give them values that differ from the defaults to check their coding too.
  ///
  /// - Parameters:
  ///   - component: an instance of the type to be checked.
  ///   - registry: where the type is looked up; by default the built-in components, with this type added.
  /// - Returns: the violations, one sentence each; empty for a component that conforms.
  /// - Throws: `ComponentError` where another component of the registry has its name.
  public static func check(_ component: any Component, registry: Registry? = nil) throws -> [String] {
    let type = type(of: component)
    var registry = try registry ?? Registry.builtIn()
    try registry.register(type)
    var violations: [String] = []
    func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
      if !condition { violations.append("\(type.name): \(message())") }
    }
    expect(isKebabCase(type.name), "the name is not in kebab case, such as 'label-smoothing'")
    expect(!type.summary.isEmpty && !type.summary.contains("\n"), "the summary is not one line")
    expect(
      try ComponentFields.fields(of: type.init()) == ComponentFields.fields(of: type.init()), "init() is not constant")
    for (what, instance) in [("init()", type.init()), ("the component", component)] {
      do {
        try instance.validateFields()
      } catch {
        violations.append("\(type.name): \(what) has fields that validateFields() refuses: \(error)")
        continue
      }
      try violations += roundTrip(instance, what, registry).map { "\(type.name): \($0)" }
    }
    return violations
  }

  private static func roundTrip(_ component: any Component, _ what: String, _ registry: Registry) throws -> [String] {
    var violations: [String] = []
    let fields = try ComponentFields.fields(of: component)
    do {
      let again = try registry.component(StoredComponent(component))
      if try ComponentFields.fields(of: again) != fields {
        violations.append("\(what) has other fields after coding: \(ComponentFields.summary(of: again))")
      }
    } catch {
      violations.append("\(what) cannot be decoded from its own coding: \(error)")
    }
    // Lists and nested components have no short form.
    let defaults = try ComponentFields.fields(of: type(of: component).init())
    guard fields.keys.allSatisfy({ fields[$0] == defaults[$0] || !isCompound(fields[$0]) }) else { return violations }
    let text = ComponentFields.specification(of: component)
    do {
      let again = try registry.component(parsing: text)
      if try ComponentFields.fields(of: again) != fields {
        violations.append("'\(text)' parses to other fields: \(ComponentFields.specification(of: again))")
      }
    } catch {
      violations.append("'\(text)' does not parse: \(error)")
    }
    return violations
  }

  private static func isCompound(_ value: JSONValue?) -> Bool {
    switch value {
    case .array, .object: true
    default: false
    }
  }

  private static func isKebabCase(_ name: String) -> Bool {
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    return name.first?.isLetter == true
      && words.allSatisfy { word in !word.isEmpty && word.allSatisfy { "a"..."z" ~= $0 || "0"..."9" ~= $0 } }
  }
}
