import Adversarial
import Datasets
import Foundation

/// Pictures of the same samples over a run: a small PNG file for each of some steps, and all of them as one that moves.
///
/// A frame depends on the samples that it shows alone, so a run that was stopped and resumed leaves the same files.
public struct SampleFilm {
  /// How many samples a frame shows.
  public let count: Int
  private let folder: String
  private let shape: [Int]
  private let plane: PlaneImage?

  /// One frame.
  public struct Frame: Sendable, Equatable {
    /// The rounds that had been played.
    public var step: Int
    /// The PNG file.
    public var path: String
  }

  /// The most pixels in a row of a frame of images.
  private static let width = 138
  /// The most frames of a moving picture; of more, evenly chosen ones are shown.
  private static let most = 60

  /// A film of samples of `data` in `folder`, which is made with the first frame; `nil` where they are neither images nor points in the plane.
  public init?(of data: any Samples, in folder: String) {
    let shape = data.sampleShape
    guard PNGImage.canHold(shape) || SampleGrid.isPoint(shape) else { return nil }
    self.folder = folder
    self.shape = shape
    let isPoint = SampleGrid.isPoint(shape)
    plane = isPoint ? PlaneImage(of: data) : nil
    count = isPoint ? 500 : Self.side(shape) * Self.side(shape)
  }

  /// How many images of a frame stand side by side.
  private static func side(_ shape: [Int]) -> Int { max(2, min(4, width / max(1, shape[1]))) }

  /// Writes the frame of the first ``count`` of `values`, whole samples in row-major order; an older one of the step is replaced.
  ///
  /// - Throws: `DataError` where the folder or the file cannot be written.
  public func record(_ values: [Float], step: Int) throws {
    let shown = values.prefix(count * shape.reduce(1, *))
    let image = try plane.map { try $0.image(of: shown) } ?? PNGImage.grid(samples: Array(shown), shape: shape, columns: Self.side(shape))
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DataError(
        "it cannot be made (\(error.localizedDescription))", file: folder, remedy: "check that there is room, and who may write there")
    }
    let digits = String(step)
    try image.write(to: "\(folder)/frame-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).png")
  }

  /// The frames in a folder, by step.
  public static func frames(in folder: String) -> [Frame] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { name in
      guard name.hasPrefix("frame-"), name.hasSuffix(".png"), let step = Int(name.dropFirst(6).dropLast(4)) else { return nil }
      return Frame(step: step, path: "\(folder)/\(name)")
    }.sorted { $0.step < $1.step }
  }

  /// At most `limit` of some frames, evenly chosen, the first and the last among them.
  static func chosen(_ frames: [Frame], limit: Int) -> [Frame] {
    guard frames.count > limit else { return frames }
    return (0..<limit).map { frames[$0 * (frames.count - 1) / max(1, limit - 1)] }
  }

  /// Writes the frames up to `step` as one picture that moves, an animated PNG file; nothing where there are none.
  ///
  /// - Throws: `DataError` where a frame cannot be read, or the file not be written.
  public func write(to path: String, until step: Int) throws {
    let frames = Self.chosen(Self.frames(in: folder).filter { $0.step <= step }, limit: Self.most)
    guard !frames.isEmpty else { return }
    try AnimatedPNG.write(frames.map { try FileBytes.read($0.path) }, to: path)
  }
}
