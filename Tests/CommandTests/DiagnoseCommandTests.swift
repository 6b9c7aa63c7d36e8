import Foundation
import Testing

/// Diagnoses, as people and machines read them.
@Suite struct DiagnoseCommandTests {
  private func document(_ result: CommandProcess.Result) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test func aRunThatIsWatchedIsTheSameRun() throws {
    let folder = try TemporaryFolder()
    let plain = try folder.trainRing("plain", to: 60)
    let watched = try folder.trainRing(
      "watched", to: 60, ["--diagnose", "standard", "--diagnose", "discriminator-outputs:every=20,samples=64"])
    let difference = try CommandProcess.run(["diff", folder.path(plain), folder.path(watched), "--json"], in: folder)
    // They differ in what was recorded and in the diagnostics' names, and in nothing else.
    #expect(difference.status == 1)
    #expect(!difference.output.contains("/generator/") && !difference.output.contains("/optimizers/"), "\(difference.output)")
    #expect(try folder.bytes("plain/history.csv") == folder.bytes("watched/history.csv"))
    #expect(try folder.bytes("plain/samples-60.csv") == folder.bytes("watched/samples-60.csv"))
  }

  @Test func theVerdictOfACheckpoint() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 60, ["--diagnose", "discriminator-outputs:every=20,samples=64"])
    let only = "discriminator-outputs,mode-shares:samples=256,sample-distance:samples=64"
    let text = try CommandProcess.run(["diagnose", folder.path("run"), "--only", only], in: folder)
    #expect(
      text.status == 0 && text.output.contains("Verdict: inconclusive (confidence 0.50)") && text.output.contains("0 of 8 modes held"),
      "\(text.output)\(text.errors)")
    let json = try CommandProcess.run(["diagnose", folder.path("run"), "--only", only, "--json"], in: folder)
    let members = try document(json)
    // Sixty rounds, three looks: too little to say more.
    #expect(members["step"] as? Int == 60 && members["verdict"] as? String == "inconclusive")
    let readings = try #require(members["readings"] as? [String: [String: Any]])
    #expect(readings["discriminator-outputs"]?["real"] is Double && readings["mode-shares"]?["held"] is Double)
    #expect(readings["sample-distance"]?["sliced-wasserstein.null.upper"] is Double)
    // The same file gives the same document.
    #expect(try CommandProcess.run(["diagnose", folder.path("run"), "--only", only, "--json"], in: folder).output == json.output)
  }

  @Test func thePageAndThePath() throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("run", to: 60, ["--checkpoint-every", "30", "--diagnose", "discriminator-outputs:every=10,samples=64"])
    let result = try CommandProcess.run(
      [
        "diagnose", folder.path("run"), "--only", "update-map:count=2,mode-shares", "--against",
        folder.path("run/checkpoint-00000030.h5"), "--report", folder.path("page.html"),
      ], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Spectral radius") && result.output.contains(folder.path("page.html")))
    let page = try String(contentsOfFile: folder.path("page.html"), encoding: .utf8)
    #expect(page.lowercased().hasPrefix("<!doctype html>") && page.components(separatedBy: "<svg").count > 3)
    // Nothing is fetched from anywhere.
    #expect(!page.contains("src=\"http") && !page.contains("href=\"http"))
  }

  @Test(arguments: [
    (["diagnose", "RUN", "--only", "update-mop"], "update-map", Int32(1)), (["diagnose", "MISSING"], "MISSING", 1),
    (["diagnose", "RUN", "--only", "update-map:cuont=2"], "count", 1), (["diagnose", "RUN", "--only", "adam"], "adam", 1),
    (["diagnose", "RUN", "--against", "MISSING"], "MISSING", 1), (["diagnose"], "Missing expected argument", 64),
    (["diagnose", "RUN", "--only", "mode-shares:samples=2"], "samples", 1),
  ])
  func refusals(arguments: [String], phrase: String, status: Int32) throws {
    let folder = try TemporaryFolder()
    _ = try folder.trainRing("RUN", to: 2)
    let known = ["RUN", "MISSING"]
    let result = try CommandProcess.run(arguments.map { known.contains($0) ? folder.path($0) : $0 }, in: folder)
    #expect(result.status == status && result.errors.contains(phrase), "\(result.status) \(result.errors)")
    #expect(!result.errors.contains("Fatal error"))
  }

  @Test func aNonFiniteLossIsTracedToItsTensor() throws {
    let folder = try TemporaryFolder()
    let result = try CommandProcess.run(
      [
        "train", "ring", "--until", "50", "--threads", "1", "--loss", "least-squares", "--optimizer", "sgd:learningRate=1e20", "--out",
        folder.path("run"), "--json",
      ], in: folder)
    #expect(result.status == 3)
    let members = try document(result)
    let verdict = try #require(members["verdict"] as? [String: Any])
    let origin = try #require(verdict["origin"] as? [String: Any])
    #expect(origin["tensor"] is String && (origin["step"] as? Int).map { $0 <= verdict["step"] as? Int ?? 0 } == true)
    let diagnosis = try #require(members["diagnosis"] as? [String: Any])
    #expect(diagnosis["verdict"] as? String == "numeric")
  }
}
