import Rival

/// The layers of a network as a person types them: `Dense(128) LeakyReLU(0.2) Dense(1)`.
///
/// A layer is written as the builder takes it, with a Swift name and arguments in parentheses, or as a component is, `dense:units=128`. Blanks and
/// commas stand between layers.
enum LayerText {
  /// The layers that `text` describes.
  ///
  /// - Parameter option: where the text stands, for messages.
  /// - Throws: `ComponentError` where a name, field or value is wrong; ``CommandFailure`` for text that is no list of layers.
  static func layers(_ text: String, _ option: String, _ registry: Registry) throws -> Sequential {
    let words = try pieces(text, separators: " ,\n\t", option)
    guard !words.isEmpty else { throw CommandFailure("\(option) names no layers; write some, such as \"Dense(128) ReLU Dense(2)\"") }
    return Sequential(
      try words.map { word in
        let component = try registry.component(parsing: specification(of: word, option, registry))
        guard let layer = component as? any Layer else {
          throw CommandFailure("\(option): '\(component.name)' is \(ComponentKind(type(of: component)).phrase), not a layer")
        }
        return PlacedLayer(layer)
      })
  }

  /// `Dense(128, usesBias: false)` as `dense:units=128,usesBias=false`.
  private static func specification(of word: String, _ option: String, _ registry: Registry) throws -> String {
    guard let open = word.firstIndex(of: "(") else { return word.contains(":") ? word : name(of: word, registry) }
    guard word.hasSuffix(")") else {
      throw CommandFailure("\(option): '\(word)' has something behind its parenthesis; leave a blank there")
    }
    let name = name(of: String(word[..<open]), registry)
    let leading = ((try registry.type(named: name)) as? any Layer.Type)?.leadingFields ?? []
    let inside = word[word.index(after: open)...].dropLast()
    let fields = try pieces(String(inside), separators: ",", option).enumerated().map { place, argument in
      let pair = argument.split(separator: ":", maxSplits: 1).map { $0.trimmed }
      if pair.count == 2 { return ["\(pair[0])=\(value(pair[1]))"] }
      guard place == 0, !leading.isEmpty else {
        throw CommandFailure("\(option): '\(argument.trimmed)' in '\(word)' needs a name in front of it, as in usesBias: false")
      }
      return leading.map { "\($0)=\(value(argument.trimmed))" }
    }
    // What is named counts, where a value without a name sets several fields.
    var named: [String: String] = [:]
    for field in fields.joined() { named[String(field.prefix { $0 != "=" })] = field }
    return named.isEmpty ? name : name + ":" + named.keys.sorted().compactMap { named[$0] }.joined(separator: ",")
  }

  /// A value as components take it: `.heNormal` is he-normal, `[4, 4, 8]` is [4 4 8], quotes are left away.
  private static func value(_ text: String) -> String {
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { return String(text.dropFirst().dropLast()) }
    if text.hasPrefix("[") { return text.replacing(",", with: " ") }
    return text.hasPrefix(".") && text.dropFirst().first?.isLetter == true ? kebab(String(text.dropFirst())) : text
  }

  /// The stable name of a layer whose Swift name, or stable name, is given.
  private static func name(of word: String, _ registry: Registry) -> String {
    registry.names.first { name in
      guard let type = try? registry.type(named: name), type is any Layer.Type else { return false }
      return String(describing: type) == word
    } ?? (registry.names.contains(word) ? word : kebab(word))
  }

  /// `heNormal` and `HeNormal` as `he-normal`.
  private static func kebab(_ name: String) -> String {
    var result = ""
    for letter in name {
      if letter.isUppercase, !result.isEmpty { result += "-" }
      result += letter.lowercased()
    }
    return result
  }

  /// The pieces between separators that stand in no parentheses, brackets or quotes.
  private static func pieces(_ text: String, separators: String, _ option: String) throws -> [String] {
    var pieces: [String] = []
    var piece = ""
    var depth = 0
    var isQuoted = false
    for letter in text {
      if letter == "\"" { isQuoted.toggle() }
      if !isQuoted, "([".contains(letter) { depth += 1 }
      if !isQuoted, ")]".contains(letter) { depth -= 1 }
      guard depth >= 0 else { throw CommandFailure("\(option): there is a closing bracket too many in '\(text)'") }
      if depth == 0, !isQuoted, separators.contains(letter) {
        if !piece.trimmed.isEmpty { pieces.append(piece) }
        piece = ""
      } else {
        piece.append(letter)
      }
    }
    guard depth == 0, !isQuoted else { throw CommandFailure("\(option): a bracket or quote is not closed in '\(text)'") }
    if !piece.trimmed.isEmpty { pieces.append(piece) }
    return pieces
  }
}

extension StringProtocol {
  /// Without blanks at its ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
