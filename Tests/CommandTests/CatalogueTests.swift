import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Pages of the documentation that the registry writes.
@Suite struct CatalogueTests {
  private func isCurrent(_ name: String, _ page: String) throws -> Bool {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Docs/\(name)").standardized
    if ProcessInfo.processInfo.environment["RIVAL_RECORD"] != nil { try page.write(to: file, atomically: true, encoding: .utf8) }
    return try String(contentsOf: file, encoding: .utf8) == page
  }

  @Test("Docs/catalogue.md is what the registry says; write it anew with RIVAL_RECORD=1")
  func catalogue() throws {
    let page = try CataloguePage.text(.builtIn())
    #expect(page.contains("| `hinge` |") && page.contains("| `sngan` |"))
    #expect(try isCurrent("catalogue.md", page))
  }

  @Test("What a part costs is counted beside the benchmark's DCGAN")
  func costs() throws {
    // Adam's moments and roots are more than a plain step; a penalty on the gradient is another pass there and back.
    let plain = try #require(ComponentCost(SGD.self))
    #expect(plain.base == "dcgan32" && plain.ratio < 1 && plain.updates.isEmpty)
    let penalty = try #require(ComponentCost(R2Penalty.self))
    #expect(penalty.ratio > 1.2 && penalty.text.contains("times the operations of a round of"))
    let five = try #require(ComponentCost(AlternatingUpdates.self))
    #expect(five.ratio == 1 && five.text == "the operations of a round of dcgan32")
    #expect(ComponentCost(Dense.self) == nil)
  }
}
