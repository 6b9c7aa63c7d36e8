/// A minimum heap of indices by the keys that they were pushed with.
struct Heap {
  private var items: [(key: Int, index: Int)] = []

  mutating func push(_ index: Int, key: Int) {
    items.append((key, index))
    var child = items.count - 1
    while child > 0, items[child].key < items[(child - 1) / 2].key {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// The index with the smallest key, which leaves; `nil` where there is none.
  mutating func pop() -> Int? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if items.isEmpty { return top.index }
    items[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child].key < items[smallest].key {
        smallest = child
      }
      if smallest == parent { return top.index }
      items.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
