"""A regrouped variable tells of the same people as the one whose levels it puts together.

``sites`` with ``{North: [North], Rest: [East, West]}`` of ``site``: who has North there has North in ``site``, one fact
under two names; who has Rest are those with East and those with West, so one table less another would tell of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.disclosure.facts import ANSWERED, ANY, BIN, Split
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.kin import finer, levels_of
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet
from pipeline.results import parts_of
from pipeline.study import Study


class Merged(NamedTuple):
    """A level of a regrouped variable: the levels of the original that it holds, and all the others there."""

    original: str
    held: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def role(self) -> str:
        """What it is called among the original's levels."""
        alone = len(self.held) == 1 and not self.held[0].startswith(BIN)  # a bin is no line of a table
        return self.held[0] if alone else any_of(self.held)


def any_of(levels: Sequence[str]) -> str:
    """The role of those who have one of several levels."""
    return f"{ANY}{' | '.join(levels)}"


def merged_levels(study: Study) -> dict[tuple[str, str], Merged]:
    """(regrouped variable, its level) -> what it stands for; what was regrouped twice, in the first one's levels."""
    found: dict[tuple[str, str], Merged] = {}
    for name in study.variables:
        root, levels = _original(study, name)
        for level, held in levels.items() if root != name else ():
            others = tuple(other for other in levels_of(study, root, held[0]) if other not in held)
            found[name, level] = Merged(root, held, others)
    return found


def _original(study: Study, name: str) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The variable that a regrouped one comes from, and its levels in that one's; or one of the same answers that is
    finer."""
    derive = study.variables[name].derive if name in study.variables else None
    if derive is not None and derive.form == "regroup" and derive.regroup in study.variables:
        from_, into = derive.regroup, {new: tuple(olds) for new, olds in derive.into.items()}
    elif name in study.variables and (found := finer(study, name)) is not None:
        from_, into = found
    else:
        return name, {level: (level,) for level in levels_of(study, name)}
    root, inner = _original(study, from_)
    return root, {new: tuple(o for old in olds for o in inner.get(old, (old,))) for new, olds in into.items()}


def as_original(rows: Iterable[Told], merged: dict[tuple[str, str], Merged]) -> Iterator[Told]:
    """Rows in the original's words: of a level that is one of its levels, and of the regrouped variable as a row."""
    terms = {name: level.original for (name, _), level in merged.items()}
    for row in rows:
        pairs = [(name, level, merged.get((name, level))) for name, level in parts_of(row.group)]
        # who has no value of the one has none of the other
        words = [f"{m.original}={m.role}" if m else f"{terms.get(n, n)}={lv}" for n, lv, m in pairs]
        row = row._replace(group=";".join(words)) if pairs else row
        level = merged.get((row.term, row.level))
        yield row._replace(term=terms.get(row.term, row.term), level=level.role if level else row.level)


def tie(sheets: Sequence[Sheet], merged: dict[tuple[str, str], Merged]) -> None:
    """Tell the sheets which levels and which groups are several others together."""
    several = {(level.original, level.role): level for level in merged.values() if level.role not in level.held}
    whole: dict[str, dict[str, list[str]]] = {}
    for (name, _), level in merged.items():
        whole.setdefault(level.original, {}).setdefault(name, []).append(level.role)
        whole[level.original][""] = [*level.held, *level.others]
    columns = {pair for sheet in sheets for group in sheet.groups() for pair in group}
    for sheet in sheets:
        for roles in whole.get(sheet.term, {}).values() if ANSWERED in sheet.cells else ():
            if all(role in sheet.cells for role in roles):  # a table may have lines of both
                sheet.splits[Split(ANSWERED, tuple(roles))] = None
        for level in several.values():
            if sheet.term == level.original and (level.role in sheet.cells or (sheet.term, level.role) in columns):
                sheet.splits[Split(level.role, level.held)] = None
                for group in sheet.groups():
                    told = [n for held in level.held if (n := sheet.get(held, group)) is not None]
                    sheet.fill(level.role, group, sum(told) if len(told) == len(level.held) else None)
        for group in sheet.groups():
            for pair in group & several.keys():
                sheet.unions += list(_unions(group, pair, several[pair]))


def _unions(group: Conditions, pair: tuple[str, str], level: Merged) -> Iterator[tuple[Conditions, list[Conditions]]]:
    """The group as those with one of the levels; and the people around it as the group and those with another level."""
    around = group - {pair}
    yield group, [around | {(level.original, held)} for held in level.held]
    yield around, [group, *(around | {(level.original, other)} for other in level.others)]
