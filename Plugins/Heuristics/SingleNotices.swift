import Adversarial
import Components

/// A second heuristic of one type would spoil what the first one keeps.
func singleNotices<H: Heuristic>(_ heuristic: H, _ gan: GAN, _ what: String) -> [Notice] {
  guard gan.heuristics.count(where: { $0 is H }) > 1 else { return [] }
  return [Notice(.error, "there is more than one \(heuristic.name), and all would \(what); keep one")]
}
