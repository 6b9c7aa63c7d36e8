import Rival

/// Images in a folder, with a convolutional composition of the right depth: `images:folder=photos,size=32`.
public struct ImageProblem: ProblemTemplate {
  public static let name = "images"
  public static let summary = "PNG and JPEG images of a folder, images:folder=DIR,size=32; a DCGAN as deep as the size asks for."
  public static let reference = "Radford et al. 2016, section 3"

  /// The folder with the images and folders of them.
  public var folder = ""
  /// Rows and columns of a sample, 8 or more; images are cut to their middle square and scaled. 0 (the default) takes
  /// square images as they are.
  public var size = 0
  /// The share of the images that training never sees, in 0..<1; a fifth by default.
  public var heldOutFraction = 0.2
  /// The channels of a sample: `automatic` (the default: grey where all images are), `grey` or `color`.
  public var channels = ImageFolder.Channels.automatic
  /// The folders directly in `folder` to read; empty (the default) for all. Each is a class.
  public var classes: [String] = []
  /// The grey that transparent images are laid over, 0 to 255; white by default.
  public var background = 255
  /// Whether files that cannot be read are left out, and said to be; `false` by default: the first of them is an error.
  public var skipsBroken = false
  /// Whether each image is flipped left-right with probability 1/2 whenever training draws it; `false` by default.
  public var mirror = false

  /// Creates the problem with its default fields; a folder must be named.
  public init() {}

  public func validateFields() throws {
    guard size == 0 || size >= 8 else {
      throw ComponentError(
        component: Self.name, field: "size", value: size, expected: "0 (as the images are), or 8 rows and columns or more")
    }
    guard (0..<1).contains(heldOutFraction) else {
      throw ComponentError(
        component: Self.name, field: "heldOutFraction", value: heldOutFraction, expected: "a share of the images, from 0 to below 1")
    }
  }

  public func problem() throws -> Problem {
    guard !folder.isEmpty else {
      throw CommandFailure("images needs a folder, and a size where its images differ: images:folder=DIR,size=32")
    }
    let source = ImageFolder(
      folder: FolderPath.absolute(folder), size: size, classes: classes, heldOutFraction: heldOutFraction, channels: channels,
      background: background, skipsBroken: skipsBroken, mirror: mirror)
    try source.validateFields()
    let shape = try source.firstSampleShape()
    guard let stages = ConvolutionalComposition(height: shape[0], width: shape[1]) else {
      throw CommandFailure(
        "\(folder): its images are \(shape[0]) × \(shape[1]), but a composition needs 8 rows and columns or more that are odd together when they are halved; give a size, as in "
          + "images:folder=\(folder),size=32")
    }
    return Problem(
      name: Self.name, summary: Self.summary, batchSize: 64, rounds: 600, variants: Problem.imageVariants, data: { source },
      composition: { stages.gan(channels: shape[2]) })
  }
}

extension Problem {
  /// Images in a folder that is named with it.
  public static let images = Problem(ImageProblem.self)
}
