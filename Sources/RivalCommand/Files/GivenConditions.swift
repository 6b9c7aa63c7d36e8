import Rival

/// What `--given` says: `label=3`, `label=0,1,2`, `label=every`.
enum GivenConditions {
  /// Reads the options.
  ///
  /// - Parameters:
  ///   - texts: `FIELD=CLASSES`, each field once; classes separated by commas are taken in turn, `every` gives all of them, one after the other,
  ///     as many samples each.
  ///   - fields: the fields that samples are made for.
  ///   - count: how many samples are drawn.
  /// - Throws: ``CommandFailure`` for text of another form, or a field that samples are not made for.
  static func parsed(_ texts: [String], fields: [Field], count: Int) throws -> [String: SampleCondition] {
    var result: [String: SampleCondition] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw CommandFailure("--given \(text): write a field and its class, as in --given label=3") }
      guard let field = fields.first(where: { $0.name == parts[0] }) else {
        let known = fields.map(\.description).joined(separator: ", ")
        throw CommandFailure(
          "--given \(text): samples are not made for '\(parts[0])': "
            + (known.isEmpty ? "this generator takes no condition" : "they are made for \(known)"))
      }
      guard let classes = field.classCount else {
        throw CommandFailure("--given \(text): '\(field.name)' holds numbers of shape \(field.shape), which only a program can give")
      }
      guard result[field.name] == nil else { throw CommandFailure("--given: '\(field.name)' is given twice") }
      if parts[1] == "every" {
        result[field.name] = .classes((0..<count).map { $0 * classes / max(count, 1) })
        continue
      }
      let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.allSatisfy({ $0.map { (0..<classes).contains($0) } ?? false }) else {
        throw CommandFailure("--given \(text): '\(field.name)' has the classes 0 to \(classes - 1), or every")
      }
      result[field.name] = .classes(numbers.compactMap { $0 })
    }
    return result
  }
}
