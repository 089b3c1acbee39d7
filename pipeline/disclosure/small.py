"""Which numbers stand on too few people, and which others would give them back by subtraction.

The unit is a *block*: the numbers of one variable in one table (kind, name, term), levels by groups. The design of the
rule (reporting.md, ``journal``): a small cell withholds its whole row, a small group its whole column, each with as
many complements as keep every withheld sum at ``below`` people or more. What is not sure is withheld.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from pipeline.results import ALL, MISSING_LEVEL

COUNTS = ("n", "missing", "denominator", "people", "rows", "events")
BY_DESIGN = ("Not asked", "Not applicable")
BY_GROUP = ("scale", "quality", "reliability", "model", "mediation")
"""Kinds whose groups, not levels, are the printed rows."""


def withheld(frame: pd.DataFrame, below: int) -> tuple[np.ndarray, np.ndarray]:
    """For every row of a results frame: is it withheld, and is it to be shown coarsely (a percentage without decimals)?

    Columns needed: the key, ``value``, ``people``, ``sensitive``.
    """
    hidden = ((frame["people"] > 0) & (frame["people"] < below)).to_numpy(dtype=bool, copy=True)
    hidden |= _attribute_disclosed(frame)
    coarse = np.zeros(len(frame), bool)
    work = frame.assign(at=np.arange(len(frame)))
    for (kind, _name), table in work.groupby(["kind", "name"], sort=False):
        if kind == "flow":
            _flow(table, hidden, below)
            continue
        gone = _columns(table, hidden, below)
        live = table[~table["group"].isin(gone)]
        for _, block in live.groupby("term", sort=False):
            if kind in BY_GROUP:
                _by_group(block, hidden, below)
            elif (block["level"] != "").any() or (block["statistic"] == "missing").any():
                _by_level(block, bool(gone), hidden, coarse, below)
    _same_fact(work, hidden)
    return hidden, coarse & ~hidden


def _attribute_disclosed(frame: pd.DataFrame) -> np.ndarray:
    """0 % and 100 % of a sensitive variable's level tell everyone's answer."""
    percent = (frame["statistic"] == "percent") & frame["sensitive"] & (frame["level"] != "")
    told = frame[percent & frame["value"].isin((0.0, 100.0))]
    rows = pd.MultiIndex.from_frame(told[["kind", "name", "term", "level", "group"]])
    here = pd.MultiIndex.from_frame(frame[["kind", "name", "term", "level", "group"]])
    return np.asarray(here.isin(rows)) if len(told) else np.zeros(len(frame), bool)


def partition(group: str) -> tuple[str, str]:
    """``wave=1;programme=A`` belongs to the groups of ``programme`` within ``wave=1``; ``All`` to none."""
    path, _, last = group.rpartition(";")
    return path, last.split("=", 1)[0] if "=" in last else ""


def _complements(sizes: pd.Series, small: Iterable[str], below: int) -> list[str]:
    """The small ones, and of the others (smallest first) as many as make two or more with ``below`` people together."""
    chosen = [s for s in sizes.index if s in set(small)]
    rest = sizes.drop(chosen)
    for name in rest[rest > 0].sort_values(kind="stable").index:
        if not chosen or (len(chosen) >= 2 and sizes[chosen].sum() >= below):
            break
        chosen.append(name)
    return chosen


def _columns(table: pd.DataFrame, hidden: np.ndarray, below: int) -> set[str]:
    """Groups with too few people leave the table, with the next smallest, so that Overall less the rest tells nothing.

    Returns the groups that left.
    """
    left: set[str] = set()
    heads = table[(table["term"] == "") & (table["level"] == "") & (table["statistic"] == "n")]
    sizes = pd.Series(heads["value"].to_numpy(), index=heads["group"].to_numpy())
    for _, members in _siblings(sizes.index):
        here = sizes[members]
        small = here[(here > 0) & (here < below)].index
        gone = _complements(here, small, below) if len(small) else []
        left |= {g for g in set(table["group"]) if any(g == x or g.startswith(x + ";") for x in gone)}
    hidden[table.loc[table["group"].isin(left), "at"]] = True
    return left


def _siblings(groups: Iterable[str]) -> list[tuple[tuple[str, str], list[str]]]:
    found: dict[tuple[str, str], list[str]] = {}
    for group in groups:
        if group != ALL:
            found.setdefault(partition(group), []).append(group)
    return list(found.items())


def _is_missing(level: pd.Series) -> pd.Series:
    return level.str.startswith((MISSING_LEVEL, *BY_DESIGN))


def _by_level(block: pd.DataFrame, columns_left: bool, hidden: np.ndarray, coarse: np.ndarray, below: int) -> None:
    """One variable's levels by groups: small rows go, with complement rows; a small number of missing answers takes all
    counts of the variable with it (they add up to the answered) and leaves percentages without decimals."""
    counts = block[(block["statistic"] == "n") & (block["level"] != "")]
    wide = _with_rest(counts.pivot(index="level", columns="group", values="value").fillna(0.0), columns_left)
    told = set(counts.loc[hidden[counts["at"]], "level"])
    small = {lv for lv in wide.index if ((wide.loc[lv] > 0) & (wide.loc[lv] < below)).any() or lv in told}
    missing = set(wide.index[_is_missing(wide.index.to_series())])
    rows = _rows_with_complements(wide.drop(index=list(missing)), small - missing, below)
    if small & missing or _few_implied_missing(block, columns_left, below):
        rows = [*rows, *sorted(missing)]
        hidden[block.loc[block["statistic"].isin(COUNTS), "at"]] = True
        coarse[block.loc[block["statistic"] == "percent", "at"]] = True
    hidden[block.loc[block["level"].isin(rows), "at"]] = True


def _with_rest(wide: pd.DataFrame, columns_left: bool) -> pd.DataFrame:
    """With a column for what Overall less the groups still shown gives away, where groups have left the table."""
    shown = [g for g in wide.columns if g != ALL and partition(g)[0] == ""]
    if not columns_left or ALL not in wide:
        return wide
    return wide.assign(**{"rest": wide[ALL] - wide[shown].sum(axis=1)})


def _few_implied_missing(block: pd.DataFrame, columns_left: bool, below: int) -> bool:
    told = block[block["statistic"] == "missing"]
    wide = _with_rest(told.pivot(index="level", columns="group", values="value"), columns_left)
    return bool(((wide > 0) & (wide < below)).any(axis=None))


def _rows_with_complements(wide: pd.DataFrame, small: set[str], below: int) -> list[str]:
    """Rows to withhold so that in no group the withheld rows add up to a small number, and never one row alone."""
    if not small:
        return []
    chosen = [lv for lv in wide.index if lv in small]
    total = wide[ALL] if ALL in wide else wide.sum(axis=1)
    rest = total.drop(chosen).sort_values(kind="stable").index
    for level in rest:
        sums = wide.loc[chosen].sum()
        if len(chosen) >= 2 and not ((sums > 0) & (sums < below)).any():
            break
        chosen.append(level)
    return chosen


def _by_group(block: pd.DataFrame, hidden: np.ndarray, below: int) -> None:
    """Where groups are the printed rows: a small count goes with its group's other counts, and one sibling's too."""
    for (_, statistic), part in block[block["statistic"].isin(COUNTS)].groupby(["level", "statistic"], sort=False):
        sizes = pd.Series(part["value"].to_numpy(), index=part["group"].to_numpy())
        at = pd.Series(part["at"].to_numpy(), index=part["group"].to_numpy())
        for _, members in _siblings(sizes.index):
            here = sizes[members]
            small = here[(here > 0) & (here < below)].index
            if not len(small):
                continue
            gone = _complements(here, small, below)
            hidden[at[gone]] = True
            if statistic in ("missing", "denominator"):
                others = block[block["group"].isin(gone) & block["statistic"].isin(COUNTS)]
                hidden[others["at"]] = True
    counts = block[block["statistic"].isin(("n", "missing")) & hidden[block["at"]]]
    lost = set(zip(counts["level"], counts["group"], strict=True))
    twins = [(lv, g) in lost for lv, g in zip(block["level"], block["group"], strict=True)]
    percent = block["statistic"].isin(("percent", "n", "missing", "denominator")).to_numpy()
    hidden[block.loc[np.array(twins, bool) & percent, "at"]] = True


def _flow(table: pd.DataFrame, hidden: np.ndarray, below: int) -> None:
    """Reasons for leaving: small ones are withheld with the next smallest; a lone small one takes what was read with it."""
    for (group, statistic), part in table[table["term"] != ""].groupby(["group", "statistic"], sort=False):
        if statistic not in ("rows", "people"):
            continue
        left = part[part["term"] == "left out"]
        sizes = pd.Series(left["value"].to_numpy(), index=left["level"].to_numpy())
        small = sizes[(sizes > 0) & (sizes < below)].index
        if not len(small):
            continue
        gone = _complements(sizes, small, below)
        same = (table["group"] == group) & table["statistic"].isin(("rows", "people", "clusters"))
        hidden[table.loc[same & (table["term"] == "left out") & table["level"].isin(gone), "at"]] = True
        if len(gone) < 2 or sizes[gone].sum() < below:
            hidden[table.loc[same & (table["term"] == "read"), "at"]] = True


def _same_fact(work: pd.DataFrame, hidden: np.ndarray) -> None:
    """A variable whose missing answers are withheld in a participants' table shows no count of them elsewhere."""
    people = work[(work["kind"] == "participants") & hidden[work["at"]]]
    lost = set(people.loc[(people["statistic"] == "missing") | _is_missing(people["level"]), "term"])
    counted = work["statistic"].isin((*COUNTS, "percent"))
    quality = (work["kind"] == "quality") & work["term"].isin(lost)
    scale = (work["kind"] == "scale") & work["name"].isin(lost) & (work["term"] == "")
    hidden[work.loc[counted & (quality | scale), "at"]] = True


