import Reports
import Testing

@Suite struct TableFormatTests {
  private let table = TextTable(
    [.left("variant"), .right("reverse KL ↓"), .right("quality %")],
    rows: [["r1-penalty:gamma=1_0", "-0.31 [-0.55, 1.5×10⁻⁷]", "97.5"], ["a, \"b\"", "–", "∞"]])

  @Test func latexIsEscaped() {
    #expect(
      table.latex == """
        \\begin{tabular}{lrr}
          \\toprule
          variant & reverse KL $\\downarrow$ & quality \\% \\\\
          \\midrule
          r1-penalty:gamma=1\\_0 & $-$0.31 [$-$0.55, 1.5$\\times$10$^{-7}$] & 97.5 \\\\
          a, "b" & -- & $\\infty$ \\\\
          \\bottomrule
        \\end{tabular}

        """)
  }

  @Test func csvIsQuoted() {
    let lines = [
      "variant,reverse KL ↓,quality %", "r1-penalty:gamma=1_0,\"-0.31 [-0.55, 1.5×10⁻⁷]\",97.5", "\"a, \"\"b\"\"\",–,∞",
    ]
    #expect(table.csv == lines.map { $0 + "\n" }.joined())
  }
}
