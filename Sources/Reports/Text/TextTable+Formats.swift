extension TextTable {
  /// The table in LaTeX, with the rules of the package `booktabs`; characters that LaTeX reads otherwise are written out.
  public var latex: String {
    func row(_ cells: [String]) -> String { "  " + cells.map(Self.latexCell).joined(separator: " & ") + " \\\\\n" }
    let alignment = columns.map { $0.isRightAligned ? "r" : "l" }.joined()
    return "\\begin{tabular}{\(alignment)}\n  \\toprule\n" + row(columns.map(\.title)) + "  \\midrule\n" + rows.map(row).joined()
      + "  \\bottomrule\n\\end{tabular}\n"
  }

  /// The table as comma-separated values (RFC 4180): titles first, cells with commas, quotes or line breaks in quotes.
  public var csv: String {
    ([columns.map(\.title)] + rows).map { cells in cells.map(Self.csvCell).joined(separator: ",") + "\n" }.joined()
  }

  private static func latexCell(_ cell: String) -> String {
    var text = ""
    for character in cell {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": text += "\\\(character)"
      case "\\": text += "\\textbackslash{}"
      case "~": text += "\\textasciitilde{}"
      case "^": text += "\\textasciicircum{}"
      case "<", ">": text += "$\(character)$"
      case "±": text += "$\\pm$"
      case "×": text += "$\\times$"
      case "↑": text += "$\\uparrow$"
      case "↓": text += "$\\downarrow$"
      case "∞": text += "$\\infty$"
      case "–": text += "--"
      case "…": text += "\\dots{}"
      case "-" where text.isEmpty || text.hasSuffix("[") || text.hasSuffix(" ") || text.hasSuffix("("): text += "$-$"
      default:
        if let power = superscripts[character] {
          // Digits of one power stand in one pair of braces.
          if text.hasSuffix("}$") { text.removeLast(2) } else { text += "$^{" }
          text += "\(power)}$"
        } else {
          text += character.isNewline || character == "\t" ? " " : String(character)
        }
      }
    }
    return text
  }

  private static let superscripts: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
  ]

  private static func csvCell(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
