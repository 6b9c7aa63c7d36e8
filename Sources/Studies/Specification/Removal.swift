import Components

/// A step of an ablation: a variant, and one that lacks one or two of its parts.
public struct Removal: Sendable, Hashable {
  /// The place of the variant with all parts among the study's variants.
  public let whole: Int
  /// What is removed: a component by its name, an optimizer of one player as `adam@generator`.
  public let parts: [String]
  /// The place of the variant that lacks it.
  public let remaining: Int
  /// For two parts the places of the variants that lack one of them, in the order of ``parts``; else empty.
  public let single: [Int]
}

extension StudySpecification {
  /// The steps of the ablations in the study: of each variant from which two parts or more can be removed, one after the other, so that what is left is a
  /// variant too; and of two parts together where that is one. Variants that are steps of a larger one are not taken apart again.
  public var removals: [Removal] {
    let sets = variants.map { Set($0.parts) }
    let places = Dictionary(sets.enumerated().map { ($1, $0) }) { first, _ in first }
    /// The parts that can be removed, with what is left.
    let removable = variants.indices.map { whole in
      variants[whole].parts.enumerated().compactMap { index, part in
        places[sets[whole].subtracting([part])].map { (index: index, part: part, remaining: $0) }
      }
    }
    let wholes = variants.indices.filter { removable[$0].count > 1 }
    let steps = Set(wholes.flatMap { removable[$0].map(\.remaining) })
    return wholes.filter { !steps.contains($0) }.flatMap { whole -> [Removal] in
      let names = variants[whole].partNames
      let found = removable[whole]
      let single = found.map { Removal(whole: whole, parts: [names[$0.index]], remaining: $0.remaining, single: []) }
      let pairs = found.indices.flatMap { first in
        found[(first + 1)...].compactMap { second -> Removal? in
          let one = found[first]
          return places[sets[whole].subtracting([one.part, second.part])].map {
            Removal(
              whole: whole, parts: [names[one.index], names[second.index]], remaining: $0, single: [one.remaining, second.remaining])
          }
        }
      }
      return single + pairs
    }
  }

  /// How many comparisons decide where so many measures do: every variant's with the reference, and every step of an ablation.
  public func comparisonCount(deciding: Int) -> Int {
    let steps = removals.count { $0.isTested(reference: referenceIndex) }
    return (variants.count - 1 + steps) * deciding
  }
}

extension Removal {
  /// Whether it is a comparison of its own: the removal of one part from the reference is that of the other variant with it already.
  func isTested(reference: Int) -> Bool { parts.count > 1 || whole != reference }
}

extension Variant {
  /// One thing that a variant changes.
  fileprivate struct Part: Hashable {
    var player: String?
    var component: StoredComponent
  }

  fileprivate var parts: [Part] {
    components.map { Part(player: nil, component: $0) } + optimizers.map { Part(player: $0.player, component: $0.optimizer) }
  }

  /// A name for each part; of several of one name, with a number.
  fileprivate var partNames: [String] {
    let names = parts.map { $0.component.name + ($0.player.map { "@\($0)" } ?? "") }
    return names.indices.map { place in
      names.count { $0 == names[place] } == 1 ? names[place] : "\(names[place]) \(names[...place].count { $0 == names[place] })"
    }
  }
}
