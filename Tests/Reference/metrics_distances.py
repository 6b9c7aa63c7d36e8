"""Reference numbers for the distances between sample sets.

Needs numpy, scipy, scikit-learn and POT. Writes the Swift file that the tests read:

    python Tests/Reference/metrics_distances.py > Tests/MetricsTests/Distances/DistanceReferences.swift

The samples come from a 64-bit linear congruential generator and float32 arithmetic that the tests repeat, so that both sides see
the same bits.
"""

import numpy as np
import ot
import scipy
import sklearn
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist, pdist
from scipy.stats import energy_distance, linregress, wasserstein_distance
from sklearn.decomposition import PCA
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel

# Name, dimension, samples, reference samples.
SETS = [("line", 1, 40, 30), ("space", 3, 60, 50), ("wide", 40, 24, 30)]


class Generator:
    """Knuth's constants for a modulus of 2^64; the upper 24 bits are the number."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return np.float32((self.state >> 40) / 16777216.0)


def samples(dimension, count, seed, scale, shift):
    generator = Generator(seed)
    values = [np.float32(np.float32(generator.next() * np.float32(scale)) + np.float32(shift)) for _ in range(count * dimension)]
    return np.array(values, dtype=np.float32).reshape(count, dimension).astype(np.float64)


def directions(dimension, count, seed):
    rows = samples(dimension, count, seed, 2.0, -1.0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def frechet(x, y):
    a, b = np.atleast_2d(np.cov(x.T)), np.atleast_2d(np.cov(y.T))
    # The eigenvalues of the product of two positive semidefinite matrices are real and not negative.
    eigenvalues = np.linalg.eigvals(a @ b).real
    # With fewer samples than dimensions all but the leading ones are rounding noise.
    eigenvalues = np.sort(eigenvalues)[::-1][: min(len(x), len(y)) - 1]
    trace = np.sqrt(np.clip(eigenvalues, 0, None)).sum()
    return np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(a) + np.trace(b) - 2 * trace


def discrepancy(kernel, x, y):
    xx, yy, xy = kernel(x, x), kernel(y, y), kernel(x, y)
    n, m = len(x), len(y)
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return within - 2 * xy.mean(), xx.mean() + yy.mean() - 2 * xy.mean()


def paired(kernel, x, y):
    n = len(x)
    h = kernel(x, x) + kernel(y, y) - kernel(x, y) - kernel(x, y).T
    return (h.sum() - np.trace(h)) / (n * (n - 1))


def entropic(x, y, regularization):
    a, b = np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y))
    cost = ot.dist(x, y)
    plan = ot.sinkhorn(a, b, cost, regularization, method="sinkhorn_log", numItermax=100000, stopThr=1e-13)
    return np.sum(plan * cost) + regularization * np.sum(plan * np.log(plan / np.outer(a, b)))


def numbers(dimension, n, m):
    x = samples(dimension, n, 1, 2.0, -1.0)
    y = samples(dimension, m, 2, 1.5, -0.25)
    k = min(n, m)
    cubic = lambda p, q: polynomial_kernel(p, q, degree=3, gamma=1 / dimension, coef0=1)
    gaussian = lambda p, q: rbf_kernel(p, q, gamma=0.5)
    several = lambda p, q: np.mean([rbf_kernel(p, q, gamma=1 / (2 * l * l)) for l in (0.5, 1.0, 2.0)], axis=0)
    distance = lambda p, q: -cdist(p, q)
    result = {"frechet": frechet(x, y)}
    for name, kernel in [("cubic", cubic), ("gaussian", gaussian), ("several", several), ("energy", distance)]:
        result[name], result[name + "Biased"] = discrepancy(kernel, x, y)
        result[name + "Paired"] = paired(kernel, x[:k], y[:k])
    result["median"] = np.median(pdist(y))
    uniform = np.full(k, 1 / k)
    result["wasserstein1"] = ot.emd2(uniform, uniform, ot.dist(x[:k], y[:k], metric="euclidean"))
    result["wasserstein2Squared"] = ot.emd2(uniform, uniform, ot.dist(x[:k], y[:k]))
    result["firstAxis1"] = wasserstein_distance(x[:, 0], y[:, 0])
    result["firstAxis2Squared"] = ot.wasserstein_1d(x[:, 0], y[:, 0], p=2)
    epsilon = 0.1 * dimension
    across = entropic(x, y, epsilon)
    result["entropic"] = across
    result["sinkhornDivergence"] = across - (entropic(x, x, epsilon) + entropic(y, y, epsilon)) / 2
    result["sliced"] = ot.sliced_wasserstein_distance(x, y, projections=directions(dimension, 20, 3).T) ** 2
    result["firstAxisEnergyRoot"] = energy_distance(x[:, 0], y[:, 0])
    if dimension < k:
        moments = [x.mean(0), y.mean(0), np.atleast_2d(np.cov(x.T)), np.atleast_2d(np.cov(y.T))]
        result["bures"] = ot.gaussian.bures_wasserstein_distance(*moments)
    line = linregress(y[:20, 0], x[:20, 0])
    result["lineIntercept"], result["lineSlope"], result["lineError"] = line.intercept, line.slope, line.intercept_stderr
    result["firstVariance"] = PCA(1).fit(y).explained_variance_[0]
    # Second opinions, from other routes.
    if dimension == 1:
        assert abs(energy_distance(x[:, 0], y[:, 0]) ** 2 - result["energyBiased"]) < 1e-12
    if dimension < k:
        root = np.trace(sqrtm(np.atleast_2d(np.cov(x.T)) @ np.atleast_2d(np.cov(y.T))).real)
        other = np.sum((x.mean(0) - y.mean(0)) ** 2) + x.var(0, ddof=1).sum() + y.var(0, ddof=1).sum() - 2 * root
        assert abs(other - result["frechet"]) < 1e-9
    return result


if __name__ == "__main__":
    print("// Written by Tests/Reference/metrics_distances.py; do not edit.")
    print(f"// numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}, POT {ot.__version__}.")
    print()
    print("/// Distances of three pairs of sample sets, computed by other libraries.")
    print("enum DistanceReferences {")
    print("  static let values: [String: [String: Double]] = [")
    for name, dimension, n, m in SETS:
        print(f'    "{name}": [')
        for key, value in numbers(dimension, n, m).items():
            print(f'      "{key}": {float(value)!r},')
        print("    ],")
    print("  ]")
    print("}")
