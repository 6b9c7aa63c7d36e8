import Components

/// A stored study with what was asked for beyond it: more variants, seeds and rounds. Nothing that is there is lost.
///
/// Where all that the study has is asked for too, the order asked for holds, so that the grown study is the one that was asked for; otherwise what
/// is new follows what is there. More rounds keep the rounds between two evaluations, and so there are more evaluations.
public struct StudyGrowth: Sendable, Equatable {
  /// The grown study; the stored one where nothing is added.
  public let specification: StudySpecification
  /// What is added, in words, such as `3 seeds (4, 5, 6)`; empty where nothing is.
  public let additions: [String]
  /// What the study has beyond what was asked for, in words; it stays.
  public let kept: [String]

  /// What `asked` adds to `stored`.
  ///
  /// - Parameter path: where the study lies, for messages.
  /// - Throws: ``StudyError`` that lists the differences where trials of both could not be compared (another problem, data, batch size, metric or
  ///   number of samples), or where the rounds asked for are no whole number of evaluations.
  public init(of stored: StudySpecification, by asked: StudySpecification, in path: String) throws {
    var whole = stored
    whole.variants = Self.merged(stored.variants, asked.variants, by: \.label)
    whole.seeds = Self.merged(stored.seeds, asked.seeds, by: \.self)
    if stored.budget != nil {
      whole.rounds = whole.variants.compactMap(\.rounds).max() ?? stored.rounds
    } else if asked.budget == nil, asked.rounds > stored.rounds {
      try whole.extend(to: asked.rounds, in: path)
    }

    var compared = asked
    (compared.seeds, compared.rounds) = (whole.seeds, whole.rounds)
    if asked.evaluationCount == stored.evaluationCount { compared.evaluationCount = whole.evaluationCount }
    // What was there under a label must be what is asked for under it.
    compared.variants = stored.variants.map { variant in asked.variants.first { $0.label == variant.label } ?? variant }
    var known = whole
    known.variants = stored.variants
    let differences = compared.differences(from: known)
    guard differences.isEmpty else {
      throw StudyError(
        "\(path) holds a study whose runs could not be compared with those (there → here):\n  " + differences.joined(separator: "\n  ")
          + "\nLeave these out to go on with it; more variants, seeds and rounds can be added. Or name another folder for another study.")
    }
    try whole.validate()
    specification = whole

    let variants = whole.variants.map(\.label).filter { label in !stored.variants.contains { $0.label == label } }
    let seeds = whole.seeds.filter { !stored.seeds.contains($0) }
    additions =
      [Self.text(variants, "variant"), Self.text(seeds.map(String.init), "seed")].compactMap { $0 }
      + (whole.rounds > stored.rounds && stored.budget == nil ? ["\(whole.rounds - stored.rounds) rounds to each run"] : [])
    let others = stored.variants.map(\.label).filter { label in !asked.variants.contains { $0.label == label } }
    let further = stored.seeds.filter { !asked.seeds.contains($0) }
    kept =
      [Self.text(others, "variant"), Self.text(further.map(String.init), "seed")].compactMap { $0 }
      + (asked.rounds < stored.rounds && stored.budget == nil ? ["\(stored.rounds) rounds"] : [])
  }

  /// `asked` where it holds everything that is stored, and otherwise what it adds behind that.
  private static func merged<Element, Name: Hashable>(
    _ stored: [Element], _ asked: [Element], by name: KeyPath<Element, Name>
  ) -> [Element] {
    let names = Set(asked.map { $0[keyPath: name] })
    let isWhole = stored.allSatisfy { names.contains($0[keyPath: name]) }
    let known = Set(stored.map { $0[keyPath: name] })
    let new = asked.filter { !known.contains($0[keyPath: name]) }
    guard isWhole else { return stored + new }
    let kept = Dictionary(stored.map { ($0[keyPath: name], $0) }) { first, _ in first }
    return asked.map { kept[$0[keyPath: name]] ?? $0 }
  }

  /// `3 seeds (4, 5, 6)`; `nil` for none.
  private static func text(_ names: [String], _ noun: String) -> String? {
    names.isEmpty ? nil : "\(names.count) \(noun)\(names.count == 1 ? "" : "s") (\(names.joined(separator: ", ")))"
  }
}

extension StudySpecification {
  /// Plays more rounds, with as many between two evaluations as before.
  fileprivate mutating func extend(to more: Int, in path: String) throws {
    let count = min(evaluationCount, rounds)
    let (product, isTooLarge) = more.multipliedReportingOverflow(by: count)
    guard !isTooLarge, product.isMultiple(of: rounds) else {
      // The least number of rounds that is a whole number of evaluations.
      var (step, rest) = (rounds, count)
      while rest != 0 { (step, rest) = (rest, step % rest) }
      let unit = rounds / step
      let lower = more / unit * unit
      throw StudyError(
        "the study in \(path) has \(count) evaluations in \(rounds) rounds, so it can grow by multiples of \(unit) rounds, but \(more) rounds are asked for; "
          + "ask for \(lower > rounds ? "\(lower) or " : "")\(lower + unit)")
    }
    evaluationCount = product / rounds
    rounds = more
  }
}
