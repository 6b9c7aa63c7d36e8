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
    var ready = Heap()
    func push(_ group: Int) { ready.push(group, key: fusion.groups[group].members.last ?? 0) }
    for group in living where waiting[group] == 0 { push(group) }
    while let group = ready.pop() {
      order.append(group)
      for successor in successors[group] {
        waiting[successor] -= 1
        if waiting[successor] == 0 { push(successor) }
      }
    }
    precondition(order.count == living.count, "fusion made a cycle: \(living.count - order.count) groups wait for each other")
  }
}
