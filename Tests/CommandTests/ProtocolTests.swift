import Foundation
import Rival
import Testing

@testable import RivalCommand

/// Published experiments as commands.
@Suite struct ProtocolTests {
  @Test("Each protocol's variants can be built, and its findings are of variants and values that there are")
  func protocols() throws {
    let registry = try Registry.builtIn()
    for it in ExperimentProtocol.all {
      let variants = try VariantList.parse(it.problem.variants, registry: registry)
      let fields = try it.problem.data(folder: nil).opened().fields
      for variant in variants {
        let composition = try it.problem.composition().changed(by: variant.changes(registry))
        #expect(try RoundCost(of: composition, fields: fields, batchSize: it.problem.batchSize).operations > 0)
      }
      for finding in it.findings {
        #expect(variants.contains { $0.label == finding.variant }, "\(it.name): \(finding.variant)")
        #expect(finding.values.allSatisfy { it.problem.plan?.primary.contains($0.name) ?? false })
      }
      #expect(!it.source.isEmpty && it.seeds > 0)
    }
  }

  @Test("A protocol runs, shows both columns, and goes on")
  func runs() throws {
    let folder = try TemporaryFolder()
    let arguments = ["protocol", "run", "unbalanced-ring", "--seeds", "2", "--until", "3", "--jobs", "2", "--out", folder.path("study")]
    let first = try CommandProcess.run(arguments, in: folder)
    #expect(first.status == 0, "\(first.errors)")
    for text in ["modes-by-rate", "5.00 (1.10)", "PacGAN2", "Not as in the protocol: 3 rounds for 30000.", "Not as in the paper:"] {
      #expect(first.output.contains(text), "\(text) in \(first.output)")
    }
    let again = try CommandProcess.run(arguments + ["--json"], in: folder)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(again.output.utf8)).members
    guard case .array(let rows)? = document["rows"] else {
      Issue.record("no rows")
      return
    }
    #expect(rows.count == 10 && rows.allSatisfy { $0.members["runs"] == .integer(2) })
    let unknown = try CommandProcess.run(["protocol", "show", "nothing"], in: folder)
    #expect(unknown.status == 1 && unknown.errors.contains("there are: unbalanced-ring"))
  }
}
