"""What the counts of coded interviews are of: people, documents and segments, by role and by programme.

A person may have told of several themes, so that lines do not add up; but over roles (and over programmes) people of a
theme do. Who has a code has every theme and code above it: what is left of these is a fact, too. Documents are people
where each has an interview of their own, and else differ from them by as many as all documents from all people; there
are no fewer segments than people. Documents and segments of no one in particular are all less those of the columns. How
two themes stand together is ``paired``'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.disclosure.coded_trees import (
    OF_DOCUMENTS,
    OF_PEOPLE,
    OF_SEGMENTS,
    Coded,
    apart_by,
    by_hand,
    most,
    tree,
    trees_of,
    units,
)
from pipeline.disclosure.facts import ANSWERED, NOT, PEOPLE, Fact, Split
from pipeline.disclosure.groups import EVERYONE, apart, families
from pipeline.disclosure.paired import pairs_of
from pipeline.disclosure.rows import Told
from pipeline.study import Study
from pipeline.study.format import CODED
from pipeline.themes.coding_flow import (
    ANALYSED,
    APPROACHED,
    EXCLUDED,
    INTERVIEWED,
    NOT_ANALYSED,
    NOT_INTERVIEWED,
    READ,
    RECODED,
)
from pipeline.themes.theme_counts import ALONE, OF_NO_ONE

BASES = {"n": OF_PEOPLE, "percent": OF_PEOPLE, "denominator": OF_PEOPLE, "documents": OF_DOCUMENTS,
         "segments": OF_SEGMENTS}  # fmt: skip
FLOW = ((APPROACHED, (NOT_INTERVIEWED, INTERVIEWED)), (INTERVIEWED, (NOT_ANALYSED, READ)),
        (READ, (EXCLUDED, RECODED, ANALYSED)))  # fmt: skip
DECLARED = "interviews"
"""Name of what the study file says of its interviews; its term ``people`` has how many were interviewed."""


def of_interviews(row: Told, study: Study | None) -> bool:
    """Whether a row is one of those that ``interviewed`` reads."""
    if study is None or study.interviews is None:
        return False
    own = row.kind == "themes" and row.name in (DECLARED, *study.interviews.tables)
    return own or (row.kind == "flow" and row.name == CODED)


def interviewed(rows: Sequence[Told], study: Study, below: int) -> list[Coded]:
    """The heads of all columns, a sheet for each tree of themes and codes and for each pair of them, the flow, and
    those declared as interviewed.

    rows: those of which ``of_interviews`` is true.
    """
    said = study.interviews
    assert said is not None
    flows = {sheet.term: sheet for sheet in _flows([r for r in rows if r.kind == "flow"], below)}
    lines = [r for r in rows if r.kind == "themes" and r.name != DECLARED]
    head, trees = _heads(lines, flows), list(trees_of(lines, said))
    places = {(item.term, item.level): (sheet, item) for sheet, items in trees for item in items}
    for r in lines:
        if (place := places.get((r.term, r.level))) is not None and r.statistic in BASES:
            _take(place[0], place[1].role, r)
    pairs = list(pairs_of(lines, said, places, head))
    for sheet, items in trees:
        for group, n in head.cells.get(PEOPLE, {}).items():
            sheet.put(PEOPLE, group, n)
        tree(sheet, items)
    by = apart_by([head, *(sheet for sheet, _ in trees)])
    for sheet, items in trees:
        for item in items:
            units(sheet, item.role, by)
    units(head, PEOPLE, dict.fromkeys(by, most(by)))
    for sheet in (head, *(sheet for sheet, _ in trees)):
        _no_ones(sheet, head)
    told = [r for r in rows if r.kind == "themes" and r.name == DECLARED]
    people = _declared(told, head, flows.get(_flow_term("people")))
    return [head, *(sheet for sheet, _ in trees), *pairs, *flows.values(), *([people] if people else [])]


def _heads(rows: Sequence[Told], flows: Mapping[str, Coded]) -> Coded:
    """How many people and documents a column has; of all, as many as the flow says are analysed."""
    head = Coded("")
    for r in rows:
        if not r.term and r.statistic in ("n", "documents"):
            head.put(PEOPLE, BASES[r.statistic] | apart(r.group), r.value, r.at)
        elif r.term == ALONE:
            head.put(ALONE, OF_SEGMENTS, r.value, r.at)
    for word, base in (("people", OF_PEOPLE), ("documents", OF_DOCUMENTS)):
        if (flow := flows.get(_flow_term(word))) is not None:
            head.fill(PEOPLE, base, flow.get(f"{ANALYSED}|", EVERYONE))
    return head


def _take(sheet: Coded, role: str, r: Told) -> None:
    group = BASES[r.statistic] | apart(r.group)
    if r.statistic == "percent":
        sheet.percents.append((r.at, role, group, PEOPLE, group, r.decimals))
    else:
        sheet.put(PEOPLE if r.statistic == "denominator" else role, group, r.value, r.at)


def _no_ones(sheet: Coded, head: Coded) -> None:
    """Of each line: all are those of the columns and of no one; and no one's segments are among all that are."""
    for role, cells in sheet.cells.items():
        for (whole, _), members in families(cells).items():
            left, facts = whole | apart(OF_NO_ONE), tuple(sheet.fact(role, m) for m in members)
            if left in cells and left not in members and sum(f.n for f in facts) + cells[left] == cells[whole]:
                sheet.equal.append((sheet.fact(role, whole), (*facts, sheet.fact(role, left))))
        here, every = cells.get(OF_SEGMENTS | apart(OF_NO_ONE)), head.get(ALONE, OF_SEGMENTS)
        if here is not None and every is not None:
            others = by_hand(sheet, f"no one's without {role}", OF_SEGMENTS, every - here)
            own = sheet.fact(role, OF_SEGMENTS | apart(OF_NO_ONE))
            sheet.equal.append((head.fact(ALONE, OF_SEGMENTS), (own, others)))


def _flow_term(statistic: str) -> str:
    return f"|flow {CODED} {statistic}"


def _flows(rows: Sequence[Told], below: int) -> Iterator[Coded]:
    """A sheet for people, documents and segments: every step is what was left out of it and what went on."""
    found: dict[str, Coded] = {}
    for r in rows:
        sheet = found.setdefault(r.statistic, Coded(_flow_term(r.statistic)))
        sheet.put(f"{r.term}|{r.level}", EVERYONE, r.value, r.at)
        if r.term == ANALYSED and r.value >= below:
            sheet.known[f"{ANALYSED}|", EVERYONE] = None
    for sheet in found.values():
        for whole, steps in FLOW:
            parts = tuple(role for role in sheet.cells if role.partition("|")[0] in steps)
            if parts and f"{whole}|" in sheet.cells:
                sheet.splits[Split(f"{whole}|", parts, partial=True)] = None
        yield sheet


def _declared(rows: Sequence[Told], head: Coded, flow: Coded | None) -> Coded | None:
    """Those whom the study file counts as interviewed, by role: each is analysed or was lost on the way."""
    counts = {r.level: r for r in rows if r.term == "people" and r.statistic == "n"}
    if not counts:
        return None
    sheet = Coded("|people interviewed")
    for level, r in counts.items():
        sheet.put(level or ANSWERED, EVERYONE, r.value, r.at)
    roles = [level for level in counts if level]
    total = sheet.get(ANSWERED, EVERYONE)
    if total is not None and roles:
        sheet.splits[Split(ANSWERED, tuple(roles))] = None
        asked = flow.get(f"{INTERVIEWED}|", EVERYONE) if flow is not None else None
        if flow is not None and asked == total:
            sheet.equal.append((sheet.fact(ANSWERED, EVERYONE), (flow.fact(f"{INTERVIEWED}|", EVERYONE),)))
        _lost(sheet, head, roles, total)
    return sheet


def _lost(sheet: Coded, head: Coded, roles: Sequence[str], total: int) -> None:
    """Of each role that columns are made of: interviewed, less analysed."""
    analysed, lost = head.get(PEOPLE, OF_PEOPLE), list[Fact]()
    for role in roles:
        group = OF_PEOPLE | {("role", role)}
        n, here = sheet.get(role, EVERYONE), head.get(PEOPLE, group)
        if n is not None and here is not None and n >= here:
            lost.append(Fact(frozenset([(sheet.term, f"{NOT}analysed"), ("role", role)]), n - here))
            sheet.equal.append((sheet.fact(role, EVERYONE), (head.fact(PEOPLE, group), lost[-1])))
    sheet.by_subtraction += lost
    if analysed is not None and len(lost) == len(roles) and sum(f.n for f in lost) == total - analysed:
        every = by_hand(sheet, "lost", EVERYONE, total - analysed)
        sheet.equal += [(sheet.fact(ANSWERED, EVERYONE), (head.fact(PEOPLE, OF_PEOPLE), every)), (every, tuple(lost))]
        sheet.fixed.append(head.fact(PEOPLE, OF_PEOPLE))
