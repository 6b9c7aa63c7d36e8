/// The least and the largest number of many samples, and the scale that they speak of.
public struct ValueRange: Sendable, Equatable, CustomStringConvertible {
  /// The least number.
  public let least: Float
  /// The largest number.
  public let largest: Float

  /// The scales that images come in.
  public enum Scale: String, Sendable {
    /// Bytes as they are.
    case bytes = "0 … 255"
    /// Bytes divided by 255.
    case unit = "0 … 1"
    /// Bytes as Rival has them, x / 127.5 − 1.
    case centred = "−1 … 1"
  }

  /// Creates a range.
  public init(least: Float, largest: Float) {
    self.least = least
    self.largest = largest
  }

  /// The scale that images with these numbers are on; `nil` where it cannot be told.
  ///
  /// Bytes reach beyond 16 and not below 0; centred numbers reach below −0.25, and neither end beyond 1.5; numbers of the unit scale leave
  /// 0…1 by a hundredth at most.
  public var scale: Scale? {
    if least >= 0, largest > 16, largest <= 255 { return .bytes }
    if least < -0.25, least >= -1.5, largest <= 1.5 { return .centred }
    return least >= -0.01 && largest <= 1.01 && largest > 0 ? .unit : nil
  }

  public var description: String { "\(least) … \(largest)" }
}

extension SampleSet {
  /// The least and the largest number; 0 and 0 of no samples.
  public var valueRange: ValueRange {
    values.withUnsafeBufferPointer { values in
      var (least, largest) = (values.first ?? 0, values.first ?? 0)
      for value in values {
        least = min(least, value)
        largest = max(largest, value)
      }
      return ValueRange(least: least, largest: largest)
    }
  }

  /// Checks that these samples and `reference` are on one scale: images in 0 … 255, or in 0 … 1, have a distance from images in −1 … 1 that
  /// says nothing of what they show.
  ///
  /// Only images are judged, samples of three axes or of 64 numbers and more: of points nobody knows the scale. A generator whose images are
  /// all bright may be taken for one of 0 … 1; so this is for samples of unknown origin.
  ///
  /// - Parameter names: what the two sets are called in the message.
  /// - Throws: ``MetricError`` with both ranges where the scales differ.
  public func requireOneScale(with reference: SampleSet, names: (samples: String, reference: String) = ("the samples", "the reference"))
    throws
  {
    guard max(shape.count, reference.shape.count) == 3 || dimension >= 64 else { return }
    let (own, other) = (valueRange, reference.valueRange)
    guard let scale = own.scale, let otherScale = other.scale, scale != otherScale else { return }
    throw MetricError(
      "\(names.samples) has numbers in \(own), but \(names.reference) in \(other): the first look like images in \(scale.rawValue), the others "
        + "like images in \(otherScale.rawValue); bring them to one scale")
  }
}
