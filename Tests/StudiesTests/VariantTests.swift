import Components
import Networks
import Rival
import Testing

@testable import Studies

@Suite struct VariantTests {
  let registry: Registry

  init() throws { registry = try Registry.builtIn() }

  private func message(_ text: String) -> String {
    do {
      _ = try VariantList.parse(text, registry: registry)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func commasSeparateVariantsAndContinueFields() throws {
    #expect(try VariantList.split("baseline") == ["baseline"])
    #expect(try VariantList.split("a, b ,c") == ["a", "b", "c"])
    #expect(try VariantList.split("a:x=1,y=2,b") == ["a:x=1,y=2", "b"])
    #expect(try VariantList.split("a:x=1,y=2+b:z=3,w=4,baseline,c") == ["a:x=1,y=2+b:z=3,w=4", "baseline", "c"])
    #expect(try VariantList.split("a:x=1,b:y=2,c+d:z=3") == ["a:x=1", "b:y=2", "c+d:z=3"])
    #expect(try VariantList.split("a:x=1e+3,y=2") == ["a:x=1e+3,y=2"])
  }

  @Test func fieldsThatFollowNoComponentAreRefused() {
    #expect(message("real=0.9,baseline").contains("no component stands before it"))
    #expect(message("r1-penalty,gamma=2").contains("write r1-penalty:gamma=2"))
    #expect(message("label-smoothing:real=0.8+r1-penalty,gamma=2").contains("has no fields yet"))
    #expect(message("baseline,,hinge").contains("empty entry"))
  }

  @Test func componentsAreJoinedByPlus() throws {
    let variants = try VariantList.parse(
      "baseline,label-smoothing:real=0.8,fake=0.1+r1-penalty:gamma=1e+1", registry: registry)
    #expect(variants.count == 2)
    #expect(variants[0] == .baseline)
    #expect(variants[1].label == "label-smoothing:real=0.8,fake=0.1+r1-penalty:gamma=1e+1")
    #expect(variants[1].components.map(\.name) == ["label-smoothing", "r1-penalty"])
    let first = try #require(try registry.component(variants[1].components[0]) as? LabelSmoothing)
    #expect(first.real == 0.8)
    let second = try #require(try registry.component(variants[1].components[1]) as? R1Penalty)
    #expect(second.gamma == 10)
  }

  @Test func sameVariantsAndMixedBaselinesAreRefused() {
    #expect(message("hinge,hinge").contains("given twice"))
    #expect(message("r1-penalty:gamma=5,r1-penalty:gamma=5.0").contains("are the same"))
    #expect(message("baseline+hinge").contains("stands alone"))
    #expect(message("hinge+").contains("empty component"))
    #expect(message("hindge").contains("hinge"))
  }

  @Test func slugsAreFileNamesAndDifferWhereLabelsDo() throws {
    let labels = [
      "baseline", "a:x=1,y=2", "a:x=1+y", "a_x=1,y=2", "a:x=1:y=2", "a/../b", "a b", "a.b",
      String(repeating: "x", count: 90),
      String(repeating: "x", count: 91), "é",
    ]
    let slugs = labels.map { Variant(label: $0, components: []).slug }
    #expect(slugs[0] == "baseline")
    #expect(slugs[1] == "a_x=1,y=2")
    #expect(slugs.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count <= 80 })
    #expect(Set(slugs).count == labels.count)
  }
}
