import Foundation
import Testing

@testable import Reports

/// Colours that stand out from the page and from one another, for all kinds of sight.
@Suite struct PaletteTests {
  private typealias Color = SIMD3<Double>

  private static func linear(_ hex: String) -> Color {
    let digits = Array(hex.dropFirst())
    func channel(_ place: Int) -> Double {
      let value = Double(Int(String(digits[place...place + 1]), radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return Color(channel(0), channel(2), channel(4))
  }

  private static func product(_ rows: [Color], _ color: Color) -> Color {
    Color((rows[0] * color).sum(), (rows[1] * color).sum(), (rows[2] * color).sum())
  }

  /// The contrast of WCAG 2.1, 1 to 21.
  private static func contrast(_ first: String, _ second: String) -> Double {
    let weights = Color(0.2126, 0.7152, 0.0722)
    let (a, b) = ((linear(first) * weights).sum() + 0.05, (linear(second) * weights).sum() + 0.05)
    return max(a, b) / min(a, b)
  }

  /// What normal, protanopic, deuteranopic and tritanopic eyes make of light (Machado et al. 2009, table 1, severity 1).
  private static let sights: [[Color]] = [
    [Color(1, 0, 0), Color(0, 1, 0), Color(0, 0, 1)],
    [Color(0.152286, 1.052583, -0.204868), Color(0.114503, 0.786281, 0.099216), Color(-0.003882, -0.048116, 1.051998)],
    [Color(0.367322, 0.860646, -0.227968), Color(0.280085, 0.672501, 0.047413), Color(-0.011820, 0.042940, 0.968881)],
    [Color(1.255528, -0.076749, -0.178779), Color(-0.078411, 0.930809, 0.147602), Color(0.004733, 0.691367, 0.303900)],
  ]

  /// Oklab (Ottosson 2020), in which equal distances look equally different; black and white are 1 apart.
  private static func oklab(_ color: Color) -> Color {
    let cones = product(
      [
        Color(0.4122214708, 0.5363325363, 0.0514459929), Color(0.2119034982, 0.6806995451, 0.1073969566),
        Color(0.0883024619, 0.2817188376, 0.6299787005),
      ], color.clamped(lowerBound: Color(repeating: 0), upperBound: Color(repeating: 1)))
    return product(
      [
        Color(0.2104542553, 0.7936177850, -0.0040720468), Color(1.9779984951, -2.4285922050, 0.4505937099),
        Color(0.0259040371, 0.7827717662, -0.8086757660),
      ], Color(cbrt(cones.x), cbrt(cones.y), cbrt(cones.z)))
  }

  /// The difference of two colours for each kind of sight, the normal one first.
  private static func differences(_ first: String, _ second: String) -> [Double] {
    sights.map { sight in
      let apart = oklab(product(sight, linear(first))) - oklab(product(sight, linear(second)))
      return (apart * apart).sum().squareRoot()
    }
  }

  @Test(arguments: [(PlotStyle.colors, "#ffffff"), (PlotStyle.darkColors, "#17181b")])
  func coloursAreToldApart(colors: [String], page: String) {
    #expect(colors.count >= 10 && PageStyle.sheet.contains(page == "#ffffff" ? "--page:#fff" : "--page:\(page)"))
    for (place, color) in colors.enumerated() {
      #expect(Self.contrast(color, page) >= 3, "\(color) on \(page): \(Self.contrast(color, page))")
      for other in colors[..<place] {
        let found = Self.differences(color, other)
        #expect(found[0] >= 0.15 && found.allSatisfy { $0 >= 0.1 }, "\(color) and \(other): \(found)")
      }
    }
  }

  @Test func theMeasureKnowsWhatLooksAlike() throws {
    #expect(abs(Self.contrast("#000000", "#ffffff") - 21) < 1e-9 && Self.contrast("#123456", "#123456") == 1)
    #expect(Self.differences("#000000", "#ffffff").allSatisfy { abs($0 - 1) < 1e-3 })
    // Two blues that everyone takes for one, and a red and a green that only normal eyes tell apart.
    #expect(Self.differences("#0072b2", "#2f8fc4").allSatisfy { $0 < 0.1 })
    let redAndGreen = Self.differences("#a05000", "#6e6a00")
    #expect(try redAndGreen[0] > 0.09 && #require(redAndGreen.min()) < 0.03)
  }

  @Test func seriesOfOneColourDifferInTheirDashes() {
    let count = PlotStyle.colors.count
    #expect(PlotStyle.darkColors.count == count)
    for index in 0..<count {
      let alike = stride(from: index, to: index + 5 * count, by: count)
      #expect(Set(alike.map { PlotStyle.seriesClass($0) }).count == 1 && Set(alike.map { PlotStyle.dash($0) }).count == 5)
    }
  }
}
