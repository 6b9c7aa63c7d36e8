import Testing

@testable import CPUExecutor
@testable import Graph
@testable import Tensors

/// What the compiler makes of a graph: common subexpressions, dead code, fusion, epilogues, memory.
@Suite struct CompilerTests {
  private func intermediate(_ outputs: [Tensor], _ parameters: [Tensor]) throws -> OperationGraph {
    try Simplifier.simplify(outputs: outputs, parameters: parameters)
  }

  private func form(_ outputs: [Tensor], _ parameters: [Tensor], donations: [Int: Int] = [:]) throws -> CompiledForm {
    try CompiledForm(Simplifier.simplify(outputs: outputs, parameters: parameters, donations: donations), threadCount: 2)
  }

  private func count(_ kind: PrimitiveKind, _ program: OperationGraph) -> Int {
    program.operations.count { $0.primitive.kind == kind }
  }

  // MARK: Simplification

  @Test func anExpressionWrittenTwiceIsOneOperation() throws {
    let x = Tensor.placeholder([8])
    let program = try intermediate([tanh(x * 2) + exp(tanh(x * 2)), tanh(x * 2)], [x])
    #expect(count(.tanh, program) == 1)
    #expect(count(.multiply, program) == 1)
    let key = Key(seed: 1)
    #expect(try count(.randomBits, intermediate([randomUniform([8], key: key) * x, randomUniform([8], key: key)], [x])) == 1)
    #expect(try count(.randomBits, intermediate([randomUniform([8], key: key) * randomUniform([8], key: key.derived(1))], [])) == 2)
  }

  @Test func algebra() throws {
    let x = Tensor.placeholder([4, 3])
    for same in [x + 0, x * 1, x / 1, -(-x), x.transposed().transposed(), x.reshaped([12]).reshaped([4, 3]), pow(x, 1), x - 0] {
      let program = try intermediate([same], [x])
      #expect(program.operations.count == 1 && program.outputs == program.parameters.compactMap { $0 })
    }
    // x · 0 is not 0 for NaN.
    #expect(try count(.multiply, intermediate([x * 0], [x])) == 1)
    // Moving a dimension of size 1 is a reshape.
    #expect(try count(.transpose, intermediate([x.reshaped([4, 1, 3]).transposed([1, 0, 2])], [x])) == 0)
    // Constants fold in the arithmetic of their type.
    let sum = try intermediate([x + (Tensor(0.1) + Tensor(0.2))], [x])
    #expect(sum.operations.contains { $0.primitive == .fill(Double(Float(0.1) + Float(0.2))) })
  }

  @Test func whatTheCPURewrites() throws {
    // A convolution over the whole image is a product, …
    let images = Tensor.placeholder([5, 4, 4, 2])
    let kernel = Tensor.placeholder([4, 4, 2, 3])
    let y = convolution(images, kernel)
    let program = try intermediate([y] + gradient(of: (y * y).sum(), at: [images, kernel]), [images, kernel])
    #expect(count(.convolution, program) == 1 && count(.matmul, program) == 0)
    let rewritten = Rewriting.rewritten(program)
    #expect(count(.convolution, rewritten) == 0 && count(.matmul, rewritten) == 3)
    // … and a sum along axes that are not neighbours two sums; only the CPU asks for that.
    let x = Tensor.placeholder([2, 3, 4])
    let sum = try intermediate([x.sum(axes: [0, 2])], [x])
    #expect(count(.reduceSum, sum) == 1 && count(.reduceSum, Rewriting.rewritten(sum)) == 2)
  }

  @Test func theGeneratorsUpdateHasNoDiscriminatorWeightGradients() throws {
    let latent = Tensor.placeholder([4, 2, 2, 8])
    let generator = [Tensor.placeholder([4, 4, 6, 8]), Tensor.placeholder([4, 4, 3, 6])]
    let discriminator = [Tensor.placeholder([4, 4, 3, 6]), Tensor.placeholder([4, 4, 6, 8])]
    var images = latent
    for weight in generator { images = leakyReLU(transposedConvolution(images, weight, stride: (2, 2), padding: .same), slope: 0.2) }
    var features = images
    for weight in discriminator { features = leakyReLU(convolution(features, weight, stride: (2, 2), padding: .same), slope: 0.2) }
    let loss = softplus(-features.sum(axes: [1, 2, 3])).mean()
    let parameters = [latent] + generator + discriminator
    let update = try intermediate(gradient(of: loss, at: generator), parameters)
    // One for each weight of the generator; backward through the discriminator and the generator's second layer.
    #expect(count(.convolutionKernelGradient, update) == 2)
    #expect(count(.convolutionInputGradient, update) == 2 + 2)
    let both = try intermediate(gradient(of: loss, at: generator + discriminator), parameters)
    #expect(count(.convolutionKernelGradient, both) == 4)
    // Without derivatives nothing but the forward pass is left.
    #expect(try count(.convolutionKernelGradient, intermediate([loss], parameters)) == 0)
  }

  // MARK: Fusion

  @Test func aChainAndItsSumAreOneKernel() throws {
    let x = Tensor.placeholder([64, 33])
    let b = Tensor.placeholder([33])
    var y = x + b
    for scale in 1...4 { y = tanh(y * Double(scale)) - b }
    let instructions = try form([y.sum()], [x, b]).instructions
    #expect(instructions.count == 1)
    guard case .kernel(let kernel) = instructions[0] else {
      Issue.record("not a kernel")
      return
    }
    #expect(kernel.steps.count == 12 && kernel.stores.isEmpty && kernel.reductions.count == 1)
    // Views of operands need no copy.
    #expect(try form([(x.transposed() * 2 + b.reshaped([33, 1])).sum(axes: [1])], [x, b]).instructions.count == 1)
    // Two reductions of one kind share the walk.
    #expect(try form([y.sum(axes: [1]), exp(y).maximum(axes: [1])], [x, b]).instructions.count == 1)
  }

  private func adam(_ p: [Tensor]) -> [Tensor] {
    let (parameter, g, m, v, step) = (p[0], p[1], p[2], p[3], p[4])
    let first = 0.9 * m + 0.1 * g
    let second = 0.999 * v + 0.001 * g * g
    let update = (first / (1 - pow(Tensor(0.9), step))) / (sqrt(second / (1 - pow(Tensor(0.999), step))) + 1e-8)
    return [parameter - 0.001 * update, first, second]
  }

  @Test func adamIsOneKernelInPlace() throws {
    let shape: Shape = [128, 128]
    let p = [Tensor.placeholder(shape), .placeholder(shape), .placeholder(shape), .placeholder(shape), .placeholder([])]
    let form = try form(adam(p), p, donations: [0: 0, 1: 2, 2: 3])
    let large = form.instructions.filter { instruction in
      if case .kernel(let kernel) = instruction { return kernel.dimensions == [128, 128] }
      return true
    }
    #expect(large.count == 1)
    guard case .kernel(let kernel) = large[0] else {
      Issue.record("not a kernel")
      return
    }
    #expect(kernel.stores.count == 3)
    // Each store lies where the parameter does, and the outputs are the parameters' memory.
    #expect(form.outputs == [0, 2, 3].map { form.parameters[$0] })
    for (store, parameter) in zip(kernel.stores.map(\.buffer).sorted(), [0, 2, 3]) {
      guard case .own(let place) = form.plan.places[store] else {
        Issue.record("a state is not updated in place")
        continue
      }
      #expect([0, 2, 3].map { form.parameters[$0] }.contains(place), "\(parameter)")
    }
    #expect(form.plan.arenaBytes <= 64 * 8)
  }

  @Test func productsAbsorbBiasAndActivation() throws {
    let (x, w, b) = (Tensor.placeholder([64, 32]), Tensor.placeholder([32, 48]), Tensor.placeholder([48]))
    for activated in [
      leakyReLU(matmul(x, w) + b, slope: 0.2), tanh(b + matmul(x, w)), sigmoid(matmul(x, w) + b.reshaped([1, 48])), matmul(x, w) + b,
      relu(matmul(x, w)),
    ] {
      let instructions = try form([activated], [x, w, b]).instructions
      #expect(instructions.count == 1)
      guard case .product(let product) = instructions.first else {
        Issue.record("not a product")
        return
      }
      #expect(product.bias != nil || product.activation != nil)
    }
    // A product that is needed without its bias is not absorbed.
    let product = matmul(x, w)
    #expect(try form([tanh(product + b), product], [x, w, b]).instructions.count == 2)
    // The gradient reads the activated result only.
    let images = Tensor.placeholder([4, 8, 8, 3])
    let kernel = Tensor.placeholder([3, 3, 3, 16])
    let bias = Tensor.placeholder([16])
    let y = leakyReLU(convolution(images, kernel, padding: .same) + bias, slope: 0.2)
    let convolutions = try form([y], [images, kernel, bias]).instructions.compactMap { instruction -> Convolution? in
      if case .convolution(let convolution) = instruction { return convolution }
      return nil
    }
    #expect(convolutions.count == 1 && convolutions[0].bias != nil && convolutions[0].activation == .leakyReLU(0.2))
  }

  @Test func groupsThatReadEachOtherIndirectlyAreNotMerged() throws {
    // Elementwise readers of one value with matrix products between them, in every order of writing.
    for seed in 0..<60 {
      var draw = Draw(seed)
      let x = Tensor.placeholder([12, 12])
      var pool = [x, x * 0.5]
      for _ in 0..<40 {
        let (a, b) = (draw.pick(pool), draw.pick(pool))
        switch draw.below(5) {
        case 0: pool.append(matmul(a, b) * 0.05)
        case 1: pool.append(a.transposed())
        case 2: pool.append(a - a.mean(axes: [draw.below(2)], keepingDimensions: true))
        default: pool.append(tanh(a) * b)
        }
      }
      let outputs = [pool[41], pool[40], pool[39]]
      let program = try Program(outputs: outputs, parameters: [x], threadCount: 2)
      let values = (0..<144).map { _ in draw.number() }
      let results = try program.run([Tensor(values.map(Float.init), shape: [12, 12])])
      var reference = ReferenceInterpreter(parameters: [(x, values)])
      for (result, output) in zip(results, outputs) {
        let expected = reference.value(of: output)
        for (index, value) in try result.doubles().enumerated() {
          let bound = expected.errors[index]
          #expect(!(bound < 0.1) || abs(value - expected.values[index]) <= bound, "graph \(seed), element \(index)")
        }
      }
    }
  }

  @Test func aKernelThatGrewDoesNotCloseACycle() throws {
    // `late` joins the kernel of `early` and reads `middle`; so `last`, which waits for `early` through the product, cannot join `middle`.
    let (x, y) = (Tensor.placeholder([9, 9]), Tensor.placeholder([9, 9]))
    let early = tanh(x)
    let product = matmul(early, x)
    let middle = exp(y)
    let late = early * middle.transposed()
    let last = product + middle
    let program = try Program(outputs: [late, last], parameters: [x, y])
    let ones = Tensor.ones([9, 9])
    let results = try program.run([ones, ones])
    #expect(try results[0].sum().item().isNearly(81 * 0.7615941559557649 * 2.718281828459045))
    #expect(try results[1].sum().item().isNearly(81 * (9 * 0.7615941559557649 + 2.718281828459045)))
  }

  @Test func pairwiseDifferencesAreNotStored() throws {
    let x = Tensor.placeholder([60, 16])
    func outputs(_ x: Tensor) -> [Tensor] {
      let difference = x.expandingDimension(at: 1) - x.expandingDimension(at: 0)
      let distances = sqrt((difference * difference).sum(axes: [2]) + 1e-3)
      return [distances.mean(), abs(difference).sum(axes: [0, 1])] + [gradient(of: distances.mean() * 40, at: x)]
    }
    let form = try form(outputs(x), [x])
    #expect(form.buffers.allSatisfy { $0.byteCount < 60 * 60 * 16 * 4 })
    var draw = Draw(4)
    let values = (0..<960).map { _ in draw.number() }
    let results = try Program(outputs: outputs(x), parameters: [x]).run([Tensor(values.map(Float.init), shape: [60, 16])])
    var reference = ReferenceInterpreter(parameters: [(x, values)])
    for (result, output) in zip(results, outputs(x)) {
      let expected = reference.value(of: output)
      for (index, value) in try result.doubles().enumerated() {
        #expect(expected.errors[index] < 1e-2 * (1 + abs(value)))
        #expect(abs(value - expected.values[index]) <= expected.errors[index])
      }
    }
  }

  // MARK: Memory

  @Test func theArenaIsSmallerThanItsBuffers() throws {
    let x = Tensor.placeholder([64, 64])
    var y = x
    for _ in 0..<12 { y = tanh(matmul(y, x)) }
    let form = try form([y.sum()], [x])
    let total = form.buffers.reduce(0) { total, buffer in
      if case .temporary = buffer.kind { return total + buffer.byteCount }
      return total
    }
    #expect(total > 11 * 64 * 64 * 4)
    #expect(form.plan.arenaBytes <= 2 * 64 * 64 * 4 + 1024)
  }

  @Test func buffersThatLiveTogetherDoNotOverlap() throws {
    for seed in 0..<40 {
      let graph = RandomGraph(seed: seed, dtype: .float32, large: seed % 4 == 0)
      let form = try form(graph.outputs, graph.parameters)
      var lives: [BufferID: ClosedRange<Int>] = [:]
      for (index, instruction) in form.instructions.enumerated() {
        for buffer in instruction.reads + instruction.writes { lives[buffer] = (lives[buffer]?.lowerBound ?? index)...index }
      }
      var placed: [(bytes: Range<Int>, life: ClosedRange<Int>)] = []
      for (buffer, place) in form.plan.places.enumerated() {
        guard case .arena(let offset) = place, let life = lives[buffer] else { continue }
        let bytes = offset..<(offset + form.buffers[buffer].byteCount)
        #expect(bytes.upperBound <= form.plan.arenaBytes && offset % 64 == 0)
        #expect(!placed.contains { $0.bytes.overlaps(bytes) && $0.life.overlaps(life) }, "graph \(seed)")
        placed.append((bytes, life))
      }
    }
  }
}

extension Double {
  fileprivate func isNearly(_ other: Double) -> Bool { abs(self - other) < 1e-5 * abs(other) }
}
