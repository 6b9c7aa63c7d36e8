/// A component that holds others in order, and is written with them: `chain:learningRate=1e-3,clip-by-norm:maximum=1,scale-by-adam:beta1=0,trace`.
///
/// What stands before the first member are the group's own fields; a name, alone or with a colon behind it, begins a member, and what follows are fields of
/// that member. In files the members are an array of ``StoredComponent``.
public protocol ComponentGroup: Component {
  /// The coded field that holds the members.
  static var membersField: String { get }
  /// The members, in order.
  var members: [any Component] { get }
}

extension Registry {
  /// Divides the items of a group's text into its own and those of its members.
  static func divided(_ items: [Substring]) -> (own: [Substring], members: [String]) {
    var own: [Substring] = []
    var members: [String] = []
    for item in items {
      let head = item.prefix { $0 != "=" }
      if head.contains(":") || head.count == item.count {
        members.append(String(item))
      } else if members.isEmpty {
        own.append(item)
      } else {
        members[members.count - 1] += (members[members.count - 1].contains(":") ? "," : ":") + item
      }
    }
    return (own, members)
  }
}

extension ComponentFields {
  /// The members that differ from those of a new group, each as text; `nil` where there are none to write.
  static func changedMembers(of component: any Component, _ text: (any Component) -> String) -> (field: String, texts: [String])? {
    guard let group = component as? any ComponentGroup else { return nil }
    func field<Group: ComponentGroup>(_ group: Group) -> String { Group.membersField }
    let name = field(group)
    guard let own = try? fields(of: group)[name], let standard = try? fields(of: type(of: component).init())[name], own != standard else {
      return (name, [])
    }
    return (name, group.members.map(text))
  }
}
