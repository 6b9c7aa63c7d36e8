import CKernels
import COneDNN
import COpenBLAS
import Testing

/// The products and convolutions that oneDNN and OpenBLAS compute, against loops written out in double precision.
@Suite("Library kernels")
struct LibraryKernelTests {
  // MARK: Helpers

  /// Aligned memory for as long as the value lives, filled with small, reproducible numbers.
  private final class Buffer<Element: BinaryFloatingPoint> {
    let values: UnsafeMutablePointer<Element>
    let count: Int

    init(_ count: Int, seed: Int = 1) throws {
      let raw = try #require(rival_allocate(max(count, 16) * MemoryLayout<Element>.stride))
      values = raw.bindMemory(to: Element.self, capacity: max(count, 16))
      self.count = count
      for index in 0..<count { values[index] = Element((index * 37 + seed * 101) % 61) / 61 - Element(0.5) }
    }

    deinit { rival_free(values) }

    func fill(_ value: Element) { for index in 0..<count { values[index] = value } }
  }

  private func largestDifference<Element: BinaryFloatingPoint>(_ buffer: Buffer<Element>, _ expected: [Double])
    -> Double
  {
    guard buffer.count == expected.count else { return .infinity }
    var largest = 0.0
    for index in expected.indices {
      let difference = abs(Double(buffer.values[index]) - expected[index])
      if !(difference <= largest) { largest = difference }  // keeps NaN
    }
    return largest
  }

  private func runTeam(_ run: @escaping rival_run, _ context: UnsafeMutableRawPointer, threads: Int) {
    var instruction = rival_instruction(run: run, context: context, barrier_before: 0, pad: 0)
    rival_execute(&instruction, 1, Int32(threads))
  }

  private func activated(_ x: Double, _ activation: Int, _ alpha: Double) -> Double {
    switch activation {
    case RIVAL_ACTIVATION_LEAKY_RELU: x > 0 ? x : x * alpha
    case RIVAL_ACTIVATION_TANH: hyperbolicTangent(x)
    case RIVAL_ACTIVATION_SIGMOID: (1 + hyperbolicTangent(x / 2)) / 2
    default: x
    }
  }

  /// tanh by its continued fraction (Lambert), exact to double precision for the small arguments used here.
  private func hyperbolicTangent(_ x: Double) -> Double {
    var tail = 0.0
    for odd in stride(from: 41.0, through: 1, by: -2) { tail = x * x / (odd + tail) }
    return x == 0 ? 0 : tail / x
  }

  private func message() -> String { String(cString: rival_dnnl_error()) }

  // MARK: Matmul

  struct Product: CustomTestStringConvertible, Sendable {
    var batch = 1
    var m = 0
    var n = 0
    var k = 0
    var aTransposed = false
    var bTransposed = false
    var bias = false
    var activation = 0
    var accumulate = false
    var threads = 1
    var team = 1
    var testDescription: String {
      "\(batch)x\(m)x\(n)x\(k) a\(aTransposed ? "T" : "N") b\(bTransposed ? "T" : "N") bias \(bias) activation \(activation) "
        + "accumulate \(accumulate) threads \(threads) team \(team)"
    }
  }

  static let products: [Product] = {
    var all: [Product] = []
    let shapes = [
      (1, 7, 5, 3), (1, 1, 40, 9), (1, 33, 1, 20), (1, 64, 128, 96), (3, 5, 18, 4), (4, 16, 16, 16), (2, 1, 1, 1),
      (1, 9, 40, 1),
    ]
    for (batch, m, n, k) in shapes {
      for transposes in 0..<4 {
        for (threads, team) in [(1, 1), (2, 2), (3, 3), (2, 1)] {
          var product = Product(batch: batch, m: m, n: n, k: k)
          product.aTransposed = transposes & 1 != 0
          product.bTransposed = transposes & 2 != 0
          (product.threads, product.team) = (threads, team)
          all.append(product)
          product.bias = true
          for activation in 0...3 {
            product.activation = activation
            all.append(product)
          }
          (product.bias, product.activation, product.accumulate) = (false, 0, true)
          all.append(product)
        }
      }
    }
    return all
  }()

  private func expected(_ p: Product, _ a: Buffer<Float>, _ b: Buffer<Float>, _ bias: Buffer<Float>, _ c: Buffer<Float>)
    -> [Double]
  {
    var result: [Double] = []
    for batch in 0..<p.batch {
      for i in 0..<p.m {
        for j in 0..<p.n {
          var sum = p.bias ? Double(bias.values[j]) : 0
          for k in 0..<p.k {
            let left = a.values[batch * p.m * p.k + (p.aTransposed ? k * p.m + i : i * p.k + k)]
            let right = b.values[batch * p.k * p.n + (p.bTransposed ? j * p.k + k : k * p.n + j)]
            sum += Double(left) * Double(right)
          }
          let index = result.count
          result.append(p.accumulate ? sum + Double(c.values[index]) : activated(sum, p.activation, 0.2))
        }
      }
    }
    return result
  }

  private func description(
    _ p: Product, _ a: Buffer<Float>, _ b: Buffer<Float>, _ bias: Buffer<Float>, _ c: Buffer<Float>
  ) -> rival_matmul_description {
    var d = rival_matmul_description()
    (d.a, d.b, d.c) = (UnsafePointer(a.values), UnsafePointer(b.values), c.values)
    d.bias = p.bias ? UnsafePointer(bias.values) : nil
    (d.batch, d.m, d.n, d.k) = (Int64(p.batch), Int64(p.m), Int64(p.n), Int64(p.k))
    (d.a_batch, d.b_batch) = (Int64(p.m * p.k), Int64(p.k * p.n))
    (d.a_row, d.a_column) = p.aTransposed ? (1, Int64(p.m)) : (Int64(p.k), 1)
    (d.b_row, d.b_column) = p.bTransposed ? (1, Int64(p.k)) : (Int64(p.n), 1)
    (d.activation, d.alpha, d.accumulate, d.threads) = (
      Int32(p.activation), 0.2, p.accumulate ? 1 : 0, Int32(p.threads)
    )
    return d
  }

  @Test("oneDNN's matmul equals the triple loop for every transpose, bias, activation and team", arguments: products)
  func matmul(product p: Product) throws {
    let a = try Buffer<Float>(p.batch * p.m * p.k, seed: 1)
    let b = try Buffer<Float>(p.batch * p.k * p.n, seed: 2)
    let bias = try Buffer<Float>(p.n, seed: 3)
    let c = try Buffer<Float>(p.batch * p.m * p.n, seed: 4)
    if !p.accumulate { c.fill(.nan) }
    let reference = expected(p, a, b, bias, c)
    var d = description(p, a, b, bias, c)
    let matmul = try #require(rival_dnnl_matmul(&d), "\(message())")
    defer { rival_dnnl_destroy(matmul) }
    runTeam(rival_run_dnnl, UnsafeMutableRawPointer(matmul), threads: p.team)
    #expect(largestDifference(c, reference) < 2e-5)
  }

  @Test("A batch stride of 0 shares one matrix with every product")
  func broadcastBatch() throws {
    let p = Product(batch: 3, m: 6, n: 8, k: 5, threads: 2, team: 2)
    let a = try Buffer<Float>(p.batch * p.m * p.k)
    let one = try Buffer<Float>(p.k * p.n, seed: 2)
    let repeated = try Buffer<Float>(p.batch * p.k * p.n)
    for index in 0..<repeated.count { repeated.values[index] = one.values[index % one.count] }
    let c = try Buffer<Float>(p.batch * p.m * p.n)
    let reference = expected(p, a, repeated, one, c)
    c.fill(.nan)
    var d = description(p, a, one, one, c)
    d.b_batch = 0
    let matmul = try #require(rival_dnnl_matmul(&d), "\(message())")
    defer { rival_dnnl_destroy(matmul) }
    runTeam(rival_run_dnnl, UnsafeMutableRawPointer(matmul), threads: 2)
    #expect(largestDifference(c, reference) < 1e-5)
  }

  @Test("An inner size of 0 gives the activated bias, and accumulates nothing")
  func emptyProduct() throws {
    var p = Product(m: 4, n: 3, k: 0, bias: true, activation: RIVAL_ACTIVATION_TANH, threads: 2, team: 2)
    let (a, bias) = (try Buffer<Float>(1), try Buffer<Float>(3))
    let c = try Buffer<Float>(12, seed: 5)
    for accumulate in [false, true] {
      p.accumulate = accumulate
      if accumulate { p.bias = false }
      let reference = expected(p, a, a, bias, c)
      var d = description(p, a, a, bias, c)
      let matmul = try #require(rival_dnnl_matmul(&d), "\(message())")
      defer { rival_dnnl_destroy(matmul) }
      runTeam(rival_run_dnnl, UnsafeMutableRawPointer(matmul), threads: 2)
      #expect(largestDifference(c, reference) < 1e-6)
    }
  }

  @Test("Strides that no library takes are refused with a reason")
  func refusedStrides() throws {
    let p = Product(m: 4, n: 4, k: 4)
    let (a, c) = (try Buffer<Float>(64), try Buffer<Float>(16))
    var d = description(p, a, a, a, c)
    (d.a_row, d.a_column) = (8, 2)
    #expect(rival_dnnl_matmul(&d) == nil)
    #expect(message().contains("stride"))
  }

  // MARK: OpenBLAS

  private func checkGemm<Element: BinaryFloatingPoint>(_ p: Product, _: Element.Type, dtype: Int, tolerance: Double)
    throws
  {
    let a = try Buffer<Element>(p.batch * p.m * p.k, seed: 1)
    let b = try Buffer<Element>(p.batch * p.k * p.n, seed: 2)
    let c = try Buffer<Element>(p.batch * p.m * p.n, seed: 3)
    var reference: [Double] = []
    for batch in 0..<p.batch {
      for i in 0..<p.m {
        for j in 0..<p.n {
          var sum = p.accumulate ? Double(c.values[reference.count]) : 0
          for k in 0..<p.k {
            let left = a.values[batch * p.m * p.k + (p.aTransposed ? k * p.m + i : i * p.k + k)]
            let right = b.values[batch * p.k * p.n + (p.bTransposed ? j * p.k + k : k * p.n + j)]
            sum += Double(left) * Double(right)
          }
          reference.append(sum)
        }
      }
    }
    if !p.accumulate { c.fill(.nan) }
    var gemm = rival_gemm()
    (gemm.a, gemm.b, gemm.c) = (
      UnsafeRawPointer(a.values), UnsafeRawPointer(b.values), UnsafeMutableRawPointer(c.values)
    )
    (gemm.batch, gemm.m, gemm.n, gemm.k) = (Int64(p.batch), Int64(p.m), Int64(p.n), Int64(p.k))
    (gemm.a_batch, gemm.b_batch) = (Int64(p.m * p.k), Int64(p.k * p.n))
    (gemm.a_row, gemm.a_column) = p.aTransposed ? (1, Int64(p.m)) : (Int64(p.k), 1)
    (gemm.b_row, gemm.b_column) = p.bTransposed ? (1, Int64(p.k)) : (Int64(p.n), 1)
    (gemm.dtype, gemm.accumulate, gemm.threads) = (Int32(dtype), p.accumulate ? 1 : 0, Int32(p.threads))
    withUnsafeMutablePointer(to: &gemm) { runTeam(rival_run_gemm, UnsafeMutableRawPointer($0), threads: p.team) }
    #expect(largestDifference(c, reference) < tolerance)
  }

  @Test(
    "OpenBLAS's gemm equals the triple loop in both precisions",
    arguments: products.filter { !$0.bias } + [
      Product(m: 3, n: 4, k: 0), Product(m: 0, n: 4, k: 2, threads: 2, team: 2),
    ])
  func gemm(product: Product) throws {
    try checkGemm(product, Double.self, dtype: RIVAL_FLOAT64, tolerance: 1e-13)
    try checkGemm(product, Float.self, dtype: RIVAL_FLOAT32, tolerance: 2e-5)
  }

  // MARK: Convolution

  struct Geometry: CustomTestStringConvertible, Sendable {
    var batch = 3
    var height = 9
    var width = 8
    var channels = 3
    var filters = 16
    var kernelHeight = 3
    var kernelWidth = 3
    var strideY = 1
    var strideX = 1
    var dilationY = 1
    var dilationX = 1
    var top = 1
    var left = 1
    var bottom = 1
    var right = 1

    var outHeight: Int { (height + top + bottom - (kernelHeight - 1) * dilationY - 1) / strideY + 1 }
    var outWidth: Int { (width + left + right - (kernelWidth - 1) * dilationX - 1) / strideX + 1 }
    var testDescription: String {
      "\(batch)x\(height)x\(width)x\(channels) by \(kernelHeight)x\(kernelWidth)x\(filters) stride \(strideY),\(strideX) "
        + "dilation \(dilationY),\(dilationX) padding \(top),\(left),\(bottom),\(right)"
    }

    var c: rival_convolution_geometry {
      var g = rival_convolution_geometry()
      (g.batch, g.height, g.width, g.channels) = (Int64(batch), Int64(height), Int64(width), Int64(channels))
      (g.kernel_height, g.kernel_width, g.out_channels) = (Int64(kernelHeight), Int64(kernelWidth), Int64(filters))
      (g.out_height, g.out_width) = (Int64(outHeight), Int64(outWidth))
      (g.stride_y, g.stride_x, g.dilation_y, g.dilation_x) = (
        Int64(strideY), Int64(strideX), Int64(dilationY), Int64(dilationX)
      )
      (g.pad_top, g.pad_left) = (Int64(top), Int64(left))
      return g
    }

    /// Calls `visit` with the flat indices of each input, kernel and output element that meet in a product.
    func forEachProduct(_ visit: (_ input: Int, _ kernel: Int, _ output: Int) -> Void) {
      for n in 0..<batch {
        for oy in 0..<outHeight {
          for ox in 0..<outWidth {
            for ky in 0..<kernelHeight {
              for kx in 0..<kernelWidth {
                let (y, x) = (oy * strideY + ky * dilationY - top, ox * strideX + kx * dilationX - left)
                guard y >= 0, y < height, x >= 0, x < width else { continue }
                for channel in 0..<channels {
                  let input = ((n * height + y) * width + x) * channels + channel
                  let kernel = ((ky * kernelWidth + kx) * channels + channel) * filters
                  let output = ((n * outHeight + oy) * outWidth + ox) * filters
                  for filter in 0..<filters { visit(input, kernel + filter, output + filter) }
                }
              }
            }
          }
        }
      }
    }
  }

  static let geometries: [Geometry] = {
    var all: [Geometry] = []
    for channels in [1, 3, 16, 20] {
      for stride in [1, 2] {
        for dilation in [1, 2] {
          var geometry = Geometry(channels: channels)
          (geometry.strideY, geometry.strideX) = (stride, stride)
          (geometry.dilationY, geometry.dilationX) = (dilation, dilation)
          all.append(geometry)
          (geometry.top, geometry.left, geometry.bottom, geometry.right) = (0, 1, 2, 2)
          all.append(geometry)
          (geometry.filters, geometry.kernelHeight, geometry.kernelWidth) = (5, 4, 2)
          all.append(geometry)
        }
      }
      // The layers of a DCGAN: halving, and a kernel that covers its whole input.
      var halving = Geometry(
        batch: 5, height: 8, width: 8, channels: channels, filters: 32, kernelHeight: 4, kernelWidth: 4)
      (halving.strideY, halving.strideX) = (2, 2)
      all.append(halving)
      for filters in [1, 10] {
        var covering = Geometry(
          height: 4, width: 4, channels: channels, filters: filters, kernelHeight: 4, kernelWidth: 4)
        (covering.top, covering.left, covering.bottom, covering.right) = (0, 0, 0, 0)
        all.append(covering)
      }
    }
    // A stride that leaves input rows and columns unread; a 1 x 1 kernel; more images than one block of the scattering path holds.
    var unread = Geometry(height: 10, width: 10)
    (unread.strideY, unread.strideX, unread.top, unread.left, unread.bottom, unread.right) = (3, 2, 0, 0, 0, 0)
    all.append(unread)
    var pointwise = Geometry(channels: 20, kernelHeight: 1, kernelWidth: 1)
    (pointwise.top, pointwise.left, pointwise.bottom, pointwise.right) = (0, 0, 0, 0)
    all.append(pointwise)
    var many = Geometry(batch: 31, height: 16, width: 16, channels: 3, filters: 8, kernelHeight: 4, kernelWidth: 4)
    (many.strideY, many.strideX) = (2, 2)
    all.append(many)
    var wide = Geometry(channels: 7, filters: 64)
    (wide.strideY, wide.strideX) = (2, 2)
    all.append(wide)
    return all
  }()

  private func make(_ g: Geometry, kind: Int, bias: Bool = false, activation: Int = 0) throws -> OpaquePointer {
    var d = rival_convolution_description()
    (d.geometry, d.kind, d.has_bias) = (g.c, Int32(kind), bias ? 1 : 0)
    (d.activation, d.alpha, d.threads) = (Int32(activation), 0.2, 2)
    return try #require(rival_dnnl_convolution(&d), "\(message())")
  }

  /// Runs one convolution of the trio, packing or unpacking its weights where oneDNN wants it.
  private func run(
    _ convolution: OpaquePointer, unpacks: Bool, _ input: Buffer<Float>, _ kernel: Buffer<Float>,
    _ bias: Buffer<Float>?,
    _ output: Buffer<Float>
  ) throws {
    let scratch = try Buffer<Float>(rival_dnnl_scratch_bytes(convolution) / 4 + 1)
    let packedBytes = rival_dnnl_packed_bytes(convolution)
    let packed = try Buffer<Float>(packedBytes / 4)
    let weights = packedBytes > 0 ? packed.values : kernel.values
    rival_dnnl_bind(convolution, input.values, weights, bias?.values, output.values, scratch.values)
    guard packedBytes > 0 else {
      runTeam(rival_run_dnnl, UnsafeMutableRawPointer(convolution), threads: 2)
      return
    }
    let (source, destination) = unpacks ? (packed.values, kernel.values) : (kernel.values, packed.values)
    let packing = try #require(rival_dnnl_packing(convolution, source, destination), "\(message())")
    defer { rival_dnnl_destroy(packing) }
    if !unpacks { runTeam(rival_run_dnnl, UnsafeMutableRawPointer(packing), threads: 2) }
    runTeam(rival_run_dnnl, UnsafeMutableRawPointer(convolution), threads: 2)
    if unpacks { runTeam(rival_run_dnnl, UnsafeMutableRawPointer(packing), threads: 2) }
  }

  private func tensors(_ g: Geometry) throws -> (input: Buffer<Float>, kernel: Buffer<Float>, output: Buffer<Float>) {
    (
      try Buffer(g.batch * g.height * g.width * g.channels, seed: 1),
      try Buffer(g.kernelHeight * g.kernelWidth * g.channels * g.filters, seed: 2),
      try Buffer(g.batch * g.outHeight * g.outWidth * g.filters, seed: 3)
    )
  }

  @Test("Convolution equals the loops, with bias and each activation", arguments: geometries)
  func convolution(geometry g: Geometry) throws {
    let (input, kernel, output) = try tensors(g)
    let bias = try Buffer<Float>(g.filters, seed: 4)
    var plain = [Double](repeating: 0, count: output.count)
    g.forEachProduct { plain[$2] += Double(input.values[$0]) * Double(kernel.values[$1]) }
    for activation in 0...3 {
      let convolution = try make(g, kind: RIVAL_CONVOLUTION, bias: true, activation: activation)
      defer { rival_dnnl_destroy(convolution) }
      output.fill(.nan)
      try run(convolution, unpacks: false, input, kernel, bias, output)
      let reference = plain.indices.map { activated(plain[$0] + Double(bias.values[$0 % g.filters]), activation, 0.2) }
      #expect(largestDifference(output, reference) < 5e-5)
    }
    let convolution = try make(g, kind: RIVAL_CONVOLUTION)
    defer { rival_dnnl_destroy(convolution) }
    output.fill(.nan)
    try run(convolution, unpacks: false, input, kernel, nil, output)
    #expect(largestDifference(output, plain) < 5e-5)
  }

  @Test("The input gradient equals the loops", arguments: geometries)
  func inputGradient(geometry g: Geometry) throws {
    let (input, kernel, output) = try tensors(g)
    var reference = [Double](repeating: 0, count: input.count)
    g.forEachProduct { reference[$0] += Double(output.values[$2]) * Double(kernel.values[$1]) }
    let convolution = try make(g, kind: RIVAL_CONVOLUTION_INPUT_GRADIENT)
    defer { rival_dnnl_destroy(convolution) }
    input.fill(.nan)
    try run(convolution, unpacks: false, input, kernel, nil, output)
    #expect(largestDifference(input, reference) < 5e-5)
  }

  @Test("The kernel gradient equals the loops", arguments: geometries)
  func kernelGradient(geometry g: Geometry) throws {
    let (input, kernel, output) = try tensors(g)
    var reference = [Double](repeating: 0, count: kernel.count)
    g.forEachProduct { reference[$1] += Double(input.values[$0]) * Double(output.values[$2]) }
    let convolution = try make(g, kind: RIVAL_CONVOLUTION_KERNEL_GRADIENT)
    defer { rival_dnnl_destroy(convolution) }
    kernel.fill(.nan)
    try run(convolution, unpacks: true, input, kernel, nil, output)
    #expect(largestDifference(kernel, reference) < 2e-4)
  }

  @Test("A convolution made again has the same packing; another kernel size has not")
  func samePacking() throws {
    let g = Geometry(channels: 32, filters: 32)
    let first = try make(g, kind: RIVAL_CONVOLUTION)
    let second = try make(g, kind: RIVAL_CONVOLUTION, bias: true, activation: RIVAL_ACTIVATION_TANH)
    let other = try make(Geometry(channels: 32, filters: 32, kernelHeight: 1), kind: RIVAL_CONVOLUTION)
    defer { for convolution in [first, second, other] { rival_dnnl_destroy(convolution) } }
    #expect(rival_dnnl_same_packing(first, second) == 1)
    #expect(rival_dnnl_same_packing(first, other) == 0)
  }

  @Test("Runs repeat bit for bit, and an empty convolution is refused with a reason")
  func repeatability() throws {
    let g = Geometry(batch: 31, height: 16, width: 16, channels: 3, filters: 8, kernelHeight: 4, kernelWidth: 4)
    let (input, kernel, output) = try tensors(g)
    let convolution = try make(g, kind: RIVAL_CONVOLUTION_INPUT_GRADIENT)
    defer { rival_dnnl_destroy(convolution) }
    try run(convolution, unpacks: false, input, kernel, nil, output)
    let first = (0..<input.count).map { input.values[$0].bitPattern }
    input.fill(.nan)
    try run(convolution, unpacks: false, input, kernel, nil, output)
    #expect(first == (0..<input.count).map { input.values[$0].bitPattern })

    var d = rival_convolution_description()
    d.geometry = g.c
    d.geometry.batch = 0
    #expect(rival_dnnl_convolution(&d) == nil)
    #expect(message().contains("empty"))
  }
}
