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

  @Test func anOptimizerIsOfAllPlayersOrOfOne() throws {
    let variants = try VariantList.parse(
      "baseline,adam:beta1=0.9,learningRate=1e-4+adam@generator:learningRate=0.5,r1-penalty+sgd@discriminator", registry: registry)
    #expect(
      variants.map(\.label) == [
        "baseline", "adam:beta1=0.9,learningRate=1e-4+adam@generator:learningRate=0.5", "r1-penalty+sgd@discriminator",
      ])
    let gan = GAN(latent: .normal(2)) {
      Generator { Dense(1) }
      Discriminator { Dense(1) }
      NonSaturatingLoss()
      Adam(learningRate: 7)
      AlternatingUpdates()
    }
    let changed = try variants.map { try gan.changed(by: $0.changes(registry)) }
    let rates = try changed.map { gan in
      try gan.optimizers.map { entry in try #require(ComponentFields.fields(of: entry.optimizer)["learningRate"]) }
    }
    let (seven, half, small) = (JSONValue.integer(7), JSONValue.number(0.5), JSONValue.number(1e-4))
    #expect(Array(rates[..<2]) == [[seven, seven], [half, small]])
    #expect(
      changed[2].optimizers.map(\.optimizer.name) == ["adam", "sgd"] && changed[2].optimizers.map(\.player) == [.generator, .discriminator])
    #expect(variants.map(\.isBaseline) == [true, false, false])
    // What is stored is read again, and two variants differ where only an optimizer does.
    let study = StudySpecification(problem: "ring", variants: variants, seeds: [1], rounds: 1, batchSize: 1)
    #expect(try StudyFile.decode(StudySpecification.self, from: StudyFile.data(study)) == study)
    #expect(message("adam@generator,adam@discriminator").isEmpty)
    #expect(message("adam@generator,adam@generator:learningRate=2e-4").contains("are the same"))
    #expect(message("r1-penalty@generator").contains("only optimizers belong to a single player"))
    #expect(message("adam@:beta1=0.5").contains("lacks the player behind '@'"))
    #expect(message("adam@generator+sgd@generator").contains("two optimizers"))
  }

  @Test func severalValuesAreSeveralVariants() throws {
    #expect(try VariantList.split("r1-penalty:gamma=0.1|1|10") == ["r1-penalty:gamma=0.1", "r1-penalty:gamma=1", "r1-penalty:gamma=10"])
    #expect(
      try VariantList.split("baseline,a:x=1e+1| 2,y=3+b:z=4|5,c") == [
        "baseline", "a:x=1e+1,y=3+b:z=4", "a:x=1e+1,y=3+b:z=5", "a:x=2,y=3+b:z=4", "a:x=2,y=3+b:z=5", "c",
      ])
    let rates = try VariantList.parse("adam@generator:learningRate=1e-4|1e-3+adam@discriminator:learningRate=1e-4|1e-3", registry: registry)
    #expect(rates.count == 4 && Set(rates.map(\.optimizers)).count == 4)
    #expect(message("r1-penalty|hinge").contains("write gamma=0.1|1|10"))
    #expect(message("r1-penalty:gamma=1+hinge|wasserstein").contains("not one of a field's values"))
    #expect(message("r1-penalty:gamma=1||2").contains("empty value"))
    #expect(message("r1-penalty:gamma=5|5.0").contains("are the same"))
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
      "baseline", "a:x=1,y=2", "a@b:x=1", "a:x=1+y", "a_x=1,y=2", "a:x=1:y=2", "a/../b", "a b", "a.b",
      String(repeating: "x", count: 90),
      String(repeating: "x", count: 91), "é",
    ]
    let slugs = labels.map { Variant(label: $0, components: []).slug }
    #expect(slugs[0] == "baseline")
    #expect(slugs[1] == "a_x=1,y=2" && slugs[2] == "a@b_x=1")
    #expect(slugs.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") && $0.utf8.count <= 80 })
    #expect(Set(slugs).count == labels.count)
  }
}
