import Rival
import Testing

@testable import RivalCommand

@Suite("Workloads of benchmarks")
struct BenchmarkWorkloadTests {
  /// The numbers that PyTorch's `numel` and JAX's `size` give for the networks of Benchmarks/workloads.py.
  static let counts: [String: (generator: Int, discriminator: Int)] = [
    "mlp-ring": (17_154, 17_025), "mlp-ring-wgan-gp": (17_154, 17_025), "dcgan32": (1_068_931, 663_361), "dcgan32-r1": (1_068_931, 662_977),
    "dcgan64": (3_576_707, 2_765_633), "sngan32": (4_276_739, 1_053_825),
  ]

  @Test func theNetworksAreThoseOfTheOtherFrameworks() throws {
    #expect(Set(BenchmarkWorkload.all.map(\.name)) == Set(Self.counts.keys))
    for workload in BenchmarkWorkload.all {
      let composition = workload.composition()
      let gan = try #require(composition as? GAN)
      #expect(gan.review().filter { $0.severity == .error } == [], "\(workload.name)")
      let game = try composition.game(fields: [Field("samples", shape: workload.sampleShape)], seed: 1)
      let found = try ["generator", "discriminator"].map { try game.network($0).parameters.elementCount }
      let expected = try #require(Self.counts[workload.name])
      #expect(found == [expected.generator, expected.discriminator], "\(workload.name)")
    }
  }
}
