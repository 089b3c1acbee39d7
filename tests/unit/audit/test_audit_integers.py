"""GRIM, GRIMMER and DEBIT: the examples that their authors and others print, and slow and obvious twins."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement
from math import isqrt

import pytest

from pipeline.audit.integers import Limits, debit, grim, grimmer, least_squares, most_squares, variance, widest
from pipeline.audit.numbers import Number, number, rounded
from pipeline.audit.rounding import HALF_EVEN, HALF_UP, RULES, TRUNCATED


@pytest.mark.parametrize(
    ("mean", "n", "possible"),
    [
        ("5.19", 28, False),  # Brown & Heathers 2017: 145 / 28 = 5.18 and 146 / 28 = 5.21
        ("5.18", 28, True),
        ("5.21", 28, True),
        ("5.93", 49, False),  # The Economist, 18 June 2016, on their paper
        ("3.45", 10, False),  # Allard 2018
        ("3.48", 20, False),  # twenty throws of a die
        ("5.27", 43, False),  # the R package scrutiny, whose fictional pigs follow
        ("7.22", 32, True), ("4.74", 25, False), ("5.23", 29, False), ("2.57", 24, False), ("6.77", 27, False),
        ("2.68", 28, True), ("7.01", 29, False), ("7.38", 26, True), ("3.14", 27, False), ("5.00", 25, True),
    ],
)  # fmt: skip
def test_means_that_were_printed_elsewhere(mean: str, n: int, possible: bool):
    assert bool(grim(number(mean), n, HALF_UP)) == possible


@pytest.mark.parametrize(
    ("mean", "sd", "n", "possible"),
    [
        ("5.21", "1.6", 28, True), ("3.44", "2.47", 18, False),  # rsprite2
        ("7.3", "2.51", 12, False), ("1.03", "0.41", 40, False),  # scrutiny
    ],
)  # fmt: skip
def test_sds_that_were_printed_elsewhere(mean: str, sd: str, n: int, possible: bool):
    assert grimmer(number(mean), number(sd), n, HALF_UP) == possible


@pytest.mark.parametrize(
    ("mean", "sd", "n", "possible"),
    [
        ("0.35", "0.18", 20, False), ("0.05", "0.21", 20, False), ("0.05", "0.22", 20, True),
        ("0.50", "0.503", 100, True), ("0.00", "0.00", 50, True), ("1.00", "0.50", 50, False),
    ],
)  # fmt: skip
def test_binary_means_that_were_printed_elsewhere(mean: str, sd: str, n: int, possible: bool):
    assert debit(number(mean), number(sd), n, HALF_UP) == possible


def root(square: Fraction, decimals: int, rule: str) -> Number:
    """A root as it prints, by whole numbers: floor(root * 10**d) is isqrt(floor(square * 100**d))."""
    units = isqrt(square.numerator * 100**decimals // square.denominator)
    half = Fraction(2 * units + 1, 2 * 10**decimals) ** 2
    up = rule != TRUNCATED and (square > half or (square == half and (rule == HALF_UP or units % 2)))
    return Number(units + bool(up), decimals)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("n", "high", "decimals", "parts"), [(2, 5, 1, 1), (3, 4, 1, 1), (4, 1, 2, 1), (6, 3, 1, 1),
                                                              (7, 2, 1, 1), (3, 3, 2, 2), (5, 4, 1, 3)])  # fmt: skip
def test_grim_and_grimmer_allow_exactly_what_trying_every_sample_gives(
    rule: str, n: int, high: int, decimals: int, parts: int
):
    means, pairs = set(), set()
    for sample in combinations_with_replacement(range(high + 1), n):
        mean = rounded(Fraction(sum(sample), n * parts), decimals, rule)
        means.add(mean.units)
        for by in (n, n - 1):
            sd = root(variance(list(sample), by) / parts**2, decimals, rule)
            pairs.add((mean.units, sd.units))
    most = high * 10**decimals // parts + 1
    for m in range(most + 1):
        mean = Number(m, decimals)
        sums = grim(mean, n, rule, parts)
        assert any(0 <= s <= n * high for s in range(sums.low, (sums.high or 0) + 1)) == (m in means), mean
        for s in range(max(1, most)):
            found = grimmer(mean, Number(s, decimals), n, rule, parts, Limits(0, high))
            assert found == ((m, s) in pairs), (mean, s, rule)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("n", [2, 5, 7, 20])
def test_debit_allows_exactly_what_trying_every_number_of_ones_gives(rule: str, n: int):
    pairs = set()
    for ones in range(n + 1):
        mean = rounded(Fraction(ones, n), 2, rule)
        for by in (n, n - 1):
            pairs.add((mean.units, root(variance([1] * ones + [0] * (n - ones), by), 2, rule).units))
    for m in range(101):
        for s in range(80):
            assert debit(Number(m, 2), Number(s, 2), n, rule) == ((m, s) in pairs), (m, s)


def test_the_least_and_the_largest_sum_of_squares_are_those_of_every_sample():
    for n, high in ((3, 4), (5, 3)):
        squares: dict[int, list[int]] = {}
        for sample in combinations_with_replacement(range(1, high + 1), n):
            squares.setdefault(sum(sample), []).append(sum(v * v for v in sample))
        for total, found in squares.items():
            assert least_squares(total, n) == min(found)
            assert most_squares(total, n, Limits(1, high)) == max(found)


def test_no_sample_has_a_larger_sd_than_the_widest():
    for sample in combinations_with_replacement(range(5), 6):
        mean = rounded(Fraction(sum(sample), 6), 1, HALF_EVEN)
        assert float(variance(list(sample), 5)) ** 0.5 <= widest(mean, 6, Fraction(0), Fraction(4)) + 1e-9
