import Tensors

extension ByteImages {
  /// The images for training, with a fixed random choice of `fraction` of them kept back beside them.
  ///
  /// Both keep the order of the files. `fraction` is in 0..<1; where it comes to less than one image, none is kept back.
  static func splitting(_ bytes: [UInt8], sampleShape: [Int], heldOut fraction: Double) -> ByteImages {
    let size = sampleShape.reduce(1, *)
    let count = bytes.count / size
    let heldOut = Int(fraction * Double(count))
    guard heldOut > 0 else { return ByteImages(bytes: bytes, sampleShape: sampleShape) }
    let order = StatelessPermutation(count: count, key: Key(seed: 0).derived("held out"))
    func images(_ places: Range<Int>) -> [UInt8] {
      var result: [UInt8] = []
      result.reserveCapacity(places.count * size)
      for index in places.map({ order($0) }).sorted() { result += bytes[index * size..<(index + 1) * size] }
      return result
    }
    return ByteImages(
      bytes: images(heldOut..<count), sampleShape: sampleShape,
      heldOut: ByteImages(bytes: images(0..<heldOut), sampleShape: sampleShape))
  }
}
