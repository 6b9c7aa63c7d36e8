import Rival

/// The players' losses in a run's history.
enum LossColumns {
  /// The last value of every column called `….loss`, in the order in which rounds record them.
  static func latest(_ history: History) -> [(name: String, value: Double)] {
    history.names.filter { $0.hasSuffix(".loss") }.compactMap { name in
      history[name]?.last.map { (String(name.dropLast(".loss".count)) + " loss", $0) }
    }
  }
}
