import Foundation
import Rival
import Testing

/// A linear field v = J w as a game of two numbers: L₁ = −½J₁₁x² − J₁₂xy, L₂ = −J₂₁xy − ½J₂₂y².
private func linearField(_ j: [[Double]]) throws -> VectorField {
  let (a, b, c, d) = (j[0][0], j[0][1], j[1][0], j[1][1])
  return try PlaneGame(
    x: [0], y: [0], first: { x, y in -(0.5 * a * x * x + b * x * y).sum() }, second: { x, y in -(c * x * y + 0.5 * d * y * y).sum() }
  ).field()
}

@Suite("Rotation and paths")
struct FieldGeometryTests {
  @Test("R = b²/(a² + b²) for [[a, b], [−b, a]]")
  func rotationIndex() throws {
    for (a, b, expected) in [(1.0, 0.0, 0.0), (0, 1, 1), (1, 1, 0.5), (1, 2, 0.8)] {
      let index = try RotationIndex(of: linearField([[a, b], [-b, a]]))
      #expect(agree(index.value, expected, 1e-14) && index.standardError == 0 && index.probes == 0)
    }
    #expect(RotationIndex(of: Matrix(rows: 2, columns: 2)).value.isNaN)
  }

  @Test("Estimates of a 60 × 60 Gaussian matrix agree with the exact index")
  func rotationEstimates() throws {
    let values = try randomNormal([3600], key: Key(seed: 11), dtype: .float64).doubles()
    let matrix = Matrix(rows: 60, columns: 60, values: values)
    let exact = RotationIndex(of: matrix).value
    #expect(agree(exact, 0.5, 0.05))
    let (forward, backward) = (LinearOperator(matrix), LinearOperator(matrix.transposed))
    let both = try RotationIndex(of: forward, transposed: backward, probes: 64)
    #expect(agree(both.value, exact, 4 * both.standardError) && both.standardError < 0.02)
    let alone = try RotationIndex(withoutTranspose: forward, pairs: 4_000)
    #expect(agree(alone.value, exact, 4 * alone.standardError))
    #expect(agree(alone.standardError, (2.0 / 4_000).squareRoot() * exact, 0.25 * alone.standardError), "\(alone.standardError)")
    #expect(
      try RotationIndex(withoutTranspose: forward, pairs: 50, seed: 1) == RotationIndex(withoutTranspose: forward, pairs: 50, seed: 1))
  }

  @Test("The antisymmetric part of a zero-sum game is its off-diagonal blocks; products agree with differences")
  func parts() throws {
    let trainer = try Trainer(
      GAN(latent: .normal(2)) {
        Generator {
          Dense(3)
          Tanh()
          Dense(2)
        }
        Discriminator {
          Dense(3)
          Tanh()
          Dense(1)
        }
        MinimaxLoss()
        SGD(learningRate: 0.1)
        SimultaneousUpdates()
      }, data: RingOfGaussians(), batchSize: 32, seed: 2)
    let field = try VectorField(FrozenRound(trainer))
    // The two players draw different latent vectors, so that the sampled game is zero-sum in the mean only: the blocks on the diagonal
    // are symmetric exactly.
    let antisymmetric = try field.antisymmetricPart.matrix()
    for block in field.blocks {
      for row in block.range { for column in block.range { #expect(agree(antisymmetric[row, column], 0, 1e-12)) } }
    }
    #expect(antisymmetric.frobeniusNorm > 0.01)
    let matrix = try field.jacobian.matrix()
    #expect((matrix - (try field.symmetricPart.matrix() + antisymmetric)).frobeniusNorm < 1e-12)
    #expect((matrix - (try field.transposedJacobian.matrix().transposed)).frobeniusNorm < 1e-12)
    let exact = RotationIndex(of: matrix)
    #expect(agree(try RotationIndex(of: field).value, exact.value, 1e-12))
    let generator = try field.hessian(of: .generator).matrix()
    for row in 0..<generator.rows {
      for column in 0..<generator.rows { #expect(agree(generator[row, column], -matrix[row, column], 1e-12)) }
    }
  }

  @Test("J is what differences of v give, through penalties, spectral norms and batch statistics")
  func differences() throws {
    let trainer = try Trainer(
      GAN(latent: .normal(2)) {
        Generator {
          Dense(4)
          BatchNorm()
          Tanh()
          Dense(2)
        }
        Discriminator {
          Dense(4)
          Softplus()
          Dropout(0.2)
          Dense(1)
        }
        WassersteinLoss()
        SGD(learningRate: 0.01)
        AlternatingUpdates()
        GradientPenalty(weight: 1)
        SpectralNormalization()
        InstanceNoise()
      }, data: RingOfGaussians(), batchSize: 8, seed: 5)
    try trainer.run(until: 5)
    let field = try VectorField(FrozenRound(trainer))
    let h = 1e-5
    let matrix = try field.jacobian.matrix()
    var difference = Matrix(rows: field.size, columns: field.size)
    for column in 0..<field.size {
      var (up, down) = (field.point, field.point)
      up[column] += h
      down[column] -= h
      let (high, low) = (try field.value(at: up), try field.value(at: down))
      for row in 0..<field.size { difference[row, column] = (high[row] - low[row]) / (2 * h) }
    }
    #expect((matrix - difference).frobeniusNorm < 1e-6 * difference.frobeniusNorm)
    // Another draw is another field, and leaves this one as it was.
    let before = try field.value()
    let other = try field.value(drawnAs: FrozenRound(trainer, state: trainer.state, step: trainer.step + 1))
    #expect(try other != before && field.value() == before)
  }

  private func cosines(_ j: [[Double]], from start: [Double], to end: [Double], _ positions: [Double]) throws -> [PathProfile.Point] {
    try PathProfile(of: linearField(j), from: start, to: end, positions: positions).points
  }

  @Test("Path angles and norms of linear fields")
  func paths() throws {
    let line = [-0.1, 0, 0.5, 0.9, 1, 1.1]
    let start = [0.3, -0.4]
    for point in try cosines([[-1, 0], [0, -1]], from: start, to: [0, 0], line) {
      if point.position == 1 {
        #expect(point.cosine.isNaN && point.norm == 0)
      } else {
        #expect(agree(point.cosine, point.position < 1 ? 1 : -1, 1e-12))
        #expect(agree(point.norm, abs(1 - point.position) * 0.5, 1e-12))
      }
    }
    for point in try cosines([[0, 1], [-1, 0]], from: start, to: [0, 0], line) where point.position != 1 {
      #expect(agree(point.cosine, 0, 1e-12))
    }
    for point in try cosines([[-1, 2], [-2, -1]], from: start, to: [0, 0], line) where point.position != 1 {
      #expect(agree(point.cosine, (point.position < 1 ? 1 : -1) * 0.447_213_595_5, 1e-10))
      #expect(agree(point.norm, 5.0.squareRoot() * abs(1 - point.position) * 0.5, 1e-12))
    }
    let bump = try cosines([[0, 1], [-1, 0]], from: [1, 0.1], to: [0, 0.1], [0, 0.5, 0.9, 1, 1.1])
    for (point, expected) in zip(bump, [-0.099_503_7, -0.196_116_1, -0.707_106_8, -1, -0.707_106_8]) {
      #expect(agree(point.cosine, expected, 1e-7), "\(point)")
    }
  }

  @Test("Signatures: attraction, rotation, spiral")
  func signatures() throws {
    func profile(_ j: [[Double]], _ start: [Double], _ end: [Double]) throws -> PathProfile {
      try PathProfile(of: linearField(j), from: start, to: end, positions: (0..<100).map { -0.1 + 1.2 * Double($0) / 99 })
    }
    let attraction = try profile([[-1, 0], [0, -1]], [1, 1], [0, 0])
    #expect(attraction.signature == .attraction && attraction.signChanges.count == 1)
    #expect(agree(attraction.signChanges[0], 1, 0.01))
    let rotation = try profile([[0, 1], [-1, 0]], [1, 0.1], [0, 0.1])
    #expect(rotation.signature == .rotation && rotation.signChanges.isEmpty && rotation.bump > 0.2)
    let spiral = try profile([[-1, 2], [-2, -1]], [1, 0.05], [0, 0.05])
    #expect(spiral.signature == .spiral, "\(spiral.summary)")
    #expect(try profile([[0, 1], [-1, 0]], [1, 0], [2, 3]).signature == .none)
    #expect(throws: DiagnosticsError.self) { try profile([[0, 1], [-1, 0]], [1, 1], [1, 1]) }
    #expect(rotation.summary == "path angle: no sign change, bump \((100 * rotation.bump).rounded() / 100): rotation")
  }
}
