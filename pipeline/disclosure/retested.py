"""A scale's scores of the same people at two waves: what it says of those who have one at only one of them.

How many have a score at both waves, taken from how many have one at either, leaves those who have one there alone; and
taken from those who were followed, those without one. Each of these is a number of people that may be small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL
from pipeline.disclosure.earlier import Earlier
from pipeline.disclosure.facts import ANSWERED, NOT, PEOPLE, Fact
from pipeline.disclosure.groups import DUE, FOLLOWED, Conditions, apart
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet, sheet_of
from pipeline.instruments.over_waves import SINCE
from pipeline.results import parts_of
from pipeline.study import Study
from pipeline.tables.followed import FOLLOWED as WERE_FOLLOWED

WAVE, BOTH = "wave", "|also at "
OF_CHANGE = ("icc", "ci_low", "ci_high", "sem", "sdc")


def retested(terms: dict[str, Sheet], heads: Sequence[Sheet], rows: Sequence[Told]) -> None:
    """Tell the scales' sheets who has a score at two waves, and of whom these are a part."""
    for r in rows:
        if r.kind != "reliability" or r.statistic != "n" or not r.term.startswith(SINCE):
            continue
        sheet, later = sheet_of(terms, r.name), apart(r.group)
        wave, first = dict(later)[WAVE], r.term.removeprefix(SINCE)
        earlier = later - {(WAVE, wave)} | {(WAVE, first)}
        role = f"{BOTH}{first}"
        sheet.put(role, later, r.value, r.at)
        both = sheet.fact(role, later)
        for whole, without in _wholes(sheet, heads, earlier, later, (first, wave)):
            if whole.n >= both.n:
                rest = Fact(whole.who | {(r.name, without)}, whole.n - both.n)
                sheet.equal.append((whole, (both, rest)))
                sheet.by_subtraction.append(rest)


def _wholes(
    sheet: Sheet, heads: Sequence[Sheet], earlier: Conditions, later: Conditions, waves: tuple[str, str]
) -> Iterator[tuple[Fact, str]]:
    """Who has a score at either wave; of those followed from the one to the other, all and those with a score."""
    first, wave = waves
    if sheet.get(ANSWERED, later) is not None:
        yield sheet.fact(ANSWERED, later), f"{NOT}also at {first}"
    for group in sheet.cells.get(ANSWERED, {}):
        if group == earlier or _followed(group, earlier, wave):
            yield sheet.fact(ANSWERED, group), f"{NOT}also at {wave}"
    for head in heads:
        for group in head.cells.get(PEOPLE, {}):
            if _followed(group, earlier, wave):
                yield head.fact(PEOPLE, group), f"{NOT}at both"


def _followed(group: Conditions, earlier: Conditions, wave: str) -> bool:
    """Whether a group is all of an earlier one who were followed to a wave."""
    more = dict(group - earlier)
    there = more.pop(f"{WAVE}={wave};{FOLLOWED}", None) == WERE_FOLLOWED
    return earlier <= group and there and all(name == f"{WAVE}={wave};{DUE}" for name in more)


def of_change(frame: pd.DataFrame, hidden: np.ndarray, study: Study | None) -> np.ndarray:
    """What is told of how scores change, where a count is withheld of something that is made of the scale: who changed
    by how much, or the answer of one wave carried to another. A mean squared difference says how few changed by much,
    and beside a table of one wave's levels by those of another it is an equation for its cells."""
    ours = (frame["kind"] == "reliability") & frame["term"].str.startswith(SINCE) & frame["statistic"].isin(OF_CHANGE)
    gone = np.zeros(len(frame), bool)
    if study is None or not ours.any():
        return gone
    lost = frame[hidden & frame["statistic"].isin(("n", "percent", "missing", "denominator")).to_numpy()]
    named = set(lost["term"]) | {name for group in set(lost["group"]) for name, _ in parts_of(group)}
    scales = {scale for scale in study.scales if named & (study.made_of({scale}) - {scale})}
    gone[ours.to_numpy() & frame["name"].isin(scales).to_numpy()] = True
    return gone


def of_change_again(frame: pd.DataFrame, hidden: np.ndarray, earlier: Earlier, below: int) -> np.ndarray:
    """What was told of the same people's change in an earlier release, and is told of a few more now: theirs would
    follow, as of a mean. It stays where as many people as before, or ``below`` more, are behind it, and both say so."""
    ours = (frame["kind"] == "reliability") & frame["term"].str.startswith(SINCE)
    places = pd.MultiIndex.from_frame(frame[CELL])
    counted = frame[(ours & (frame["statistic"] == "n")).to_numpy() & ~hidden]
    before = [earlier.get((*place, "n"), np.nan) for place in counted[CELL].itertuples(index=False, name=None)]
    apart_by = (counted["value"] - np.array(before, float)).abs()
    stays = counted[(apart_by == 0) | (apart_by >= below)]
    told = {words[:5] for words in earlier}
    known = np.array([tuple(place) in told for place in places], bool)
    return np.asarray(
        ours & frame["statistic"].isin(OF_CHANGE) & known & ~places.isin(pd.MultiIndex.from_frame(stays[CELL])), bool
    )
