import Foundation

/// A self-contained page: no scripts, no files beside it, light or dark as the reader prefers, fit for narrow screens and for print.
public struct HTMLPage: Sendable {
  /// A part of a page.
  public enum Block: Sendable {
    /// A heading of the second level.
    case heading(String)
    /// Running text.
    case paragraph(String)
    /// A table, with a caption below it; an empty caption is left out. The first cell of each row leads to the address at its place in `links`.
    case table(TextTable, caption: String, links: [String] = [])
    /// One drawing, with a caption below it.
    case figure(svg: String, caption: String)
    /// Drawings side by side, with one caption.
    case figures(svgs: [String], caption: String)
    /// Rows of pictures beside one that all are compared with.
    case gallery(Gallery)
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
    \(PlotStyle.sheet)
    </head>
    <body>
    <main>
    <h1>\(HTMLText.escaped(title))</h1>
    \(content)
    </main>
    </body>
    </html>

    """
  }

  /// The blocks; the rules that each plot carries stand in the head once.
  private var content: String {
    blocks.map(Self.markup).joined(separator: "\n").replacingOccurrences(of: PlotStyle.sheet + "\n", with: "")
  }

  private static func markup(_ block: Block) -> String {
    switch block {
    case .heading(let text): return "<h2>\(HTMLText.escaped(text))</h2>"
    case .paragraph(let text): return "<p>\(HTMLText.escaped(text))</p>"
    case .table(let table, let caption, let links):
      return "<figure><div class=\"scroll\">\(table.html(links: links))</div>\(captionMarkup(caption))</figure>"
    case .figure(let svg, let caption): return figures([svg], caption: caption)
    case .figures(let svgs, let caption): return figures(svgs, caption: caption)
    case .gallery(let gallery): return "<figure>\(gallery.markup)\(captionMarkup(gallery.caption))</figure>"
    case .markup(let text): return text
    }
  }

  private static func figures(_ svgs: [String], caption: String) -> String {
    let items = svgs.map { "<div class=\"item\">\($0)</div>" }.joined()
    return "<figure><div class=\"row\">\(items)</div>\(captionMarkup(caption))</figure>"
  }

  private static func captionMarkup(_ caption: String) -> String {
    caption.isEmpty ? "" : "<figcaption>\(HTMLText.escaped(caption))</figcaption>"
  }
}
