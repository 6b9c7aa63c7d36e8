/// The fields of a component as JSON, by name.
public enum ComponentFields {
  /// The fields of `component`.
  public static func fields(of component: any Component) throws -> [String: JSONValue] {
    try JSONValue(encoding: component).members
  }

  /// `name(field: value, …)`, fields in alphabetical order, those that differ from the defaults only.
  public static func summary(of component: any Component) -> String {
    guard let fields = try? fields(of: component), let defaults = try? self.fields(of: type(of: component).init())
    else {
      return component.name
    }
    let members = changedMembers(of: component) { summary(of: $0) }
    let changed = fields.keys.sorted().filter { fields[$0] != defaults[$0] && $0 != members?.field }
    let texts = changed.map { "\($0): \(fields[$0]?.plain ?? "")" } + (members?.texts ?? [])
    return component.name + (texts.isEmpty ? "" : "(" + texts.joined(separator: ", ") + ")")
  }

  /// `name:field=value,…`: the text that the command line takes for this component.
  public static func specification(of component: any Component) -> String {
    guard let fields = try? fields(of: component), let defaults = try? self.fields(of: type(of: component).init())
    else {
      return component.name
    }
    let members = changedMembers(of: component) { specification(of: $0) }
    let changed = fields.keys.sorted().filter { fields[$0] != defaults[$0] && $0 != members?.field }
    let texts = changed.map { "\($0)=\(fields[$0]?.plain ?? "")" } + (members?.texts ?? [])
    return component.name + (texts.isEmpty ? "" : ":" + texts.joined(separator: ","))
  }
}
