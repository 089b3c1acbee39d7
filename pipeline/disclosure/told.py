"""From rows of results to sheets of counts: which row tells which fact.

Tables of participants do not say at which wave their people are. A table is taken to be about a wave (or about other
tables' people) when as many people stand in it and no count that both tell differs; what is the same number in both is
then the same fact. That errs, if at all, towards withholding in both.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.facts import (
    ANSWERED,
    ASKED,
    BECAUSE,
    BIN,
    COMPLETE,
    DESIGN,
    MISSING,
    PEOPLE,
    Sheet,
    Split,
)
from pipeline.disclosure.groups import EVERYONE, Conditions, apart, together
from pipeline.results import KEY

COUNTED = ("n", "denominator", "missing", "percent", "rows", "people")
BASE = "|of "
OTHER_KINDS = ("quality", "scale", "reliability", "flow", "model", "mediation")
DISTRIBUTION, MISSINGNESS, PRORATED = "distribution", "missingness", "prorated"


class Told(NamedTuple):
    """A row of results that is a count or a percentage."""

    at: int
    kind: str
    name: str
    term: str
    level: str
    group: str
    statistic: str
    value: float
    people: float
    decimals: int
    sensitive: bool


def rows_of(frame: pd.DataFrame, decimals: np.ndarray) -> list[Told]:
    """The rows that the systems of facts are made of; ``decimals`` as printed, one a row of the frame."""
    places = decimals.astype(int).tolist()
    columns = [*(frame[c].tolist() for c in (*KEY, "value", "people")), places, frame["sensitive"].tolist()]
    rows = (Told(*row) for row in zip(range(len(frame)), *columns, strict=True))
    return [row for row in rows if row.statistic in COUNTED and not math.isnan(row.value)]


def sheets_of(rows: Sequence[Told], below: int) -> list[Sheet]:
    """A sheet for each variable, for the heads of groups, for each flow and for what else is counted."""
    by_kind: dict[str, list[Told]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    terms: dict[str, Sheet] = {}
    _missingness(terms, [r for r in by_kind.get("quality", ()) if r.name == MISSINGNESS])
    _scales(terms, by_kind.get("scale", ()))
    _others(terms, [*by_kind.get("reliability", ()), *(r for r in by_kind.get("quality", ()) if r.name == PRORATED)])
    for sheet in terms.values():
        sheet.derive()
    heads = list(_tables(terms, [r for r in rows if r.kind not in OTHER_KINDS]))
    heads = _joined([*(_head(sheet) for sheet in terms.values()), *heads])
    rest = [r for r in by_kind.get("quality", ()) if r.name not in (MISSINGNESS, PRORATED)]
    return [*heads, *terms.values(), *_flows(by_kind.get("flow", ())), *_plain(rest, below)]


def _sheet(terms: dict[str, Sheet], term: str) -> Sheet:
    return terms.setdefault(term, Sheet(term))


def _missingness(terms: dict[str, Sheet], rows: Sequence[Told]) -> None:
    """Missing answers by reason of those who were asked; what is missing by design, of all."""
    by_design = {r.term for r in rows if r.level in DESIGN}
    for r in rows:
        sheet, group = _sheet(terms, r.term), apart(r.group)
        role = DESIGN.get(r.level) or (f"{BECAUSE}{r.level}" if r.level else MISSING)
        whole = PEOPLE if r.level in DESIGN else ASKED
        if r.statistic == "n":
            sheet.put(role, group, r.value, r.at)
        elif r.statistic == "denominator":
            sheet.put(whole, group, r.value, r.at)
            if r.term not in by_design:
                sheet.put(PEOPLE, group, r.value)
        else:
            sheet.percents.append((r.at, role, group, whole, group, r.decimals))
    for sheet in terms.values():
        if because := tuple(role for role in sheet.cells if role.startswith(BECAUSE)):
            sheet.splits[Split(MISSING, because)] = None
    _nested_people(terms, by_design)


def _nested_people(terms: dict[str, Sheet], by_design: set[str]) -> None:
    """How many people a group has where only those who were asked are told: as variables that all were asked say."""
    known = [s.cells[PEOPLE] for s in terms.values() if s.term not in by_design and PEOPLE in s.cells]
    for term in sorted(by_design):
        sheet = terms[term]
        total = sheet.get(PEOPLE, EVERYONE)
        for groups in known:
            if groups.get(EVERYONE) == total:
                for group in sheet.groups():
                    sheet.fill(PEOPLE, group, groups.get(group))


def _scales(terms: dict[str, Sheet], rows: Sequence[Told]) -> None:
    for r in rows:
        sheet, group = _sheet(terms, r.name), apart(r.group)
        if r.term == DISTRIBUTION:
            sheet.put(f"{BIN}{r.level}", group, r.value, r.at)
        elif r.statistic == "missing":
            sheet.put(MISSING, group, r.value, r.at)
        elif r.statistic == "n":
            sheet.put(r.level or ANSWERED, group, r.value, r.at)
    for sheet in (terms[name] for name in dict.fromkeys(r.name for r in rows)):
        if bins := tuple(role for role in sheet.cells if role.startswith(BIN)):
            sheet.splits[Split(ANSWERED, bins)] = None
        for group, n in list(sheet.cells.get(ANSWERED, {}).items()):
            told = [sheet.get(role, group) or 0 for role in (MISSING, *DESIGN.values())]
            sheet.fill(PEOPLE, group, n + sum(told))


def _others(terms: dict[str, Sheet], rows: Sequence[Told]) -> None:
    """Those who answered every item of a scale, and those whose missing items were replaced."""
    for r in rows:
        if r.kind == "reliability" and r.statistic == "n":
            sheet, group = _sheet(terms, r.name), apart(r.group)
            sheet.put(COMPLETE, group, r.value, r.at)
            sheet.splits[Split(PEOPLE, (COMPLETE,))] = None
        elif r.name == PRORATED:
            sheet, group = _sheet(terms, r.term), apart(r.group)
            role = ANSWERED if r.statistic == "denominator" else f"|{PRORATED}"
            if sheet.get(role, group) in (None, round(r.value)):
                sheet.put(role, group, r.value, r.at)


def _tables(terms: dict[str, Sheet], rows: Sequence[Told]) -> Iterator[Sheet]:
    """Declared tables, put among the facts of every base that they may be about; yields the heads of their groups."""
    tables: dict[tuple[str, str], list[Told]] = {}
    for row in rows:
        tables.setdefault((row.kind, row.name), []).append(row)
    for name, table in sorted(tables.items()):
        own = own_sheets(table)
        bases = [b for b in _bases(terms) if _fits(terms, own, b)]
        for base in bases or [frozenset([("table", " ".join(name))])]:
            for sheet in own.values():
                target = _sheet(terms, sheet.term) if sheet.term else Sheet("")
                _put_all(target, sheet, base)
                if not sheet.term:
                    yield target


def _bases(terms: dict[str, Sheet]) -> list[Conditions]:
    """Whose people a table may be about: all, those of a wave, those of another table."""
    groups = {g for sheet in terms.values() for g in sheet.cells.get(PEOPLE, {})}
    return sorted((g for g in groups if not g or (len(g) == 1 and next(iter(g))[0] in ("wave", "table"))), key=sorted)


def _fits(terms: dict[str, Sheet], own: dict[str, Sheet], base: Conditions) -> bool:
    """As many people, and no count told differently."""
    both = False
    for sheet in own.values():
        there = terms.get(sheet.term)
        if there is None:
            continue
        for role, held in sheet.cells.items():
            for group, n in held.items():
                other = there.get(role, group | base)
                if other is not None and other != n:
                    return False
                both |= role == PEOPLE and not group and other == n
    return both


def _put_all(target: Sheet, sheet: Sheet, base: Conditions) -> None:
    for role, held in sheet.cells.items():
        for group, n in held.items():
            target.put(role, group | base, n)
    for (role, group), rows in sheet.rows.items():
        target.rows.setdefault((role, group | base), []).extend(rows)
    target.percents += [(at, p, g | base, w, h | base, d) for at, p, g, w, h, d in sheet.percents]
    target.splits |= sheet.splits


def own_sheets(rows: Sequence[Told]) -> dict[str, Sheet]:
    """The sheets of one table, by variable; under the empty name the heads of its groups."""
    own: dict[str, Sheet] = {"": Sheet("")}
    for r in rows:
        if not r.term:
            _in_head(own[""], r)
        elif r.statistic in ("n", "missing") or (not r.level and r.statistic == "denominator"):
            _sheet(own, r.term).put(_role(r), together(r.group), r.value, r.at)
    wholes: dict[tuple[str, str, str], tuple[str, Conditions]] = {}
    for r in rows:
        if r.term and r.level and r.statistic == "denominator":
            role, group = _whole(_sheet(own, r.term), r)
            own[r.term].put(role, group, r.value, r.at)
            wholes[r.term, r.level, r.group] = role, group
    for r in rows:
        whole = wholes.get((r.term, r.level, r.group))
        if r.statistic == "percent" and whole and own[r.term].get(r.level, together(r.group)) is not None:
            own[r.term].percents.append((r.at, r.level, together(r.group), *whole, r.decimals))
    sensitive = {r.term for r in rows if r.sensitive}
    for term, sheet in own.items():
        if term:
            _finish(sheet, own[""].cells.get(PEOPLE, {}), term in sensitive)
    return own


def _in_head(head: Sheet, r: Told) -> None:
    """How many people a group has, and of everyone."""
    if r.statistic == "n":
        head.put(PEOPLE, together(r.group), r.value, r.at)
    elif r.statistic == "denominator":
        head.put(PEOPLE, EVERYONE, r.value, r.at)
    elif r.statistic == "percent":
        head.percents.append((r.at, PEOPLE, together(r.group), PEOPLE, EVERYONE, r.decimals))


def _role(r: Told) -> str:
    if r.statistic == "missing":
        return MISSING
    if not r.level:
        return ANSWERED
    return f"{BECAUSE}{r.level}" if r.level.startswith(f"{MISSING}:") else r.level


def _whole(sheet: Sheet, r: Told) -> tuple[str, Conditions]:
    """What a level's denominator counts: the group's people who answered, or the level's people in all groups."""
    group, n = together(r.group), round(r.value)
    if ANSWERED not in sheet.cells and n == sheet.get(r.level, EVERYONE):
        return r.level, EVERYONE
    if sheet.get(ANSWERED, group) in (None, n):
        return ANSWERED, group
    return f"{BASE}{r.level}", group


def _finish(sheet: Sheet, people: dict[Conditions, int], sensitive: bool) -> None:
    """Lines that a table leaves out hold nobody; levels may make up those who answered."""
    levels = tuple(r for r in sheet.cells if r not in (MISSING, *DESIGN.values()) and not r.startswith("|"))
    because = tuple(r for r in sheet.cells if r.startswith(BECAUSE))
    if because:
        sheet.splits[Split(MISSING, because)] = None
    if levels:
        sheet.splits[Split(ANSWERED if ANSWERED in sheet.cells else PEOPLE, levels, sensitive)] = None
    for group in sheet.groups():
        if group in people:
            sheet.put(PEOPLE, group, people[group])
            if sheet.get(ANSWERED, group) is not None and MISSING not in sheet.cells and not because:
                sheet.fill(MISSING, group, 0)


def _flows(rows: Sequence[Told]) -> Iterator[Sheet]:
    """Rows and people, read, left out and kept: what was read is what was left out and what stayed."""
    found: dict[tuple[str, str], Sheet] = {}
    for r in rows:
        sheet = found.setdefault((r.name, r.statistic), Sheet(f"|flow {r.name} {r.statistic}"))
        sheet.put(f"{r.term}|{r.level}", apart(r.group), r.value, r.at)
    for sheet in found.values():
        reasons = tuple(r for r in sheet.cells if r.startswith("left out|") and r != "left out|")
        if "left out|" in sheet.cells:
            sheet.splits[Split("left out|", reasons)] = None
            reasons = ("left out|",)
        sheet.splits[Split("read|", (*reasons, "kept|"), partial=True)] = None
    yield from found.values()


def _plain(rows: Sequence[Told], below: int) -> Iterator[Sheet]:
    """What else is counted: answers, cells. A count may stand on fewer people than it has."""
    found: dict[tuple[str, str], Sheet] = {}
    for r in rows:
        sheet = found.setdefault((r.name, r.term), Sheet(f"|{r.name} {r.term}"))
        role, of, group = f"{r.level}|n", f"{r.level}|of", apart(r.group)
        if r.statistic == "percent":
            sheet.percents.append((r.at, role, group, of, group, r.decimals))
            continue
        sheet.put(role if r.statistic == "n" else of, group, r.value, r.at)
        sheet.splits[Split(of, (role,))] = None
        if r.statistic == "n" and 0 < r.people < below:
            sheet.needed[role, group] = round(r.value) + below
    yield from found.values()


def _head(sheet: Sheet) -> Sheet:
    """How many people the groups have in which a variable was counted."""
    head = Sheet("")
    for group, n in sheet.cells.get(PEOPLE, {}).items():
        if all(name != "table" for name, _ in group):
            head.put(PEOPLE, group, n)
    return head


def _joined(heads: Sequence[Sheet]) -> list[Sheet]:
    """One sheet for the heads that agree where both tell a group, and that share one."""
    made: list[Sheet] = []
    for head in heads:
        held = head.cells.get(PEOPLE, {})
        for other in made:
            same = [other.get(PEOPLE, g) == n for g, n in held.items() if other.get(PEOPLE, g) is not None]
            if same and all(same):
                _put_all(other, head, EVERYONE)
                break
        else:
            if held:
                made.append(head)
    return made
