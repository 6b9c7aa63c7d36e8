import Checkpoints
import Datasets

/// What a ``TableFile`` reads: samples row by row, and the labels' numbers.
struct TableRows {
  /// The samples, row major: numbers that are finite, or bytes.
  let values: FiniteSamples.Values
  /// The shape of a sample, as the file has it.
  let shape: [Int]
  /// The labels; `nil` where none were asked for.
  let labels: [Double]?
  /// How many rows there are.
  let count: Int

  init(_ source: TableFile) throws {
    let ending = source.path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
    switch ending {
    case "csv", "tsv", "txt": try self.init(records: CSVRecords(reading: source.path), source)
    case "npz": try self.init(arrays: NPZFile(reading: source.path), source)
    case "npy":
      try TableRows.requireNoNames(source)
      try self.init(NPYFile(reading: source.path), labels: nil, source.path)
    case "h5", "hdf5", "hdf":
      try self.init(datasets: source)
    default:
      throw DataError(
        "its name does not say what it holds", file: source.path, remedy: "name a file that ends in .csv, .tsv, .txt, .npy, .npz or .h5")
    }
  }

  private static func requireNoNames(_ source: TableFile) throws {
    guard source.label.isEmpty, source.samples.isEmpty else {
      throw DataError(
        "it holds one array, so 'samples' and 'label' have no choice in it", file: source.path,
        remedy: "leave them empty, or write samples and labels into one .npz or .csv file")
    }
  }

  /// Samples of `shape`, whose first extent counts them.
  private init(_ values: FiniteSamples.Values, shape: [Int], labels: [Double]?, _ file: String) throws {
    guard let rows = shape.first else {
      throw DataError("it holds a single number, not samples", file: file, remedy: "save an array whose rows are samples")
    }
    self.values = values
    self.shape = shape.count > 1 ? Array(shape.dropFirst()) : [1]
    self.labels = labels
    count = self.shape.contains(0) ? 0 : rows
    if case .numbers(let numbers) = values, let place = numbers.firstIndex(where: { !$0.isFinite }) {
      throw DataError(
        "row \(place / max(1, numbers.count / rows) + 1) holds \(numbers[place])", file: file,
        remedy: "leave out or replace rows that are not finite")
    }
  }

  private init(_ array: NPYFile, labels: [Double]?, _ file: String) throws {
    if case .uint8(let bytes) = array.elements {
      try self.init(.bytes(bytes), shape: array.shape, labels: labels, file)
    } else {
      try self.init(.numbers(array.floats), shape: array.shape, labels: labels, file)
    }
  }

  private init(arrays file: NPZFile, _ source: TableFile) throws {
    let others = file.names.filter { $0 != source.label }
    let usual = others.count == 1 ? others.first : others.first { $0 == HDF5Samples.dataset }
    guard let name = source.samples.first ?? usual, source.samples.count <= 1 else {
      throw DataError(
        "it holds the arrays \(file.names.joined(separator: ", "))", file: source.path,
        remedy: "name the one with the samples in 'samples', and the one with the classes in 'label'")
    }
    let samples = try file.array(name)
    guard !source.label.isEmpty else {
      try self.init(samples, labels: nil, source.path)
      return
    }
    let labels = try file.array(source.label)
    guard labels.elements.count == samples.shape.first, labels.shape.first == labels.elements.count else {
      throw DataError(
        "its labels '\(source.label)' have the shape \(labels.shape), its samples '\(name)' \(samples.shape)", file: source.path,
        remedy: "store one label for each sample")
    }
    try self.init(samples, labels: labels.numbers, source.path)
  }

  private init(datasets source: TableFile) throws {
    guard source.samples.count <= 1 else {
      throw DataError("'samples' names \(source.samples.count) datasets", file: source.path, remedy: "name the one that holds the samples")
    }
    // Where a range is given, it is that of the numbers as they are stored.
    let found = try HDF5Samples.read(
      source.path, dataset: source.samples.first, besides: source.label.isEmpty ? [] : [source.label], scalesBytes: source.range.isEmpty)
    guard !source.label.isEmpty else {
      try self.init(.numbers(found.values), shape: found.shape, labels: nil, source.path)
      return
    }
    let labels = try HDF5Samples.read(source.path, dataset: source.label, scalesBytes: false)
    guard labels.shape == [found.shape.first ?? 0] else {
      throw DataError(
        "its labels '\(source.label)' have the shape \(labels.shape), its samples \(found.shape)", file: source.path,
        remedy: "store one label for each sample")
    }
    try self.init(.numbers(found.values), shape: found.shape, labels: labels.values.map(Double.init), source.path)
  }

  private init(records source: CSVRecords, _ table: TableFile) throws {
    var records = source
    var columns: TableColumns?
    var values: [Float] = []
    var labels: [String] = []
    var rows = 0
    while try records.next() {
      let chosen = try columns ?? TableColumns(records, table)
      columns = chosen
      guard records.count == chosen.count else {
        throw DataError(
          "line \(records.line) has \(records.count) fields, but the lines before have \(chosen.count)", file: table.path,
          remedy: "give every line the same number of fields")
      }
      for column in chosen.samples { values.append(try TableRows.number(records, column, table)) }
      if let label = chosen.label { labels.append(records.text(label)) }
      rows += 1
    }
    guard let columns else { throw DataError("it holds no rows of numbers", file: table.path, remedy: "name a file with samples") }
    self.values = .numbers(values)
    shape = [columns.samples.count]
    count = rows
    self.labels = columns.label == nil ? nil : try TableRows.numbered(labels, table)
  }

  /// A number of a sample. Where a word stands in its place, and there are no labels yet, the column may be meant for them.
  private static func number(_ records: CSVRecords, _ column: Int, _ table: TableFile) throws -> Float {
    do {
      return try records.number(column)
    } catch let error as DataError {
      let text = records.text(column)
      let isWord = text.first?.isLetter == true && !["na", "nan", "n/a", "null", "none", "nil", "inf"].contains(text.lowercased())
      guard table.label.isEmpty, table.samples.isEmpty, isWord else { throw error }
      let name = records.header.isEmpty ? "\(column + 1)" : records.header[column]
      throw DataError(
        error.problem, file: error.file,
        remedy:
          "where column '\(name)' holds the classes of the rows, say so: label=\(name), as in \(TableFile.name):path=\(table.path),label=\(name); "
          + "else name the columns of a sample, as in samples=[a b]")
    }
  }

  /// The labels' numbers: their own, or, where they are names, their places in sorted order.
  private static func numbered(_ labels: [String], _ table: TableFile) throws -> [Double] {
    let numbers = labels.compactMap { Double($0) }
    if numbers.count == labels.count { return numbers }
    if let place = labels.firstIndex(where: \.isEmpty) {
      throw DataError("row \(place + 1) has no '\(table.label)'", file: table.path, remedy: "fill it in, or leave the row out")
    }
    guard numbers.isEmpty else {
      let text = labels.first { Double($0) == nil } ?? ""
      throw DataError("'\(table.label)' holds numbers, but '\(text)' too", file: table.path, remedy: "write numbers only, or names only")
    }
    let names = Set(labels).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
    return labels.compactMap { places[$0] }
  }
}

/// Which columns of a file of separated values make a sample, and which is the label.
private struct TableColumns {
  let count: Int
  let samples: [Int]
  let label: Int?

  init(_ records: CSVRecords, _ table: TableFile) throws {
    count = records.count
    let names = records.header.isEmpty ? (1...max(records.count, 1)).map(String.init) : records.header
    func place(_ name: String, _ field: String) throws -> Int {
      let places = names.indices.filter { names[$0] == name }
      guard let only = places.first, places.count == 1 else {
        throw DataError(
          places.isEmpty ? "there is no column '\(name)'" : "\(places.count) columns are called '\(name)'", file: table.path,
          remedy: "choose '\(field)' from \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")")
      }
      return only
    }
    let label = table.label.isEmpty ? nil : try place(table.label, "label")
    self.label = label
    samples = try table.samples.isEmpty ? names.indices.filter { $0 != label } : table.samples.map { try place($0, "samples") }
    if let unnamed = samples.first(where: { names[$0].isEmpty }) {
      throw DataError(
        "column \(unnamed + 1) has no name", file: table.path, remedy: "name it, or choose the columns of a sample in 'samples'")
    }
    guard !samples.isEmpty else {
      throw DataError("no column is left for the samples", file: table.path, remedy: "name them in 'samples'")
    }
  }
}

extension NPYFile {
  /// The numbers in float64.
  fileprivate var numbers: [Double] {
    switch elements {
    case .float32(let values): values.map { Double($0) }
    case .float64(let values): values
    case .uint8(let values): values.map { Double($0) }
    case .int64(let values): values.map { Double($0) }
    }
  }
}
