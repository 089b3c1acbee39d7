"""Levels of a variable that lie whole in a level of another, such as programmes in a setting.

Who knows of which programmes a setting is made adds them up: what is told by setting and what is told by programme are
then sums of one another, also in variables that no table crosses with both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.disclosure.facts import DESIGN, MISSING, PEOPLE
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.sheet import Sheet

Pair = tuple[str, str]


def inside(sheets: Sequence[Sheet]) -> None:
    """Tell the sheets which groups are others together."""
    people, both = _people(sheets), _crossed(sheets)
    unions = list(_unions(people, both))
    for sheet in sheets:
        groups = set(sheet.groups())
        sheet.unions += [(whole, parts) for whole, parts in unions if whole in groups and groups.issuperset(parts)]


def _people(sheets: Sequence[Sheet]) -> dict[Conditions, int]:
    """How many people a group has, as a column's head or as a line of everyone says."""
    found: dict[Conditions, int] = {}
    for sheet in sheets:
        for role, held in sheet.cells.items():
            if role == PEOPLE or _level(role):
                found |= {group if role == PEOPLE else group | {(sheet.term, role)}: n for group, n in held.items()}
    return found


def _crossed(sheets: Sequence[Sheet]) -> dict[tuple[Conditions, str, str], dict[tuple[Pair, Pair], int]]:
    """(among whom, two variables) -> how many people have a level of the one and a level of the other."""
    found: dict[tuple[Conditions, str, str], dict[tuple[Pair, Pair], int]] = defaultdict(dict)
    for sheet in sheets:
        for role, held in sheet.cells.items() if sheet.term else ():
            for group, n in held.items() if _level(role) else ():
                for pair in (p for p in group if p[0] not in ("wave", "table") and ";" not in p[0]):
                    own = (sheet.term, role)
                    found[group - {pair}, own[0], pair[0]][own, pair] = n
                    found[group - {pair}, pair[0], own[0]][pair, own] = n
    return found


def _level(role: str) -> bool:
    return not role.startswith("|") and role != MISSING and role not in DESIGN.values() and ":" not in role


def _unions(people: dict[Conditions, int], both: dict[tuple[Conditions, str, str], dict[tuple[Pair, Pair], int]]
            ) -> Iterator[tuple[Conditions, list[Conditions]]]:  # fmt: skip
    for (among, _, _), cells in sorted(both.items(), key=lambda item: (sorted(item[0][0]), *item[0][1:])):
        for whole in sorted({outer for _, outer in cells}):
            parts = {inner: n for (inner, outer), n in sorted(cells.items()) if outer == whole and n}
            groups = {among | {inner}: n for inner, n in parts.items()}
            alone = all(people.get(group) == n for group, n in groups.items())
            if len(groups) > 1 and alone and sum(groups.values()) == people.get(among | {whole}):
                yield among | {whole}, list(groups)
