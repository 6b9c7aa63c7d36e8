import Rival
import Testing

/// Equations of components reach terminals and JSON: they are written in one dialect, without signs beyond ASCII.
@Suite struct EquationTests {
  @Test func everyEquationIsASCII() throws {
    let registry = try Registry.builtIn()
    for name in registry.names {
      let equation = try registry.type(named: name).equation
      let isPlain = equation.utf8.count == equation.count
      #expect(isPlain, "\(name): \(equation)")
    }
  }
}
