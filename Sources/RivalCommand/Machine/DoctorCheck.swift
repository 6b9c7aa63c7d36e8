import Rival

/// One thing that `doctor` looks at.
struct DoctorCheck {
  /// How it stands.
  enum State: String {
    /// As it should be.
    case fine
    /// It works, but slowly, or not for everything.
    case warning
    /// Something cannot work.
    case broken
  }

  /// What was looked at.
  var name: String
  var state: State
  /// What was found.
  var found: String
  /// What to do; `nil` where nothing is to be done.
  var remedy: String?

  init(_ name: String, _ state: State, _ found: String, remedy: String? = nil) {
    (self.name, self.state, self.found, self.remedy) = (name, state, found, remedy)
  }

  /// The check for machines.
  var document: JSONValue {
    .object(["name": .string(name), "state": .string(state.rawValue), "found": .string(found), "remedy": .optional(remedy)])
  }
}
