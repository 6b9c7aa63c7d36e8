import Components
import Networks

/// The list of a study's variants as one writes it: `baseline,label-smoothing:real=0.9,fake=0.1+r1-penalty:gamma=1`.
///
/// Commas stand between variants and between the fields of a component. The text is cut at every comma, and a piece is a further field of
/// the component before it where the first of `=`, `:` and `+` in it is `=`; any other piece begins a new variant. So above,
/// `fake=0.1+r1-penalty:gamma=1` goes on with label smoothing and then joins the R1 penalty: two variants in all.
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

  /// The text of each variant.
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
    return result
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
