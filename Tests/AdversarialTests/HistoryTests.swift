import Testing

@testable import Adversarial

/// What stays of the history of a long run.
@Suite struct HistoryTests {
  private func append(_ steps: ClosedRange<Int>, to history: inout History) {
    for step in steps { history.append(step: step, count: 1) { _ in Double(step) / 2 } }
  }

  private func empty() -> History {
    var history = History()
    history.declare(["loss"])
    return history
  }

  @Test("The latest rounds are all there; older ones become sparser with their age")
  func sparser() {
    var history = empty()
    let last = 40 * 4_096
    append(1...last, to: &history)
    let kept = Set(history.steps)
    #expect(((last - History.dense + 1)...last).allSatisfy(kept.contains))
    let ages = [(1, 2), (2, 4), (3, 4), (4, 8), (7, 8), (8, 16), (9, 16)]
    for (age, stride) in ages {
      // The rounds whose age is so many times the dense ones.
      let rounds = (last - (age + 1) * History.dense + 1)...(last - age * History.dense)
      #expect(kept.filter(rounds.contains).sorted() == rounds.filter { $0.isMultiple(of: stride) }, "\(age)")
    }
    #expect(history["loss"] == history.steps.map { Double($0) / 2 })
    append((last + 1)...1_000_000, to: &history)
    #expect(history.steps.count < 70_000 && history.steps.last == 1_000_000)
  }

  @Test("Nothing goes before the dense rounds are exceeded")
  func short() {
    var history = empty()
    append(1...History.dense, to: &history)
    #expect(history.steps == Array(1...History.dense))
  }

  @Test("A run that stopped wherever, and one that kept every round until now, end with the same rows")
  func stops() {
    let last = 30_000
    var whole = empty()
    append(1...last, to: &whole)
    for stop in [1, 4_095, 4_096, 16_384, 20_480, 20_481, 28_671, 28_672] {
      var first = empty()
      append(1...stop, to: &first)
      var second = History(steps: first.steps, columns: [("loss", first["loss"] ?? [])])
      append(stop + 1...last, to: &second)
      #expect(second == whole, "\(stop)")
    }
    // A file of an earlier version, with every round.
    var old = History(steps: Array(1...25_000), columns: [("loss", (1...25_000).map { Double($0) / 2 })])
    append(25_001...last, to: &old)
    #expect(old == whole)
  }
}
