import Foundation
import Rival

/// One thing that variants are made to differ in: a field of a component, or the optimizer of a player.
struct VariantAxis {
  private enum Target {
    /// A field of the components that are written with this head, such as `r1-penalty` or `adam@generator`.
    case field(String, of: String)
    /// The optimizer of this player.
    case optimizer(of: String)
  }

  private let path: String
  private let target: Target
  private let values: [String]

  /// The axis that a key names: `r1-penalty.gamma`, `adam@generator.learningRate`, `optimizers.generator`; `nil` where it is no such path.
  init?(_ path: String, values: [String]) {
    guard let dot = path.lastIndex(of: "."), dot != path.startIndex else { return nil }
    let (head, tail) = (String(path[..<dot]), String(path[path.index(after: dot)...]))
    guard !tail.isEmpty else { return nil }
    self.path = path
    self.values = values
    target = head == "optimizers" ? .optimizer(of: tail) : .field(tail, of: head)
  }

  /// The component that a variant needs for the axis to say anything of it; `nil` where it is of all variants.
  var component: String? {
    if case .field(_, let head) = target { return head }
    return nil
  }

  /// The drafts, those that the axis is about with each of its values.
  ///
  /// - Throws: ``CommandFailure`` where it is about none.
  func applied(to drafts: [VariantDraft]) throws -> [VariantDraft] {
    var isUsed = false
    let result = drafts.flatMap { draft -> [VariantDraft] in
      let parts = draft.text == Variant.baselineLabel ? [] : Variant.parts(of: draft.text)
      switch target {
      case .optimizer(let player):
        isUsed = true
        let others = parts.filter { !Self.head(of: $0).hasSuffix("@\(player)") }
        return values.map { value in
          let optimizer = Self.optimizer(value, of: player)
          return VariantDraft(name: draft.name.map { "\($0) \(optimizer)" }, text: (others + [optimizer]).joined(separator: "+"))
        }
      case .field(let field, let head):
        guard let place = parts.firstIndex(where: { Self.head(of: $0) == head }) else { return [draft] }
        isUsed = true
        return values.map { value in
          var changed = parts
          let kept = parts[place].dropFirst(head.count + 1).split(separator: ",").filter { !$0.hasPrefix("\(field)=") }
          changed[place] = "\(head):" + (kept + ["\(field)=\(value)"]).joined(separator: ",")
          return VariantDraft(name: draft.name.map { "\($0) \(field)=\(value)" }, text: changed.joined(separator: "+"))
        }
      }
    }
    guard isUsed else { throw CommandFailure("no variant has '\(component ?? path)', which the axis '\(path)' is about; add one that has") }
    return result
  }

  /// `adam@generator:learningRate=1e-4` of `adam:learningRate=1e-4`.
  static func optimizer(_ text: String, of player: String) -> String {
    let head = head(of: text)
    return "\(head)@\(player)" + text.dropFirst(head.count)
  }

  private static func head(of part: String) -> String { String(part.prefix { $0 != ":" }) }

  /// `count` numbers between `lower` and `upper` whose logarithms are uniform, ascending, of three digits; the same for one seed.
  static func logUniform(from lower: Double, to upper: Double, draws count: Int, seed: UInt64) -> [String] {
    var state = seed
    let draws = (0..<count).map { _ in
      // SplitMix64 (Steele et al. 2014).
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      let uniform = Double((bits ^ bits >> 31) >> 11) * 0x1p-53
      return lower * exp(uniform * log(upper / lower))
    }
    return draws.sorted().map { String(format: "%.3g", $0) }
  }
}
