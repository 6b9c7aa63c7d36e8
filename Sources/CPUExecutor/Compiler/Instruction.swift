import COneDNN
import Graph

/// The index of a piece of memory of a program.
typealias BufferID = Int

/// What a buffer is, which decides where it lives.
enum BufferKind {
  /// A parameter of the program: written by the caller.
  case parameter
  /// A constant's own memory.
  case constant(Storage)
  /// A result that the caller reads.
  case output
  /// Everything between: a place in the arena while it is alive.
  case temporary
}

struct Buffer {
  var kind: BufferKind
  var byteCount: Int
}

/// A strided look at a buffer, in elements.
struct Operand {
  var buffer: BufferID
  var offset: Int
  var strides: [Int]
  var dtype: DType
}

/// A fused kernel before it has addresses.
struct FusedKernel {
  struct Step {
    var operation: Int32
    var dtype: DType
    var from: DType = .float32
    var destination: Int32
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = 0
    var x: Double = 0
    var p: Int = 0
    var q: Int = 0
    var keys: [UInt64] = []
    var stepBuffer: Operand?
  }

  var dimensions: [Int]
  var pattern: ReductionPattern?
  var registers: Int32
  var loads: [(operand: Operand, register: Int32)] = []
  var steps: [Step] = []
  var stores: [(buffer: BufferID, dtype: DType, register: Int32)] = []
  var reductions: [(buffer: BufferID, dtype: DType, register: Int32, kind: ReductionOperation)] = []
}

/// An oneDNN primitive, destroyed with its last owner.
final class OneDNNPrimitive {
  let pointer: OpaquePointer
  init(_ pointer: OpaquePointer) { self.pointer = pointer }
  deinit { rival_dnnl_destroy(pointer) }
}

/// One instruction before it has addresses.
enum Instruction {
  case kernel(FusedKernel)
  case copy(from: Operand, to: Operand, dimensions: [Int])
  case fill(BufferID, value: Double, count: Int, dtype: DType)
  case gather(source: BufferID, indices: BufferID, result: BufferID, axis: IndexedAxis, dtype: DType)
  case scatterAdd(source: BufferID, indices: BufferID, result: BufferID, axis: IndexedAxis, dtype: DType)
  case product(MatrixProduct)
  case convolution(Convolution)
  case referenceConvolution(Convolution, dtype: DType)
  case pack(OneDNNPrimitive, from: BufferID, to: BufferID)

  /// What the instruction does, in short.
  var label: String {
    switch self {
    case .kernel(let kernel):
      "kernel \(Shape(kernel.dimensions)) \(kernel.loads.count) loads \(kernel.steps.count) steps \(kernel.stores.count) stores"
        + (kernel.pattern.map { " \(kernel.reductions.count) reductions [\($0.outer), \($0.reduced), \($0.inner)]" } ?? "")
    case .copy(_, let target, let dimensions): "copy \(Shape(dimensions)) \(target.dtype.rawValue)"
    case .fill(_, _, let count, let dtype): "fill \(count) \(dtype.rawValue)"
    case .gather(_, _, _, let axis, _): "gather [\(axis.outer), \(axis.count), \(axis.inner)]"
    case .scatterAdd(_, _, _, let axis, _): "scatter-add [\(axis.outer), \(axis.count), \(axis.inner)]"
    case .product(let product):
      "matmul \(product.batch)×\(product.m)×\(product.n)×\(product.k)" + (product.bias == nil ? "" : " bias")
        + (product.activation == nil ? "" : " activation")
    case .convolution(let it), .referenceConvolution(let it, _):
      ["convolution", "convolution input gradient", "convolution kernel gradient"][Int(it.kind)]
        + " \(it.geometry.batch)×\(it.geometry.height)×\(it.geometry.width)×\(it.geometry.channels)→\(it.geometry.out_channels)"
    case .pack: "pack weights"
    }
  }

  /// The buffers that the instruction reads.
  var reads: [BufferID] {
    switch self {
    case .kernel(let kernel): kernel.loads.map(\.operand.buffer) + kernel.steps.compactMap(\.stepBuffer?.buffer)
    case .copy(let source, _, _): [source.buffer]
    case .fill: []
    case .gather(let source, let indices, _, _, _), .scatterAdd(let source, let indices, _, _, _): [source, indices]
    case .product(let product): [product.a.buffer, product.b.buffer] + (product.bias.map { [$0] } ?? [])
    case .convolution(let it), .referenceConvolution(let it, _): it.reads
    case .pack(_, let source, _): [source]
    }
  }

  /// The buffers that the instruction writes.
  var writes: [BufferID] {
    switch self {
    case .kernel(let kernel): kernel.stores.map(\.buffer) + kernel.reductions.map(\.buffer)
    case .copy(_, let target, _): [target.buffer]
    case .fill(let buffer, _, _, _): [buffer]
    case .gather(_, _, let result, _, _), .scatterAdd(_, _, let result, _, _): [result]
    case .product(let product): [product.result]
    case .convolution(let it), .referenceConvolution(let it, _): [it.result]
    case .pack(_, _, let target): [target]
    }
  }
}

/// An axis with what lies outside and inside it.
struct IndexedAxis {
  var outer: Int
  var size: Int
  var count: Int
  var inner: Int
}

/// c[batch, m, n] = a[batch, m, k] · b[batch, k, n], with the bias and the activation that it absorbed.
struct MatrixProduct {
  var a: Operand  // strides [batch, row, column]
  var b: Operand
  var bias: BufferID?
  var activation: Epilogue.Activation?
  var result: BufferID
  var batch: Int
  var m: Int
  var n: Int
  var k: Int
  var dtype: DType
}

/// One of the convolution trio.
struct Convolution {
  var geometry: rival_convolution_geometry
  var kind: Int32
  var input: BufferID
  var weights: BufferID
  var bias: BufferID?
  var output: BufferID
  var activation: Epilogue.Activation?
  var primitive: OneDNNPrimitive?

  /// What the convolution computes: output, input gradient or kernel gradient.
  var result: BufferID { [output, input, weights][Int(kind)] }
  var reads: [BufferID] { [[input, weights], [output, weights], [input, output]][Int(kind)] + (bias.map { [$0] } ?? []) }
}
