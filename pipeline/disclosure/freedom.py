"""Degrees of freedom: they are rows less coefficients, and tell how many rows a model has that does not say so."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from pipeline.disclosure.behind import CELL, MODELS
from pipeline.disclosure.text import P_BOUNDS, as_printed

TEST = ("statistic", "df", "df2", "p", "p_adjusted")
SPARED: tuple[tuple[str, ...], ...] = ((), ("std_error",), ("p",), ("std_error", "p"))
"""What is withheld beside degrees of freedom, the first that is enough: an interval without either tells nothing."""
MADE_OF_THEM = ("df_effective", "e_value", "e_value_limit")
"""E-values tell their limits in more digits than these are printed in."""
LEVEL = 0.975
BEYOND = 1e300
"""A limit of an odds ratio that is printed as infinite is at least this."""
Range = tuple[float, float]


class Line(NamedTuple):
    """An estimate as it is printed. ends: of a number of the line -> the least and the greatest that it can be. rows:
    its rows of results. df: as it is, printed or not."""

    ends: Mapping[str, Range]
    rows: Mapping[str, int]
    df: float


def tell_rows(
    frame: pd.DataFrame, hidden: np.ndarray, below: int, decimals: np.ndarray, rounded: bool = False
) -> np.ndarray:
    """What would say how many people stand behind a model that does not say it, or says it ``rounded``, or behind a
    test.

    The degrees of freedom of a model, unless they are of clusters that hold several people each. An interval over its
    standard error is the quantile of t, and with it a P value the degrees of freedom, in as many digits as are printed:
    one of them goes, or both, where they leave no room for 2 * ``below`` rows fewer, so that nobody knows that few were
    left out or that another model has few more.
    """
    gone = _tests(frame, below)
    for model in _not_saying(frame, hidden, rounded):
        # clusters of one person, as where a person has several rows, count people
        told = ("df", "df2", "p_joint", "statistic", "clusters", *MADE_OF_THEM)
        gone[model.index[model["statistic"].isin(told)]] = True
        for line in _lines(model[~hidden[model.index]], decimals):
            lost = next(lost for lost in SPARED if _possible(_without(line.ends, lost), line.df - 2 * below))
            gone[[line.rows[word] for word in lost if word in line.rows]] = True
    return gone


def told_more(
    frame: pd.DataFrame, hidden: np.ndarray, below: int, decimals: np.ndarray, rounded: bool,
    multiples: Mapping[int, tuple[int, float]],
) -> list[int]:  # fmt: skip
    """Rows of printed multiples of P values (of a family, adjusted) with whose digits a model that does not say how
    many rows it has, or says it rounded, would tell.

    multiples: row of a P value -> that of its multiple, and the factor.
    """
    gone = []
    for model in _not_saying(frame, hidden, rounded):
        shown = ~hidden[model.index] | (model["statistic"] == "df").to_numpy()  # withheld by now, and needed
        for line in _lines(model[shown], decimals):
            at, times = multiples.get(line.rows.get("p", -1), (-1, 1.0))
            if at < 0 or hidden[at]:
                continue
            low, high = _ends("p", float(frame["value"].iloc[at]), int(decimals[at]))
            least, most = line.ends["p"]
            ends = {**line.ends, "p": (max(least, low / times), min(most, high / times))}
            if not _possible(ends, line.df - 2 * below):
                gone.append(at)
    return gone


def _not_saying(frame: pd.DataFrame, hidden: np.ndarray, rounded: bool) -> Iterator[pd.DataFrame]:
    """Models that do not say how many rows they have, or say it rounded, and whose degrees of freedom would; not those
    of clusters that hold several people each."""
    models = frame[frame["kind"].isin(MODELS)]
    for _, model in models.groupby("name", sort=False):
        whole = (model["statistic"] == "clusters") & (model["level"] == "")
        clusters = model[whole]
        of_all = (model["term"] == "") & (model["statistic"] == "n")
        rows = model[(model["kind"] == "model") & (of_all | whole)].index
        of_clusters = len(clusters) > 0 and bool((2 * clusters["value"] <= clusters["people"]).all())
        if (rounded or hidden[rows].any()) and not of_clusters:
            yield model


def _tests(frame: pd.DataFrame, below: int) -> np.ndarray:
    """The degrees of freedom of a paired t test are one less than those who answered both times: the test goes where
    few answered only once."""
    gone = np.zeros(len(frame), bool)
    of_tables = frame[frame["kind"] == "participants"]
    for _, line in of_tables[of_tables["term"].isin(of_tables.loc[of_tables["statistic"] == "df", "term"])].groupby(
        CELL[:3], sort=False
    ):
        test = line[(line["level"] == "") & line["statistic"].isin(TEST)]
        free = test.loc[test["statistic"] == "df", "value"]
        if free.empty or not line["statistic"].isin(("mean", "median")).any():
            continue
        waves = line[(line["level"] == "") & (line["statistic"] == "denominator")]
        once = waves.loc[waves["group"].str.startswith("wave="), "value"] - (free.iloc[0] + 1)
        if ((once > 0) & (once < below)).any():
            gone[test.index] = True
    return gone


def _lines(model: pd.DataFrame, decimals: np.ndarray) -> Iterator[Line]:
    """Estimates with their intervals, those of a ratio as logs, as their standard errors are."""
    for _, line in model.groupby(CELL, sort=False):
        values = dict(zip(line["statistic"], line["value"], strict=True))
        rows = {str(word): int(at) for word, at in zip(line["statistic"], line.index, strict=True)}
        if not {"estimate", "ci_low", "ci_high", "df"} <= values.keys() or math.isnan(values["df"]):
            continue
        known = {word: at for word, at in rows.items() if word != "p" or not math.isnan(values[word])}
        ends = {word: _ends(word, values[word], int(decimals[at])) for word, at in known.items()}
        low, middle, high = (values[word] for word in ("ci_low", "estimate", "ci_high"))
        if not math.isclose(high - middle, middle - low, rel_tol=1e-6):
            ends |= {word: (_log(ends[word][0]), _log(ends[word][1])) for word in ("estimate", "ci_low", "ci_high")}
        yield Line(ends, rows, values["df"])


def _without(ends: Mapping[str, Range], lost: Sequence[str]) -> Mapping[str, Range]:
    return {word: pair for word, pair in ends.items() if word not in lost}


def _ends(word: str, value: float, decimals: int) -> Range:
    seen, places = as_printed(word, value, decimals)
    if word == "p" and value < P_BOUNDS[0]:  # two digits in results.csv
        places = 1 - math.floor(math.log10(seen)) if seen > 0 else places
    half = 0.5 * 10.0**-places
    return seen - half, seen + half


def _log(value: float) -> float:
    return math.log(min(value, BEYOND)) if value > 0 else -math.inf


def _possible(ends: Mapping[str, Range], df: float) -> bool:
    """Whether an estimate and a standard error with so many degrees of freedom would be printed like these."""
    if not ends.keys() & {"std_error", "p"}:
        return True
    if df <= 0:
        return False
    q = float(scipy.stats.t.ppf(LEVEL, df))
    # of the estimate: at least a + b * error, at most c + d * error
    least = [(ends[word][0], times) for word, times in (("estimate", 0.0), ("ci_low", q), ("ci_high", -q))]
    most = [(ends[word][1], times) for word, times in (("estimate", 0.0), ("ci_low", q), ("ci_high", -q))]
    error = ends.get("std_error", (0.0, math.inf))
    if "p" not in ends:
        return _meet(least, most, error)
    t_most, t_least = (float(scipy.stats.t.isf(min(max(p, 0.0), 1.0) / 2, df)) for p in ends["p"])
    above = [(0.0, t_most)] if math.isfinite(t_most) else []
    below = [(0.0, -t_most)] if math.isfinite(t_most) else []
    return _meet([*least, (0.0, t_least)], [*most, *above], error) or _meet(
        [*least, *below], [*most, (0.0, -t_least)], error
    )


def _meet(least: Sequence[Range], most: Sequence[Range], error: Range) -> bool:
    """Whether some error leaves an estimate that is at least all of ``least`` and at most all of ``most``."""
    low, high = max(error[0], 0.0), error[1]
    for (a, b), (c, d) in itertools.product(least, most):  # a + b * error <= c + d * error
        if b > d:
            high = min(high, (c - a) / (b - d))
        elif b < d:
            low = max(low, (a - c) / (d - b))
        elif a > c:
            return False
    return low <= high
