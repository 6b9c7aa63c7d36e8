import Foundation

/// One field of a component, as `plugins describe` tells it: what it takes, its default, and what it means.
public struct ComponentField: Sendable, Hashable {
  /// What a field takes.
  public enum Kind: Sendable, Hashable {
    /// `true` or `false`.
    case truth
    /// A number without a fraction.
    case wholeNumber
    case number
    /// Any text.
    case text
    /// One of a few words, as they are listed to people.
    case choice(String)
    /// Several values, written in brackets.
    case list
    /// A value, or `none`.
    case optional
    /// Nested components, which have no short form.
    case composite
    /// The members of a ``ComponentGroup``.
    case members
  }

  /// The field's name, in camel case.
  public var name: String
  /// What it takes.
  public var kind: Kind
  /// Whether a number may be one that changes from round to round: `2e-4:cosine:0@5000`.
  public var takesSchedule = false
  /// What it is where nothing is said.
  public var defaultValue: JSONValue
  /// What the component's own check says that it must be; `nil` where the check refuses nothing, or the field is no number.
  public var range: String?
  /// What it means (``Component/fieldDescriptions``); empty where the component does not say.
  public var meaning: String

  /// The kind and range in words: `number, 0 or more`.
  public var accepted: String {
    let words =
      switch kind {
      case .truth: "true or false"
      case .wholeNumber: "whole number"
      case .number: takesSchedule ? "number or schedule" : "number"
      case .text: "text"
      case .choice(let choices): "one of \(choices)"
      case .list: "list, as in [1 2]"
      case .optional: "value, or none"
      case .composite: "set in Swift"
      case .members: "components, one after another"
      }
    guard let range else { return words }
    // Some ranges say themselves that they are of numbers.
    guard ["number", "integer"].contains(where: { range.contains($0) }) else { return "\(words), \(range)" }
    return takesSchedule ? "\(range), or a schedule" : range
  }
}

extension Registry {
  /// The fields of a component type, in alphabetical order.
  ///
  /// Kinds and ranges are found by trying: what cannot be decoded is of another kind, and what `validateFields()` says of numbers far out is the range.
  ///
  /// - Throws: where the type's default fields cannot be coded.
  public func fields(of type: any Component.Type) throws -> [ComponentField] {
    func found<C: Component>(_ type: C.Type) throws -> [ComponentField] {
      let defaults = try ComponentFields.fields(of: C())
      return defaults.keys.sorted().compactMap { name in
        guard let value = defaults[name] else { return nil }
        let kind = self.kind(of: name, value, in: type, defaults)
        let takesSchedule = kind == .number && (try? decoded(type, defaults, setting: name, to: .string("0:step:0@1"))) != nil
        return ComponentField(
          name: name, kind: kind, takesSchedule: takesSchedule, defaultValue: value, range: self.range(of: name, kind, in: type, defaults),
          meaning: C.fieldDescriptions[name] ?? "")
      }
    }
    return try found(type)
  }

  private func kind<C: Component>(of field: String, _ value: JSONValue, in type: C.Type, _ defaults: [String: JSONValue])
    -> ComponentField.Kind
  {
    if let group = type as? any ComponentGroup.Type, group.membersField == field { return .members }
    switch value {
    case .bool: return .truth
    case .number: return .number
    case .array: return .list
    case .object: return .composite
    case .null: return .optional
    case .integer:
      // A default such as 1.0 is written as 1; only a number takes a half.
      do {
        _ = try decoded(type, defaults, setting: field, to: .number(0.5))
        return .number
      } catch {
        return .wholeNumber
      }
    case .string:
      do {
        _ = try decoded(type, defaults, setting: field, to: .string("\u{1}"))
      } catch DecodingError.dataCorrupted(let context) where !context.debugDescription.isEmpty {
        return .choice(context.debugDescription)
      } catch {
        return .text
      }
      return .text
    }
  }

  private func range<C: Component>(
    of field: String, _ kind: ComponentField.Kind, in type: C.Type, _ defaults: [String: JSONValue]
  ) -> String? {
    let tried: [JSONValue]
    switch kind {
    // Squares of these still fit into an integer.
    case .wholeNumber: tried = [.integer(-1_000_000_000), .integer(1_000_000_000), .integer(0)]
    case .number: tried = [.number(-1e9), .number(1e9), .number(0)]
    default: return nil
    }
    var found: [String] = []
    for value in tried {
      guard let component = try? decoded(type, defaults, setting: field, to: value) else { continue }
      do {
        try component.validateFields()
      } catch let error as ComponentError {
        guard error.description.hasPrefix("\(C.name): field '\(field)' "), let place = error.description.range(of: ", but must be ")
        else { continue }
        // What follows a colon says why.
        let expected = String(error.description[place.upperBound...].prefix { $0 != ":" })
        if !found.contains(expected) { found.append(expected) }
      } catch {
        continue
      }
    }
    return found.isEmpty ? nil : found.joined(separator: "; ")
  }

  private func decoded<C: Component>(_ type: C.Type, _ defaults: [String: JSONValue], setting field: String, to value: JSONValue) throws
    -> C
  {
    var fields = defaults
    fields[field] = value
    return try decode(type, from: JSONEncoder().encode(JSONValue.object(fields)))
  }
}
