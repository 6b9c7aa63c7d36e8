// Written by Tests/Reference/metrics_neighbors.py; do not edit.

/// What other implementations give on the samples of ``ReferenceData``.
struct NeighborReference: Sendable {
  var seed: UInt64
  var real: Int
  var generated: Int
  var heldOut: Int
  var dimension: Int
  var shift: Float
  var scale: Float
  var values: [String: Double]

  static let all: [NeighborReference] = [
    NeighborReference(
      seed: 1, real: 60, generated: 40, heldOut: 30, dimension: 2, shift: 0.25, scale: 1.0,
      values: [
        "precision3": 0.875,
        "recall3": 0.9666666666666667,
        "density3": 0.8499999999999999,
        "coverage3": 0.7166666666666667,
        "precision5": 1.0,
        "recall5": 0.9833333333333333,
        "density5": 1.0,
        "coverage5": 0.8833333333333333,
        "clippedDensity": 0.8405797101449275,
        "clippedCoverage": 0.7768934755703842,
        "expectedClippedCoverage": 0.5968446684327213,
        "neighborAccuracy": 0.59,
        "neighborAccuracyReal": 0.65,
        "dimensionGenerated": 2.4846127796300745,
        "crossDimension": 2.6409028678943405,
        "copyScore": 1.1215086669931915,
        "authenticity": 0.475,
        "vendiGaussian": 3.538234707962138,
        "vendiCosine": 1.9655446526950608,
        "likelihood": 1.0520002631751426,
      ]),
    NeighborReference(
      seed: 2, real: 200, generated: 150, heldOut: 80, dimension: 8, shift: 0.5, scale: 0.75,
      values: [
        "precision3": 0.96,
        "recall3": 0.545,
        "density3": 1.4244444444444444,
        "coverage3": 0.805,
        "precision5": 0.98,
        "recall5": 0.605,
        "density5": 1.4960000000000002,
        "coverage5": 0.9,
        "clippedDensity": 1.0,
        "clippedCoverage": 1.0,
        "expectedClippedCoverage": 0.6407857288823423,
        "neighborAccuracy": 0.6171428571428571,
        "neighborAccuracyReal": 0.58,
        "dimensionGenerated": 8.27931461662838,
        "crossDimension": 10.071316996226068,
        "copyScore": -3.1989623926533413,
        "authenticity": 0.58,
        "vendiGaussian": 29.68529290619261,
        "vendiCosine": 7.61412489044073,
        "likelihood": 0.9350834550468831,
      ]),
    NeighborReference(
      seed: 3, real: 120, generated: 120, heldOut: 60, dimension: 3, shift: 0.0, scale: 1.0,
      values: [
        "precision3": 0.95,
        "recall3": 0.9416666666666667,
        "density3": 1.0444444444444443,
        "coverage3": 0.9166666666666666,
        "precision5": 1.0,
        "recall5": 0.9666666666666667,
        "density5": 1.03,
        "coverage5": 1.0,
        "clippedDensity": 1.0,
        "clippedCoverage": 1.0,
        "expectedClippedCoverage": 0.7590986618886122,
        "neighborAccuracy": 0.525,
        "neighborAccuracyReal": 0.5083333333333333,
        "dimensionGenerated": 3.7904982265918474,
        "crossDimension": 3.8764409333325514,
        "copyScore": 0.3353106637915085,
        "authenticity": 0.45,
        "vendiGaussian": 6.764666343221019,
        "vendiCosine": 2.9678208706152875,
        "likelihood": 0.9181122705172274,
      ]),
  ]
}
