"""How many rows a model has, from its degrees of freedom, where it does not say so.

It shares no code with the door: every number of rows is tried, with a standard error in a thousand steps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.stats import t

from benchmarks.printed import Key, Published

WORDS = ("estimate", "std_error", "ci_low", "ci_high", "p")
STEPS = 1000
Ends = dict[str, tuple[float, float]]


def rows_told(out: Published, real: Mapping[Key, float], below: int) -> tuple[int, list[str]]:
    """How many small numbers of rows are behind models that do not say how many they have, and which are recovered.

    Such a number is of those left out, or of those by whom another model of the same people has more or less. A reader
    knows how many coefficients a model has, from the study file; clusters say nothing of rows where they are printed.
    """
    attacked, found = 0, []
    for key, (value, _) in out.items():
        if key[0] != "model" or key[2:] != ("", "", "All", "n") or not math.isnan(value):
            continue
        if any(k[:2] == key[:2] and k[5] == "clusters" and not math.isnan(v) for k, (v, _) in out.items()):
            continue
        n, small = int(real[key]), dict(_small(key, out, real, below))
        possible = _possible(out, real, key, n) if small else range(0)
        for words, of in small.items():
            attacked += 1
            if all(0 < abs(of - rows) < below for rows in possible):
                found.append(f"{' / '.join(key)}: {words}: {abs(of - n)} is known to be below {below}")
    return attacked, found


def _small(key: Key, out: Published, real: Mapping[Key, float], below: int) -> Iterator[tuple[str, int]]:
    """What few rows are counted from: all rows, which tables tell, or those of another model."""
    whole = (*key[:5], "denominator")
    if 0 < real[whole] - real[key] < below:
        yield "left out", int(real[whole])
    for other, (value, _) in out.items():
        near = other[0] == "model" and other[2:] == key[2:] and 0 < abs(value - real[key]) < below
        if near and real[(*other[:5], "denominator")] == real[whole]:
            yield f"rows less those of {other[1]}", int(value)


def _possible(out: Published, real: Mapping[Key, float], key: Key, n: int) -> list[int]:
    """Numbers of rows with which every line of the model would be printed as it is."""
    lines: dict[tuple[str, ...], dict[str, tuple[float, str]]] = {}
    for k, told in out.items():
        if k[0] in ("model", "mediation") and k[1] == key[1] and k[5] in (*WORDS, "df"):
            lines.setdefault(k[:5], {})[k[5]] = told
    left = list(range(max(1, n - 30), n + 31))
    for cell, line in lines.items():
        df = real.get((*cell, "df"), math.nan)
        if math.isnan(df):
            continue
        if not math.isnan(line["df"][0]):
            return [n]
        ends = {word: _ends(*line[word]) for word in WORDS if word in line and not math.isnan(line[word][0])}
        if {"estimate", "ci_low", "ci_high"} <= ends.keys():
            exact = [real[(*cell, word)] for word in ("ci_low", "estimate", "ci_high")]
            if abs(exact[0] + exact[2] - 2 * exact[1]) > 1e-6 * (exact[2] - exact[0]):
                ends |= {w: tuple(math.log(v) if v > 0 else -math.inf for v in ends[w]) for w in WORDS if w in ends
                         and w not in ("std_error", "p")}  # type: ignore[misc]  # fmt: skip
            left = [rows for rows in left if _fits(ends, df - n + rows)]
    return left


def _ends(value: float, text: str) -> tuple[float, float]:
    """What a printed number may have been; of a P value below 0.001 ``results.csv`` has two digits."""
    if text.startswith("<") and value > 0:
        half = 0.5 * 10.0 ** (math.floor(math.log10(value)) - 1)
    else:
        half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return value - half, value + half


def _fits(ends: Ends, df: float) -> bool:
    if df <= 0:
        return not ends.keys() & {"std_error", "p"}
    q = float(t.ppf(0.975, df))
    around = tuple(max((ends["ci_high"][at] - ends["ci_low"][1 - at]) / 2 / q, 0.0) for at in (0, 1))
    error = np.linspace(*ends.get("std_error", around), STEPS + 1)
    least = np.maximum(ends["estimate"][0], np.maximum(ends["ci_low"][0] + q * error, ends["ci_high"][0] - q * error))
    top = np.minimum(ends["estimate"][1], np.minimum(ends["ci_low"][1] + q * error, ends["ci_high"][1] - q * error))
    fits = least <= top
    if "p" in ends and fits.any():
        least, top, error = least[fits], top[fits], error[fits]
        far = np.maximum(abs(least), abs(top))
        near = np.where(least * top <= 0, 0.0, np.minimum(abs(least), abs(top)))
        low, high = ends["p"]
        return bool(((2 * t.sf(far / error, df) <= high) & (2 * t.sf(near / error, df) >= low)).any())
    return bool(fits.any())
