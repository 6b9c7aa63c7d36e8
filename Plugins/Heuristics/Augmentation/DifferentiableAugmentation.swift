import Adversarial
import Components
import Networks
import Tensors

/// Changes what the discriminator sees, real and generated images alike, in ways that gradients go through (DiffAugment).
///
/// In this order: brightness x + u, u in [−½, ½); saturation, the distance from a pixel's mean times u in [0, 2); contrast, the distance from the
/// image's mean times u in [½, 3/2); translation by whole pixels, zeros come in; cutout, a square of zeros anywhere. Every image has draws of its own.
public struct DifferentiableAugmentation: Heuristic {
  public static let name = "differentiable-augmentation"
  public static let aliases = ["diffaugment": "", "diff-augment": ""]
  public static let summary = "Random brightness, saturation, contrast, translation and cutout of all that the discriminator sees."
  public static let equation = "D(T(x)), D(T(G(z)))"
  public static let reference = "Zhao et al. 2020 (Differentiable augmentation)"
  public static let fieldDescriptions = [
    "brightness": "Whether the brightness changes",
    "contrast": "Whether the contrast changes",
    "cutout": "The side of the square of zeros, as a share of the image's, in [0, 1]; 0 for none",
    "saturation": "Whether the saturation changes",
    "translation": "The largest translation, as a share of the image's side, in [0, 1]; 0 for none",
  ]

  /// Whether the brightness changes.
  public var brightness: Bool = true
  /// Whether the saturation changes.
  public var saturation: Bool = true
  /// Whether the contrast changes.
  public var contrast: Bool = true
  /// The largest translation, as a share of the image's side, in [0, 1]; 0 for none.
  public var translation: Double = 0.125
  /// The side of the square of zeros, as a share of the image's, in [0, 1]; 0 for none.
  public var cutout: Double = 0.5

  public init() {}

  public init(brightness: Bool = true, saturation: Bool = true, contrast: Bool = true, translation: Double = 0.125, cutout: Double = 0.5) {
    (self.brightness, self.saturation, self.contrast) = (brightness, saturation, contrast)
    (self.translation, self.cutout) = (translation, cutout)
  }

  public func validateFields() throws {
    for (field, value) in [("translation", translation), ("cutout", cutout)] where !(0...1).contains(value) {
      throw ComponentError(component: name, field: field, value: value, expected: "in [0, 1]")
    }
  }

  public func review(_ gan: GAN) -> [Notice] { augmentationNotices(self, gan) }

  public func inputs(_ images: Images, role: SampleRole, in round: Round) throws -> Images {
    var x = images.tensor
    try requireImages(x, for: name)
    let (rows, columns) = (x.shape[1], x.shape[2])
    let each: Shape = [x.shape[0], 1, 1, 1]
    func draws(_ name: String) -> Tensor { round.randomUniform("\(role)/\(name)", each, dtype: x.dtype) }
    func drawnInteger(_ name: String, _ range: ClosedRange<Int>) -> Tensor {
      uniformInteger(round.randomUniform("\(role)/\(name)", each), range)
    }
    if brightness { x += draws("brightness") - 0.5 }
    if saturation {
      let mean = x.mean(axes: [3], keepingDimensions: true)
      x = (x - mean) * (draws("saturation") * 2) + mean
    }
    if contrast {
      let mean = x.mean(axes: [1, 2, 3], keepingDimensions: true)
      x = (x - mean) * (draws("contrast") + 0.5) + mean
    }
    if translation > 0 {
      func most(_ size: Int) -> Int { Int(Double(size) * translation + 0.5) }
      x = shifted(
        x, rows: drawnInteger("rows", -most(rows)...most(rows)), columns: drawnInteger("columns", -most(columns)...most(columns)))
    }
    if cutout > 0 {
      func isKept(_ axis: Int, _ size: Int, _ name: String) -> Tensor {
        let side = Int(Double(size) * cutout + 0.5)
        let first = drawnInteger(name, 0...(size - side % 2)) - Double(side / 2)
        let place = Tensor.iota([x.shape[0], rows, columns, 1], axis: axis) - first
        return minimum(maximum(place, 0), Double(Swift.max(side - 1, 0))).isEqual(to: place).converted(to: x.dtype)
      }
      x = x * (1 - isKept(1, rows, "hole-rows") * isKept(2, columns, "hole-columns"))
    }
    return Images(x)
  }
}
