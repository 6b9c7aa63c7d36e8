/// The header of a `.npy` file: magic bytes, version, length, and a Python dictionary in text.
struct NPYHeader {
  /// A kind of numbers by NumPy's own name, such as `<f4`: the order of its bytes, its kind and its size.
  struct ElementType {
    /// `f`, `i`, `u`, or `b` for truth values.
    let kind: Character
    /// Bytes of a number.
    let size: Int
    let isBigEndian: Bool

    /// The type that a file calls `name`; `nil` where such numbers are not read.
    init?(_ name: String) {
      guard let order = name.first, "<>|=".contains(order), let kind = name.dropFirst().first, let size = Int(name.dropFirst(2)),
        ["f": [2, 4, 8], "i": [1, 2, 4, 8], "u": [1, 2, 4, 8], "b": [1]][kind]?.contains(size) == true
      else { return nil }
      (self.kind, self.size, isBigEndian) = (kind, size, order == ">")
    }
  }

  /// The kind of the numbers.
  let type: ElementType
  /// The extents.
  let shape: [Int]
  /// The length of the header in bytes: where the numbers start.
  let length: Int

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Parses the header of `bytes`; throws where there is none, or where the numbers are of a kind that is not read.
  init(_ bytes: [UInt8], file: String) throws {
    guard bytes.count >= 12, Array(bytes.prefix(6)) == Self.magic else {
      throw DataError("it does not start as .npy files do", file: file, remedy: "write it by numpy.save")
    }
    let isLong = bytes[6] >= 2
    guard (1...3).contains(bytes[6]) else {
      throw DataError("its version \(bytes[6]).\(bytes[7]) is not known", file: file, remedy: "write it as version 1.0")
    }
    let start = isLong ? 12 : 10
    let size = (8..<start).reduce(0) { $0 | Int(bytes[$1]) << (8 * ($1 - 8)) }
    guard start + size <= bytes.count else {
      throw DataError("it ends inside the header", file: file, remedy: "write the file again; it was truncated")
    }
    length = start + size
    let text = String(decoding: bytes[start..<length], as: UTF8.self)

    let type = Self.value(of: "descr", in: text)
    guard let known = type.flatMap({ ElementType(String($0.dropFirst().dropLast())) }) else {
      throw DataError(
        "its numbers are of type \(type ?? "(none)"), but only integers, truth values and floating-point numbers of 2 to 8 bytes are read",
        file: file,
        remedy: "save array.astype('float32')")
    }
    self.type = known
    guard Self.value(of: "fortran_order", in: text) == "False" else {
      throw DataError(
        "it is not in row-major order", file: file, remedy: "save numpy.ascontiguousarray(array)")
    }
    guard let shape = Self.shape(in: text) else {
      throw DataError("its shape cannot be read from \(text)", file: file, remedy: "write it by numpy.save")
    }
    self.shape = shape
  }

  /// The header of version 1.0, padded by spaces so that the numbers start at a multiple of 64.
  static func encoded(_ type: String, shape: [Int]) -> [UInt8] {
    let extents = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    let padding = 64 - (10 + text.utf8.count + 1) % 64
    text += String(repeating: " ", count: padding % 64) + "\n"
    let size = text.utf8.count
    return magic + [1, 0, UInt8(size & 0xFF), UInt8(size >> 8)] + Array(text.utf8)
  }

  /// The product of the extents; `nil` where one is negative or the product overflows.
  static func elementCount(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      let (value, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      product = value
    }
    return product
  }

  /// The text between `'key':` and the next comma or brace, without spaces.
  private static func value(of key: String, in text: String) -> String? {
    rest(after: key, in: text).map { String($0.prefix { $0 != "," && $0 != "}" }).filter { $0 != " " } }
  }

  /// The extents between the parentheses after `'shape':`.
  private static func shape(in text: String) -> [Int]? {
    guard let rest = rest(after: "shape", in: text)?.drop(while: { $0 == " " }), rest.first == "(",
      let end = rest.firstIndex(of: ")")
    else { return nil }
    var result: [Int] = []
    for part in rest[rest.index(after: rest.startIndex)..<end].split(separator: ",") {
      let digits = part.filter { $0 != " " }
      guard let extent = Int(digits), extent >= 0 else { return nil }
      result.append(extent)
    }
    return result
  }

  private static func rest(after key: String, in text: String) -> Substring? {
    for quote in ["'", "\""] {
      if let range = text.firstRange(of: "\(quote)\(key)\(quote):") { return text[range.upperBound...] }
    }
    return nil
  }
}
