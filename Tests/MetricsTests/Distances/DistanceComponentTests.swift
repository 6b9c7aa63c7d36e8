import Components
import Foundation
import MetricParts
import Metrics
import Networks
import Tensors
import Testing

@Suite struct DistanceComponentTests {
  @Test func componentsAreComplete() throws {
    #expect(BuiltInDistances.types.count == BuiltInDistances.metrics.count + BuiltInDistances.features.count)
    #expect(Set(BuiltInDistances.types.map { $0.name }).count == BuiltInDistances.types.count)
    for type in BuiltInDistances.types {
      #expect(type.name.wholeMatch(of: /[a-z]+(-[a-z0-9]+)*/) != nil)
      #expect(!type.summary.isEmpty && type.summary.hasSuffix("."))
      let component = type.init()
      try component.validateFields()
      let data = try JSONEncoder().encode(component)
      let again = try JSONDecoder().decode(type, from: data)
      #expect(try ComponentFields.fields(of: again) == ComponentFields.fields(of: component))
    }
  }

  @Test("Metrics", arguments: BuiltInDistances.metrics.map { $0.name })
  func metrics(_ name: String) throws {
    let type = try #require(BuiltInDistances.metrics.first { $0.name == name })
    let metric = type.init()
    let key = Key(seed: 1)
    let real = try DistanceSamples.normal(320, dimension: 3, key: Key(seed: 2))
    let same = try DistanceSamples.normal(160, dimension: 3, key: Key(seed: 3))
    let moved = try DistanceSamples.normal(160, dimension: 3, shift: 0.8, key: Key(seed: 4))
    let first = try metric.measure(moved, against: real, key: key)
    #expect(try metric.measure(moved, against: real, key: key) == first)
    #expect(first[0].name == name && first.allSatisfy { $0.value.isFinite && $0.goal == .lower })
    // Beside their null, equal distributions pass and moved ones do not.
    for (samples, isWorse) in [(same, false), (moved, true)] {
      for value in try metric.measured(samples, against: real, repeats: 12, key: key) {
        #expect(value.isWorseThanNull == isWorse, "\(value)")
      }
    }
    let line = try SampleSet([1, 2, 3, 4], dimension: 1)
    #expect(throws: MetricError.self) { try metric.measure(line, against: real, key: key) }
    let none = try SampleSet([], dimension: 3)
    #expect(throws: MetricError.self) { try metric.measure(none, against: real, key: key) }
  }

  @Test func distancesInOneDimension() throws {
    let x = try SampleSet([0, 1, 3], dimension: 1)
    let y = try SampleSet([5, 6, 8], dimension: 1)
    #expect(try WassersteinDistance().measure(x, against: y, key: Key(seed: 1))[0].value == 5)
    var squared = WassersteinDistance()
    squared.order = 2
    #expect(try squared.measure(x, against: y, key: Key(seed: 1))[0].value == 5)
    #expect(try SlicedWasserstein().measure(x, against: y, key: Key(seed: 1)).map(\.value) == [25, 75])
  }

  @Test func largeSetsAreThinned() throws {
    let x = try DistanceSamples.normal(400, dimension: 2, key: Key(seed: 5))
    let y = try DistanceSamples.normal(300, dimension: 2, key: Key(seed: 6))
    var wasserstein = WassersteinDistance()
    wasserstein.maximum = 20
    var energy = EnergyDistance()
    energy.maximum = 20
    for metric in [wasserstein, energy] as [any Metric] {
      // Of a few samples the draw shows, and it is the key's.
      let values = try [1, 1, 2].map { try metric.measure(x, against: y, key: Key(seed: $0))[0].value }
      #expect(values[0] == values[1] && values[0] != values[2])
    }
  }

  @Test func fieldsOutOfRangeAreRefused() {
    var infinity = FrechetDistanceInfinity()
    infinity.sizes = 2
    var kernel = KernelDistance()
    kernel.subsetSize = 1
    var discrepancy = MaximumMeanDiscrepancy()
    discrepancy.bandwidths = [0]
    var energy = EnergyDistance()
    energy.maximum = 1
    var wasserstein = WassersteinDistance()
    wasserstein.order = 3
    var sinkhorn = SinkhornDivergence()
    sinkhorn.regularization = 0
    var sliced = SlicedWasserstein()
    sliced.directions = 1
    var principal = PrincipalComponents()
    principal.count = 0
    var convolution = RandomConvolution()
    convolution.kernelSize = 2
    let wrong: [any Component] = [infinity, kernel, discrepancy, energy, wasserstein, sinkhorn, sliced, principal, convolution]
    for component in wrong { #expect(throws: ComponentError.self, "\(component.name)") { try component.validateFields() } }
  }
}
