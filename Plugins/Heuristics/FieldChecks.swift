import Components

/// Throws where one of a component's fields is negative or not finite.
func requireNotNegative(_ component: any Component, _ fields: (name: String, value: Double)...) throws {
  for field in fields where field.value < 0 || !field.value.isFinite {
    throw ComponentError(component: component.name, field: field.name, value: field.value, expected: "0 or more")
  }
}

/// Throws where one of a component's fields is no probability.
func requireProbability(_ component: any Component, _ fields: (name: String, value: Double)...) throws {
  for field in fields where !(0...1).contains(field.value) {
    throw ComponentError(component: component.name, field: field.name, value: field.value, expected: "a probability in [0, 1]")
  }
}

/// Throws where one of a component's fields is not positive or not finite.
func requirePositive(_ component: any Component, _ fields: (name: String, value: Double)...) throws {
  for field in fields where !(field.value > 0) || !field.value.isFinite {
    throw ComponentError(component: component.name, field: field.name, value: field.value, expected: "a positive number")
  }
}

/// Throws where a field that counts is below 1.
func requireCount(_ component: any Component, _ name: String, _ value: Int) throws {
  guard value >= 1 else { throw ComponentError(component: component.name, field: name, value: value, expected: "at least 1") }
}
