"""Reference numbers for the comparison of variants: P(X > Y), its bootstrap interval, the expected best of k.

Needs numpy and scipy. Writes the Swift file that the tests read:

    python Tests/Reference/comparison_statistics.py > Tests/MetricsTests/Comparisons/ComparisonReferences.swift
    swift format --in-place Tests/MetricsTests/Comparisons/ComparisonReferences.swift

The scores are a congruential generator's, rounded to a tenth so that ties occur; the Swift file holds them as numbers.
"""

import itertools

import numpy as np
import scipy
from scipy.stats import bootstrap, mannwhitneyu

RESAMPLES = 200_000
# Name, tasks, runs of the first variant, of the second, the first one's advantage.
SETS = [("small", 1, 8, 9, 0.4), ("matrix", 3, 6, 5, 0.2), ("long", 2, 20, 16, 0.1)]


class Generator:
    """Knuth's constants for a modulus of 2^64; the upper 24 bits are the number."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 40) / 2**24

    def scores(self, count, shift):
        # Rounded to tenths: two runs may tie.
        return [round(sum(self.uniform() for _ in range(4)) + shift, 1) for _ in range(count)]


def probability(x, y):
    """The mean over tasks of U / (m n)."""
    return np.mean([mannwhitneyu(a, b, alternative="two-sided", method="asymptotic").statistic / (len(a) * len(b)) for a, b in zip(x, y)])


def bootstrap_probabilities(x, y, rng):
    """Runs are resampled within each task and variant."""
    total = np.zeros(RESAMPLES)
    for a, b in zip(x, y):
        outcome = (np.sign(np.subtract.outer(np.array(a), np.array(b))) + 1) / 2
        rows = rng.integers(0, len(a), (RESAMPLES, len(a)))
        columns = rng.integers(0, len(b), (RESAMPLES, len(b)))
        first = np.stack([(rows == i).sum(1) for i in range(len(a))], 1)
        second = np.stack([(columns == i).sum(1) for i in range(len(b))], 1)
        total += np.einsum("ri,ij,rj->r", first, outcome, second) / outcome.size
    return total / len(x)


def paired_interval(x, y):
    sign = (np.sign(np.array(x) - np.array(y)) + 1) / 2
    found = bootstrap((sign,), np.mean, n_resamples=RESAMPLES, method="percentile", random_state=np.random.default_rng(7), batch=10_000)
    return sign.mean(), found.confidence_interval.low, found.confidence_interval.high


def best(values, k, larger):
    """The plug-in by its distribution function, the unbiased one by all subsets."""
    pick = max if larger else min
    values = sorted(values, reverse=not larger)
    n = len(values)
    plug_in = sum(v * ((i / n) ** k - ((i - 1) / n) ** k) for i, v in enumerate(values, 1))
    return plug_in, np.mean([pick(subset) for subset in itertools.combinations(values, k)])


def swift(value):
    if isinstance(value, list):
        return "[" + ", ".join(map(swift, value)) + "]"
    return repr(float(value))


print(f"// Made by Tests/Reference/comparison_statistics.py with numpy {np.__version__} and scipy {scipy.__version__}.")
print("import Testing")
print()
print("/// One seeded data set: scores of two variants, and what other programs make of them.")
print("struct ComparisonReference: Sendable, CustomTestStringConvertible {")
print("  var name: String")
print("  var first: [[Double]]")
print("  var second: [[Double]]")
print("  /// P(first > second), and the ends and the standard deviation of its bootstrap distribution.")
print("  var probability, lower, upper, deviation: Double")
print("  /// The same of the first task's pairs.")
print("  var paired, pairedLower, pairedUpper: Double")
print("  /// The expected best of three runs of the first task: plug-in and unbiased, of the largest and of the smallest.")
print("  var largest, largestUnbiased, smallest, smallestUnbiased: Double")
print("  var testDescription: String { name }")
print()
print("  static let all = [")
for seed, (name, tasks, m, n, shift) in enumerate(SETS, 1):
    generator = Generator(seed)
    first = [generator.scores(m, shift) for _ in range(tasks)]
    second = [generator.scores(n, 0) for _ in range(tasks)]
    found = bootstrap_probabilities(first, second, np.random.default_rng(seed))
    lower, upper = np.quantile(found, [0.025, 0.975])
    pairs = min(m, n)
    paired = paired_interval(first[0][:pairs], second[0][:pairs])
    largest, smallest = best(first[0], 3, True), best(first[0], 3, False)
    print("    ComparisonReference(")
    print(f'      name: "{name}",')
    print(f"      first: {swift(first)},")
    print(f"      second: {swift(second)},")
    print(f"      probability: {swift(probability(first, second))}, lower: {swift(lower)}, upper: {swift(upper)}, deviation: {swift(found.std())},")
    print(f"      paired: {swift(paired[0])}, pairedLower: {swift(paired[1])}, pairedUpper: {swift(paired[2])},")
    print(f"      largest: {swift(largest[0])}, largestUnbiased: {swift(largest[1])},")
    print(f"      smallest: {swift(smallest[0])}, smallestUnbiased: {swift(smallest[1])}),")
print("  ]")
print("}")
