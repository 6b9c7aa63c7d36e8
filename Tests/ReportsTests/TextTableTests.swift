import Testing

@testable import Reports

@Suite struct TextTableTests {
  static let table = TextTable(
    [.left("name"), .right("n")], rows: [["a|b", "1"], ["日本", "1,000"], ["e\u{301}<x>\ny", "–"]])

  @Test func columnsAlignInATerminal() {
    #expect(
      Self.table.text == """
        name        n
        ──────  ─────
        a|b         1
        日本    1,000
        e\u{301}<x> y      –

        """)
  }

  @Test func markdownIsEscaped() {
    #expect(
      Self.table.markdown == """
        | name   |     n |
        | ------ | ----: |
        | a\\|b   |     1 |
        | 日本   | 1,000 |
        | e\u{301}<x> y |     – |

        """)
  }

  @Test func htmlIsEscaped() {
    let html = Self.table.html
    #expect(html.contains("<th scope=\"col\">name</th><th scope=\"col\" class=\"number\">n</th>"))
    #expect(html.contains("<td>a|b</td><td class=\"number\">1</td>"))
    #expect(html.contains("&lt;x&gt;"))
    #expect(HTMLText.escaped("<a href=\"x\">&'\u{0}\u{7}") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;")
  }

  @Test(arguments: [("abc", 3), ("日本", 4), ("e\u{301}", 1), ("🙂", 2), ("❤️", 2), ("─µ±", 3), ("", 0), ("👨‍👩‍👧", 2)])
  func widths(text: String, expected: Int) {
    #expect(TextWidth.columns(text) == expected)
  }

  @Test func textIsCutToFit() {
    #expect(TextWidth.fitted("short", limit: 100) == "short")
    let cut = TextWidth.fitted("a long text that does not fit", limit: 60)
    #expect(cut.hasSuffix("…") && TextWidth.pixels(cut) <= 60 && cut.hasPrefix("a long"))
  }

  @Test func numbers() {
    #expect(NumberText.fixed(-12345.678, digits: 2) == "-12,345.68")
    #expect(NumberText.fixed(123, digits: 0) == "123" && NumberText.fixed(1234, digits: 0) == "1,234")
    #expect(NumberText.fixed(-0.0001, digits: 2) == "0.00")
    #expect(NumberText.fixed(.nan, digits: 2) == "nan" && NumberText.fixed(-.infinity, digits: 2) == "-∞")
    #expect(NumberText.significant(0.00001234) == "1.234×10⁻⁵")
    #expect(NumberText.significant(98.889, digits: 4) == "98.89")
    #expect(NumberText.scientific(1e-7, digits: 2) == "10⁻⁷" && NumberText.scientific(-2e12, digits: 2) == "-2×10¹²")
    #expect(NumberText.interval(7.5, 0.25, digits: 2) == "7.50 ± 0.25")
    #expect(NumberText.interval(7.5, .nan, digits: 2) == "7.50")
    #expect(NumberText.coordinate(1.004) == "1" && NumberText.coordinate(-2.345) == "-2.35")
  }
}
