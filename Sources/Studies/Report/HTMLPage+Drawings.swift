import Foundation
import Reports

extension HTMLPage {
  /// Writes each drawing of the page as an SVG file, for papers and slides. Files of other names stay.
  ///
  /// - Throws: `StudyError` where the folder or a file cannot be written.
  public func writeDrawings(to folder: String) throws {
    guard !drawings.isEmpty else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StudyError("\(folder) cannot be made: \(error.localizedDescription); check the folder and the free space")
    }
    for (name, svg) in drawings { try StudyFile.write(Data(svg.utf8), to: "\(folder)/\(name).svg") }
  }
}
