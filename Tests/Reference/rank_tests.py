"""Numbers that Tests/MetricsTests/Comparisons/RankTestTests.swift holds Rival against. Run with SciPy from PyPI: python rank_tests.py"""
import itertools

import numpy as np
from scipy import stats

a = [1.1, 2.3, 0.4, 3.9, 2.8, 5.1]
b = [0.2, 1.9, 0.1, 3.1, 0.7, 2.2]
print("mann-whitney, no ties", stats.mannwhitneyu(a, b, method="exact").pvalue)
print("wilcoxon, no ties", stats.wilcoxon(a, b, method="exact").pvalue)
print("spearman", stats.spearmanr(a, b).statistic)

# Counts with many ties: the exact p-value given the ranks, from all ways to deal them out.
c = [8, 8, 7, 8, 6, 8, 5]
d = [6, 5, 8, 4, 6, 7, 5]


def exact_unpaired(x, y):
    ranks = stats.rankdata(np.r_[x, y])
    mean = len(x) * ranks.mean()
    seen = abs(ranks[: len(x)].sum() - mean)
    sums = [ranks[list(chosen)].sum() for chosen in itertools.combinations(range(len(ranks)), len(x))]
    return np.mean([abs(s - mean) >= seen - 1e-9 for s in sums])


def exact_paired(x, y):
    difference = np.subtract(x, y)
    ranks = stats.rankdata(abs(difference))[difference != 0]  # Pratt: zeros are ranked, and left out
    signs = np.sign(difference[difference != 0])
    seen = abs((ranks * signs).sum())
    sums = [abs(np.dot(ranks, s)) for s in itertools.product([-1, 1], repeat=len(ranks))]
    return np.mean([s >= seen - 1e-9 for s in sums])


print("mann-whitney, ties", exact_unpaired(c, d))
print("wilcoxon, ties and zeros", exact_paired(c, d))
print("spearman, ties", stats.spearmanr(c, d).statistic)

# Beyond the exact limit: the normal approximation with continuity and ties.
generator = [((37 * i) % 101) / 10 for i in range(40)]
shifted = [((53 * i) % 97) / 10 + 1.5 for i in range(40)]
print("mann-whitney, normal", stats.mannwhitneyu(generator, shifted, method="asymptotic", use_continuity=True).pvalue)
g61 = [((37 * i) % 101) / 10 for i in range(70)]
s61 = [((53 * i) % 97) / 10 + 1.5 for i in range(70)]
print("wilcoxon, normal", stats.wilcoxon(g61, s61, method="approx", correction=True, zero_method="pratt").pvalue)

# Shifts: medians of all pairwise differences, and of Walsh averages.
print("Hodges-Lehmann", np.median(np.subtract.outer(a, b)))
walsh = [(x + y) / 2 for i, x in enumerate(np.subtract(a, b)) for y in np.subtract(a, b)[i:]]
print("Hodges-Lehmann of pairs", np.median(walsh))
# The interval of shifts that are not rejected, by trying many.
for name, test in [("unpaired", lambda s: stats.mannwhitneyu(np.subtract(a, s), b, method="exact").pvalue)]:
    kept = [s for s in np.linspace(-6, 8, 14001) + 1e-6 if test(s) >= 0.05]
    print("interval", name, kept[0], kept[-1])
kept = [s for s in np.linspace(-6, 8, 14001) + 1e-6 if stats.wilcoxon(np.subtract(a, s), b, method="exact").pvalue >= 0.05]
print("interval paired", kept[0], kept[-1])
print("median intervals", [(n, next(1 - 2 * stats.binom.cdf(k, n, 0.5) for k in range(n // 2, -1, -1) if 1 - 2 * stats.binom.cdf(k, n, 0.5) >= 0.95 or k == 0)) for n in (3, 5, 6, 10, 20, 100)])
t = stats.t.ppf
print("useful correlation", [(n, 1 - (t(0.975, 2 * n - 2) / t(0.975, n - 1)) ** 2) for n in (3, 5, 10, 20)])
