import Networks

/// Which tensor of a file each tensor of a network gets.
public enum WeightMatching: Sendable, Equatable {
  /// The one of its name.
  case names
  /// The one of the same part of the same layer, counted from the first: layers with weights, one after the other.
  case order
}

extension WeightMatching {
  /// What other programs call the parts of a layer, by what we do.
  private static let parts: [String: String] = [
    "kernel": "weight", "gamma": "weight", "embeddings": "weight", "embedding": "weight", "beta": "bias", "running_mean": "moving_mean",
    "running_var": "moving_variance",
  ]

  /// A name without that of its layer, and as all call it.
  private static func part(of name: String) -> String {
    let last = String(name[(name.lastIndex { $0 == "." || $0 == "/" }.map(name.index(after:)) ?? name.startIndex)...])
    return parts[last] ?? last
  }

  private static func layer(of name: String) -> String {
    String(name[..<(name.lastIndex { $0 == "." || $0 == "/" } ?? name.startIndex)])
  }

  /// The name in the file of each form, matched layer by layer.
  ///
  /// - Parameter names: the file's, its layers in their order.
  /// - Throws: ``ExchangeError`` that shows both lists where they do not fit.
  static func ordered(_ forms: [WeightForm], _ names: [String]) throws -> [(form: WeightForm, name: String)] {
    func grouped<Element>(_ elements: [Element], _ name: (Element) -> String) -> [(layer: String, elements: [Element])] {
      var result: [(layer: String, elements: [Element])] = []
      for element in elements {
        let own = layer(of: name(element))
        if result.last?.layer == own { result[result.count - 1].elements.append(element) } else { result.append((own, [element])) }
      }
      return result
    }
    let wanted = grouped(forms) { $0.path }
    let given = grouped(names) { $0 }
    func list(_ layers: [String]) -> String { layers.prefix(20).joined(separator: ", ") + (layers.count > 20 ? ", …" : "") }
    guard wanted.count == given.count else {
      throw ExchangeError(
        "the network has \(wanted.count) layers with weights (\(list(wanted.map(\.layer)))), the file \(given.count) "
          + "(\(list(given.map(\.layer)))); give the names (--names)")
    }
    return try zip(wanted, given).flatMap { wanted, given in
      try wanted.elements.map { form in
        let matches = given.elements.filter { part(of: $0) == part(of: form.path) }
        guard matches.count == 1 else {
          throw ExchangeError(
            "'\(form.path)' has no counterpart, or several, in layer '\(given.layer)' of the file, which has "
              + "\(list(given.elements.map { String($0.dropFirst(given.layer.count).drop { "./".contains($0) }) })); give the names (--names)"
          )
        }
        return (form, matches[0])
      }
        + given.elements.filter { name in !wanted.elements.contains { part(of: $0.path) == part(of: name) } }.map { name in
          throw ExchangeError("'\(name)' of the file has no counterpart in layer '\(wanted.layer)'; give the names (--names)")
        }
    }
  }

  /// Whether a name comes before another where numbers in them count as numbers: `2.weight` before `10.weight`.
  static func precedes(_ first: String, _ second: String) -> Bool {
    func pieces(_ text: String) -> [(number: Int, text: Substring)] {
      text.chunks().map { (Int($0) ?? -1, $0) }
    }
    for (own, its) in zip(pieces(first), pieces(second)) where own.text != its.text {
      if own.number >= 0, its.number >= 0, own.number != its.number { return own.number < its.number }
      return own.text < its.text
    }
    return first.count < second.count
  }
}

extension String {
  /// Runs of digits, and what stands between them.
  fileprivate func chunks() -> [Substring] {
    var result: [Substring] = []
    var rest = self[...]
    while let first = rest.first {
      let isDigit = first.isASCII && first.isNumber
      let run = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
      result.append(run)
      rest = rest.dropFirst(run.count)
    }
    return result
  }
}
