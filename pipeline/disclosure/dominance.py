"""Means of which one or two people make up nearly all: ACRO's rules of dominance, and what would give them back.

A group's sum (mean times people) is dominated where its two largest values are 90 % of it or more, or where what is
left without them is less than 10 % of the largest (ACRO 1.0.2, ``default.yaml``: ``safe_nk_n`` 2, ``safe_nk_k`` 0.90,
``safe_pratio_p`` 0.10; ``sdcchecks.py``; with these figures the second follows from the first). Where a value lies
below 0 the rules are not defined: such a mean is withheld, as ACRO does when it suppresses. It knows no weights;
weighted means are withheld here.

Sums add up over groups as counts do. So a withheld sum must not follow from those that are printed, nor may the sum of
several withheld groups, which is a difference of printed ones, be dominated. Groups of which two have no values below 0
and are not dominated are not dominated together; hence only differences need to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL, ESTIMATES, MADE, MAGNITUDES, MODELS, OF_A_CELL
from pipeline.disclosure.facts import ANSWERED, Fact, Sum, System
from pipeline.study import Study

TWO_LARGEST, REST = 0.90, 0.10
TINY = 1e-9
WEIGHTED = ("weighted_mean", "weighted_sd", "weighted_median", "weighted_q1", "weighted_q3")


class Shares(NamedTuple):
    """A group's sum and its two largest values; NaN where they are not known, or a value lies below 0."""

    people: float
    total: float
    largest: float
    second: float

    def may_pass(self, below: int) -> bool:
        """Nobody dominates; so many people or more. All zero: everybody's value is known, and nobody is hidden."""
        rest = self.total - self.largest - self.second
        slack = TINY * self.total if self.total > 0 else np.nan
        two = self.largest + self.second < TWO_LARGEST * self.total - slack
        return bool(self.people >= below and two and rest >= REST * self.largest + slack)


def together(parts: Iterable[Shares]) -> Shares:
    """Groups that share nobody, as one."""
    held = list(parts)
    tops = [x for p in held for x in (p.largest, p.second)]
    if not held or any(np.isnan(tops)):
        return Shares(sum(p.people for p in held), np.nan, np.nan, np.nan)
    second, largest = sorted(tops)[-2:]
    return Shares(sum(p.people for p in held), sum(p.total for p in held), largest, second)


def dominated(frame: pd.DataFrame, hidden: np.ndarray, systems: Sequence[System], below: int, study: Study | None
              ) -> np.ndarray:  # fmt: skip
    """Which rows of results this rule withholds beside ``hidden``: magnitudes, and what is made from them.

    frame: ``largest`` and ``second`` beside each mean that was looked at. A mean that nobody looked at goes, and with
    each mean the SD and quartiles of its cell.
    """
    magnitudes = (frame["statistic"].isin(MAGNITUDES) & frame["people"].notna()).to_numpy()
    of_number = magnitudes | frame["statistic"].isin(WEIGHTED).to_numpy()
    gone = of_number.copy()
    unsafe: set[str] = set()
    told: set[str] = set()
    for system in systems:
        if not system.means:
            continue
        shares = {fact: _shares(frame, system.beside[fact]) for fact in system.means}
        printed = {f for f in system.means if not all(hidden[_means(frame, system.beside[f])])}
        safe = _safe(system, shares, printed, below)
        if any(fact.n >= below and not held.may_pass(below) for fact, held in shares.items()):
            unsafe.add(system.term)
            told |= {system.term} if safe else set()
        gone[[row for fact in safe for row in system.beside[fact]]] = False
    gone |= _of_parts(frame, unsafe, study)
    return gone | _made_of_means(frame, hidden | gone) | _models(frame, told, study)


def _means(frame: pd.DataFrame, rows: Sequence[int]) -> list[int]:
    return [row for row in rows if frame["statistic"].iat[row] == "mean"]


def _shares(frame: pd.DataFrame, rows: Sequence[int]) -> Shares:
    """Of a fact that several tables may print: of the first that was looked at."""
    means = frame.iloc[_means(frame, rows)]
    looked = means[means["largest"].notna()]
    if looked.empty:
        return Shares(means["people"].max(), np.nan, np.nan, np.nan)
    one = looked.iloc[0]
    return Shares(one["people"], one["value"] * one["people"], one["largest"], one["second"])


def _safe(system: System, shares: Mapping[Fact, Shares], printed: set[Fact], below: int) -> set[Fact]:
    """Groups whose means may be printed: each by itself, and none gives a group back that may not."""
    answered = (system.term, ANSWERED)
    equations = [(w, tuple(p for p in parts if p.n)) for w, parts in system.sums
                 if all(answered in f.who for f in (w, *parts)) and w.n]  # fmt: skip
    nothing = Shares(np.nan, np.nan, np.nan, np.nan)
    fine = {f for f, held in shares.items() if held.may_pass(below)}
    shown = printed & fine
    while more := {w for w, parts in equations if w not in fine and fine.issuperset(parts)}:
        fine |= more  # no table may have a mean of them; from groups that pass they follow, and pass
    facts = list(dict.fromkeys([*shares, *(f for w, parts in equations for f in (w, *parts))]))
    while shown:
        known = _known(facts, equations, shown)
        bad = next((f for f in known if f.n and f not in fine), None)
        if bad is not None:
            near = [f for w, parts in equations if bad in (w, *parts) for f in (w, *parts)]
        else:
            near = next((list(parts) + [w] for w, parts in equations
                         if w in known and 0 < len(rest := [p for p in parts if p not in known]) < len(parts)
                         and not together(shares.get(p, nothing) for p in rest).may_pass(below)), [])  # fmt: skip
            if not near:
                break
        shown.discard(_least(shown & set(near) or shown))
    return shown


def _least(facts: set[Fact]) -> Fact:
    """The group of fewest people, whose mean is the least loss."""
    return min(facts, key=lambda f: (f.n, sorted(f.who)))


def _known(facts: Sequence[Fact], equations: Sequence[Sum], shown: set[Fact]) -> set[Fact]:
    """Whose sums follow from the printed ones: those that are the same in every solution of what adds up."""
    free = [f for f in facts if f not in shown]
    at = {f: i for i, f in enumerate(free)}
    rows = np.zeros((len(equations), len(free)))
    for row, (whole, parts) in zip(rows, equations, strict=True):
        for fact, sign in ((whole, 1.0), *((p, -1.0) for p in parts)):
            if fact in at:
                row[at[fact]] += sign
    if not rows.size:
        return set(shown)
    _, values, ways = np.linalg.svd(rows)
    rank = int((values > TINY * max(rows.shape)).sum())
    loose = np.abs(ways[rank:]).max(axis=0, initial=0.0) > 1e-7
    return shown | {f for f, may_differ in zip(free, loose, strict=True) if not may_differ}


def _of_parts(frame: pd.DataFrame, unsafe: set[str], study: Study | None) -> np.ndarray:
    """A sum, mean or difference of variables, or one carried from a wave, tells of its parts what is withheld."""
    if study is None or not unsafe:
        return np.zeros(len(frame), bool)
    made = {n: v.derive.parts for n, v in study.variables.items() if v.derive} | {
        n: tuple(s.items) for n, s in study.scales.items()}  # fmt: skip
    lost: set[str] = set()
    while more := {n for n, parts in made.items() if n not in lost and unsafe.union(lost) & set(parts)}:
        lost |= more
    named = np.where(frame["kind"] == "scale", frame["name"], frame["term"])
    return np.asarray(frame["statistic"].isin(MAGNITUDES) & pd.Series(named, frame.index).isin(lost))


def _made_of_means(frame: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """Intervals, differences, SMDs and tests of a number of which a mean is withheld."""
    cells, lines = (pd.MultiIndex.from_frame(frame[words]) for words in (CELL, CELL[:4]))
    lost = (hidden & frame["statistic"].isin(("mean", "weighted_mean")) & (frame["people"] > 0)).to_numpy()
    of_cell = frame["statistic"].isin(OF_A_CELL).to_numpy()
    here = np.where(of_cell, cells.isin(cells[lost]), lines.isin(lines[lost]))
    return np.asarray(here & frame["statistic"].isin(MADE) & ~frame["kind"].isin(MODELS))


def _models(frame: pd.DataFrame, unsafe: set[str], study: Study | None) -> np.ndarray:
    """A difference of means with one of them gives the other back: estimates of models of such an outcome, of which
    one mean is withheld and another is not."""
    if not unsafe:
        return np.zeros(len(frame), bool)
    of = set(frame["name"]) if study is None else {
        n for n, m in study.models.items() if unsafe & {m.outcome, getattr(m, "mediator", None)}}  # fmt: skip
    return np.asarray(frame["kind"].isin(MODELS) & frame["name"].isin(of) & frame["statistic"].isin(ESTIMATES))
