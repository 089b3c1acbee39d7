"""From rows of results to sheets of counts: which row tells which fact."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from pipeline.disclosure.boxes import one_box
from pipeline.disclosure.carried import carried
from pipeline.disclosure.cascades import heads as heads_of_cascades
from pipeline.disclosure.coders import OF_CODERS
from pipeline.disclosure.crossed import cross
from pipeline.disclosure.declared import tables
from pipeline.disclosure.facts import (
    ANSWERED,
    ASKED,
    BECAUSE,
    BIN,
    BY_DESIGN,
    COMPLETE,
    DESIGN,
    MISSING,
    NOT,
    PEOPLE,
    Split,
)
from pipeline.disclosure.groups import EVERYONE, Conditions, apart
from pipeline.disclosure.inside import inside
from pipeline.disclosure.interviewed import interviewed, of_interviews
from pipeline.disclosure.kin import numbers_in_bands
from pipeline.disclosure.modelled import model_counts
from pipeline.disclosure.not_asked import not_asked
from pipeline.disclosure.numbers import also_numbers
from pipeline.disclosure.regrouped import Merged, any_of, as_original, merged_levels, tie
from pipeline.disclosure.retested import retested
from pipeline.disclosure.rows import MOMENTS, Told
from pipeline.disclosure.sheet import Sheet, sheet_of
from pipeline.disclosure.spans import know_spans
from pipeline.study import Study
from pipeline.tables.cascade import KIND as CASCADE

OTHER_KINDS = ("quality", "scale", "reliability", "flow", "model", "mediation", CASCADE)
DISTRIBUTION, MISSINGNESS, PRORATED = "distribution", "missingness", "prorated"


def sheets_of(rows: Sequence[Told], below: int, study: Study | None = None) -> list[Sheet]:
    """A sheet for each variable, for the heads of groups, for each flow and for what else is counted."""
    by_kind: dict[str, list[Told]] = {}
    merged = merged_levels(study) if study is not None else {}
    talks = [row for row in rows if of_interviews(row, study)]
    taken = {row.at for row in talks}
    others = [row for row in rows if row.at not in taken and (row.kind, row.name) not in OF_CODERS]
    steps = heads_of_cascades([r for r in others if r.kind == CASCADE], study, merged) if study is not None else []
    rows = list(as_original([r for r in others if r.kind != CASCADE], merged))
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    terms: dict[str, Sheet] = {}
    _missingness(terms, [r for r in by_kind.get("quality", ()) if r.name == MISSINGNESS])
    _scales(terms, by_kind.get("scale", ()))
    _others(terms, [*by_kind.get("reliability", ()), *(r for r in by_kind.get("quality", ()) if r.name == PRORATED)])
    for sheet in terms.values():
        sheet.derive()
    heads = list(tables(terms, [r for r in rows if r.kind not in OTHER_KINDS], study))
    heads = _joined([*(_head(sheet) for sheet in terms.values()), *heads, *steps])
    _of_another_table(heads)
    retested(terms, heads, by_kind.get("reliability", ()))
    if study is not None:
        model_counts(terms, [*by_kind.get("model", ()), *by_kind.get("mediation", ())], study, merged)
        _asked_of(terms, study, merged)
        know_spans(terms, study, numbers_in_bands(study))
        one_box(terms, heads, study)
        also_numbers(terms, heads, study)
    for sheet in terms.values():
        sheet.derive()
        cross(sheet)
    tie([*heads, *terms.values()], merged)
    if study is not None:
        not_asked(terms, study, merged)
    inside([*heads, *terms.values()])
    if study is not None:
        carried([*heads, *terms.values()], study)
    delicate = frozenset(r.term for r in rows if r.sensitive)
    if study is not None:
        delicate |= {name for name in (*study.variables, *study.scales) if study.is_sensitive(name)}
    for sheet in (*heads, *terms.values()):
        sheet.sensitive = delicate
    rest = [r for r in by_kind.get("quality", ()) if r.name not in (MISSINGNESS, PRORATED)]
    told = interviewed(talks, study, below) if study is not None and talks else []
    return [*heads, *terms.values(), *_flows(by_kind.get("flow", ()), below), *_plain(rest, below), *told]


def _asked_of(terms: dict[str, Sheet], study: Study, merged: Mapping[tuple[str, str], Merged]) -> None:
    """Those who were asked are the people of one or more levels of another variable (or of several), wherever both are
    counted: one fact. Of several levels they are a role of their own in the other variable's sheet, which its levels
    make up."""
    for name, sheet in list(terms.items()):
        part = study.variables.get(name) or study.scales.get(name)
        asked = dict(_original(*each, merged) for each in part.asked_of.items()) if part is not None else {}
        if not asked:
            continue
        held = dict(sheet.cells.get(ASKED, {}))
        roles = {parent: levels[0] if len(levels) == 1 else any_of(levels) for parent, levels in asked.items()}
        if any(_told_else(terms, asked, g) not in (None, n) for g, n in held.items()):
            continue
        sheet.asked_as = frozenset(roles.items())
        sheet.asked_of = frozenset((parent, level) for parent, levels in asked.items() for level in levels)
        _nobody_left_out(sheet)
        for parent, levels in asked.items():
            other, role = sheet_of(terms, parent), roles[parent]
            beside = {p: lv for p, lv in asked.items() if p != parent}
            for group, n in held.items():
                names = {p for p, _ in group}
                inner = {p: lv for p, lv in beside.items() if p not in names}
                if not {p for p, _ in group - sheet.asked_of}.isdisjoint(beside):
                    continue  # another level: nobody there was asked
                whole = group | {(p, roles[p]) for p in inner}
                other.fill(role, whole, n)
                if beside:
                    _of_both(other, role, levels, whole, [group | set(pairs) for pairs in _pairs(inner)])
                elif (people := sheet.get(PEOPLE, group)) is not None:
                    other.fill(PEOPLE, group, people)
                    other.fill(f"{NOT}{role}", group, people - n)
            if not beside:
                other.splits[Split(PEOPLE, (role, f"{NOT}{role}"))] = None
            if len(levels) > 1:
                other.splits[Split(role, tuple(levels))] = None


def _original(
    parent: str, levels: Sequence[str], merged: Mapping[tuple[str, str], Merged]
) -> tuple[str, tuple[str, ...]]:
    """A variable and its levels, in the words of the one that it is regrouped from."""
    whole = [merged.get((parent, level)) for level in levels]
    if not whole or any(level is None for level in whole):
        return parent, tuple(levels)
    held = [level for level in whole if level is not None]
    return held[0].original, tuple(dict.fromkeys(one for level in held for one in level.held))


def _pairs(asked: Mapping[str, Sequence[str]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """A level of each, in every way."""
    yield from itertools.product(*([(parent, level) for level in levels] for parent, levels in asked.items()))


def _told_else(terms: Mapping[str, Sheet], asked: Mapping[str, Sequence[str]], group: Conditions) -> int | None:
    """How many people the levels have in a group, by the sheet of one of the variables; None where it is not told."""
    for parent, levels in asked.items():
        sheet, beside = terms.get(parent), {p: lv for p, lv in asked.items() if p != parent}
        inner = {p: lv for p, lv in beside.items() if p not in {name for name, _ in group}}
        told = (
            [_together(sheet, levels, group | set(pairs)) for pairs in _pairs(inner)] if sheet is not None else [None]
        )
        if all(n is not None for n in told):
            return sum(n for n in told if n is not None)
    return None


def _of_both(sheet: Sheet, role: str, levels: Sequence[str], whole: Conditions, parts: Sequence[Conditions]) -> None:
    """Who has levels of several variables, in the sheet of one of them: the groups of the others, each and together."""
    if len(levels) > 1:
        for part in parts:
            sheet.fill(role, part, _together(sheet, levels, part))
    if len(parts) > 1:
        sheet.unions.append((whole, list(parts)))


def _nobody_left_out(sheet: Sheet) -> None:
    """Where a group has no line for those who were not asked, everybody sees that there are none."""
    for role in [r for r in DESIGN.values() if r in sheet.cells]:
        for group, n in sheet.cells.get(BY_DESIGN, {}).items():
            if n == 0 and sheet.get(role, group) is None:
                sheet.put(role, group, 0)
                sheet.known[role, group] = None


def _together(sheet: Sheet, levels: Sequence[str], group: Conditions) -> int | None:
    """How many people the levels have in a group; None where one of them is not counted."""
    told = [n for level in levels if (n := sheet.get(level, group)) is not None]
    return sum(told) if len(told) == len(levels) else None


def _missingness(terms: dict[str, Sheet], rows: Sequence[Told]) -> None:
    """Missing answers by reason of those who were asked; what is missing by design, of all."""
    by_design = {r.term for r in rows if r.level in DESIGN}
    for r in rows:
        sheet, group = sheet_of(terms, r.term), apart(r.group)
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
        sheet, group = sheet_of(terms, r.name), apart(r.group)
        if r.term == DISTRIBUTION:
            sheet.put(f"{BIN}{r.level}", group, r.value, r.at)
        elif r.statistic in MOMENTS:
            sheet.put_moment(r.statistic, group, r.at, r.value, r.decimals)
        elif r.statistic == "missing":
            sheet.put(MISSING, group, r.value, r.at)
        elif r.statistic == "n":
            sheet.put(r.level or ANSWERED, group, r.value, r.at)
    sensitive = {r.name for r in rows if r.sensitive}
    for name in dict.fromkeys(r.name for r in rows):
        sheet = terms[name]
        if bins := tuple(role for role in sheet.cells if role.startswith(BIN)):
            sheet.splits[Split(ANSWERED, bins, name in sensitive)] = None
        for group, n in list(sheet.cells.get(ANSWERED, {}).items()):
            told = [sheet.get(role, group) or 0 for role in (MISSING, *DESIGN.values())]
            sheet.fill(PEOPLE, group, n + sum(told))


def _others(terms: dict[str, Sheet], rows: Sequence[Told]) -> None:
    """Those who answered every item of a scale, and those whose missing items were replaced."""
    for r in rows:
        if r.kind == "reliability" and r.statistic == "n" and not r.term:
            sheet, group = sheet_of(terms, r.name), apart(r.group)
            sheet.put(COMPLETE, group, r.value, r.at)
            sheet.splits[Split(PEOPLE, (COMPLETE,))] = None
        elif r.name == PRORATED:
            sheet, group = sheet_of(terms, r.term), apart(r.group)
            role = ANSWERED if r.statistic == "denominator" else f"|{PRORATED}"
            if sheet.get(role, group) in (None, round(r.value)):
                sheet.put(role, group, r.value, r.at)
                # who has a score answered every item, or had some replaced
                sheet.splits[Split(ANSWERED, (COMPLETE, f"|{PRORATED}"))] = None


def _flows(rows: Sequence[Told], below: int) -> Iterator[Sheet]:
    """Rows and people, read, left out and kept: what was read is what was left out and what stayed. Who stayed are the
    people of the tables."""
    found: dict[tuple[str, str], Sheet] = {}
    for r in rows:
        sheet = found.setdefault((r.name, r.statistic), Sheet(f"|flow {r.name} {r.statistic}"))
        role, group = f"{r.term}|{r.level}", apart(r.group)
        sheet.put(role, group, r.value, r.at)
        if role == "kept|" and r.value >= below:
            sheet.known[role, group] = None
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
    for sheet in found.values():  # of a percentage that stands alone no count is told
        sheet.percents = [p for p in sheet.percents if p[1] in sheet.cells and p[3] in sheet.cells]
    yield from found.values()


def _head(sheet: Sheet) -> Sheet:
    """How many people the groups have in which a variable was counted."""
    head = Sheet("")
    for group, n in sheet.cells.get(PEOPLE, {}).items():
        if all(name != "table" for name, _ in group):
            head.put(PEOPLE, group, n)
    return head


def _joined(heads: Sequence[Sheet]) -> list[Sheet]:
    """One sheet for the heads that agree where both tell a group, and that share one or have a sum across both."""
    made: list[Sheet] = []
    for head in heads:
        own = [other for other in made if _of_one(other, head)]
        if own:
            own[0].take(head, EVERYONE)
            for other in own[1:]:  # that have nothing in common but through this one
                if _of_one(own[0], other):
                    own[0].take(other, EVERYONE)
                    made.remove(other)
        elif head.cells.get(PEOPLE):
            made.append(head)
    return made


def _of_another_table(heads: Sequence[Sheet]) -> None:
    """The groups of a table of other rows, as its variables tell them: there the table has no name."""
    for head in heads:
        held = head.cells.get(PEOPLE, {})
        own = {g: frozenset(pair for pair in g if pair[0] != "table") for g in held}
        for other in heads if any(g != plain for g, plain in own.items()) else ():
            told = other.cells.get(PEOPLE, {})
            both = {g: plain for g, plain in own.items() if g != plain and plain in told}
            if any(plain for plain in both.values()) and all(held[g] == told[plain] for g, plain in both.items()):
                head.equal += [(head.fact(PEOPLE, g), (other.fact(PEOPLE, plain),)) for g, plain in both.items()]


def _of_one(one: Sheet, other: Sheet) -> bool:
    same = [other.get(PEOPLE, g) == n for g, n in one.cells.get(PEOPLE, {}).items() if other.get(PEOPLE, g) is not None]
    return all(same) and (bool(same) or _across(one, other) or _across(other, one))


def _across(one: Sheet, other: Sheet) -> bool:
    """A sum of one sheet has a total that the other tells, as those at a wave of another table."""
    for whole, part, rest in one.links:
        n, held = other.get(PEOPLE, whole), one.get(PEOPLE, part)
        if n is not None and held is not None and n == held + rest.n:
            return True
    return any(other.get(PEOPLE, a) is not None and other.get(PEOPLE, a) == one.get(PEOPLE, b) for a, b in one.same)
