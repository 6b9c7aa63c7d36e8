import Foundation

/// A picture with a line under it that may lead somewhere.
public struct Picture: Sendable {
  /// What is shown.
  public enum Content: Sendable {
    /// A drawing, as an SVG element.
    case drawing(svg: String)
    /// A PNG image, stored in the page, each pixel of it `scale` screen pixels wide.
    case image(png: [UInt8], scale: Int)
  }

  /// What is shown.
  public var content: Content
  /// What stands under it.
  public var label: String
  /// The address that the label leads to, relative to the page; `nil` (the default) for none.
  public var link: String?

  /// Creates a picture; see the fields.
  public init(_ content: Content, label: String, link: String? = nil) {
    self.content = content
    self.label = label
    self.link = link
  }

  /// The picture as an HTML element.
  var markup: String {
    let label = HTMLText.escaped(label)
    let caption = link.map { "<a href=\"\(HTMLText.escaped($0))\">\(label)</a>" } ?? label
    switch content {
    case .drawing(let svg):
      return "<figure class=\"picture\">\(svg)\(label.isEmpty ? "" : "<figcaption>\(caption)</figcaption>")</figure>"
    case .image(let png, let scale):
      let size = PNGSize(png).map { " width=\"\($0.width * max(1, scale))\" height=\"\($0.height * max(1, scale))\"" }
      return """
        <figure class="picture"><img alt="\(label)"\(size ?? "") src="data:image/png;base64,\(Data(png).base64EncodedString())">\
        \(label.isEmpty ? "" : "<figcaption>\(caption)</figcaption>")</figure>
        """
    }
  }
}

/// Rows of pictures, beside one that all are compared with and that stays in view while one scrolls, where there is room for it.
public struct Gallery: Sendable {
  /// The pictures of one row.
  public struct Row: Sendable {
    /// What stands above them.
    public var label: String
    public var pictures: [Picture]
    /// The address that the label leads to, relative to the page; `nil` for none.
    public var link: String?

    public init(_ label: String, _ pictures: [Picture], link: String? = nil) {
      self.label = label
      self.pictures = pictures
      self.link = link
    }
  }

  /// What all are compared with; `nil` for nothing.
  public var reference: Picture?
  /// The rows, from top to bottom.
  public var rows: [Row]
  /// What stands below; empty for nothing.
  public var caption: String

  /// Creates a gallery; see the fields.
  public init(reference: Picture? = nil, rows: [Row], caption: String = "") {
    self.reference = reference
    self.rows = rows
    self.caption = caption
  }

  /// The gallery as an HTML element.
  var markup: String {
    let rows = rows.map { row in
      let text = HTMLText.escaped(row.label)
      let label = text.isEmpty ? "" : "<h3>\(row.link.map { "<a href=\"\(HTMLText.escaped($0))\">\(text)</a>" } ?? text)</h3>"
      return "<div class=\"group\">\(label)<div class=\"row\">\(row.pictures.map(\.markup).joined())</div></div>"
    }.joined(separator: "\n")
    guard let reference else { return "<div class=\"groups\">\n\(rows)</div>" }
    return "<div class=\"beside\">\n<div class=\"reference\">\(reference.markup)</div>\n<div class=\"groups\">\(rows)</div></div>"
  }
}
