import Foundation
import Rival
import RivalTesting
import Testing

/// Sources that read files, in checkpoints.
@Suite struct StoredSourcesTests {
  /// Both players see the label.
  static func game(_ width: Int) -> GAN {
    GAN(latent: .normal(4)) {
      Generator {
        ConcatenatedCondition("label")
        Dense(8)
        ReLU()
        Dense(width)
      }
      Discriminator {
        ConcatenatedCondition("label")
        Dense(8)
        LeakyReLU(0.2)
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-3)
      AlternatingUpdates()
    }
  }

  @Test func aTableResumesExactly() throws {
    try withFolder { folder in
      let rows = (0..<50).map { "\(Float($0) / 50),\(Float($0 * $0) / 2_500),\($0 % 3 == 0 ? "cat" : "dog")\n" }
      try Data(("x,y,kind\n" + rows.joined()).utf8).write(to: URL(fileURLWithPath: folder + "/a.csv"))
      let source = TableFile(path: folder + "/a.csv", label: "kind", heldOutFraction: 0.2)
      #expect(try source.opened().field("label")?.classCount == 2)
      #expect(try ResumeConformance.check(Self.game(2), data: source) == [])
    }
  }

  @Test func fieldsAreKept() throws {
    let registry = try Registry.builtIn()
    let table = TableFile(
      path: "a.npz", samples: ["images"], label: "digits", shape: [2, 2, 1], range: [0, 1], classCount: 12, heldOutFraction: 0.25)
    let sources: [any DataSource] = [
      table, CIFARImages(folder: "c", split: .test, isCoarse: true, classes: [3], heldOutFraction: 0.5, mirror: true),
      ImageFolder(
        folder: "i", size: 8, classes: ["a"], heldOutFraction: 0.1, channels: .grey, background: 7, skipsBroken: true, mirror: true),
    ]
    for source in sources {
      let again = try registry.component(StoredComponent(source))
      #expect(try ComponentFields.fields(of: again) == ComponentFields.fields(of: source) && again.name == source.name)
    }
    // A checkpoint from before there were such fields.
    let older = try registry.component(
      StoredComponent(name: "image-folder", fields: .object(["folder": .string("i"), "size": .integer(8)])))
    let folder = try #require(older as? ImageFolder)
    #expect(folder.size == 8 && folder.channels == .automatic && folder.background == 255 && !folder.skipsBroken && !folder.mirror)
  }
}
