import Foundation
import Testing

@testable import Datasets

@Suite struct CSVTests {
  static let rows: [Float] = [-0.335, -0.6676, 0.1383, -1.4155]

  static func values(_ text: String) throws -> [Float] { try CSVFile(parsing: text, file: "a.csv").values }
  static func refusal(_ text: String) -> String { message { _ = try CSVFile(parsing: text, file: "a.csv") } }

  @Test(
    "The same four numbers, written in many ways",
    arguments: [
      "-0.3350,-0.6676\n0.1383,-1.4155\n", "-0.3350,-0.6676\r\n0.1383,-1.4155\r\n", "-0.3350,-0.6676\r0.1383,-1.4155",
      "\u{FEFF}-0.3350,-0.6676\n0.1383,-1.4155", "# x y\n-0.3350,-0.6676\n  # more, text\n0.1383,-1.4155\n",
      "\n\n-.3350,-.6676\n\n+.1383,-1.4155\n\n",
      "\"-0.3350\",\"-0.6676\"\n0.1383,-1.4155\n", "-0.3350;-0.6676\n0.1383;-1.4155\n", "-0,3350;-0,6676\n0,1383;-1,4155\n",
      "-0.3350\t-0.6676\n0.1383\t-1.4155\n", "-0,3350\t-0,6676\n0,1383\t-1,4155\n", " -0.3350 , -0.6676\t\n0.1383,-1.4155 ",
      "  -3.350e-01   -6.676e-01 \n  1.383E-1 -1.4155\n", "x,y\n-0.3350,-0.6676\n0.1383,-1.4155\n",
      "\"x, in \"\"mm\"\"\",\"y\nin mm\"\n-0.3350,-0.6676\n0.1383,-1.4155\n",
    ]) func areRead(text: String) throws
  {
    #expect(try Self.values(text) == Self.rows)
    for order in [false, true] {
      // UTF-16 with a byte-order mark, in both orders.
      let units = Array(("\u{FEFF}" + text.drop { $0 == "\u{FEFF}" }).utf16)
      let bytes = units.flatMap { order ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
      try withFolder { folder in
        try Data(bytes).write(to: URL(fileURLWithPath: folder + "/a.csv"))
        #expect(try CSVFile(reading: folder + "/a.csv").values == Self.rows)
      }
    }
  }

  @Test func headersAreNames() throws {
    #expect(try CSVFile(parsing: "a ,\"b, c\"\n1,2\n").header == ["a", "b, c"])
    #expect(try CSVFile(parsing: "1,2\n").header == [])
    #expect(try CSVFile([1, 2], columns: 2, header: ["a;\"b\"", "c"]).encoded() == "\"a;\"\"b\"\"\",c\n1.0,2.0\n")
    let quoted = try CSVFile([1, 2], columns: 2, header: ["a,\n\"b\"", "c"])
    #expect(try CSVFile(parsing: quoted.encoded()) == quoted)
    #expect(try CSVFile(parsing: "x,y\n").rows == 0)
  }

  @Test func whatIsNoNumberIsNamedByLineAndField() {
    #expect(Self.refusal("0.5,\n1,2\n").hasPrefix("a.csv: field 2 of line 1 is empty, not a number"))
    #expect(Self.refusal("1,2\n\n,3\n").hasPrefix("a.csv: field 1 of line 3 is empty"))
    #expect(Self.refusal("1,2\nnan,1\n").hasPrefix("a.csv: field 1 of line 2 is 'nan'"))
    #expect(Self.refusal("1,2\n-inf,1\n").hasPrefix("a.csv: field 1 of line 2 is '-inf'"))
    #expect(Self.refusal("x,y\n1,2\nx,y\n").hasPrefix("a.csv: field 1 of line 3 is 'x'"))
    #expect(Self.refusal("1,2\n# c\n3,0x10\n").hasPrefix("a.csv: field 2 of line 3 is '0x10'"))
    #expect(Self.refusal("1;2\n3;1.000,5\n").hasPrefix("a.csv: field 2 of line 2 is '1.000,5'"))
    #expect(Self.refusal("1,2\n3,\(String(repeating: "z", count: 90))\n").contains("'\(String(repeating: "z", count: 40))…'"))
    #expect(Self.refusal("1,2\n3,4,\n").hasPrefix("a.csv: line 2 has 3 fields, but the lines before have 2"))
    #expect(Self.refusal("1,2\n3,1e99\n").contains("field 2 of line 2 is '1e99'"))
    #expect(Self.refusal(",x,y\n0,1,2\n").contains("column 1 has no name, as an index of rows has none; try this: leave the index out"))
    #expect(Self.refusal("x,,y\n0,1,2\n").contains("column 2 has no name"))
    #expect(Self.refusal("\"1,2\n3,4\n").hasPrefix("a.csv: the quote in line 1 is not closed"))
    #expect(Self.refusal("1,\"2\"3\n").hasPrefix("a.csv: text follows the quoted field 2 of line 1"))
    #expect(
      Self.refusal("0,1,2\n5,6,7\n").hasPrefix("a.csv: line 1 counts its columns, 0 to 2: it may be a header without names, or a row"))
    #expect((try? Self.values("0,1\n5,6\n")) == [0, 1, 5, 6] && (try? Self.values("0,1,3\n")) == [0, 1, 3])
    #expect(Self.refusal("# only\n\n").contains("it holds no lines"))
  }

  @Test func whatIsNoTextIsRefused() {
    func refusal(_ bytes: [UInt8]) -> String { message { _ = try CSVRecords(bytes, file: "a.csv") } }
    #expect(refusal(Array("1,2\n3,".utf8) + [0xE4]).hasPrefix("a.csv: line 2 is not in UTF-8"))
    #expect(refusal([0x31, 0, 0x2C, 0, 0x32, 0]).hasPrefix("a.csv: line 1 holds a zero byte"))
    #expect(refusal([0xFF, 0xFE, 0x31]).contains("an odd number of bytes"))
  }

  /// Time is proportional to the length, however long a line or a field.
  @Test func longLinesTakeNoLonger() throws {
    let line = String(repeating: "0.125,", count: 1_000_000) + "1"
    let start = ContinuousClock.now
    let file = try CSVFile(parsing: line)
    #expect(file.columns == 1_000_001 && file.values[999_999] == 0.125)
    #expect(Self.refusal("1\n" + String(repeating: "1", count: 6_000_000)).contains("not a number"))
    #expect(Self.refusal("\"" + String(repeating: "\"\"", count: 3_000_000)).contains("not closed"))
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}
