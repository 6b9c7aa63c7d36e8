import Rival
import RivalTesting
import Testing

/// Seeds of any game can be played at once.
@Suite("Seeds of games at once")
struct SeedBatchTests {
  @Test("The same bits on the reference executor", arguments: UserGame.all)
  func exactly(game: UserGame) throws {
    let violations = try SeedBatchConformance.check(game.composition, data: game.data)
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }
}
