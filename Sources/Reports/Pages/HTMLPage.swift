import Foundation

/// A self-contained page: no scripts, no files beside it, light or dark as the reader prefers, fit for print.
public struct HTMLPage: Sendable {
  /// A part of a page.
  public enum Block: Sendable {
    /// A heading of the second level.
    case heading(String)
    /// Running text.
    case paragraph(String)
    /// A table, with a caption below it; an empty caption is left out.
    case table(TextTable, caption: String)
    /// One drawing, with a caption below it.
    case figure(svg: String, caption: String)
    /// Drawings side by side, with one caption.
    case figures(svgs: [String], caption: String)
    /// A PNG image, stored in the page, shown with hard pixel edges; `label` says what it shows.
    case image(png: [UInt8], label: String, scale: Int)
    /// Images side by side.
    case images([(png: [UInt8], label: String)], scale: Int, caption: String)
    /// Markup that the caller vouches for.
    case markup(String)
  }

  /// The title, shown as the first heading.
  public var title: String
  /// The content, from top to bottom.
  public var blocks: [Block]

  /// Creates a page.
  public init(title: String, blocks: [Block] = []) {
    self.title = title
    self.blocks = blocks
  }

  /// The whole document. The same page gives the same bytes.
  public var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTMLText.escaped(title))</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    <h1>\(HTMLText.escaped(title))</h1>
    \(blocks.map(Self.markup).joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private static func markup(_ block: Block) -> String {
    switch block {
    case .heading(let text): return "<h2>\(HTMLText.escaped(text))</h2>"
    case .paragraph(let text): return "<p>\(HTMLText.escaped(text))</p>"
    case .table(let table, let caption):
      return "<figure class=\"wide\"><div class=\"scroll\">\(table.html)</div>\(captionMarkup(caption))</figure>"
    case .figure(let svg, let caption): return figures([svg], caption: caption)
    case .figures(let svgs, let caption): return figures(svgs, caption: caption)
    case .image(let png, let label, let scale): return images([(png, label)], scale: scale, caption: "")
    case .images(let images, let scale, let caption): return Self.images(images, scale: scale, caption: caption)
    case .markup(let text): return text
    }
  }

  private static func figures(_ svgs: [String], caption: String) -> String {
    let items = svgs.map { "<div class=\"item\">\($0)</div>" }.joined()
    return "<figure><div class=\"row\">\(items)</div>\(captionMarkup(caption))</figure>"
  }

  private static func images(_ images: [(png: [UInt8], label: String)], scale: Int, caption: String) -> String {
    let items = images.map { image in
      let size = PNGSize(image.png).map {
        " width=\"\($0.width * max(1, scale))\" height=\"\($0.height * max(1, scale))\""
      }
      let label = HTMLText.escaped(image.label)
      return """
        <figure class="image"><img alt="\(label)"\(size ?? "") \
        src="data:image/png;base64,\(Data(image.png).base64EncodedString())"><figcaption>\(label)</figcaption></figure>
        """
    }
    return "<figure><div class=\"row\">\(items.joined())</div>\(captionMarkup(caption))</figure>"
  }

  private static func captionMarkup(_ caption: String) -> String {
    caption.isEmpty ? "" : "<figcaption>\(HTMLText.escaped(caption))</figcaption>"
  }
}

/// The extents that a PNG file's header gives.
struct PNGSize {
  let width: Int
  let height: Int

  /// Reads the header chunk; `nil` where the bytes are too few.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 24 else { return nil }
    func word(_ start: Int) -> Int { bytes[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    width = word(16)
    height = word(20)
  }
}
