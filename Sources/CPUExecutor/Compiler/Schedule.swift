import Graph

/// Orders groups so that each comes after what it reads, as near to program order as that allows. Deterministic.
struct Schedule {
  /// Indices of groups, in order of execution.
  private(set) var order: [Int] = []

  init(_ fusion: Fusion, _ operations: [Operation], _ views: Views) {
    let living = fusion.living
    var waiting = [Int](repeating: 0, count: fusion.groups.count)
    var successors = [[Int]](repeating: [], count: fusion.groups.count)
    for group in living {
      var sources: Set<Int> = []
      for member in fusion.groups[group].members {
        for input in operations[member].inputs {
          let source = fusion.groupOf[views[input].base]
          if source >= 0, source != group, sources.insert(source).inserted {
            successors[source].append(group)
            waiting[group] += 1
          }
        }
      }
    }
    // A binary heap on the last member's place in the program.
    var ready = Heap(keys: fusion.groups.map { $0.members.last ?? 0 })
    for group in living where waiting[group] == 0 { ready.push(group) }
    while let group = ready.pop() {
      order.append(group)
      for successor in successors[group] {
        waiting[successor] -= 1
        if waiting[successor] == 0 { ready.push(successor) }
      }
    }
    precondition(order.count == living.count, "fusion made a cycle: \(living.count - order.count) groups wait for each other")
  }
}

/// A minimum heap of indices by fixed keys.
private struct Heap {
  let keys: [Int]
  var items: [Int] = []

  mutating func push(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, keys[items[child]] < keys[items[(child - 1) / 2]] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Int? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if items.isEmpty { return top }
    items[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && keys[items[child]] < keys[items[smallest]] {
        smallest = child
      }
      if smallest == parent { return top }
      items.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
