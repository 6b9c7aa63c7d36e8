/// A component as files keep it: its name and its fields.
public struct StoredComponent: Codable, Sendable, Hashable {
  public var name: String
  public var fields: JSONValue

  public init(name: String, fields: JSONValue = .object([:])) {
    self.name = name
    self.fields = fields
  }

  public init(_ component: any Component) throws {
    self.name = component.name
    let fields = try JSONValue(encoding: component)
    let later = type(of: component).laterFields
    self.fields = later.isEmpty ? fields : .object(fields.members.filter { later[$0.key] != $0.value })
  }

  /// The component itself, made by the registry that the decoder carries.
  public func component(in decoder: any Decoder) throws -> any Component {
    guard let registry = decoder.userInfo[.registry] as? Registry else {
      throw ComponentError(
        "'\(name)' cannot be read without a registry of components: decode it with Registry.decode(_:from:)")
    }
    return try registry.component(self)
  }
}

extension CodingUserInfoKey {
  /// Where decoders carry the registry that nested components are made with.
  package static let registry: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "rival.registry") else {
      preconditionFailure("a user info key needs a name")
    }
    return key
  }()
}
