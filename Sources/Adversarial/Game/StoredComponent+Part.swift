import Components

extension StoredComponent {
  /// The component itself as a part of a kind.
  ///
  /// - Parameter kind: what belongs here, such as "a loss".
  /// - Throws: `ComponentError` for a component that is unknown, or of another kind.
  func part<Part>(_ type: Part.Type, as kind: String, in decoder: any Decoder) throws -> Part {
    guard let part = try component(in: decoder) as? Part else {
      throw ComponentError("'\(name)' stands where \(kind) belongs, but is none")
    }
    return part
  }
}
