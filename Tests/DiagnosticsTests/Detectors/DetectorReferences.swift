// Written by Tests/Reference/detector_series.py; do not edit.

/// What other implementations say about three series.
struct DetectorReference: Sendable {
  var seed: UInt64
  var count: Int
  var slope: Int
  var amplitude: Int
  var halfPeriod: Int
  var isRounded: Bool
  var values: [String: Double]

  static let all: [DetectorReference] = [
    DetectorReference(
      seed: 1, count: 40, slope: 6, amplitude: 0, halfPeriod: 5, isRounded: false,
      values: [
        "sum": 7.2562255859375,
        "score": 62.0,
        "variance": 7366.666666666667,
        "z": 0.7107131082032648,
        "trendP": 0.47726203508105103,
        "slope": 0.007070329454210069,
        "intercept": 0.0382783677842882,
        "slopeLow": -0.01255340576171875,
        "slopeHigh": 0.0270404052734375,
        "autocorrelation1": 0.01157500658958665,
        "autocorrelation2": -0.05929248346174784,
        "autocorrelation7": -0.06748174388161848,
        "peak": 8.0,
        "peakPower": 0.7143561175104509,
        "fisherG": 0.10494371626507737,
        "fisherP": 0.9952014062510055,
        "poleReal": 0.0029083051122046066,
        "poleImaginary": 0.24357406736080806,
      ]),
    DetectorReference(
      seed: 2, count: 101, slope: 0, amplitude: 160, halfPeriod: 6, isRounded: false,
      values: [
        "sum": -2.4178924560546875,
        "score": -43.0,
        "variance": 116149.0,
        "z": -0.12323712351764136,
        "trendP": 0.9019193292961252,
        "slope": -0.00027763339937578635,
        "intercept": 0.02440725922566353,
        "slopeLow": -0.006807539198133681,
        "slopeHigh": 0.005368440047554348,
        "autocorrelation1": 0.27794541437697184,
        "autocorrelation2": -0.014852910354840829,
        "autocorrelation7": -0.31815343333648666,
        "peak": 8.0,
        "peakPower": 8.804170376312342,
        "fisherG": 0.22451608075027768,
        "fisherP": 0.00019410488630911262,
        "poleReal": 0.15345065977697608,
        "poleImaginary": 0.27830806642907957,
      ]),
    DetectorReference(
      seed: 3, count: 64, slope: -9, amplitude: 40, halfPeriod: 9, isRounded: true,
      values: [
        "sum": -24.75,
        "score": -166.0,
        "variance": 29282.666666666668,
        "z": -0.9642255435453074,
        "trendP": 0.3349328606120814,
        "slope": 0.0,
        "intercept": -0.5,
        "slopeLow": -0.013636363636363636,
        "slopeHigh": 0.0,
        "autocorrelation1": -0.15868022587006536,
        "autocorrelation2": -0.08415006573421466,
        "autocorrelation7": -0.14629457601431545,
        "peak": 22.0,
        "peakPower": 1.098051172972872,
        "fisherG": 0.09151171165656556,
        "fisherP": 0.922258172104246,
        "poleReal": -0.08764031537632039,
        "poleImaginary": 0.32554146473034284,
      ]),
  ]
}
