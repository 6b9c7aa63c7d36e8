import Graph

/// What one instruction (or a few) will compute: a fused elementwise kernel with the reductions that it feeds, or one other operation
/// with the bias and activation that it absorbs.
struct Group {
  enum Kind {
    /// Elementwise operations and reductions over one iteration space.
    case fused
    /// One operation with a kernel of its own.
    case single
  }

  var kind: Kind
  /// The operations, ascending.
  var members: [ValueID]
  /// The iteration space of a fused group.
  var space: Shape
  /// How its reductions see the space; `nil` without reductions.
  var reduction: ReductionPattern?
  /// For a matrix product or convolution: what it absorbed.
  var epilogue: Epilogue?

  var first: ValueID { members[0] }
  var last: ValueID { members[members.count - 1] }
}

/// A reduction's view of its operand: the flat space as [outer, reduced, inner], reduced over the middle.
struct ReductionPattern: Hashable {
  var outer: Int
  var reduced: Int
  var inner: Int

  init(_ shape: Shape, axes: [Int]) {
    outer = shape[..<axes[0]].reduce(1, *)
    reduced = axes.reduce(1) { $0 * shape[$1] }
    inner = shape[(axes[axes.count - 1] + 1)...].reduce(1, *)
  }
}

/// A bias and an activation that a product applies to its result before it leaves the registers.
struct Epilogue {
  enum Activation: Hashable {
    case leakyReLU(Double)
    case tanh, sigmoid
  }

  var bias: ValueID?
  var activation: Activation?
}

/// Groups operations into kernels, greedily and in program order: an operation joins the group of an operand, or of another reader of the
/// same operand, where that makes no cycle.
struct Fusion {
  private let operations: [Operation]
  private let views: Views
  private let copies: Set<ValueID>
  private(set) var groups: [Group] = []
  /// The group of each operation; -1 for leaves, constants and views.
  private(set) var groupOf: [Int]
  /// The groups that read a value element by element.
  private var readers: [ValueID: [Int]] = [:]
  /// The operations that read each value, seen through views.
  private let consumers: [[ValueID]]
  /// Larger than the level of every group that the group reads, so that a group never depends on one of its own level or above.
  private var levels: [Int] = []
  /// The search that last came by each group.
  private var visitStamp: [Int] = []
  private var stamp = 0

  private static let maximumMembers = 56
  private static let maximumOperands = 20

  /// - Parameter copies: operations that exist for one reader; they join that reader's group and no other.
  init(_ graph: OperationGraph, _ views: Views, copies: Set<ValueID> = []) {
    self.operations = graph.operations
    self.views = views
    self.copies = copies
    self.groupOf = Array(repeating: -1, count: graph.operations.count)
    var consumers = [[ValueID]](repeating: [], count: graph.operations.count)
    for id in graph.operations.indices where !views.isView(id) {
      for input in graph.operations[id].inputs { consumers[views[input].base].append(id) }
    }
    self.consumers = consumers
    let absorbed = absorbEpilogues(graph)
    for id in operations.indices where groupOf[id] < 0 && !absorbed.contains(id) {
      place(id)
    }
  }

  /// The groups that remain, in no particular order.
  var living: [Int] { groups.indices.filter { !groups[$0].members.isEmpty } }

  // MARK: Epilogues

  private mutating func absorbEpilogues(_ graph: OperationGraph) -> Set<ValueID> {
    let uses = graph.useCounts
    var users = [ValueID: ValueID]()
    for id in operations.indices { for input in operations[id].inputs { users[input] = id } }
    var absorbed: Set<ValueID> = []
    for id in operations.indices where operations[id].dtype == .float32 {
      switch operations[id].primitive {
      case .matmul, .convolution: break
      default: continue
      }
      var group = Group(kind: .single, members: [id], space: operations[id].shape, epilogue: Epilogue())
      if uses[id] == 1, let user = users[id], let bias = bias(in: user, addedTo: id) {
        group.members.append(user)
        group.epilogue?.bias = bias
      }
      if uses[group.last] == 1, let user = users[group.last], let activation = activation(user) {
        group.members.append(user)
        group.epilogue?.activation = activation
      }
      if group.members.count > 1 {
        append(group)
        absorbed.formUnion(group.members)
      }
    }
    return absorbed
  }

  /// The vector that `id` adds to every row of `product`, where it does just that.
  private func bias(in id: ValueID, addedTo product: ValueID) -> ValueID? {
    guard case .binary(.add) = operations[id].primitive, let other = operations[id].inputs.first(where: { $0 != product }) else {
      return nil
    }
    guard case .broadcast = operations[other].primitive, let width = operations[other].shape.dimensions.last, width > 1 else { return nil }
    let view = views[other]
    let base = operations[view.base]
    guard view.offset == 0, view.strides.last == 1, view.strides.dropLast().allSatisfy({ $0 == 0 }),
      base.shape.elementCount == width, base.dtype == .float32, !base.isFill, view.base < product
    else { return nil }
    return view.base
  }

  private func activation(_ id: ValueID) -> Epilogue.Activation? {
    switch operations[id].primitive {
    case .leakyReLU(let slope): .leakyReLU(slope)
    case .unary(.tanh): .tanh
    case .unary(.sigmoid): .sigmoid
    default: nil
    }
  }

  // MARK: Levels

  private mutating func append(_ group: Group) {
    groups.append(group)
    levels.append(0)
    for member in group.members { groupOf[member] = groups.count - 1 }
    settleLevel(of: groups.count - 1)
  }

  /// Raises a new or grown group above all that it reads, and what reads it above that.
  private mutating func settleLevel(of start: Int) {
    for member in groups[start].members {
      for input in operations[member].inputs {
        let source = groupOf[views[input].base]
        if source >= 0, source != start { levels[start] = max(levels[start], levels[source] + 1) }
      }
    }
    // Those that must rise, the lowest of them first: what a group reads lies below it and has risen before, so each rises once.
    stamp += 1
    growStamps()
    visitStamp[start] = stamp
    var pending = Heap()
    pending.push(start, key: levels[start])
    while let group = pending.pop() {
      for member in groups[group].members {
        for consumer in consumers[member] {
          let successor = groupOf[consumer]
          guard successor >= 0, successor != group, levels[successor] <= levels[group] else { continue }
          if visitStamp[successor] != stamp {
            visitStamp[successor] = stamp
            pending.push(successor, key: levels[successor])
          }
          levels[successor] = levels[group] + 1
        }
      }
    }
  }

  private mutating func growStamps() {
    if visitStamp.count < groups.count { visitStamp += Array(repeating: 0, count: groups.count - visitStamp.count) }
  }

  // MARK: Elementwise groups

  private mutating func place(_ id: ValueID) {
    let operation = operations[id]
    switch operation.primitive {
    case .constant, .input, .fill: return
    default: break
    }
    if views.isView(id) { return }
    var reduction: ReductionPattern?
    var space = operation.shape
    if case .reduce(_, let axes) = operation.primitive {
      space = operations[operation.inputs[0]].shape
      reduction = ReductionPattern(space, axes: axes)
    } else if !operation.isElementwise {
      append(Group(kind: .single, members: [id], space: space))
      return
    }
    append(Group(kind: .fused, members: [id], space: space, reduction: reduction))
    for candidate in candidates(id, space) where candidate != groupOf[id] && canMerge(candidate, groupOf[id]) {
      merge(groupOf[id], into: candidate)
    }
    if copies.contains(id) { return }
    for input in operation.inputs where operations[input].shape == space {
      let base = views[input].base
      if readers[base]?.last != groupOf[id] { readers[base, default: []].append(groupOf[id]) }
    }
  }

  /// Groups that `id` might join: those of its operands first, then other readers of its operands.
  private func candidates(_ id: ValueID, _ space: Shape) -> [Int] {
    var result: [Int] = []
    var seen: Set<Int> = []
    for input in operations[id].inputs {
      let group = groupOf[input]
      if group >= 0, groups[group].kind == .fused, seen.insert(group).inserted { result.append(group) }
    }
    if copies.contains(id) { return result }
    for input in operations[id].inputs where operations[input].shape == space && !operations[input].isFill {
      for reader in readers[views[input].base] ?? [] {
        if !groups[reader].members.isEmpty, seen.insert(reader).inserted { result.append(reader) }
      }
    }
    return result
  }

  private mutating func canMerge(_ a: Int, _ b: Int) -> Bool {
    let (left, right) = (groups[a], groups[b])
    guard left.kind == .fused, right.kind == .fused, left.space == right.space, !left.members.isEmpty, !right.members.isEmpty else {
      return false
    }
    if let l = left.reduction, let r = right.reduction, l != r { return false }
    guard left.members.count + right.members.count <= Fusion.maximumMembers else { return false }
    guard operandCount(left.members + right.members) <= Fusion.maximumOperands else { return false }
    return linksAreDirect(from: a, to: b) && linksAreDirect(from: b, to: a) && !reaches(a, b) && !reaches(b, a)
  }

  private func operandCount(_ members: [ValueID]) -> Int {
    let inside = Set(members)
    var operands: Set<ValueID> = []
    for member in members { for input in operations[member].inputs where !inside.contains(input) { operands.insert(input) } }
    return operands.count
  }

  /// Whether all that `b` reads of `a` is the elementwise result itself: no view of it, no reduction, no random step.
  private func linksAreDirect(from a: Int, to b: Int) -> Bool {
    for member in groups[b].members {
      for input in operations[member].inputs where groupOf[views[input].base] == a {
        if views.isView(input) || !operations[input].isElementwise { return false }
        if case .randomBits = operations[member].primitive { return false }
      }
    }
    return true
  }

  /// Whether a path leads from group `target` through other groups into group `start` (start depends on target indirectly).
  private mutating func reaches(_ start: Int, _ target: Int) -> Bool {
    if levels[start] <= levels[target] { return false }
    stamp += 1
    growStamps()
    var pending = [start]
    visitStamp[start] = stamp
    while let group = pending.popLast() {
      for member in groups[group].members {
        for input in operations[member].inputs {
          let source = groupOf[views[input].base]
          if source < 0 { continue }
          if source == target {
            if group != start { return true }
            continue
          }
          if visitStamp[source] == stamp || levels[source] <= levels[target] { continue }
          visitStamp[source] = stamp
          pending.append(source)
        }
      }
    }
    return false
  }

  private mutating func merge(_ b: Int, into a: Int) {
    for member in groups[b].members { groupOf[member] = a }
    groups[a].members = (groups[a].members + groups[b].members).sorted()
    groups[a].reduction = groups[a].reduction ?? groups[b].reduction
    groups[b].members = []
    levels[a] = max(levels[a], levels[b])
    settleLevel(of: a)
    for key in Set(groups[a].members.flatMap { operations[$0].inputs.map { views[$0].base } }) {
      guard let list = readers[key], list.contains(b) else { continue }
      var seen: Set<Int> = []
      readers[key] = list.map { $0 == b ? a : $0 }.filter { seen.insert($0).inserted }
    }
  }
}
