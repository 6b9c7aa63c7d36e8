import Foundation

extension Plot {
  /// Writes the drawing as an SVG file of its own, which any browser shows; the old file stays until the new one is whole.
  ///
  /// - Throws: `CocoaError` where the file cannot be written.
  public func write(to path: String) throws {
    try Data(svg.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
