/// A strict check of markup: Foundation's parser repairs what it reads, so it accepts anything.
enum Markup {
  /// Whether tags nest and close, attributes are quoted, and text holds no bare `<` or `&`.
  static func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard hasOnlyEntities(rest[..<start]), let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
        continue
      }
      let isClosed = tag.hasSuffix("/")
      let body = isClosed ? tag.dropLast() : tag
      let name = body.prefix { $0.isLetter || $0.isNumber }
      guard !name.isEmpty, hasQuotedAttributes(body.dropFirst(name.count)) else { return false }
      if !isClosed { open.append(name) }
    }
    return open.isEmpty && hasOnlyEntities(rest)
  }

  private static func hasOnlyEntities(_ text: Substring) -> Bool {
    text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
      ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { part.hasPrefix($0) }
    }
  }

  private static func hasQuotedAttributes(_ text: Substring) -> Bool {
    var rest = text.drop(while: \.isWhitespace)
    var names: [Substring] = []
    while !rest.isEmpty {
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count + 1)
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }), !names.contains(name),
        rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\""), hasOnlyEntities(rest[..<end])
      else { return false }
      names.append(name)
      let after = rest[rest.index(after: end)...]
      guard after.isEmpty || after.first?.isWhitespace == true else { return false }
      rest = after.drop(while: \.isWhitespace)
    }
    return true
  }
}
