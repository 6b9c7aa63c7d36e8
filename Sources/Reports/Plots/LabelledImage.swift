import Foundation

/// A PNG image with a label under each of its equally wide columns, as an SVG drawing: generated images over the real ones they resemble.
public struct LabelledImage: Plot, Equatable {
  /// The title; empty for none.
  public var title: String
  /// The image.
  public var png: [UInt8]
  /// What stands under the columns, from left to right.
  public var labels: [String]
  /// The width in pixels; at first as many times that of the image as the labels need.
  public var width: Double

  /// Creates a drawing; `nil` where the bytes are no PNG file.
  public init?(title: String = "", png: [UInt8], labels: [String]) {
    guard let size = PNGSize(png), size.width > 0 else { return nil }
    self.title = title
    self.png = png
    self.labels = labels
    let needed = Double(labels.count) * ((labels.map { TextWidth.pixels($0, size: 11) }.max() ?? 0) + 2)
    width = Double(size.width) * max(1, (needed / Double(size.width)).rounded(.up))
  }

  /// The drawing, as an SVG element.
  public var svg: String {
    let n = NumberText.coordinate
    let size = PNGSize(png)
    let lines = title.isEmpty ? [] : TextWidth.lines(title, limit: width - 4, size: 13)
    let top = lines.isEmpty ? 0 : 10 + 16 * Double(lines.count)
    let height = width * Double(size?.height ?? 0) / Double(max(1, size?.width ?? 1))
    let bottom = top + height + (labels.isEmpty ? 0 : 18)
    var text = lines.enumerated().map { row, line in
      "<text class=\"title\" x=\"2\" y=\"\(n(16 + 16 * Double(row)))\">\(HTMLText.escaped(line))</text>"
    }
    let column = width / Double(max(1, labels.count))
    text += labels.enumerated().map { place, label in
      let shown = HTMLText.escaped(TextWidth.fitted(label, limit: column, size: 11))
      return """
        <text class="soft" style="font-size:11px" text-anchor="middle" x="\(n(column * (Double(place) + 0.5)))" \
        y="\(n(top + height + 13))">\(shown)</text>
        """
    }
    return """
      <svg class="plot" xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(bottom))" \
      viewBox="0 0 \(n(width)) \(n(bottom))" role="img" aria-label="\(HTMLText.escaped(title))">
      \(PlotStyle.sheet)
      <image x="0" y="\(n(top))" width="\(n(width))" height="\(n(height))" style="image-rendering:pixelated" \
      href="data:image/png;base64,\(Data(png).base64EncodedString())"/>
      \(text.joined())
      </svg>

      """
  }
}
