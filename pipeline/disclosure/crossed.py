"""Reasons for missing answers by two groupings at once, of which tables tell only each alone.

How many answers are missing is told by wave and programme together, why by wave and by programme. Nobody tells why in a
programme at a wave, but a reader knows that these counts exist: of a programme where nobody refused nobody did so at
any wave. So they are facts without a line. What they are is in no result; any table that adds up does in its place, for
only what may differ from it matters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

from pipeline.disclosure.facts import BECAUSE, BY_DESIGN, DESIGN, MISSING
from pipeline.disclosure.groups import Conditions, families
from pipeline.disclosure.sheet import Sheet

LIMITS = {"node_limit": 1000}


def cross(sheet: Sheet) -> None:
    """Give a sheet the counts by reason in the groups that tell only how many are missing."""
    because = tuple(role for role in sheet.cells if role.startswith(BECAUSE))
    design = tuple(role for role in DESIGN.values() if role in sheet.cells)
    for whole, parts in ((MISSING, because), (BY_DESIGN, design)):
        if len(parts) > 1:
            _complete(sheet, whole, parts)


def _complete(sheet: Sheet, whole: str, parts: Sequence[str]) -> None:
    held = sheet.cells.get(whole, {})
    places = {(part, group): i for i, (part, group) in enumerate((p, g) for g in held for p in parts)}
    open_groups = [g for g in held if any(sheet.get(p, g) is None for p in parts)]
    told = {g for g in held if g not in open_groups}
    if not any(parent in told for group in open_groups for parent, _ in families([group])):
        return
    rows, low, high = [], [], []

    def add(row: np.ndarray, least: float, most: float) -> None:
        rows.append(row)
        low.append(least)
        high.append(most)

    for group, n in held.items():
        add(_row(places, parts, [group]), n, n)
    for (parent, _), members in families(held).items():
        closed = sum(held[m] for m in members) == held.get(parent)
        for part in parts if parent in told else ():
            of_part = sheet.cells[part][parent]
            add(_row(places, [part], members), of_part if closed else 0, of_part)
    known = [sheet.get(part, group) for part, group in places]
    ends = (np.array([none if n is None else n for n in known], float) for none in (0, np.inf))
    limits = scipy.optimize.LinearConstraint(np.array(rows), low, high)
    found = scipy.optimize.milp(
        np.zeros(len(places)), constraints=limits, bounds=scipy.optimize.Bounds(*ends),
        integrality=np.ones(len(places)), options=LIMITS,
    )  # fmt: skip
    for (part, group), at in places.items() if found.x is not None else ():
        if group in open_groups and sheet.get(part, group) is None:
            sheet.fill(part, group, round(found.x[at]))
            sheet.supposed[part, group] = None


def _row(places: dict[tuple[str, Conditions], int], parts: Sequence[str], groups: Sequence[Conditions]) -> np.ndarray:
    row = np.zeros(len(places))
    row[[places[part, group] for part in parts for group in groups]] = 1.0
    return row
