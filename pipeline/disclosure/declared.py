"""Declared tables of participants: which row tells which fact, and whose people a table is about.

The study file says at which wave its tables' people are. Of a table that it does not know, the numbers decide: it is
taken to be about a wave (or about another table's people) when as many people stand in it and no count that both tell
differs; what is the same number in both is then the same fact. That errs, if at all, towards withholding in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import combinations

from pipeline.disclosure.facts import ANSWERED, ANY, BECAUSE, DESIGN, MISSING, PEOPLE, Fact, Link, Split
from pipeline.disclosure.groups import EVERYONE, Conditions, of_whom, together
from pipeline.disclosure.rows import MOMENTS, Told
from pipeline.disclosure.sheet import Sheet, sheet_of
from pipeline.study import Study
from pipeline.tables.followed import FOLLOWED, JOINED

BASE = "|of "
WHY = f"{MISSING}: "


def tables(terms: dict[str, Sheet], rows: Sequence[Told], study: Study | None) -> Iterator[Sheet]:
    """Declared tables, put among the facts of every base that they may be about; yields the heads of their groups."""
    tables: dict[tuple[str, str], list[Told]] = {}
    for row in rows:
        tables.setdefault((row.kind, row.name), []).append(row)
    for name, table in sorted(tables.items()):
        spec = study.tables.get(name[1]) if study is not None else None
        own = own_sheets(table, spec.percent if spec is not None else "column")
        nested(own, {n for n, v in study.variables.items() if v.kind == "choices"} if study is not None else set())
        if study is not None and name[1] in study.tables:
            bases = [_declared(study, name[1], own)]
        else:
            bases = [b for b in _bases(terms) if _fits(terms, own, b)] or [frozenset([("table", " ".join(name))])]
        for base in bases:
            for sheet in own.values():
                if sheet.term:
                    sheet_of(terms, sheet.term).take(sheet, _of_term(study, sheet.term, base))
                    continue
                head = Sheet("")
                head.take(sheet, base)
                head.links = list(_later(own, base))
                _later_by_level(own, base, head)
                yield head


def _declared(study: Study, name: str, own: dict[str, Sheet]) -> Conditions:
    """Whose people a table is about: those of a wave, of the raw table that it is made of. A table of waves side by
    side says so in its columns."""
    spec = study.tables[name]
    table = spec.of or study.main
    labels = study.sources[table].wave_labels
    wave = labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
    columns = {part for sheet in own.values() if sheet.term != JOINED for group in sheet.groups() for part, _ in group}
    if "wave" in columns:
        wave = ""
    return frozenset(([("wave", wave)] if wave else []) + ([("table", table)] if table != study.main else []))


def _of_term(study: Study | None, term: str, base: Conditions) -> Conditions:
    """Of the table's own variables other outputs speak without naming it."""
    if study is None or term not in (*study.variables, *study.scales):
        return base
    return base - {("table", study.source_of(term))}


def _later(own: dict[str, Sheet], base: Conditions) -> Iterator[Link]:
    """Those at a later wave are those followed to it and those who joined later."""
    if JOINED in own:
        for group in own[JOINED].cells.get(ANSWERED, {}):
            ((_, wave),) = group
            yield Link(group, _followed_to(own, wave) | base, _at(own[JOINED].fact(ANSWERED, group), base))


def _later_by_level(own: dict[str, Sheet], base: Conditions, head: Sheet) -> None:
    """Where nobody joined later, a programme's people at a wave are those followed to it: two names of one fact."""
    if JOINED not in own:
        return
    for group, joined in own[JOINED].cells.get(ANSWERED, {}).items():
        ((_, wave),) = group
        followed = _followed_to(own, wave)
        for sheet in own.values() if joined == 0 else ():
            for role, held in sheet.cells.items():
                if sheet.term and followed in held and not role.startswith("|"):
                    level = frozenset([(sheet.term, role)])
                    head.put(PEOPLE, followed | base | level, held[followed])
                    head.same.append((group | level, followed | base | level))


def _followed_to(own: dict[str, Sheet], wave: str) -> Conditions:
    """The group of those followed to a wave, as the heads of the table name it."""
    pair = (f"wave={wave};followed", FOLLOWED)
    return next((group for group in own[""].groups() if pair in group), frozenset([pair]))


def _at(fact: Fact, base: Conditions) -> Fact:
    return Fact(fact.who | base, fact.n)


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


def nested(own: dict[str, Sheet], several: Set[str]) -> None:
    """Of columns within columns a reader adds up the inner ones: how many there are of an outer one, and of an inner
    one in all outer ones. several: variables of which a person may stand in several columns: these do not add up."""
    for sheet in own.values():
        for role, held in list(sheet.cells.items()):
            inner = list(held.items())
            for group, _ in inner:
                for part in _coarser(group, several):
                    sheet.fill(role, part, sum(n for g, n in inner if part < g and len(g) == len(group)))


def _coarser(group: Conditions, several: Set[str]) -> Iterator[Conditions]:
    """The group without one or more of its columns' levels, each wave by itself."""
    columns = sorted(pair for pair in group if pair[0] != "wave" and ";" not in pair[0])
    if len(columns) > 1 and not any(name in several for name, _ in columns):
        for size in range(1, len(columns)):
            yield from (group - frozenset(less) for less in combinations(columns, size))


def own_sheets(rows: Sequence[Told], percent: str = "column") -> dict[str, Sheet]:
    """The sheets of one table, by variable; under the empty name the heads of its groups. percent: of whom its
    percentages are: ``column``, ``row`` or ``cell``."""
    own: dict[str, Sheet] = {"": Sheet("")}
    for r in rows:
        if not r.term:
            _in_head(own[""], r)
        elif r.statistic in MOMENTS:
            sheet_of(own, r.term).put_moment(r.statistic, together(r.group), r.at, r.value, r.decimals)
        elif r.statistic in ("n", "missing") or (not r.level and r.statistic == "denominator"):
            sheet_of(own, r.term).put(_role(r), together(r.group), r.value, r.at)
    wholes: dict[tuple[str, str, str], tuple[str, Conditions]] = {}
    for r in rows:
        if r.term and r.level and r.statistic == "denominator":
            role, group = _whole(sheet_of(own, r.term), r, percent)
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
    """How many people a group has, and those of whom it is a share."""
    if r.statistic == "n":
        head.put(PEOPLE, together(r.group), r.value, r.at)
    elif r.statistic == "denominator":
        head.put(PEOPLE, of_whom(together(r.group)), r.value, r.at)
    elif r.statistic == "percent":
        group = together(r.group)
        head.percents.append((r.at, PEOPLE, group, PEOPLE, of_whom(group), r.decimals))


def _role(r: Told) -> str:
    if r.statistic == "missing":
        return MISSING
    if not r.level:
        return ANSWERED
    # why an answer is missing, in the words of the missing answers' own output: one fact
    return f"{BECAUSE}{r.level.removeprefix(WHY)}" if r.level.startswith(WHY) else r.level


def _whole(sheet: Sheet, r: Told, percent: str) -> tuple[str, Conditions]:
    """What a level's denominator counts: the group's people who answered, the level's people in all groups (at the
    wave), or all who answered there."""
    group, n = together(r.group), round(r.value)
    if percent != "column":
        place = r.level if percent == "row" else ANSWERED, frozenset(pair for pair in group if pair[0] == "wave")
        if sheet.get(*place) in (None, n):
            return place
    if ANSWERED not in sheet.cells and n == sheet.get(r.level, of_whom(group)):
        return r.level, of_whom(group)
    if sheet.get(ANSWERED, group) in (None, n):
        return ANSWERED, group
    return f"{BASE}{r.level}", group


def _finish(sheet: Sheet, people: dict[Conditions, int], sensitive: bool) -> None:
    """Lines that a table leaves out hold nobody; levels may make up those who answered."""
    levels = tuple(r for r in sheet.cells if r not in (MISSING, *DESIGN.values())
                   and (not r.startswith("|") or r.startswith(ANY)))  # fmt: skip
    because = tuple(r for r in sheet.cells if r.startswith(BECAUSE))
    if because:
        sheet.splits[Split(MISSING, because)] = None
    if levels and ANSWERED in sheet.cells:
        sheet.splits[Split(ANSWERED, levels, sensitive)] = None
        _of_levels(sheet, levels, people)
    elif levels:  # a line for everyone
        without = tuple(r for r in (MISSING, *DESIGN.values()) if r in sheet.cells)
        sheet.splits[Split(PEOPLE, (*levels, *without), sensitive)] = None
    silent = []
    wholes = [of_whom(group) for group in sheet.groups()]
    for group in dict.fromkeys([*sheet.groups(), *wholes, EVERYONE]):
        if group in people:
            sheet.put(PEOPLE, group, people[group])
            if sheet.get(ANSWERED, group) is not None and MISSING not in sheet.cells and not because:
                silent.append(group)
    for group in silent:
        sheet.fill(MISSING, group, 0)
        sheet.known[MISSING, group] = None


def _of_levels(sheet: Sheet, levels: Sequence[str], people: dict[Conditions, int]) -> None:
    """Those who answered, where every level is told of a group and they are not: percentages of lines tell how many all
    columns have of a level, though columns of which a person may have several do not add up. Why the others did not
    (missing, or not asked) no such number says."""
    answered = sheet.cells[ANSWERED]
    if any(sum(sheet.get(level, group) or 0 for level in levels) != n for group, n in answered.items()):
        return
    for group in [g for g in sheet.groups() if g not in answered and g in people]:
        told = [sheet.get(level, group) for level in levels]
        if all(n is not None for n in told):
            sheet.fill(ANSWERED, group, sum(n for n in told if n is not None))
