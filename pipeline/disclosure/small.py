"""Which rows of results are withheld because numbers stand on too few people, or would give such numbers back.

First every small count is withheld, wherever the same fact stands; then as few others, in the cheapest places, as leave
another possible table in which it is not small (``possible``). Differences between models on different people are
beyond this.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL, MAGNITUDES, SPREAD, made_from, of_models, on_few
from pipeline.disclosure.boxes import boxes_counted, given_back
from pipeline.disclosure.cascades import of_cascades
from pipeline.disclosure.dominance import dominated
from pipeline.disclosure.earlier import Earlier, ask, isolating, means_of_few, printed_before
from pipeline.disclosure.ends import many_at_ends, of_ends
from pipeline.disclosure.facts import System
from pipeline.disclosure.fitting import Around
from pipeline.disclosure.freedom import tell_rows
from pipeline.disclosure.left_out import beside_models
from pipeline.disclosure.made_together import adjusted_together, freedom_of_clusters
from pipeline.disclosure.patterns import know_sums, patterns, without_alpha, without_items
from pipeline.disclosure.protect import protect
from pipeline.disclosure.rounded import COUNTS
from pipeline.disclosure.rows import rows_of
from pipeline.disclosure.scored import items_scored
from pipeline.disclosure.sheet import Sheet
from pipeline.disclosure.spans import rule_moments
from pipeline.disclosure.talks_before import passages
from pipeline.disclosure.to_look_at import of_few_to_look_at, to_look_at_beside
from pipeline.disclosure.told import sheets_of
from pipeline.disclosure.weights import weighted_shares
from pipeline.study import Study


def withheld(
    frame: pd.DataFrame,
    below: int,
    decimals: np.ndarray,
    rounded: bool = False,
    study: Study | None = None,
    earlier: Earlier | None = None,
    around: Around | None = None,
    dominance: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """For every row of a results frame: is it withheld, and is it to be shown as a whole number (a percentage)?

    frame: the key, ``value``, ``people``, ``sensitive``; its index counts from 0. decimals: as printed. rounded: counts
    are printed rounded, and percentages made from these; then one goes wherever its count or its denominator does.
    earlier: what was released before. around: where counts from ``below`` on are small though printed, rounded.
    dominance: magnitudes are withheld unless nobody dominates their means.
    """
    first = around.first if around else 0
    hidden = on_few(frame, below, first)
    coarse = np.zeros(len(frame), bool)
    sheets = sheets_of(rows_of(frame, decimals), below, study)
    scales = patterns(sheets, study)
    know_sums(scales, sheets)
    nowhere = _nowhere(frame, sheets, hidden).tolist()
    systems = [rule_moments(sheet, sheet.system(below), nowhere) for sheet in sheets]
    _of_few(frame, systems, below)
    boxes = boxes_counted(sheets, systems, study, nowhere)
    hidden |= of_ends(frame, max(below, first), rounded)
    boxes += many_at_ends(frame, sheets, hidden)
    hidden |= of_few_to_look_at(frame, max(below, first), study)
    boxes += to_look_at_beside(frame, sheets, study, hidden) if study is not None else ()
    if earlier:
        few = isolating(frame, earlier, COUNTS, below, study)
        of_talks = {} if rounded else passages(frame, earlier, below, study)
        few |= {row: max(least, few.get(row, 0)) for row, least in of_talks.items()}
        hidden[list(ask(systems, few))] = True
        printed_before(frame, systems, earlier)
        hidden |= means_of_few(frame, few, earlier, decimals.tolist())
    safe = protect(systems, around)
    for system in systems:
        for fact, rows in system.rows.items():
            if fact in safe.hidden:
                hidden[rows] = True
        gone = [row for fact, rows in system.beside.items() if fact.who in safe.means for row in rows]
        hidden |= _beside(frame, gone, MAGNITUDES)
        wide = [row for fact, rows in system.beside.items() if fact.who in safe.spread for row in rows]
        hidden |= _beside(frame, wide, SPREAD)
    of_items, whose = without_items(frame, hidden, scales, sheets, safe.means, max(below, first))
    of_items &= ~hidden
    hidden |= of_items
    boxes += items_scored(sheets, study, nowhere, whose) if study is not None else ()
    told = given_back(boxes, safe.changes, [systems[number] for number in safe.withheld])
    hidden[told] = True
    hidden |= _beside(frame, told, (*MAGNITUDES, "n", "percent"))
    hidden[list(safe.lost)] = True
    coarse[list(safe.coarse)] = True
    hidden |= without_alpha(frame, hidden & ~of_items, scales, sheets, rounded)
    known = {percent.row for system in systems for percent in system.percents}
    hidden |= _without_count(frame, hidden, set() if rounded else known)
    hidden |= made_from(frame, hidden) | of_models(frame, hidden)
    if dominance:
        hidden |= dominated(frame, hidden, [] if earlier else systems, below, study)
    hidden |= weighted_shares(frame, hidden, first)
    hidden |= tell_rows(frame, hidden, max(below, first), decimals, rounded)
    hidden |= freedom_of_clusters(frame, hidden, study)
    hidden |= adjusted_together(frame, hidden)
    hidden |= beside_models(frame, hidden, study, rounded)
    hidden |= of_cascades(frame, hidden, max(below, first), rounded, study, earlier)
    return hidden, _whole_blocks(frame, coarse & ~hidden) & ~hidden


def _nowhere(frame: pd.DataFrame, sheets: Sequence[Sheet], hidden: np.ndarray) -> np.ndarray:
    """Rows that are withheld, but for moments that another table prints of the same people: a reader has those."""
    gone, statistic = hidden.copy(), frame["statistic"].to_numpy()
    for sheet in sheets:
        for rows in sheet.beside.values():
            for word in dict.fromkeys(statistic[rows]):
                same = [row for row in rows if statistic[row] == word]
                if not hidden[same].all():
                    gone[same] = False
    return gone


def _of_few(frame: pd.DataFrame, systems: Sequence[System], below: int) -> None:
    """Rows (sessions, say) of few people are withheld, however many they are: then it must seem possible that they are
    as many more as people must be. So it is with a group that has no other rows, told where it may be."""
    few = ((frame["people"] > 0) & (frame["people"] < below) & (frame["value"] >= below)).to_numpy(bool)
    found = (
        {f for s in systems for f, rows in s.rows.items() if f.n >= below and few[rows].all()} if few.any() else set()
    )
    for system in systems:
        groups = set() if system.term else {f for whole, parts in system.sums for f in (whole, *parts)}
        same = {f for f in groups if f not in system.rows and any(f.n == o.n and f.who <= o.who for o in found)}
        for fact in sorted((found & system.rows.keys()) | same, key=lambda f: sorted(f.who)):
            if fact not in system.given or not system.term:
                system.needed[fact] = max(fact.n + below, system.needed.get(fact, 0))
                system.of_few.add(fact)


def _beside(frame: pd.DataFrame, rows: list[int], which: Sequence[str]) -> np.ndarray:
    """These statistics of the cells that the rows are in: a withheld mean takes the other magnitudes along."""
    if not rows:
        return np.zeros(len(frame), bool)
    cells = pd.MultiIndex.from_frame(frame[CELL])
    return np.asarray(cells.isin(cells[rows]) & frame["statistic"].isin(which))


def _without_count(frame: pd.DataFrame, hidden: np.ndarray, known: set[int]) -> np.ndarray:
    """Percentages of which no one has looked whether they give a withheld count or denominator back."""
    cells = list(frame[CELL].itertuples(index=False, name=None))
    counts = frame["statistic"].isin(("n", "denominator")).to_numpy() & hidden
    lost = {cell for cell, gone in zip(cells, counts, strict=True) if gone}
    percents = (frame["statistic"] == "percent").to_numpy()
    unknown = np.array([at not in known for at in range(len(frame))], bool)
    return percents & unknown & np.array([cell in lost for cell in cells], bool)


def _whole_blocks(frame: pd.DataFrame, coarse: np.ndarray) -> np.ndarray:
    """Where one percentage of a variable in a table loses its decimals, its others do, too."""
    blocks = list(frame[CELL[:3]].itertuples(index=False, name=None))
    found = {block for block, here in zip(blocks, coarse, strict=True) if here}
    percents = (frame["statistic"] == "percent").to_numpy()
    return percents & np.array([block in found for block in blocks], bool)
