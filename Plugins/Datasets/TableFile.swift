import Adversarial
import Components
import Datasets
import Networks

/// Samples, and their labels where there are any, from one file of numbers: `.csv`, `.npy`, `.npz` or `.h5`.
///
/// ```swift
/// TableFile(path: "measured.csv", label: "species")
/// TableFile(path: "images.npz", samples: ["images"], label: "digits")
/// ```
///
/// A row of a `.csv` file, or of an array's first axis, is a sample. The field `samples` holds it, the field `label` its class. Bytes are scaled
/// to [-1, 1] as `value / 127.5 − 1`; other numbers stay as they are unless ``range`` says what becomes −1 and 1. Opening throws a
/// `DataError` (for `.h5` a `CheckpointError`) where the file is missing or damaged, a column does not exist, or a number is not finite.
public struct TableFile: FolderDataSource {
  public static let name = "table-file"
  public static let summary = "Draws, without replacement, from the rows of a .csv, .npy, .npz or .h5 file, with labels where it has some."
  public static let fieldDescriptions = [
    "classCount": "How many classes there are; 0 (the default) for the largest label and one",
    "heldOutFraction":
      """
    The share of the rows that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 \
    (the default) keeps none back
    """,
    "label":
      """
    The column or array that holds the classes: whole numbers from 0, or, in a '.csv' file, names, which are numbered in sorted \
    order. Empty (the default) for samples without labels. '.npy' files have none
    """,
    "path": "The file",
    "range": "The numbers that become −1 and 1, such as '[0, 255]'; empty (the default) for numbers as they are",
    "samples":
      """
    The columns of a '.csv' file that make a sample, by their names in its header, or by their numbers from 1 where it has none; the \
    array of a '.npz' file, the dataset of an '.h5' file. Empty (the default) for all columns but the label, or the only array that \
    is not the label, or that called 'samples'
    """,
    "shape": "The shape of a sample, such as '[28, 28, 1]'; empty (the default) for that of the file",
  ]

  /// The file.
  public var path: String
  /// The columns of a `.csv` file that make a sample, by their names in its header, or by their numbers from 1 where it has none; the array of
  /// a `.npz` file, the dataset of an `.h5` file. Empty (the default) for all columns but the label, or the only array that is not the label, or
  /// that called `samples`.
  public var samples: [String]
  /// The column or array that holds the classes: whole numbers from 0, or, in a `.csv` file, names, which are numbered in sorted order. Empty
  /// (the default) for samples without labels. `.npy` files have none.
  public var label: String
  /// The shape of a sample, such as `[28, 28, 1]`; empty (the default) for that of the file.
  public var shape: [Int]
  /// The numbers that become −1 and 1, such as `[0, 255]`; empty (the default) for numbers as they are.
  public var range: [Double]
  /// How many classes there are; 0 (the default) for the largest label and one.
  public var classCount: Int
  /// The share of the rows that training never sees, so that diagnostics can compare with them, in 0..<1: a fixed random choice; 0 (the
  /// default) keeps none back.
  public var heldOutFraction: Double

  /// Creates the source; see the fields.
  public init(
    path: String, samples: [String] = [], label: String = "", shape: [Int] = [], range: [Double] = [], classCount: Int = 0,
    heldOutFraction: Double = 0
  ) {
    self.path = path
    self.samples = samples
    self.label = label
    self.shape = shape
    self.range = range
    self.classCount = classCount
    self.heldOutFraction = heldOutFraction
  }

  public init() { self.init(path: "") }

  /// The folder that the file lies in.
  public var folder: String {
    get { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }
    set { path = FileBytes.join(newValue, String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])) }
  }

  /// What the names of files end in that are read.
  public static let endings: Set<String> = ["csv", "tsv", "txt", "npy", "npz", "h5", "hdf5", "hdf"]

  /// The most classes that labels may count.
  private static let mostClasses = 1 << 24

  public func validateFields() throws {
    guard shape.allSatisfy({ $0 > 0 }) else { throw FieldCheck.error(name, "shape", shape, "empty, or extents above 0") }
    guard range.isEmpty || range.count == 2 && range[0] < range[1] && range.allSatisfy(\.isFinite) else {
      throw FieldCheck.error(name, "range", range, "empty, or two numbers, the smaller one first")
    }
    try FieldCheck.within(0...Self.mostClasses, classCount, "classCount", of: name)
    try FieldCheck.share(heldOutFraction, "heldOutFraction", of: name)
  }

  public func opened() throws -> any Samples {
    let rows = try rows()
    var columns = [try samples(of: rows)]
    if let labels = rows.labels {
      let classes = try classes(labels)
      let count = max(classCount, Int(classes.max() ?? 0) + 1)
      columns.append((.classes("label", classes, count: count), .classes(classes)))
    }
    return try FiniteSamples.splitting(columns, heldOut: heldOutFraction)
  }

  /// The samples in the order of the file, as ``opened()`` gives them in a random one.
  ///
  /// - Throws: as ``opened()``.
  public func samplesInOrder() throws -> (field: Field, values: FiniteSamples.Values) { try samples(of: rows()) }

  private func rows() throws -> TableRows {
    try validateFields()
    guard !path.isEmpty else { throw DataError("\(name) was given no file", remedy: "set 'path' to a .csv, .npy, .npz or .h5 file") }
    let rows = try TableRows(self)
    guard rows.count > 0 else { throw DataError("it holds no rows", file: path, remedy: "name a file with samples") }
    return rows
  }

  private func samples(of rows: TableRows) throws -> (field: Field, values: FiniteSamples.Values) {
    if range.count == 2 { try ReadingLimits.standard.requireBytes(rows.values.count, 4, file: path) }
    return (Field("samples", shape: try sampleShape(rows)), scaled(rows.values))
  }

  private func sampleShape(_ rows: TableRows) throws -> [Int] {
    guard !shape.isEmpty else { return rows.shape }
    let (wanted, found) = (shape.reduce(Optional(1)) { product($0, $1) }, rows.shape.reduce(1, *))
    guard wanted == found else {
      throw DataError(
        "a sample has \(found) numbers, which are not of the shape \(shape)", file: path,
        remedy: "set 'shape' to extents whose product is \(found)")
    }
    return shape
  }

  private func product(_ first: Int?, _ second: Int) -> Int? {
    guard let (value, overflow) = first?.multipliedReportingOverflow(by: second), !overflow else { return nil }
    return value
  }

  private func scaled(_ values: FiniteSamples.Values) -> FiniteSamples.Values {
    guard range.count == 2 else { return values }
    let scale = 2 / (range[1] - range[0])
    func mapped(_ value: Double) -> Float { Float((value - range[0]) * scale - 1) }
    switch values {
    case .numbers(let values): return .numbers(values.map { mapped(Double($0)) })
    case .bytes(let values): return .numbers(values.map { mapped(Double($0)) })
    case .classes: return values
    }
  }

  private func classes(_ labels: [Double]) throws -> [Int32] {
    try labels.enumerated().map { row, label in
      let limit = classCount > 0 ? classCount : Self.mostClasses
      guard label == label.rounded(), label >= 0, label < Double(limit) else {
        throw DataError(
          "row \(row + 1) has the label \(label), but labels are whole numbers in 0..<\(limit)", file: path,
          remedy: classCount > 0
            ? "count the classes from 0, or set a larger 'classCount'" : "count the classes from 0, or name another column in 'label'")
      }
      return Int32(label)
    }
  }
}
