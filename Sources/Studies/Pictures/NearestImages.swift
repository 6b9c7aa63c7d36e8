import Adversarial
import Datasets
import Foundation
import Metrics
import Reports
import Tensors

/// Some images, and of all training images the nearest one to each: what shows whether a generator copies.
struct NearestImages: Equatable {
  /// What is known of the pairs beside their picture.
  struct Record: Codable, Equatable {
    /// The Euclidean distance of each pair's pixels, black being −1 and white 1, divided by the square root of their number: 0 for a copy, at most 2.
    var distances: [Double]
    /// How many training images were compared.
    var compared: Int
  }

  let record: Record
  /// The images in a row, over the nearest ones.
  let picture: PNGImage

  /// The most images that are looked at.
  private static let count = 8
  /// The most numbers that are compared: those of 50,000 training images of 32 × 32 in colour; of more, as many images as that makes.
  private static let most = 153_600_000

  /// The first of `images` with the training images of `samples` that are nearest to them.
  ///
  /// - Returns: `nil` where no image is finite, or the data is no finite collection of images.
  init?(of images: [Float], in samples: any Samples) throws {
    let shape = samples.sampleShape
    let size = shape.reduce(1, *)
    guard let available = samples.count, PNGImage.canHold(shape) else { return nil }
    // Fewer of large images, so that they fit on a narrow screen.
    let wanted = max(4, min(Self.count, 360 / max(1, shape[1])))
    let queries = try SampleSet(discardingNonFinite: Array(images.prefix(wanted * size)), shape: shape)
    guard queries.count > 0 else { return nil }
    let compared = min(available, max(1, Self.most / size))
    let chunk = max(1, min(1_024, 4_000_000 / size))
    var nearest = [(distance: Double, image: [Float])](repeating: (.infinity, []), count: queries.count)
    let samples = samples.unaugmented
    let key = Key(seed: 0).derived("study").derived("nearest training images")
    for (index, start) in stride(from: 0, to: compared, by: chunk).enumerated() {
      let drawn = samples.drawn(chunk, index: index, key: key)
      let points = try SampleSet(Array(drawn.prefix(min(chunk, compared - start) * size)), shape: shape)
      let found = try NearestNeighbors(of: queries, in: points, count: 1)
      for query in nearest.indices where found.squaredDistances[query] < nearest[query].distance {
        let place = found.indices[query] * size
        nearest[query] = (found.squaredDistances[query], Array(points.values[place..<place + size]))
      }
    }
    record = Record(distances: nearest.map { ($0.distance / Double(size)).squareRoot() }, compared: compared)
    picture = try PNGImage.grid(samples: queries.values + nearest.flatMap(\.image), shape: shape, columns: queries.count)
  }

  /// The picture with the distances below; `nil` where it cannot be drawn.
  func drawing() throws -> LabelledImage? { Self.drawing(png: try picture.encoded(), record) }

  static func drawing(png: [UInt8], _ record: Record) -> LabelledImage? {
    LabelledImage(png: png, labels: record.distances.map { NumberText.fixed($0, digits: 2) })
  }

  /// How such drawings are to be read.
  static func caption(compared: Int, hasHeldOut: Bool) -> String {
    "Samples, and under each the nearest of \(NumberText.fixed(Double(compared), digits: 0)) training images by its pixels, with the distance: "
      + "0 is a copy." + (hasHeldOut ? " A generator that does not copy is about as far from them as held-out images are." : "")
  }

  /// Writes the picture and the record.
  ///
  /// - Throws: `DataError` or ``StudyError`` where a file cannot be written.
  func write(to files: TrialFiles) throws {
    try picture.write(to: files.neighbors)
    try StudyFile.write(record, to: files.neighborRecord)
  }
}
