"""How many of several boxes somebody ticked, beside how many people ticked each.

``kinds: {count: [talk, visits, rides]}`` beside these boxes: the mean of a group times its people is the sum of the
boxes' counts, and so are the bands in which the number is told, within what they leave open. Of one withheld box the
others and that sum leave as little as the mean's digits do. So it is with how many rows of a linked table each has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.disclosure.facts import ANSWERED, PEOPLE, Fact, Ruled, System
from pipeline.disclosure.groups import Conditions, families
from pipeline.disclosure.possible import Change
from pipeline.disclosure.scores import printed
from pipeline.disclosure.sheet import Sheet
from pipeline.study import Study
from pipeline.study.variable import Variable

Pair = tuple[str, str]
Ways = Mapping[str, Sequence[str]]
"""A variable -> its levels that count."""


@dataclass(frozen=True)
class Boxes:
    """Ticks of a group: at least and at most so many, as the rows say. weights: the boxes' counts."""

    weights: Mapping[Fact, float]
    least: float
    most: float
    rows: tuple[int, ...]

    def fits(self, change: Change) -> bool:
        ticks = sum(w * (f.n + change.get(f, 0)) for f, w in self.weights.items())
        return self.least - 1e-6 <= ticks <= self.most + 1e-6


def boxes_counted(sheets: Sequence[Sheet], systems: Sequence[System], study: Study | None, hidden: Sequence[bool]
                  ) -> list[Boxes]:  # fmt: skip
    """What numbers of boxes say of them. Where one variable has all boxes, its system is told. hidden: rows withheld
    anyway."""
    terms = {sheet.term: (sheet, system) for sheet, system in zip(sheets, systems, strict=True) if sheet.term}
    found: list[Boxes] = []
    if study is None:
        return found
    for name, variable in study.variables.items():
        derive = variable.derive
        if derive is not None and derive.take == "count" and name in terms:
            of = [t for t in terms if t in study.variables and study.source_of(t) == derive.from_]
            found += _rows_of_each(terms[name][0], [terms[t][0] for t in of], hidden)
        if variable.count and name in terms:
            for ways in _ways(study, name, variable):
                for said in _of_groups(terms[name][0], terms, ways, len(variable.count), hidden):
                    found.append(said)
                    if len(ways) == 1:
                        whole = next(iter(said.weights))
                        terms[next(iter(ways))][1].ruled += [
                            Ruled(said.weights, said.most, whole),
                            Ruled({f: -w for f, w in said.weights.items()}, -said.least, whole),
                        ]
    return found


def _rows_of_each(sheet: Sheet, linked: Sequence[Sheet], hidden: Sequence[bool]) -> Iterator[Boxes]:
    """How many rows of a linked table (sessions, say) a group's people have, each and together."""
    for group, said in sheet.means.items():
        answered = sheet.get(ANSWERED, group)
        if "mean" in said and answered and not hidden[said["mean"][0]]:
            low, high = printed(*said["mean"][1:])
            for fact in {other.fact(PEOPLE, group) for other in linked if other.get(PEOPLE, group) is not None}:
                made = Boxes({fact: 1.0}, low * answered, high * answered, (said["mean"][0],))
                if made.fits({}):
                    yield made


def one_box(terms: Mapping[str, Sheet], heads: Sequence[Sheet], study: Study) -> None:
    """A box in a question of several answers, and as a variable of its own, is one fact: what is told of the one is
    told of the other."""
    for name, beside in study.variables.items():
        for column, label in beside.columns.items() if name in terms else ():
            single = _single(study, name, column, beside.ticked)
            if single is not None and single[0] in terms:
                one_fact(terms, heads, (name, label), single)
                one_fact(terms, heads, single, (name, label))


def one_fact(terms: Mapping[str, Sheet], heads: Sequence[Sheet], here: Pair, there: Pair) -> None:
    """What is told of the one is told of the other, unless they differ anywhere."""
    one, other = (terms[name].cells.get(level, {}) for name, level in (here, there))
    if any(other.get(group, n) != n for group, n in one.items()):
        return
    sheet = terms[there[0]]
    for group, n in one.items() if other else ():
        sheet.fill(there[1], group, n)
        sheet.equal.append((sheet.fact(there[1], group), (terms[here[0]].fact(here[1], group),)))
    for sheet in (*terms.values(), *heads):
        for role, held in sheet.cells.items():
            for group, n in [(g, n) for g, n in held.items() if here in g]:
                same = group - {here} | {there}
                if held.get(same) == n:
                    sheet.equal.append((sheet.fact(role, group), (sheet.fact(role, same),)))


def _single(study: Study, name: str, column: str, ticked: str) -> Pair | None:
    """The variable of one column, and its level of those who ticked it."""
    for single, variable in study.variables.items():
        if variable.kind in ("category", "ordered") and (variable.from_ or single) == column:
            level = variable.codes.get(ticked)
            alone = [code for code, label in variable.codes.items() if label == level] == [ticked]
            if alone and level is not None and study.source_of(single) == study.source_of(name):
                return single, level
    return None


def given_back(found: Sequence[Boxes], changes: Sequence[Sequence[Change]], withheld: Sequence[System]) -> list[int]:
    """Rows that one of the other tables does not have. withheld: systems for which none was found."""
    needed = {f for system in withheld for f in system.needed}
    gone = [
        said
        for said in found
        if not needed.isdisjoint(said.weights) or not all(said.fits(c) for some in changes for c in some)
    ]
    return [row for said in gone for row in said.rows]


def _ways(study: Study, name: str, variable: Variable) -> Iterator[Ways]:
    """Where the boxes stand: all of them in a question of several answers, or each a variable of its own."""
    columns, source = variable.count or (), study.source_of(name)
    near = {n: v for n, v in study.variables.items() if study.source_of(n) == source and v.derive is None}
    for other, beside in near.items():
        if beside.columns and set(columns) <= set(beside.columns) and beside.ticked not in variable.except_:
            yield {other: [beside.columns[column] for column in columns]}
    single = {v.from_ or n: n for n, v in near.items() if v.kind in ("category", "ordered") and v.codes}
    if all(column in single for column in columns):
        yield {
            single[c]: list(dict.fromkeys(level for code, level in near[single[c]].codes.items()
                                          if code not in variable.except_))
            for c in columns
        }  # fmt: skip


def _of_groups(
    sheet: Sheet, terms: Mapping[str, tuple[Sheet, System]], ways: Ways, boxes: int, hidden: Sequence[bool]
) -> Iterator[Boxes]:
    if not all(term in terms for term in ways):
        return
    said = {g: (m["mean"][0], *printed(*m["mean"][1:])) for g, m in sheet.means.items()
            if "mean" in m and not hidden[m["mean"][0]] and sheet.get(ANSWERED, g)}  # fmt: skip
    inner = list(families(said).items())
    for group, answered in sheet.cells.get(ANSWERED, {}).items():
        places = [(term, level) for term, levels in ways.items() for level in levels]
        if not answered or any(terms[term][0].get(level, group) is None for term, level in places):
            continue
        weights = {terms[term][0].fact(level, group): 1.0 for term, level in places}
        without = boxes * max((sheet.get(PEOPLE, group) or answered) - answered, 0)
        for least, most, rows in _sums(sheet, group, answered, said, [m for (p, _), m in inner if p == group]):
            made = Boxes(weights, least, most + without, rows)
            if made.fits({}):
                yield made


def _sums(
    sheet: Sheet, group: Conditions, answered: int, said: Mapping[Conditions, tuple[int, float, float]],
    inner: Sequence[Sequence[Conditions]],
) -> Iterator[tuple[float, float, tuple[int, ...]]]:  # fmt: skip
    """Ticks in a group: by its mean, by those of the groups inside it, and by its bands."""
    for members in ([group], *inner):
        held = [(*said[m], sheet.cells[ANSWERED][m]) for m in members if m in said]
        if held and sum(n for *_, n in held) == answered:
            yield (sum(low * n for _, low, _, n in held), sum(high * n for *_, high, n in held),
                   tuple(row for row, *_ in held))  # fmt: skip
    bands = [(span, n) for role, span in sheet.spans.items() if (n := sheet.get(role, group)) is not None]
    if bands and sum(n for _, n in bands) == answered:
        # in every group: one of them follows from the others
        every = tuple(row for (role, _), rows in sheet.rows.items() if role in sheet.spans for row in rows)
        yield sum(s.low * n for s, n in bands), sum(s.high * n for s, n in bands), every
