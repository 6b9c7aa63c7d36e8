import Components

/// A component with the text that writes it: `precision-recall:neighbors=5`.
public struct NamedComponent: Codable, Sendable, Hashable {
  /// What messages and files call it: its specification.
  public var label: String
  /// The component with all fields.
  public var component: StoredComponent

  /// Names `component` by its specification.
  public init(_ component: any Component) throws {
    label = ComponentFields.specification(of: component)
    self.component = try StoredComponent(component)
  }
}
