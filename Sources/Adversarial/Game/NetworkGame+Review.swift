import Components
import Networks

extension NetworkGame {
  /// What speaks against the composition: missing and doubled parts, names, fields out of range, and what its objective says.
  public func review() -> [Notice] {
    var notices = duplicates.map { Notice(.error, "there is more than one \($0); a composition has one") }
    func refuse(_ text: String) {
      if !notices.contains(where: { $0.message == text }) { notices.append(Notice(.error, text)) }
    }
    func check(_ body: () throws -> Void) {
      do { try body() } catch { refuse("\(error)") }
    }
    if let latent, latent.size < 1 { refuse("the latent vector has \(latent.size) numbers, but needs at least one") }
    if networks.isEmpty { refuse("there are no networks; add NamedNetwork(\"generator\", from: .latents) { … }") }
    if sides.isEmpty { refuse("there are no players; add Side(.generator, moves: \"generator\", by: Adam())") }
    if objective == nil { refuse("there is no objective; add one that says what each player minimizes") }
    if updateRule == nil { refuse("there is no update rule; add one, such as AlternatingUpdates()") }
    var seen: Set<String> = []
    for network in networks {
      check { try StatePath.check(name: network.name, of: "a network") }
      if !seen.insert(network.name).inserted { refuse("two networks are called '\(network.name)'; rename one") }
    }
    var owner: [String: Player] = [:]
    var players: Set<Player> = []
    for side in sides {
      check { try StatePath.check(name: side.player.name, of: "a player") }
      if !players.insert(side.player).inserted { refuse("two players are called '\(side.player)'; rename one") }
      if side.networks.isEmpty { refuse("the player '\(side.player)' moves no network; name one") }
      if networks.contains(where: { $0.name == side.player.name }), !side.networks.contains(side.player.name) {
        refuse("the player '\(side.player)' does not move the network of its name; rename the player, or let it move that network")
      }
      for name in side.networks {
        if !seen.contains(name) {
          refuse(
            "the player '\(side.player)' moves '\(name)', but there is no such network; there are \(networks.map(\.name).joined(separator: ", "))"
          )
        }
        if let other = owner.updateValue(side.player, forKey: name) {
          refuse("'\(name)' is moved by '\(other)' and by '\(side.player)'; a network belongs to one player")
        }
      }
      check { try side.optimizer.validateFields() }
    }
    for network in networks { for placed in network.layers.layers { check { try placed.layer.validateFields() } } }
    for heuristic in heuristics {
      check { try heuristic.validateFields() }
      if !heuristic.networks.isEmpty {
        refuse("\(heuristic.name) brings networks of its own, which a game of named networks lists itself; add them as NamedNetwork")
      }
    }
    if let objective {
      check { try objective.validateFields() }
      notices += objective.review(self)
    }
    if let updateRule { check { try updateRule.validateFields() } }
    return notices
  }
}
