import Adversarial
import Components
import Networks

/// One of the things that a study compares: the problem's own composition with components added or put in the place of its own.
public struct Variant: Codable, Sendable, Hashable {
  /// What tables call it: the text it was written as, such as `label-smoothing:real=0.9+r1-penalty`.
  public var label: String
  /// What is applied to the problem's composition, in order, with all fields; empty for the baseline.
  public var components: [StoredComponent]
  /// The optimizers of single players, applied after the components; no player twice.
  public var optimizers: [StoredPlayerOptimizer]
  /// How many rounds a run of it plays where the study has a budget; `nil` where it has none.
  public var rounds: Int?

  /// The variant without changes.
  public static let baseline = Variant(label: baselineLabel, components: [])
  /// What the unchanged composition is called.
  public static let baselineLabel = "baseline"

  /// Creates a variant.
  public init(label: String, components: [StoredComponent], optimizers: [StoredPlayerOptimizer] = []) {
    self.label = label
    self.components = components
    self.optimizers = optimizers
  }

  /// A variant of components, and of optimizers by their player's name: `Variant("penalty", [R1Penalty(gamma: 1)], optimizers: ["generator": Adam()])`.
  ///
  /// - Throws: where a component's fields cannot be coded.
  public init(_ label: String, _ components: [any Component], optimizers: KeyValuePairs<String, any Optimizer> = [:]) throws {
    self.init(
      label: label, components: try components.map { try StoredComponent($0) },
      optimizers: try optimizers.map { StoredPlayerOptimizer(try StoredComponent($1), of: $0) })
  }

  /// Whether it changes nothing.
  public var isBaseline: Bool { components.isEmpty && optimizers.isEmpty }

  /// Whether it changes the same as `other`, whatever it is called.
  public func isSame(as other: Variant) -> Bool { components == other.components && optimizers == other.optimizers }

  /// The variant that `text` writes: `baseline`, or specifications of components joined by `+`. An optimizer is that of all players, or with `@` of one:
  /// `r1-penalty:gamma=1+adam@generator:learningRate=1e-4`.
  ///
  /// A `+` joins components only where a letter follows it, so that `gamma=1e+3` stays a number.
  ///
  /// - Throws: `ComponentError` where a component, a field or a value is wrong; ``StudyError`` where the text is no variant.
  public init(parsing text: String, registry: Registry) throws {
    let label = VariantList.trimmed(text)
    guard label != Self.baselineLabel else {
      self = .baseline
      return
    }
    let parts = Self.parts(of: label)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw StudyError(
        "the variant '\(label)' has an empty component; write 'baseline', or components joined by '+', such as "
          + "label-smoothing:real=0.9+r1-penalty:gamma=1")
    }
    if parts.contains(Self.baselineLabel) {
      throw StudyError(
        "the variant '\(label)' joins 'baseline' with components; 'baseline' stands alone, and every other variant adds to it anyway"
      )
    }
    self.init(label: label, components: [])
    for part in parts {
      let head = part.prefix { $0 != ":" }
      guard let at = head.firstIndex(of: "@") else {
        components.append(try StoredComponent(registry.component(parsing: part)))
        continue
      }
      let player = VariantList.trimmed(String(head[head.index(after: at)...]))
      let component = try registry.component(parsing: VariantList.trimmed(String(head[..<at])) + part[head.endIndex...])
      guard component is any Optimizer else {
        throw StudyError("the variant '\(label)' has '\(head)', but only optimizers belong to a single player, as in adam@generator")
      }
      guard !player.isEmpty, !optimizers.contains(where: { $0.player == player }) else {
        throw StudyError(
          player.isEmpty
            ? "the variant '\(label)' lacks the player behind '@'; write adam@generator or adam@discriminator"
            : "the variant '\(label)' gives the player '\(player)' two optimizers; leave one out")
      }
      optimizers.append(StoredPlayerOptimizer(try StoredComponent(component), of: player))
    }
  }

  /// Checks that no two of a study's variants have one label, or are the same under two labels.
  ///
  /// - Throws: ``StudyError`` that names them.
  package static func check(_ variants: [Variant]) throws {
    for (index, variant) in variants.enumerated() {
      guard variant.label.contains(where: { !$0.isWhitespace }), !variant.label.contains(where: \.isNewline) else {
        throw StudyError("a variant has the name '\(variant.label)'; give it one of a line, with something to read in it")
      }
      guard let same = variants[..<index].first(where: { $0.label == variant.label || $0.isSame(as: variant) }) else {
        continue
      }
      throw StudyError(
        same.label == variant.label
          ? "the variant '\(variant.label)' is given twice; leave one out"
          : "the variants '\(same.label)' and '\(variant.label)' are the same; leave one out")
    }
  }

  /// The components' texts.
  package static func parts(of text: String) -> [String] {
    var parts: [String] = []
    var current = ""
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "+", rest.drop(while: { $0 == " " }).first?.isLetter ?? true {
        parts.append(VariantList.trimmed(current))
        current = ""
      } else {
        current.append(character)
      }
    }
    return parts + [VariantList.trimmed(current)]
  }

  /// A name for files, unique among different labels: letters, digits and `-._=+,@`, at most 80 characters.
  var slug: String {
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._=+,@")
    let safe = String(label.map { allowed.contains($0) ? $0 : "_" })
    // Only ":" may turn into "_", and a label with a "_" of its own gets a digest: so no two labels share a name.
    let isPlain =
      safe.count <= 80 && label.first?.isLetter ?? false
      && label.allSatisfy { $0 != "_" && allowed.contains($0) || $0 == ":" }
    return isPlain ? safe : safe.prefix(64) + "-" + Self.digest(label)
  }

  /// Eight hexadecimal digits of a fixed hash (FNV-1a).
  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let digits = String((hash ^ hash >> 32) & 0xFFFF_FFFF, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
