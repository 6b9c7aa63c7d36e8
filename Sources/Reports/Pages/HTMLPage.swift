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

  /// The drawings of the page as SVG documents of their own, each under a name for a file: their titles, or what stands above and under them, in small
  /// letters, digits and hyphens.
  public var drawings: [(name: String, svg: String)] {
    let all = blocks.flatMap { block -> [(label: String, svg: String)] in
      switch block {
      case .figure(let svg, _): return [("", svg)]
      case .figures(let svgs, _): return svgs.map { ("", $0) }
      case .gallery(let gallery):
        func named(_ picture: Picture, _ row: String) -> (String, String)? {
          if case .drawing(let svg) = picture.content { ("\(row) \(picture.label)", svg) } else { nil }
        }
        return (gallery.reference.flatMap { named($0, "") }.map { [$0] } ?? [])
          + gallery.rows.flatMap { row in row.pictures.compactMap { named($0, row.label) } }
      case .heading, .paragraph, .table, .markup: return []
      }
    }
    var known: [String: Int] = [:]
    return all.map { label, svg in
      let title = svg.components(separatedBy: "aria-label=\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
      let name = Self.fileName(title.isEmpty ? label[...] : title)
      known[name, default: 0] += 1
      return (known[name] == 1 ? name : "\(name)-\(known[name] ?? 0)", svg)
    }
  }

  private static func fileName(_ label: Substring) -> String {
    let text = ["&#39;", "&amp;", "&lt;", "&gt;", "&quot;"].reduce(String(label)) { $0.replacingOccurrences(of: $1, with: "") }
    let plain = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).map {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-"
    }
    let name = String(plain).split(separator: "-").joined(separator: "-")
    return name.isEmpty ? "figure" : String(name.prefix(100))
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
