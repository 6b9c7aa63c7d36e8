import Components
import Networks

/// The list of a study's variants as one writes it: `baseline,label-smoothing:real=0.9,fake=0.1+r1-penalty:gamma=1`.
///
/// Commas stand between variants and between the fields of a component. The text is cut at every comma, and a piece is a further field of
/// the component before it where the first of `=`, `:` and `+` in it is `=`; any other piece begins a new variant. So above,
/// `fake=0.1+r1-penalty:gamma=1` goes on with label smoothing and then joins the R1 penalty: two variants in all.
///
/// A field may have several values, and then there is a variant for each: `r1-penalty:gamma=0.1|1|10`; of several such fields all combinations.
public enum VariantList {
  /// The variants that `text` writes, in order.
  ///
  /// - Throws: ``StudyError`` for an empty list, a field that follows no component, or variants that are the same;
  ///   `ComponentError` for components, fields and values that do not exist.
  public static func parse(_ text: String, registry: Registry) throws -> [Variant] {
    let variants = try split(text).map { try Variant(parsing: $0, registry: registry) }
    try Variant.check(variants)
    return variants
  }

  /// The text of each variant, those of several values written out.
  ///
  /// - Throws: ``StudyError``, as ``parse(_:registry:)`` does.
  public static func split(_ text: String) throws -> [String] {
    var result: [String] = []
    for raw in text.split(separator: ",", omittingEmptySubsequences: false) {
      let piece = trimmed(String(raw))
      guard !piece.isEmpty else {
        throw StudyError("the list of variants '\(text)' has an empty entry; separate variants by single commas")
      }
      guard piece.first(where: { "=:+".contains($0) }) == "=" else {
        result.append(piece)
        continue
      }
      guard let last = result.last, hasFields(last) else {
        let before =
          result.last.map { "'\($0)' has no fields yet: write \($0):\(piece)" } ?? "no component stands before it"
        throw StudyError("'\(piece)' goes on with the fields of a component, but \(before)")
      }
      result[result.count - 1] = last + "," + piece
    }
    return try result.flatMap(expanded)
  }

  /// The text for each of the values that fields have in it, the last field changing fastest.
  static func expanded(_ text: String) throws -> [String] {
    guard let bar = text.firstIndex(of: "|") else { return [text] }
    guard let sign = text[..<bar].lastIndex(of: "="), end(ofValue: text[text.index(after: sign)...]) > bar else {
      throw StudyError("'\(text)' has a choice that is not one of a field's values; write gamma=0.1|1|10, and variants apart by commas")
    }
    let start = text.index(after: sign)
    let end = end(ofValue: text[start...])
    let values = text[start..<end].split(separator: "|", omittingEmptySubsequences: false).map { trimmed(String($0)) }
    guard values.allSatisfy({ !$0.isEmpty }) else { throw StudyError("'\(text)' has an empty value; write gamma=0.1|1|10") }
    let rest = try expanded(String(text[end...]))
    return values.flatMap { value in rest.map { text[..<start] + value + $0 } }
  }

  /// Where a value ends: in front of the next comma, or of a `+` that a letter follows.
  private static func end(ofValue text: Substring) -> Substring.Index {
    text.indices.first { place in
      text[place] == "," || text[place] == "+" && text[text.index(after: place)...].drop { $0 == " " }.first?.isLetter ?? true
    } ?? text.endIndex
  }

  /// Whether the last component of a variant's text has fields already.
  private static func hasFields(_ variant: String) -> Bool {
    guard let colon = variant.lastIndex(of: ":") else { return false }
    // A "+" behind the colon begins another component where a letter follows.
    var rest = variant[colon...]
    while let plus = rest.firstIndex(of: "+") {
      rest = rest[variant.index(after: plus)...]
      if rest.first?.isLetter ?? true { return false }
    }
    return true
  }

  static func trimmed(_ text: String) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
