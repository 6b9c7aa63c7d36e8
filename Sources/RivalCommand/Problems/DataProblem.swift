import Foundation
import Rival

/// What to train where only data is named: a file, a folder, or a data source as a component is written, with networks that suit its samples.
enum DataProblem {
  /// The share of the samples that training never sees, unless the text says another.
  private static let heldOut = "heldOutFraction"

  /// The problem whose data `text` names; `nil` where it names none.
  ///
  /// - Parameter text: `points.csv`, `photos/`, `table-file:path=points.csv,label=species`, `cifar-images:folder=cifar-10-batches-bin`.
  /// - Throws: `ComponentError` where a field is wrong, `DataError` where the data cannot be read, ``CommandFailure`` where no networks suit it.
  static func problem(_ text: String, registry: Registry) throws -> Problem? {
    let specification: String
    let bare = String(text.prefix { $0 != ":" })
    if let type = try? registry.type(named: bare), type is any DataSource.Type {
      specification = text
    } else if let path = try path(text) {
      specification = path
    } else {
      return nil
    }
    var made = try registry.component(parsing: specification)
    if try ComponentFields.fields(of: made)[heldOut] == .integer(0), !specification.lowercased().contains("heldout"),
      !specification.lowercased().contains("held-out")
    {
      made = try registry.component(parsing: specification + (specification.contains(":") ? "," : ":") + "\(heldOut)=0.2")
    }
    guard let found = made as? any DataSource else { return nil }
    var source = found
    if var stored = source as? any FolderDataSource {
      stored.folder = FolderPath.absolute(stored.folder)
      source = stored
    }
    let name = ComponentFields.specification(of: source)
    // The name stands in checkpoints' titles and in studies, whose trials read it again.
    guard let again = try? registry.component(parsing: name), try ComponentFields.fields(of: again) == ComponentFields.fields(of: source)
    else {
      throw CommandFailure(
        "\(name): names with commas, spaces or equals signs in them cannot be written here; rename the file or its columns")
    }
    return try problem(source, name)
  }

  /// A file or folder as a component is written; `nil` where there is none of the name.
  private static func path(_ text: String) throws -> String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: text, isDirectory: &isFolder) else { return nil }
    guard !text.contains(where: { ",:=".contains($0) }) else {
      throw CommandFailure("\(text): a comma, colon or equals sign in a path cannot be written here; rename the file, or use a link to it")
    }
    if isFolder.boolValue { return "\(ImageFolder.name):folder=\(text)" }
    guard let ending = text.split(separator: ".").last, TableFile.endings.contains(ending.lowercased()) else {
      let known = TableFile.endings.sorted().map { ".\($0)" }.joined(separator: ", ")
      throw CommandFailure("\(text): files of this kind are not read; \(known) are, and folders of images")
    }
    return "\(TableFile.name):path=\(text)"
  }

  private static func problem(_ source: any DataSource, _ name: String) throws -> Problem {
    let shape = try (source as? ImageFolder)?.firstSampleShape() ?? source.opened().sampleShape
    switch shape.count {
    case 1:
      let size = shape[0]
      return Problem(
        name: name, summary: "Vectors of \(size) numbers; two hidden layers of 128 each.", batchSize: 64, rounds: 4_000,
        variants: Problem.planeVariants, data: { source }, composition: { DenseComposition.gan(size: size) })
    case 3:
      guard let stages = ConvolutionalComposition(height: shape[0], width: shape[1]) else {
        throw CommandFailure(
          "\(name): its images are \(shape[0]) × \(shape[1]), for which there are no networks: halved, rows and columns must be odd together, and 4 or "
            + "more; give a size where images are scaled, as in images:folder=DIR,size=32")
      }
      return Problem(
        name: name, summary: "Images of \(shape[0]) × \(shape[1]); a DCGAN as deep as that asks for.", batchSize: 64, rounds: 600,
        variants: Problem.imageVariants, data: { source }, composition: { stages.gan(channels: shape[2]) })
    default:
      throw CommandFailure(
        "\(name): a sample has the shape \(shape), for which there are no networks; give vectors, or images of rows, columns and channels (shape=[28 28 1])"
      )
    }
  }
}

/// The baseline for vectors: two hidden layers of 128 on either side, which learn equally fast.
enum DenseComposition {
  static func gan(size: Int) -> GAN {
    GAN(latent: .normal(16)) {
      Generator {
        Dense(128)
        ReLU()
        Dense(128)
        ReLU()
        Dense(size)
      }
      Discriminator {
        Dense(128)
        LeakyReLU(0.2)
        Dense(128)
        LeakyReLU(0.2)
        Dense(1)
      }
      NonSaturatingLoss()
      Adam(learningRate: 1e-3, beta1: 0.5)
      AlternatingUpdates(discriminatorSteps: 1)
    }
  }
}
