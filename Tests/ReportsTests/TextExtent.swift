import Foundation
import Testing

@testable import Reports

/// Where a text of a drawing lies, by the same generous estimate of letters that drawings are laid out with.
struct TextExtent: CustomStringConvertible {
  let text: String
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let width: Double
  let height: Double

  /// Whether all of it lies in the drawing's box.
  var isInside: Bool { left >= -0.01 && right <= width + 0.01 && top >= -0.01 && bottom <= height + 0.01 }

  var description: String { "'\(text)' from \(left) to \(right), \(top) to \(bottom), in \(width) × \(height)" }

  /// All texts of a drawing, those that are turned by 90° too.
  static func all(in svg: String) throws -> [TextExtent] {
    let box = try #require(svg.components(separatedBy: "viewBox=\"0 0 ").dropFirst().first).split(separator: "\"")[0].split(separator: " ")
    let (width, height) = (try #require(Double(box[0])), try #require(Double(box[1])))
    var result: [TextExtent] = []
    var origin = (x: 0.0, y: 0.0)
    for piece in svg.components(separatedBy: "<").dropFirst() {
      // Groups that are moved hold the labels over the rectangle.
      if piece.hasPrefix("g transform=\"translate(") {
        let numbers = piece.dropFirst("g transform=\"translate(".count).prefix { $0 != ")" }.split(separator: " ").compactMap { Double($0) }
        origin = (numbers[0], numbers[1])
      }
      if piece.hasPrefix("/g>") { origin = (0, 0) }
      guard piece.hasPrefix("text"), let end = piece.firstIndex(of: ">") else { continue }
      let tag = piece[..<end]
      let text = piece[piece.index(after: end)...].replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&amp;", with: "&")
      func number(_ name: String) -> Double {
        Double(tag.components(separatedBy: " \(name)=\"").dropFirst().first?.prefix { $0 != "\"" } ?? "") ?? .nan
      }
      let size = tag.contains("class=\"title\"") ? 13.0 : tag.contains("font-size:11px") ? 11 : 12
      let length = TextWidth.pixels(text, size: size)
      let (x, y) = (number("x") + origin.x, number("y") + origin.y)
      let start = tag.contains("text-anchor=\"middle\"") ? -length / 2 : tag.contains("text-anchor=\"end\"") ? -length : 0
      result.append(
        tag.contains("rotate(-90")
          ? TextExtent(text: text, left: x - size, right: x, top: y - length - start, bottom: y - start, width: width, height: height)
          : TextExtent(
            text: text, left: x + start, right: x + start + length, top: y - size * 0.8, bottom: y + size * 0.2, width: width,
            height: height))
    }
    return result
  }
}
