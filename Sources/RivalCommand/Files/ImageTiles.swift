import Foundation
import Rival

/// The images of a grid, as `PNGImage.grid` lays them out: tiles in rows, with blank lines around and between them or none.
struct ImageTiles {
  /// The pixels in [-1, 1] of all tiles, row by row.
  let values: [Float]
  /// Rows, columns and channels of a tile.
  let shape: [Int]
  /// How many blank places at the end of the last row were left out.
  let blanks: Int

  /// The width of the blank lines in pixels.
  private static let padding = 2

  /// Cuts `image` into tiles of `height` × `width` pixels.
  ///
  /// - Throws: ``CommandFailure`` where the image is no grid of such tiles.
  init(_ image: PNGImage, height: Int, width: Int, path: String) throws {
    let grids = [Self.padding, 0].compactMap { Grid(image, height: height, width: width, padding: $0) }
    guard let grid = grids.first else {
      throw CommandFailure(
        "\(path): its \(image.height) × \(image.width) pixels are no grid of tiles of \(height) × \(width), with blank lines of "
          + "\(Self.padding) pixels around each or with none; give the height and width of a tile with --tile HxW")
    }
    var places = Array(0..<grid.rows * grid.columns)
    // The grid's last row is never empty; what is the colour of the lines in all of it is no sample.
    while grid.padding > 0, places.count > 1, places.count > (grid.rows - 1) * grid.columns + 1, grid.isBlank(places.count - 1) {
      places.removeLast()
    }
    blanks = grid.rows * grid.columns - places.count
    shape = [height, width, image.channels]
    values = places.flatMap { grid.tile($0).map { Float(Double($0) / 127.5 - 1) } }
  }
}

/// Tiles of one size in an image.
private struct Grid {
  let image: PNGImage
  let height: Int
  let width: Int
  let padding: Int
  let rows: Int
  let columns: Int

  /// - Returns: `nil` where the extents do not fit, or the lines between the tiles are not of one colour.
  init?(_ image: PNGImage, height: Int, width: Int, padding: Int) {
    let (insideHeight, insideWidth) = (image.height - padding, image.width - padding)
    guard insideHeight > 0, insideWidth > 0, insideHeight.isMultiple(of: height + padding), insideWidth.isMultiple(of: width + padding)
    else { return nil }
    self.image = image
    self.height = height
    self.width = width
    self.padding = padding
    rows = insideHeight / (height + padding)
    columns = insideWidth / (width + padding)
    guard padding > 0 else { return }
    for y in 0..<image.height {
      let isLine = y % (height + padding) < padding
      for x in 0..<image.width where isLine || x % (width + padding) < padding {
        guard isBackground(y, x) else { return nil }
      }
    }
  }

  /// Whether a pixel has the colour of the first one, which belongs to a line.
  private func isBackground(_ y: Int, _ x: Int) -> Bool {
    let place = (y * image.width + x) * image.channels
    return (0..<image.channels).allSatisfy { image.pixels[place + $0] == image.pixels[$0] }
  }

  /// The first row and column of a tile.
  private func corner(_ index: Int) -> (top: Int, left: Int) {
    (padding + index / columns * (height + padding), padding + index % columns * (width + padding))
  }

  func isBlank(_ index: Int) -> Bool {
    let (top, left) = corner(index)
    return (top..<top + height).allSatisfy { y in (left..<left + width).allSatisfy { isBackground(y, $0) } }
  }

  /// The bytes of a tile, row major.
  func tile(_ index: Int) -> [UInt8] {
    let (top, left) = corner(index)
    return (top..<top + height).flatMap { y -> ArraySlice<UInt8> in
      let start = (y * image.width + left) * image.channels
      return image.pixels[start..<start + width * image.channels]
    }
  }
}
