"""Coders held against one another: who gave which code to which passage or interview, and how far they agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.errors import StageFailed
from pipeline.themes.agreement import (
    Agreement,
    Level,
    Ratings,
    TwoByTwo,
    Weights,
    cohen,
    fleiss,
    gwet_ac1,
    krippendorff,
    percent_agreement,
    two_by_two,
)
from pipeline.themes.coding import Coding, under
from pipeline.themes.tally import Tally

On = Literal["segments", "documents"]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
SHARED = 0.5
"""Share of passages marked by two coders or more, below which they cut the text too differently to be compared so."""


@dataclass(frozen=True, eq=False)
class Decisions:
    """What could be decided by several coders: every unit, theme and coder.

    on: what a unit is: a passage (a stretch of a document that somebody marked) or a document. themes, coders: names.
    times: shape (units, themes, coders), in how many passages the coder gave it, by whichever of its codes. rated:
    shape (units, coders), whether the coder worked on the unit's document at all, which is where silence means no.
    document: shape (units,), its name. units: document, start, end of each. left_out: documents that fewer than two
    coders worked on. shared: share of passages that two coders or more marked, of documents 1.
    """

    on: On
    themes: tuple[str, ...]
    coders: tuple[str, ...]
    times: Ints
    rated: Flags
    units: pd.DataFrame
    left_out: int
    shared: float

    @property
    def given(self) -> Flags:
        """Whether the coder gave it, shape (units, themes, coders)."""
        return np.asarray(self.times > 0)

    @property
    def document(self) -> NDArray[np.int64]:
        """Codes of the units' documents, shape (units,)."""
        return np.asarray(pd.factorize(self.units["document"])[0], dtype=np.int64)


def decisions(
    coding: Coding, on: On = "documents", themes: Mapping[str, Sequence[str]] | None = None, coders: Sequence[str] = (),
    alone: bool = False, always: Collection[str] = (),
) -> Decisions:  # fmt: skip
    """themes: name -> codes, with all that stand under them unless ``alone``; None: each code as a theme of its own.
    coders: those to be compared, everyone if not said. always: themes that stay though nobody gave them. Raises
    ``StageFailed`` where nobody can be compared.
    """
    named = coding.segments[coding.segments["coder"] != ""]
    who = tuple(coders) or tuple(sorted(set(named["coder"])))
    if len(who) < 2:
        raise StageFailed(f"agreement needs two coders or more, and the coded interviews name {len(who)}")
    named = named[named["coder"].isin(who)]
    by = named.groupby("document", sort=False)["coder"].nunique()
    both = by.index[by >= 2]
    if not len(both):
        raise StageFailed("no document was worked on by two of the coders: agreement can't be known")
    held = named[named["document"].isin(both)]
    if on == "segments" and held["start"].isna().any():
        raise StageFailed(
            f"{int(held['start'].isna().sum())} coded passages have no place in their text: compare on documents"
        )
    columns = ["document"] if on == "documents" else ["document", "start", "end"]
    unit = held.groupby(columns, sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(unit, return_index=True)[1]
    units = held.iloc[first][["document", "start", "end"]].reset_index(drop=True)
    if on == "documents":
        units[["start", "end"]] = pd.NA
    wanted = themes if themes is not None else {code: (code,) for code in coding.codes.index}
    coder = pd.Categorical(held["coder"], categories=who).codes
    times = np.zeros((len(units), len(wanted), len(who)), dtype=np.int64)
    code = held["code"].to_numpy()
    passage = pd.Series(Tally.of(coding).passage, index=coding.segments.index)[held.index].to_numpy()
    for at, tops in enumerate(wanted.values()):
        codes = tops if alone else [c for top in tops for c in under(coding.codes.index, top)]
        rows = np.isin(code, list(codes))
        given = np.unique(np.column_stack([unit[rows], coder[rows], passage[rows]]), axis=0)
        np.add.at(times[:, at, :], (given[:, 0], given[:, 1]), 1)
    worked = held.groupby("document")["coder"].agg(set)
    rated = np.array([[name in worked[document] for name in who] for document in units["document"]])
    marked = np.zeros(rated.shape, dtype=bool)
    marked[unit, coder] = True
    used = np.asarray(times.any(axis=(0, 2))) | np.array([name in always for name in wanted], dtype=bool)
    return Decisions(
        on=on,
        themes=tuple(name for name, there in zip(wanted, used.tolist(), strict=True) if there),
        coders=who,
        times=times[:, used],
        rated=rated,
        units=units,
        left_out=int((by < 2).sum()) + int((~coding.documents.index.isin(by.index)).sum()),
        shared=1.0 if on == "documents" else float((marked.sum(axis=1) >= 2).mean()),
    )


@dataclass(frozen=True)
class How:
    """often: in how many passages of a document each coder gave a theme, and not only whether. weights: of Cohen's
    kappa; level: of Krippendorff's alpha; both change nothing where there are two values."""

    often: bool = False
    weights: Weights = "none"
    level: Level = "nominal"


WHETHER = How()


@dataclass(frozen=True, eq=False)
class Agreed:
    """Coefficients of one theme, or of all of them together. kappa: Cohen's of two coders, else Fleiss'. table: of two
    coders and what was given or not alone. units: that two coders or more decided on."""

    units: int
    percent: Agreement
    kappa: Agreement
    fleiss: Agreement
    alpha: Agreement
    ac1: Agreement
    table: TwoByTwo | None


def of_theme(found: Decisions, theme: str, how: How = WHETHER) -> Agreed:
    """Whether (or how often) each coder gave one theme to each unit."""
    at = found.themes.index(theme)
    return _agreed(_ratings(found.times[:, at, :], found.rated, how), len(found.coders), how)


def of_all(found: Decisions, how: How = WHETHER) -> Agreed:
    """Every theme of every unit is one decision; those of a document belong together (``Agreement.std_error``)."""
    return _agreed(_every(found, how), len(found.coders), how)


def pairs(found: Decisions, how: How = WHETHER) -> dict[tuple[str, str], Agreement]:
    """Cohen's kappa of every two coders over all decisions that both made."""
    values = _every(found, how)
    return {
        (found.coders[i], found.coders[j]): cohen(values[:, i], values[:, j], how.weights)
        for i, j in combinations(range(len(found.coders)), 2)
    }


def _every(found: Decisions, how: How) -> NDArray[np.float64]:
    """All decisions: shape (units * themes, coders)."""
    rows = np.repeat(found.rated, len(found.themes), axis=0)
    return _ratings(found.times.reshape(-1, len(found.coders)), rows, how)


def _ratings(times: Ints, rated: Flags, how: How) -> NDArray[np.float64]:
    return np.where(rated, (times if how.often else times > 0).astype(float), np.nan)


def _agreed(values: NDArray[np.float64], coders: int, how: How) -> Agreed:
    ratings = Ratings.of(values)
    two = ratings.coders == 2 if coders == 2 else np.zeros(len(values), dtype=bool)
    several = fleiss(ratings)
    return Agreed(
        units=int((ratings.coders >= 2).sum()),
        percent=percent_agreement(ratings),
        kappa=cohen(values[:, 0], values[:, 1], how.weights) if coders == 2 else several,
        fleiss=several,
        alpha=krippendorff(ratings, how.level),
        ac1=gwet_ac1(ratings, 0 if how.often else 2),
        table=two_by_two(values[two, 0] == 1, values[two, 1] == 1) if coders == 2 and not how.often else None,
    )


def disagreements(found: Decisions) -> pd.DataFrame:
    """For the coders to talk over, never to be released: document, start, end, theme, gave, did_not (names, joined by
    ``; ``), a row a unit and theme on which those who worked on it differ, in the order of the text."""
    rows = []
    split = (found.given & found.rated[:, None, :]).any(axis=2) & (~found.given & found.rated[:, None, :]).any(axis=2)
    for unit, theme in zip(*np.nonzero(split), strict=True):
        here = found.units.iloc[unit]
        yes, no = (
            "; ".join(c for c, g, r in zip(found.coders, found.given[unit, theme], found.rated[unit], strict=True)
                      if r and g == side)
            for side in (True, False)
        )  # fmt: skip
        rows.append((here["document"], here["start"], here["end"], found.themes[theme], yes, no))
    made = pd.DataFrame(rows, columns=["document", "start", "end", "theme", "gave", "did_not"])
    return made.astype({"start": "Int64", "end": "Int64"})
