import Adversarial
import Components
import Networks

/// Square images that small maps are doubled to: 28 is 7 doubled twice, 32 is 4 doubled three times.
struct ImageShape {
  let channels: Int
  /// Rows, and columns, of the smallest maps: 4 to 7.
  let base: Int
  /// How often they are doubled.
  let doublings: Int

  var side: Int { base << doublings }

  /// - Throws: `ComponentError` where the samples are no such images, or are doubled less often than `least`.
  init(of fields: [Field], for recipe: any Recipe, least: Int = 1) throws {
    let shape = fields.first?.shape ?? []
    func refusal(_ reason: String) -> ComponentError {
      ComponentError(
        "\(recipe.name) makes square images of 4 to 7 rows that are doubled \(least) times or more, such as 28 or 32; \(reason)")
    }
    guard shape.count == 3, shape[0] == shape[1] else {
      throw refusal(
        "these samples are \(shape.map(String.init).joined(separator: " × ")); give images a size, as in images:folder=DIR,size=32")
    }
    var (base, doublings) = (shape[0], 0)
    while base.isMultiple(of: 2), base >= 8 { (base, doublings) = (base / 2, doublings + 1) }
    guard (4...7).contains(base), doublings >= least else { throw refusal("these have \(shape[0]) rows; give them another size") }
    (channels, self.base, self.doublings) = (shape[2], base, doublings)
  }
}

extension Recipe {
  /// The condition that the networks are told, the data's first field of classes.
  ///
  /// - Throws: `ComponentError` where the data has no labels.
  func label(in fields: [Field]) throws -> String {
    guard let field = fields.first(where: { $0.classCount != nil }) else {
      throw ComponentError(
        "\(name) is told what to make, but the data has no labels; choose data with classes, such as images in folders of their own")
    }
    return field.name
  }

  func requirePositive(_ field: String, _ value: Int) throws {
    guard value > 0 else { throw ComponentError(component: name, field: field, value: value, expected: "at least 1") }
  }
}

extension Field {
  static func colors(_ side: Int) -> [Field] { [Field("samples", shape: [side, side, 3])] }
  static func classifiedColors(_ side: Int, classes: Int) -> [Field] { colors(side) + [Field("label", classes: classes)] }
}
