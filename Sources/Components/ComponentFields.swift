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
    let changed = fields.keys.sorted().filter { fields[$0] != defaults[$0] }
    if changed.isEmpty { return component.name }
    return component.name + "(" + changed.map { "\($0): \(fields[$0]?.plain ?? "")" }.joined(separator: ", ") + ")"
  }

  /// `name:field=value,…`: the text that the command line takes for this component.
  public static func specification(of component: any Component) -> String {
    guard let fields = try? fields(of: component), let defaults = try? self.fields(of: type(of: component).init())
    else {
      return component.name
    }
    let changed = fields.keys.sorted().filter { fields[$0] != defaults[$0] }
    return component.name
      + (changed.isEmpty ? "" : ":" + changed.map { "\($0)=\(fields[$0]?.plain ?? "")" }.joined(separator: ","))
  }
}
