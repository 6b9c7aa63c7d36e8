// Inception-V3 in the form of FID: the table of Szegedy et al. 2016, section 6, with the sizes of the network of 2015-12-05. It differs from
// other Inception-V3s in that averages leave the border's zeros out, and in the last block's pooling, which takes the largest pixel.

extension InceptionPart {
  /// The blocks in order, each with the channels of its output, by which it is chosen.
  static let blocks: [(features: Int, part: InceptionPart)] = [
    (64, .chain([valid("Conv2d_1a_3x3", 32, 3, stride: 2), valid("Conv2d_2a_3x3", 32, 3), same("Conv2d_2b_3x3", 64, 3), halved])),
    (192, .chain([same("Conv2d_3b_1x1", 80), valid("Conv2d_4a_3x3", 192, 3), halved])),
    (
      768,
      .chain([
        .named("Mixed_5b", wide(pooled: 32)), .named("Mixed_5c", wide(pooled: 64)), .named("Mixed_5d", wide(pooled: 64)),
        .named("Mixed_6a", firstReduction),
        .named("Mixed_6b", factored(128)), .named("Mixed_6c", factored(160)), .named("Mixed_6d", factored(160)),
        .named("Mixed_6e", factored(192)),
      ])
    ),
    (
      2048,
      .chain([
        .named("Mixed_7a", secondReduction),
        .named("Mixed_7b", expanded(pooling: averaged("branch_pool", 192))),
        .named("Mixed_7c", expanded(pooling: .chain([.maximum(stride: 1), same("branch_pool", 192)]))),
      ])
    ),
  ]

  /// 35×35 pixels: kernels up to 5×5.
  private static func wide(pooled: Int) -> InceptionPart {
    .branches([
      same("branch1x1", 64),
      .chain([same("branch5x5_1", 48), same("branch5x5_2", 64, 5)]),
      .chain([same("branch3x3dbl_1", 64), same("branch3x3dbl_2", 96, 3), same("branch3x3dbl_3", 96, 3)]),
      averaged("branch_pool", pooled),
    ])
  }

  /// From 35×35 pixels to 17×17.
  private static let firstReduction = InceptionPart.branches([
    valid("branch3x3", 384, 3, stride: 2),
    .chain([same("branch3x3dbl_1", 64), same("branch3x3dbl_2", 96, 3), valid("branch3x3dbl_3", 96, 3, stride: 2)]),
    halved,
  ])

  /// 17×17 pixels: 7×7 as rows and columns.
  private static func factored(_ inner: Int) -> InceptionPart {
    .branches([
      same("branch1x1", 192),
      .chain([same("branch7x7_1", inner), same("branch7x7_2", inner, 1, 7), same("branch7x7_3", 192, 7, 1)]),
      .chain([
        same("branch7x7dbl_1", inner), same("branch7x7dbl_2", inner, 7, 1), same("branch7x7dbl_3", inner, 1, 7),
        same("branch7x7dbl_4", inner, 7, 1), same("branch7x7dbl_5", 192, 1, 7),
      ]),
      averaged("branch_pool", 192),
    ])
  }

  /// From 17×17 pixels to 8×8.
  private static let secondReduction = InceptionPart.branches([
    .chain([same("branch3x3_1", 192), valid("branch3x3_2", 320, 3, stride: 2)]),
    .chain([
      same("branch7x7x3_1", 192), same("branch7x7x3_2", 192, 1, 7), same("branch7x7x3_3", 192, 7, 1),
      valid("branch7x7x3_4", 192, 3, stride: 2),
    ]),
    halved,
  ])

  /// 8×8 pixels: branches that end in two.
  private static func expanded(pooling: InceptionPart) -> InceptionPart {
    .branches([
      same("branch1x1", 320),
      .chain([same("branch3x3_1", 384), .branches([same("branch3x3_2a", 384, 1, 3), same("branch3x3_2b", 384, 3, 1)])]),
      .chain([
        same("branch3x3dbl_1", 448), same("branch3x3dbl_2", 384, 3),
        .branches([same("branch3x3dbl_3a", 384, 1, 3), same("branch3x3dbl_3b", 384, 3, 1)]),
      ]),
      pooling,
    ])
  }

  private static let halved = InceptionPart.maximum(stride: 2)

  /// A unit whose output has the size of its input; its kernel has `rows` × `columns`, square by default.
  private static func same(_ name: String, _ filters: Int, _ rows: Int = 1, _ columns: Int? = nil) -> InceptionPart {
    let kernel = [rows, columns ?? rows]
    return .unit(InceptionUnit(name: name, filters: filters, kernel: kernel, padding: kernel.map { $0 / 2 }))
  }

  /// A unit whose square kernel stays inside the image.
  private static func valid(_ name: String, _ filters: Int, _ size: Int, stride: Int = 1) -> InceptionPart {
    .unit(InceptionUnit(name: name, filters: filters, kernel: [size, size], stride: stride, padding: [0, 0]))
  }

  /// A unit of the means around each pixel.
  private static func averaged(_ name: String, _ filters: Int) -> InceptionPart {
    .unit(InceptionUnit(name: name, filters: filters, kernel: [1, 1], padding: [0, 0], averages: true))
  }
}
