// Written by Tests/Reference/metrics_classifier.py; do not edit.

/// The accuracy of another library's classifier on samples of ``ReferenceData``.
struct ClassifierReference: Sendable {
  var seed: UInt64
  var count: Int
  var dimension: Int
  var shift: Float
  var scale: Float
  var accuracy: Double

  static let all: [ClassifierReference] = [
    ClassifierReference(seed: 4, count: 1500, dimension: 2, shift: 0.25, scale: 1.0, accuracy: 0.588000),
    ClassifierReference(seed: 5, count: 1500, dimension: 3, shift: 0.5, scale: 0.75, accuracy: 0.707000),
    ClassifierReference(seed: 6, count: 1500, dimension: 2, shift: 0.0, scale: 1.0, accuracy: 0.504556),
  ]
}
