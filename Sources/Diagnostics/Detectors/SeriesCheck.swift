/// What every detector asks of a series before it reads one.
enum SeriesCheck {
  /// Checks that `values` has at least `minimum` values, all finite.
  ///
  /// - Throws: ``DiagnosticsError`` that names the detector, the value and its place.
  static func require(_ values: [Double], atLeast minimum: Int, for detector: String) throws {
    guard values.count >= minimum else {
      throw DiagnosticsError(
        "\(detector) needs at least \(minimum) values, and the series has \(values.count); record more often or for longer")
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw DiagnosticsError(
        "\(detector) needs finite values, and value \(place) of \(values.count) is \(values[place]); leave out what lies from there on")
    }
  }

  /// Checks that there is one finite position for each value and that positions ascend.
  ///
  /// - Throws: ``DiagnosticsError`` that names the detector and the place.
  static func requireAscending(_ positions: [Double], count: Int, for detector: String) throws {
    guard positions.count == count else {
      throw DiagnosticsError("\(detector) needs one step for each value: there are \(positions.count) steps and \(count) values")
    }
    if let place = positions.firstIndex(where: { !$0.isFinite }) {
      throw DiagnosticsError("\(detector) needs finite steps, and step \(place) is \(positions[place])")
    }
    for place in positions.indices.dropFirst() where positions[place] <= positions[place - 1] {
      throw DiagnosticsError(
        "\(detector) needs steps that ascend, and step \(place), \(positions[place]), follows \(positions[place - 1]); sort the records")
    }
  }
}
