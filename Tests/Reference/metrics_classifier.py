"""Reference accuracies for the classifier two-sample test, from scikit-learn's multilayer perceptron.

Usage: python Tests/Reference/metrics_classifier.py [Tests/MetricsTests/Classifiers/ClassifierReferences.swift]

Needs numpy and scikit-learn. The samples are those of Tests/Reference/metrics_neighbors.py's generator, which the tests have as well. The
accuracy is the mean over both halves of a stratified split, each classified by a network of the same size trained on the other half, and
over three splits.
"""

import sys

import numpy as np
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DEFAULT = "Tests/MetricsTests/Classifiers/ClassifierReferences.swift"

# seed, samples of each, dimension, shift and scale of the generated ones
CASES = [(4, 1500, 2, 0.25, 1.0), (5, 1500, 3, 0.5, 0.75), (6, 1500, 2, 0.0, 1.0)]


class Generator:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return self.state >> 15

    def samples(self, count, dimension, shift=0.0, scale=1.0):
        rows = np.empty((count, dimension))
        for i in range(count):
            for j in range(dimension):
                rows[i, j] = (sum(self.next() for _ in range(4)) - 131072) / 65536 * scale + (shift if j == 0 else 0)
        return rows


def accuracy(seed, count, dimension, shift, scale):
    generator = Generator(seed)
    rows = np.vstack([generator.samples(count, dimension), generator.samples(count, dimension, shift, scale)])
    labels = np.repeat([0, 1], count)
    right = []
    for split in range(3):
        for train, test in StratifiedKFold(2, shuffle=True, random_state=split).split(rows, labels):
            network = MLPClassifier((32, 32), learning_rate_init=0.003, batch_size=64, early_stopping=True, random_state=split)
            model = make_pipeline(StandardScaler(), network).fit(rows[train], labels[train])
            right.append(model.score(rows[test], labels[test]))
    return np.mean(right)


def main():
    lines = [
        "// Written by Tests/Reference/metrics_classifier.py; do not edit.",
        "",
        "/// The accuracy of another library's classifier on samples of ``ReferenceData``.",
        "struct ClassifierReference: Sendable {",
        "  var seed: UInt64",
        "  var count: Int",
        "  var dimension: Int",
        "  var shift: Float",
        "  var scale: Float",
        "  var accuracy: Double",
        "",
        "  static let all: [ClassifierReference] = [",
    ]
    for case in CASES:
        seed, count, dimension, shift, scale = case
        fields = f"seed: {seed}, count: {count}, dimension: {dimension}, shift: {shift}, scale: {scale}"
        lines.append(f"    ClassifierReference({fields}, accuracy: {accuracy(*case):.6f}),")
    lines += ["  ]", "}", ""]
    with open(sys.argv[1] if len(sys.argv) > 1 else DEFAULT, "w") as file:
        file.write("\n".join(lines))


main()
