"""Honest printed tables, drawn at random: people first, then their counts, then the print."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

import numpy as np

MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "truncation": ROUND_DOWN}
THIN = "\u2009"


@dataclass(frozen=True)
class Style:
    """How a table is printed."""

    mode: str
    decimals: int
    cell: str
    layout: str = "indented"
    comma: bool = False
    thousands: str = ","
    base: str = "column"
    withheld: str = ""


@dataclass(frozen=True)
class Drawn:
    """A variable. counts: level -> one count a column. answered: one number a column. kind: exclusive, choices, single
    or items (yes-or-no questions, each answered by other people). said: how missing people are told: not at all, in a
    line, or by the answered in the variable's own line. by_level: who answered each item.
    """

    name: str
    counts: dict[str, list[int]]
    answered: list[int]
    kind: str
    said: str = ""
    by_level: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    columns: list[str]
    totals: list[int]
    groups: list[Drawn]
    style: Style
    notes: list[str] = field(default_factory=list)
    rule: str = ""


@lru_cache(maxsize=1 << 18)
def percent(n: int, total: int, decimals: int, mode: str) -> str:
    """n of total in percent, with exact arithmetic."""
    if total == 0:
        return "NA"
    scaled = Fraction(100 * n * 10**decimals, total)
    whole = int(scaled)
    rest = scaled - whole
    up = (mode == "half-up" and rest >= Fraction(1, 2)) or (
        mode == "half-even" and (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1))
    )
    return str(Decimal(whole + up).scaleb(-decimals).quantize(Decimal(1).scaleb(-decimals)))


def quantized(n: int, total: int, decimals: int, mode: str) -> str:
    """The same by the decimal module, where the fraction is finite: another way to the same answer."""
    exact = Decimal(100 * n) / Decimal(total)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), MODES[mode]))


def draw(rng: np.random.Generator) -> Made:
    """One honest table."""
    arms = int(rng.choice([1, 1, 2, 3]))
    parts = [int(rng.integers(8, 600)) for _ in range(arms)]
    if rng.random() < 0.1:
        parts = [int(rng.integers(1_000, 20_000)) for _ in range(arms)]
    overall = arms > 1 and rng.random() < 0.7
    columns = ["Overall"] if arms == 1 else [f"Arm {i + 1}" for i in range(arms)]
    style = Style(
        mode=str(rng.choice(list(MODES))), decimals=int(rng.integers(0, 3)),
        cell=str(rng.choice(["n (p%)", "n (p)", "p% (n)", "n/N (p%)", "apart"])),
        layout=str(rng.choice(["indented", "flat", "two"])), comma=bool(rng.random() < 0.2),
        thousands=str(rng.choice([",", THIN, ""])), withheld=str(rng.choice(["", "", "", "[c]", "<5"])),
        base="row" if arms > 1 and rng.random() < 0.15 else "column",
    )  # fmt: skip
    if style.comma and style.thousands == ",":
        style = replace(style, thousands=".")
    groups = [_group(rng, f"Variable {i + 1}", parts) for i in range(int(rng.integers(1, 6)))]
    if overall:
        columns, parts = [*columns, "Overall"], [*parts, sum(parts)]
        groups = [_with_overall(g) for g in groups]
    return Made(columns, parts, groups, style)


def _group(rng: np.random.Generator, name: str, totals: Sequence[int]) -> Drawn:
    kind = str(rng.choice(["exclusive", "exclusive", "exclusive", "choices", "items", "single"]))
    lost = float(rng.choice([0, 0, 0.05, 0.2]))
    answered = [int(n - rng.binomial(n, lost)) for n in totals]
    # (Two or three questions whose counts add up to N by chance can't be told from levels of one variable.)
    many = {"single": 1, "items": int(rng.integers(4, 8))}.get(kind, int(rng.integers(2, 7)))
    levels = [f"Level {chr(65 + i)}{i}x" for i in range(many)]
    by_level = {level: [int(n - rng.binomial(n, 0.1)) for n in totals] for level in levels} if kind == "items" else {}
    if kind == "items":
        shares = rng.uniform(0.05, 0.95, len(levels))
        columns = [[int(rng.binomial(by_level[level][j], p)) for level, p in zip(levels, shares, strict=True)]
                   for j in range(len(totals))]  # fmt: skip
    elif kind == "choices":
        shares = rng.uniform(0.05, 0.95, len(levels))
        columns = [[int(rng.binomial(n, p)) for p in shares] for n in answered]
    else:
        shares = rng.dirichlet(np.ones(len(levels) + (kind == "single")))
        columns = [[int(k) for k in rng.multinomial(n, shares)] for n in answered]
    counts = {level: [column[i] for column in columns] for i, level in enumerate(levels)}
    ways = {"single": ["", "own"], "items": [""]}.get(kind, ["", "line", "own"])
    return Drawn(name, counts, answered, kind, str(rng.choice(ways)), by_level)


def _with_overall(group: Drawn) -> Drawn:
    counts = {level: [*ns, sum(ns)] for level, ns in group.counts.items()}
    by_level = {level: [*ns, sum(ns)] for level, ns in group.by_level.items()}
    return replace(group, counts=counts, answered=[*group.answered, sum(group.answered)], by_level=by_level)


def written(made: Made) -> bytes:
    """The table as a CSV file."""
    style, out = made.style, io.StringIO()
    lines = csv.writer(out, delimiter=";" if style.comma else ",", lineterminator="\n")
    lines.writerow(["Table 1. Made-up people, n (%)" if style.cell == "n (p)" else "Table 1. Made-up people"])
    first = ["Variable", "Level"] if style.layout == "two" else ["Characteristic"]
    heads = [f"{c} (N = {_count(n, style)})" for c, n in zip(made.columns, made.totals, strict=True)]
    if style.cell == "apart":
        lines.writerow([*[""] * len(first), *(h for head in heads for h in (head, head))])
        lines.writerow([*first, *(w for _ in heads for w in ("n", "%"))])
    else:
        lines.writerow([*first, *heads])
    for group in made.groups:
        lines.writerows(_lines(group, made))
    if made.notes:
        lines.writerow([])
        lines.writerows([note] for note in made.notes)
    return out.getvalue().encode()


def _lines(group: Drawn, made: Made) -> list[list[str]]:
    style, wide = made.style, 2 if made.style.cell == "apart" else 1
    own = [_count(n, style) for n in group.answered] if group.said == "own" else [""] * len(made.columns)
    own = [w for cell in own for w in ([cell] if wide == 1 else [cell, ""])]
    name = f"{group.name} (several answers possible)" if group.kind == "choices" and group.said == "own" else group.name
    shown = [
        (level, [w for cell in _cells(level, ns, group, made) for w in cell]) for level, ns in group.counts.items()
    ]
    if group.said == "line":
        gone = [_count(n - a, style) for n, a in zip(made.totals, group.answered, strict=True)]
        shown.append(("Missing", [w for cell in gone for w in ([cell] if wide == 1 else [cell, ""])]))
    if style.layout == "two":
        head = [[name, "", *own]] if group.said == "own" else []
        return head + [["" if head or i else name, level, *cells] for i, (level, cells) in enumerate(shown)]
    indent = "  " if style.layout == "indented" else ""
    return [[name, *own], *([indent + level, *cells] for level, cells in shown)]


def _cells(level: str, ns: Sequence[int], group: Drawn, made: Made) -> list[list[str]]:
    overall = len(ns) - 1 if len(ns) > 1 and made.columns[-1] == "Overall" else None
    whole = ns[-1] if overall is not None else sum(ns)
    found = []
    for j, n in enumerate(ns):
        of = group.by_level.get(level, group.answered)[j]
        if made.style.base == "row" and j != overall:
            of = whole
        found.append(_cell(n, of, made.style))
    return found


def _cell(n: int, of: int, style: Style) -> list[str]:
    if style.withheld and 0 < n < 5:
        return [style.withheld] * (2 if style.cell == "apart" else 1)
    p = percent(n, of, style.decimals, style.mode)
    p = p.replace(".", ",") if style.comma else p
    sign = "" if p == "NA" else "%"
    count = _count(n, style)
    forms = {
        "n (p%)": [f"{count} ({p}{sign})"], "n (p)": [f"{count} ({p})"], "p% (n)": [f"{p}{sign} ({count})"],
        "n/N (p%)": [f"{count}/{_count(of, style)} ({p}{sign})"], "apart": [count, p],
    }  # fmt: skip
    return forms[style.cell]


def _count(n: int, style: Style) -> str:
    return f"{n:,}".replace(",", style.thousands)
