"""Writes the reference numbers of the neighbour metrics, computed by prdc, scikit-learn, SciPy and NumPy in float64.

Usage: python Tests/Reference/metrics_neighbors.py [Tests/MetricsTests/Neighbors/NeighborReferences.swift]

Needs numpy, scipy, scikit-learn and prdc. The samples come from a linear congruential generator that the tests have as well
(Tests/MetricsTests/Neighbors/NeighborData.swift), so that both sides see the same float32 numbers.
"""

import contextlib
import io
import sys

import numpy as np
from prdc import compute_prdc
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist, jensenshannon
from scipy.special import logsumexp
from scipy.stats import binom, entropy, mannwhitneyu, nhypergeom, norm
from sklearn.neighbors import KNeighborsClassifier

DEFAULT = "Tests/MetricsTests/Neighbors/NeighborReferences.swift"

# seed, real, generated, held out, dimension, shift of the generated ones, scale of the generated ones
CASES = [(1, 60, 40, 30, 2, 0.25, 1.0), (2, 200, 150, 80, 8, 0.5, 0.75), (3, 120, 120, 60, 3, 0.0, 1.0)]


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
        assert np.array_equal(rows, rows.astype(np.float32))
        return rows


def quiet_prdc(real, fake, k):
    with contextlib.redirect_stdout(io.StringIO()):
        return compute_prdc(real, fake, k)


def clipped(real, fake, k):
    """Clipped density and coverage from their definitions, with SciPy's negative hypergeometric distribution."""
    n, m = len(real), len(fake)
    rr, rf = cdist(real, real), cdist(real, fake)
    radius = np.sort(rr, axis=1)[:, k]
    small = np.minimum(radius, np.median(radius))
    np.fill_diagonal(rr, np.inf)
    ceiling = np.minimum((rr <= small[:, None]).sum(0) / k, 1).mean()
    density = min(1, np.minimum((rf < small[:, None]).sum(0) / k, 1).mean() / ceiling)

    def expected(count):
        if count == 0:
            return 0.0
        # Draws of generated samples before the k-th of the n - 1 real ones.
        law = nhypergeom(n - 1 + count, count, k)
        support = np.arange(count + 1)
        return (np.minimum(support / k, 1) * law.pmf(support)).sum()

    seen = np.minimum((rf < radius[:, None]).sum(1) / k, 1).mean()
    curve = [expected(count) for count in range(m + 1)]
    return density, np.interp(seen, curve, np.arange(m + 1)) / m, curve[m]


def intrinsic_dimension(queries, points, k, same):
    distances = cKDTree(points).query(queries, k + same)[0][:, same:]
    return (-1 / np.log(distances / distances[:, -1:]).mean(1)).mean()


def copy_test(generated, training, held):
    tree = cKDTree(training)
    a, b = tree.query(generated)[0], tree.query(held)[0]
    u = mannwhitneyu(a, b).statistic
    n, m = len(a), len(b)
    return (u - n * m / 2 + 0.5) / np.sqrt(n * m * (n + m + 1) / 12)


def authenticity(generated, training):
    tree = cKDTree(training)
    own = tree.query(training, 2)[0][:, 1]
    distance, index = tree.query(generated)
    return (distance > own[index]).mean()


def vendi(kernel):
    values = np.linalg.eigvalsh(kernel / len(kernel))
    values = values[values > 0]
    return np.exp(-(values * np.log(values)).sum())


def likelihood(centers, training, held, rounds):
    d = training.shape[1]
    squares = cdist(training, centers, "sqeuclidean")
    variance = np.full(len(centers), squares.min(1).mean() / d)
    floor = 1e-12 * training.var(0).mean()
    for _ in range(rounds):
        logits = -0.5 * d * np.log(variance) - squares / (2 * variance)
        share = np.exp(logits - logsumexp(logits, axis=1, keepdims=True))
        variance = np.maximum(floor, (share * squares).sum(0) / (d * share.sum(0)))
    logits = -0.5 * d * np.log(2 * np.pi * variance) - cdist(held, centers, "sqeuclidean") / (2 * variance)
    return -(logsumexp(logits, axis=1) - np.log(len(centers))).mean() / d


def bins(samples):
    """Counts of the first axis in 8 bins of width one half."""
    return np.bincount(np.clip(np.floor((samples[:, 0] + 2) * 2), 0, 7).astype(int), minlength=8)


def different_bins(generated, real):
    n, m = generated.sum(), real.sum()
    pooled = (generated + real) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    with np.errstate(invalid="ignore"):
        score = np.where(error > 0, np.abs(generated / n - real / m) / error, 0)
    return 2 * norm.sf(score)


def curve(generated, real, angles=1001):
    slopes = np.tan(np.linspace(1e-10, np.pi / 2 - 1e-10, angles))[:, None]
    precision = np.minimum(slopes * real, generated).sum(1)
    recall = precision / slopes[:, 0]
    return np.minimum(precision, 1), np.minimum(recall, 1)


def largest_score(precision, recall, beta):
    return ((1 + beta**2) * precision * recall / (beta**2 * precision + recall)).max()


def numbers(seed, n, m, h, d, shift, scale):
    generator = Generator(seed)
    real = generator.samples(n, d)
    fake = generator.samples(m, d, shift, scale)
    held = generator.samples(h, d)
    result = {}
    for k in (3, 5):
        for name, value in quiet_prdc(real, fake, k).items():
            result[f"{name}{k}"] = value
    result["clippedDensity"], result["clippedCoverage"], result["expectedClippedCoverage"] = clipped(real, fake, 5)
    pool, labels = np.vstack([real, fake]), np.repeat([1, 0], [n, m])
    nearest = KNeighborsClassifier(2).fit(pool, labels).kneighbors(pool)[1][:, 1]
    right = labels[nearest] == labels
    result["neighborAccuracy"] = right.mean()
    result["neighborAccuracyReal"] = right[:n].mean()
    result["dimensionGenerated"] = intrinsic_dimension(fake, fake, 10, 1)
    result["crossDimension"] = intrinsic_dimension(real, fake, 10, 0)
    result["copyScore"] = copy_test(fake, real, held)
    result["authenticity"] = authenticity(fake, real)
    result["vendiGaussian"] = vendi(np.exp(-cdist(fake, fake, "sqeuclidean") / 2))
    unit = fake / np.linalg.norm(fake, axis=1, keepdims=True)
    result["vendiCosine"] = vendi(unit @ unit.T)
    result["likelihood"] = likelihood(fake, real, held, 20)
    a, b = bins(fake), bins(real)
    tests = different_bins(a, b)
    result["differentBins"], result["smallestBinP"] = (tests < 0.05).sum(), tests.min()
    result["binsJensenShannon"] = jensenshannon(a, b) ** 2
    shares = curve(a / a.sum(), b / b.sum())
    result["recallScore"], result["precisionScore"] = largest_score(*shares, 8), largest_score(*shares, 1 / 8)
    result["precisionAtQuarter"], result["recallAtQuarter"] = shares[0][250], shares[1][250]
    classes = np.abs(fake) + 0.125
    classes /= classes.sum(1, keepdims=True)
    result["classScore"] = np.exp(np.mean([entropy(row, classes.mean(0)) for row in classes]))
    result["binomialTail"] = binom.sf(right.sum() - 1, len(right), 0.5)
    result["shareEntropy"] = entropy(a)
    # Modes of which none has the weight 0.
    result["reverseKL"], result["modesJensenShannon"] = entropy(a, b + 1), jensenshannon(a, b + 1) ** 2
    return result


def main():
    lines = [
        "// Written by Tests/Reference/metrics_neighbors.py; do not edit.",
        "",
        "/// What other implementations give on the samples of ``ReferenceData``.",
        "struct NeighborReference: Sendable {",
        "  var seed: UInt64",
        "  var real: Int",
        "  var generated: Int",
        "  var heldOut: Int",
        "  var dimension: Int",
        "  var shift: Float",
        "  var scale: Float",
        "  var values: [String: Double]",
        "",
        "  static let all: [NeighborReference] = [",
    ]
    for case in CASES:
        seed, n, m, h, d, shift, scale = case
        lines.append("    NeighborReference(")
        lines.append(f"      seed: {seed}, real: {n}, generated: {m}, heldOut: {h}, dimension: {d}, shift: {shift}, scale: {scale},")
        lines.append("      values: [")
        for name, value in numbers(*case).items():
            lines.append(f'        "{name}": {float(value)!r},')
        lines.append("      ]),")
    lines += ["  ]", "}", ""]
    with open(sys.argv[1] if len(sys.argv) > 1 else DEFAULT, "w") as file:
        file.write("\n".join(lines))


main()
