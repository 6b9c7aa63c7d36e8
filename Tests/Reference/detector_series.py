"""Reference numbers for the detectors of trends and oscillations, from SciPy, statsmodels and pymannkendall.

Usage: python Tests/Reference/detector_series.py [Tests/DiagnosticsTests/Detectors/DetectorReferences.swift]

Needs numpy, scipy, statsmodels and pymannkendall. The series come from a linear congruential generator that the tests repeat, in
arithmetic that is exact in binary floating point, so that both sides see the same numbers.
"""

import sys
from fractions import Fraction
from math import comb

import numpy as np
import pymannkendall
from scipy.signal import periodogram
from scipy.stats import theilslopes
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.stattools import acf

DEFAULT = "Tests/DiagnosticsTests/Detectors/DetectorReferences.swift"

# seed, length, slope in 1/1024 each step, amplitude of a square wave in 1/256, its half period, whether values are rounded to 1/4
CASES = [(1, 40, 6, 0, 5, False), (2, 101, 0, 160, 6, False), (3, 64, -9, 40, 9, True)]


def series(seed, length, slope, amplitude, half, rounded):
    """Sums of four 16-bit numbers, a line and a square wave: multiples of 2^-16 below 2^10."""
    state = seed
    values = []
    for t in range(length):
        total = 0
        for _ in range(4):
            state = (state * 1103515245 + 12345) % 2**31
            total += state >> 15
        wave = amplitude / 256 if t // half % 2 == 0 else -amplitude / 256
        value = (total - 131072) / 65536 + slope * t / 1024 + wave
        values.append(np.floor(value * 4) / 4 if rounded else value)
    return np.array(values)


def fisher(g, m):
    """P(g > x) in rational arithmetic."""
    x = Fraction(g)
    total = sum((-1) ** (j - 1) * comb(m, j) * (1 - j * x) ** (m - 1) for j in range(1, m + 1) if j * x < 1)
    return float(total)


def numbers(*case):
    x = series(*case)
    n = len(x)
    result = {"sum": x.sum()}
    trend = pymannkendall.original_test(x)
    result["score"], result["variance"], result["z"], result["trendP"] = trend.s, trend.var_s, trend.z, trend.p
    line = theilslopes(x, np.arange(n), method="joint")
    result["slope"], result["intercept"] = line.slope, line.intercept
    result["slopeLow"], result["slopeHigh"] = line.low_slope, line.high_slope
    for lag, value in zip((1, 2, 7), acf(x, nlags=7, adjusted=False, fft=False)[[1, 2, 7]]):
        result[f"autocorrelation{lag}"] = value
    power = periodogram(x, scaling="spectrum", detrend="constant")[1][1 : (n - 1) // 2 + 1]
    # SciPy's one-sided spectrum is twice |X|^2/n^2.
    power = power * n / 2
    result["peak"], result["peakPower"] = power.argmax() + 1, power.max()
    result["fisherG"] = power.max() / power.sum()
    result["fisherP"] = fisher(result["fisherG"], len(power))
    fit = AutoReg(x, 2, trend="c").fit()
    root = np.roots([1, -fit.params[1], -fit.params[2]])
    root = root[np.argmax(np.abs(root))]
    result["poleReal"], result["poleImaginary"] = root.real, abs(root.imag)
    return result


def main():
    lines = [
        "// Written by Tests/Reference/detector_series.py; do not edit.",
        "",
        "/// What other implementations say about three series.",
        "struct DetectorReference: Sendable {",
        "  var seed: UInt64",
        "  var count: Int",
        "  var slope: Int",
        "  var amplitude: Int",
        "  var halfPeriod: Int",
        "  var isRounded: Bool",
        "  var values: [String: Double]",
        "",
        "  static let all: [DetectorReference] = [",
    ]
    for case in CASES:
        seed, length, slope, amplitude, half, rounded = case
        lines.append("    DetectorReference(")
        fields = f"seed: {seed}, count: {length}, slope: {slope}, amplitude: {amplitude}, halfPeriod: {half}"
        lines.append(f"      {fields}, isRounded: {str(rounded).lower()},")
        lines.append("      values: [")
        for name, value in numbers(*case).items():
            lines.append(f'        "{name}": {float(value)!r},')
        lines.append("      ]),")
    lines += ["  ]", "}", ""]
    with open(sys.argv[1] if len(sys.argv) > 1 else DEFAULT, "w") as file:
        file.write("\n".join(lines))


main()
