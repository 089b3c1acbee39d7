"""Honest tables of means and estimates, and honest sentences, drawn at random; one cell of each may be corrupted."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

import numpy as np
from scipy import stats

from pipeline.audit.effects import Two, odds_ratio, risk_difference, risk_ratio
from pipeline.audit.methods import odds_ratios, risk_differences, risk_ratios
from pipeline.audit.numbers import Number, rounded
from pipeline.audit.rounding import HALF_EVEN, HALF_UP, RULES, TRUNCATED

SCALES = (
    ("UCLA-3 loneliness", 1, 3, 9), ("Depression, total score 0–27", 1, 0, 27),
    ("Single-item rating (score 1–7)", 1, 1, 7),
    ("MSPSS", 12, 1, 7), ("Number of contacts", 1, 0, 40), ("Confidence, mean of 4 items (range 1–5)", 4, 1, 5),
)  # fmt: skip
"""label, how many items a score is the mean of, its lowest and highest value."""
BINARY = "Has a telephone (yes = 1), mean (SD)"
KINDS = ("mean", "sd", "n", "binary sd", "estimate", "limit", "p", "count")
"""Of corruption: which cell was changed."""


@dataclass(frozen=True)
class Cell:
    """A mean as printed, with what it is of."""

    label: str
    parts: int
    low: int
    high: int
    n: int
    mean: Number
    sd: Number


@dataclass(frozen=True)
class Drawn:
    """A table of means and one of effects, as printed."""

    rule: str
    means: tuple[Cell, ...]
    binary: tuple[Cell, ...]
    effects: tuple[tuple[str, Two, list[str]], ...]


def root(square: Fraction, decimals: int, rule: str) -> Number:
    """A root as it prints, by whole numbers."""
    units = isqrt(square.numerator * 100**decimals // square.denominator)
    half = Fraction(2 * units + 1, 2 * 10**decimals) ** 2
    up = rule != TRUNCATED and (square > half or (square == half and (rule == HALF_UP or units % 2)))
    return Number(units + bool(up), decimals)


def described(values: Sequence[int], parts: int, decimals: int, rule: str) -> tuple[Number, Number]:
    """(mean, SD by n - 1) as they print."""
    n, total = len(values), sum(int(v) for v in values)
    squares = sum(int(v) ** 2 for v in values)
    square = (Fraction(squares) - Fraction(total * total, n)) / (n - 1) / parts**2
    return rounded(Fraction(total, n * parts), decimals, rule), root(square, decimals, rule)


def draw(rng: np.random.Generator) -> Drawn:
    """People first, then their means, then the print; of two groups events, then effects by log or Wald intervals."""
    rule = str(rng.choice(RULES, p=[0.6, 0.25, 0.15]))
    decimals = int(rng.choice([1, 2, 2, 2, 3]))
    means = []
    for label, parts, low, high in (SCALES[i] for i in rng.choice(len(SCALES), int(rng.integers(2, 6)), replace=False)):
        n = int(rng.integers(5, 200))
        middle, wide = rng.uniform(0.2, 0.8), (high - low) * parts
        values = low * parts + np.clip(np.round(rng.normal(middle * wide, wide / 5, n)), 0, wide).astype(int)
        means.append(Cell(label, parts, low, high, n, *described(values, parts, decimals, rule)))
    n = int(rng.integers(5, 200))
    ones = (rng.random(n) < rng.uniform(0.1, 0.9)).astype(int)
    binary = Cell(BINARY, 1, 0, 1, n, *described(ones, 1, max(2, decimals), rule))
    return Drawn(rule, tuple(means), (binary,), tuple(_effect(rng) for _ in range(int(rng.integers(1, 5)))))


def _effect(rng: np.random.Generator) -> tuple[str, Two, list[str]]:
    """(RR, OR or risk difference, its counts, [value, low, high, P])."""
    while True:
        n, m = (int(k) for k in rng.integers(20, 400, 2))
        two = Two(int(rng.binomial(n, rng.uniform(0.1, 0.6))), n, int(rng.binomial(m, rng.uniform(0.1, 0.6))), m)
        name = str(rng.choice(["RR", "OR", "RD"]))
        made = {"RR": risk_ratio, "OR": odds_ratio, "RD": risk_difference}[name](two, 1.959964)
        if made is None or min(two.a, two.c) < 2:
            continue
        low, high = made.intervals["Wald" if name == "RD" else "log"]
        places = int(rng.choice([2, 2, 3]))
        # P of the same statistic as the interval's, so that both say one thing
        ends = (low, high) if name == "RD" else (np.log(low), np.log(high))
        z = (ends[0] + ends[1]) / 2 / ((ends[1] - ends[0]) / 2 / 1.959964)
        return name, two, [*(f"{v:.{places}f}" for v in (made.value, low, high)), p_shown(2 * stats.norm.sf(abs(z)))]


def p_shown(p: float) -> str:
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def means_table(cells: Sequence[Cell]) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerows([["Table 1. Scores of made-up people"], ["Measure", "n", "Mean", "SD"]])
    lines.writerows([c.label, c.n, str(c.mean), str(c.sd)] for c in cells)
    return out.getvalue().encode()


def effects_table(effects: Sequence[tuple[str, Two, list[str]]]) -> bytes:
    """One table a kind of effect would be usual; here each has columns of its own."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    name = effects[0][0]
    lines.writerow(["Table 2. Outcomes"])
    lines.writerow(["Outcome", "Peer, n/N", "Usual care, n/N", f"{name} (95% CI)", "P"])
    for place, (_, two, (value, low, high, p)) in enumerate(effects):
        groups = [f"{two.a}/{two.n}", f"{two.c}/{two.m}"]
        lines.writerow([f"Outcome {place + 1}", *groups, f"{value} ({low} to {high})", p])
    return out.getvalue().encode()


def sentence(rng: np.random.Generator) -> str:
    """One of an article's."""
    kind = int(rng.integers(9))
    df, n = int(rng.integers(3, 300)), int(rng.integers(10, 150))
    if kind == 0:
        t = round(float(rng.normal(0, 2)), 2)
        return f"Peers helped, t({df}) = {t:.2f}, p {_p(2 * stats.t.sf(abs(t), df), rng)}.".replace("-", "−")
    if kind == 1:
        f, df1 = round(float(rng.gamma(2, 1)), 2), int(rng.integers(1, 6))
        return f"The groups differed, F({df1}, {df}) = {f:.2f}, P {_p(stats.f.sf(f, df1, df), rng)}."
    if kind == 2:
        chi, df1 = round(float(rng.gamma(2, 3)), 2), int(rng.integers(1, 8))
        return f"Arms differed (χ²({df1}, N = {n}) = {chi:.2f}, P {_p(stats.chi2.sf(chi, df1), rng)})."
    if kind == 3:
        z = round(float(rng.normal(0, 2)), 2)
        return f"A trend was seen (z = {z:.2f}; P {_p(2 * stats.norm.sf(abs(z)), rng)})."
    if kind == 4:
        r = round(float(rng.uniform(-0.7, 0.7)), 2)
        t = abs(r) * (df / (1 - r * r)) ** 0.5
        return f"Support went with mood, r({df}) = {r:.2f}, p {_p(2 * stats.t.sf(t, df), rng)}."
    if kind == 5:
        label, parts, low, high = SCALES[int(rng.integers(4))]
        values = low * parts + rng.integers(0, (high - low) * parts + 1, n)
        mean, sd = described(values, parts, 2, str(rng.choice([HALF_UP, HALF_EVEN])))
        return f"On the {label}, the mean was {mean} (SD {sd}; n = {n})."
    name, two, (value, low, high, p) = _effect(rng)
    if kind == 6:
        return f"It was seen in {two.a}/{two.n} against {two.c}/{two.m} ({name} {value}, 95% CI {low} to {high})."
    if kind == 7:
        named, p = "odds ratio" if name == "OR" else name, p if p[0] == "<" else f"= {p}"
        return f"The {named} was {value} (95% CI {low} to {high}; P {p})."
    mean, half = round(float(rng.normal(0, 3)), 1), float(rng.uniform(0.5, 4))
    return f"The mean difference was {mean:.1f} (95% CI {mean - half:.1f} to {mean + half:.1f})."


def _p(p: float, rng: np.random.Generator) -> str:
    if p < 0.001:
        return "< .001"
    if rng.random() < 0.2:
        return "< .05" if p < 0.05 else "> .05" if rng.random() < 0.5 else f"= {p:.2f}".replace("0.", ".")
    return f"= {p:.3f}".replace("0.", ".", 1)


# One cell corrupted, and whether that could show


def corrupted(made: Drawn, kind: str, rng: np.random.Generator) -> Drawn:
    """The same table with one cell changed: a figure by 1 to 9 units of its last digits, an n or a count by 1 to 3."""
    way = int(rng.choice([-1, 1]))
    by = way * int(rng.integers(1, 10))
    if kind in ("mean", "sd", "n", "binary sd"):
        cells = made.binary if kind == "binary sd" else made.means
        place = int(rng.integers(len(cells)))
        cell = cells[place]
        if kind == "mean":
            cell = replace(cell, mean=Number(max(0, cell.mean.units + by), cell.mean.decimals))
        elif kind == "n":
            cell = replace(cell, n=max(2, cell.n + way * int(rng.integers(1, 4))))
        else:
            cell = replace(cell, sd=Number(max(0, cell.sd.units + by), cell.sd.decimals))
        changed = (*cells[:place], cell, *cells[place + 1 :])
        return replace(made, binary=changed) if kind == "binary sd" else replace(made, means=changed)
    name, two, shown = made.effects[0]
    shown = list(shown)
    if kind == "count":
        two = replace(two, a=min(two.n, max(1, two.a + way * int(rng.integers(1, 4)))))
    elif kind == "p":
        p = 0.0005 if shown[3].startswith("<") else float(shown[3])
        shown[3] = p_shown(min(0.99, max(0.002, p + by / 30)))
    else:
        place = 0 if kind == "estimate" else int(rng.integers(1, 3))
        decimals = len(shown[place].partition(".")[2])
        shown[place] = f"{float(shown[place]) + by / 10**decimals:.{decimals}f}"
    return replace(made, effects=((name, two, shown), *made.effects[1:]))


def could_show(made: Drawn, kind: str) -> bool:
    """By trying: no one rounding and no sample of whole numbers give what is printed; no method gives the effect."""
    if kind in ("mean", "sd", "n", "binary sd"):
        return not any(all(_tried(c, rule) for c in (*made.means, *made.binary)) for rule in RULES)
    name, two, shown = made.effects[0]
    if kind == "p":
        return not any(p_shown(p) == shown[3] for p in _ps(two))
    effect = {"RR": risk_ratio, "OR": odds_ratio, "RD": risk_difference}[name](two, 1.959964)
    places = [len(s.partition(".")[2]) for s in shown]
    less_usual = {"RR": risk_ratios, "OR": odds_ratios, "RD": risk_differences}[name](two, 1.959964)
    return effect is None or not any(
        [f"{v:.{d}f}" for v, d in zip((e.value, *limits), places, strict=False)] == shown[:3]
        for e in (effect, *(other for _, other in less_usual))
        for limits in e.intervals.values()
    )


def _tried(cell: Cell, rule: str) -> bool:
    """Whether some sum and some sum of squares of the right parity, within the scale, print as the cell does."""
    of = cell.n * cell.parts
    near = int(cell.mean.value * of)
    room = of // 10**cell.mean.decimals + 2
    for total in range(max(cell.low * of, near - room), min(cell.high * of, near + room) + 1):
        if rounded(Fraction(total, of), cell.mean.decimals, rule) != cell.mean:
            continue
        least, most = _squares(cell, total)
        for by in (cell.n - 1, cell.n):
            own = Fraction(total * total, cell.n)
            wanted = float(own) + by * float(cell.sd.value) ** 2 * cell.parts**2
            wide = int(2 * by * cell.parts**2 * (float(cell.sd.value) + 1) * float(cell.sd.step)) + 3
            for squares in range(max(least, int(wanted) - wide), min(most, int(wanted) + wide) + 1):
                square = (squares - own) / by / cell.parts**2
                if (squares - total) % 2 == 0 and root(square, cell.sd.decimals, rule) == cell.sd:
                    return True
    return False


def _squares(cell: Cell, total: int) -> tuple[int, int]:
    """(least, most): all near to each other; all at the two ends but one."""
    low, high = cell.low * cell.parts, cell.high * cell.parts
    each, rest = divmod(total, cell.n)
    tops, over = divmod(total - cell.n * low, high - low)
    most = cell.n * high**2 if tops >= cell.n else tops * high**2 + (low + over) ** 2 + (cell.n - tops - 1) * low**2
    return rest * (each + 1) ** 2 + (cell.n - rest) * each**2, most


def _ps(two: Two) -> list[float]:
    """P of the effects' own intervals, of χ² without and with Yates's correction, with N - 1, of the likelihood ratio,
    and Fisher's, also doubled and as mid-P."""
    table = [[two.a, two.n - two.a], [two.c, two.m - two.c]]
    found = [float(stats.chi2_contingency(table, correction=c)[1]) for c in (False, True)]
    likelihood = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    found += [float(stats.fisher_exact(table)[1]), float(likelihood[1])]
    total = two.n + two.m
    found.append(float(stats.chi2.sf(stats.chi2_contingency(table, correction=False)[0] * (total - 1) / total, 1)))
    own = float(stats.hypergeom.pmf(two.a, total, two.n, two.a + two.c))
    less, more = (float(stats.fisher_exact(table, alternative=way)[1]) for way in ("less", "greater"))
    found += [found[2] - own / 2, min(1.0, 2 * min(less, more)), min(1.0, 2 * min(less, more) - own)]
    for name, effect in (("RR", risk_ratio(two, 1.959964)), ("OR", odds_ratio(two, 1.959964)),
                         ("RD", risk_difference(two, 1.959964))):  # fmt: skip
        if effect is None:
            continue
        low, high = effect.intervals["Wald" if name == "RD" else "log"]
        ends = (low, high) if name == "RD" else (np.log(low), np.log(high))
        found.append(float(2 * stats.norm.sf(abs((ends[0] + ends[1]) / (ends[1] - ends[0])) * 1.959964)))
    return found


def tables_of(made: Drawn) -> dict[str, bytes]:
    """Both tables as files; of the effects those with the first one's name."""
    first = made.effects[0][0]
    return {"means.csv": means_table([*made.means, *made.binary]),
            "effects.csv": effects_table([e for e in made.effects if e[0] == first])}  # fmt: skip


def shares(tables: int, first: int = 0) -> dict[str, tuple[int, int, int, int]]:
    """kind -> (corrupted tables, of them could show, of these found, found although none should show)."""
    from pipeline.audit import audit
    from pipeline.audit.findings import LOOK

    counted = {}
    for kind in KINDS:
        could = found = beyond = 0
        for seed in range(first, first + tables):
            rng = np.random.default_rng([seed, KINDS.index(kind)])
            made = corrupted(draw(rng), kind, rng)
            shows = could_show(made, kind)
            told = any(
                f.certainty != LOOK or f.kind in ("interval", "P value", "one-sided")
                for f in audit(tables_of(made)).findings if f.kind not in ("small cells", "one level")
            )  # fmt: skip
            could, found, beyond = could + shows, found + (shows and told), beyond + (told and not shows)
        counted[kind] = (tables, could, found, beyond)
    return counted
