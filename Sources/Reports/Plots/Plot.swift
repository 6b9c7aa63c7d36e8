/// A drawing with a title: what a page puts beside others.
public protocol Plot: Sendable {
  var title: String { get }
  /// The width in pixels; a page may make it smaller.
  var width: Double { get set }
  /// The drawing, as an SVG element.
  var svg: String { get }
}

extension BandChart: Plot {}
extension ComplexPlane: Plot {}
extension LineChart: Plot {}
extension PathChart: Plot {}
extension PhasePortrait: Plot {}
extension ScatterPlot: Plot {}
extension ShareStrip: Plot {}
