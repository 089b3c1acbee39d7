"""Which lines of a printed table are levels of what, and what their cells say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.audit.figures import NOTHING, Figure, figure, stated_n, without_n
from pipeline.audit.fitted import belongs, is_open
from pipeline.audit.printed import Line, Printed
from pipeline.audit.rounding import Percent
from pipeline.audit.sheet import Group, Measure, Member, Stated
from pipeline.audit.words import (
    ANSWERS,
    MISSING,
    MISSING_NOTE,
    OF_BOTH,
    OWN_UNIT,
    PERCENT,
    QUESTION,
    SEVERAL,
    STATISTIC,
    TOTAL,
)


@dataclass(frozen=True)
class Reading:
    """How the cells of a table are read. announced: it says that it holds percentages; mixed: it also says means.
    fitted: where it says neither and its cells fit, the N of each column of counts that they fit. both: a note says
    that two percentages in a cell are of people and of answers."""

    measures: tuple[Measure, ...]
    comma: bool
    announced: bool
    mixed: bool
    several: bool
    fitted: Mapping[int, int] = field(default_factory=dict)
    both: bool = False

    def cell(self, line: Line, measure: Measure, heading: str = "") -> Figure:
        """The figure of a line in a measure; nothing where the line holds means, medians or other statistics."""
        label = line.label.words
        count = (
            figure(line.cells[measure.count].words, self.comma, measure.swapped)
            if measure.count is not None
            else NOTHING
        )
        if STATISTIC.search(label) and not PERCENT.search(label) and not (count.sign and QUESTION.match(label)):
            return NOTHING
        if measure.percent is not None:
            apart = figure(line.cells[measure.percent].words, self.comma)
            n = count.n if count.percent is None else None
            withheld = count.withheld or apart.withheld
            percent = apart.percent or (Percent(apart.n, 0) if apart.bare and apart.n is not None else None)
            return Figure(n, percent, count.total, True, False, withheld, count.absent)
        if count.bare and count.n is None:
            return NOTHING  # a decimal number alone: a mean, a share
        if count.answers is not None or count.said:
            sure = count.said or self.both or OF_BOTH.search(f"{label} {heading}")
            return count if sure else NOTHING
        if is_open(count) and not (PERCENT.search(f"{label} {heading}") or (self.announced and not self.mixed)):
            return count if belongs(label, count, self.fitted, measure.count) else NOTHING
        return count


def levelled(table: Printed, read: Reading) -> list[Line]:
    """Lines with the indents that they mean: in a flat table a line without figures is a heading of those below.

    So is one with counts alone before a line with percentages; after one with percentages it stands alone.
    """
    if not table.flat:
        return list(table.lines)
    under, heading, found = False, "", list[Line]()
    for place, line in enumerate(table.lines):
        bare = _bare(line, read, heading)
        alone = bool(OWN_UNIT.search(line.label.words)) or bool(TOTAL.fullmatch(line.label.words.strip(" :,")))
        alone = alone or (bare and _percents(table.lines[max(0, place - 1) : place], read, heading))
        if line.heading or (bare and _percents(table.lines[place + 1 : place + 2], read, line.label.words)):
            under, heading = True, line.label.words
            found.append(replace(line, indent=0))
        else:
            under = under and not alone
            found.append(replace(line, indent=1 if under else 0))
    return found


def _bare(line: Line, read: Reading, heading: str) -> bool:
    """A line of counts alone which is not about missing people."""
    counted = any(read.cell(line, m).n is not None for m in read.measures)
    return counted and not MISSING.search(line.label.words) and not _percents([line], read, heading)


def _percents(lines: Sequence[Line], read: Reading, heading: str) -> bool:
    return any(read.cell(line, m, heading).percent for line in lines for m in read.measures)


def groups(table: Printed, lines: Sequence[Line], read: Reading) -> Iterator[Group]:
    """A group for each heading with the lines one step below it, and one for each line with figures of its own."""
    for place, line in enumerate(lines):
        below = [x for x in _below(lines, place) if not _variable(lines, x, read)]
        heading = f"{line.label.words} {_above(lines, place)}"
        own = tuple(read.cell(line, m, _above(lines, place)) for m in read.measures)
        total = bool(TOTAL.fullmatch(without_n(line.label.words).strip(" :,")))
        several = read.several or bool(SEVERAL.search(line.label.words)) or _noted(table, line)
        if not _has_parent(lines, place) and any(f.percent for f in own) and not total:
            yield _alone(_member(line, own), read)
        members = [_member(x, tuple(read.cell(x, m, heading) for m in read.measures)) for x in below]
        members = [m for m in members if any(f != NOTHING for f in m.figures)]
        sums = [m for m in members if TOTAL.fullmatch(m.label.strip(" :,"))]
        given = [m for m in members if ANSWERS.match(m.label.strip(" :,")) and not any(f.percent for f in m.figures)]
        members = [m for m in members if m not in (*sums, *given)]
        if members:
            parents = tuple(f.n if f.percent else None for f in own)
            totals = _totals(line, own, sums, read, _noted_n(table, line))
            answers = tuple((f.n, f"its line '{given[0].label}'") if f.n is not None else None
                            for f in given[0].figures) if given and several else ()  # fmt: skip
            both = any(f.answers for m in members for f in m.figures)
            group = Group(line, tuple(members), totals if both else answers or totals, several or both, parents,
                          bool(answers) and not both, answers if both else ())  # fmt: skip
            yield from _parted(group, table.flat, read)


def _member(line: Line, figures: tuple[Figure, ...]) -> Member:
    return Member(line, figures, bool(MISSING.search(line.label.words)))


def _alone(member: Member, read: Reading, several: bool = False) -> Group:
    """A line that stands alone, with the N that it says of itself: ``Smokers (n = 58)``. One below its count, or as
    large where that is not all, counts something else, and one beside words on missing answers may be theirs."""
    label = member.line.label.words
    n = None if MISSING_NOTE.search(label) else stated_n(label, read.comma)
    single = len(read.measures) == 1
    totals = tuple(
        (n, "its line") if n is not None and (single or measure.overall) and _holds(n, own) else None
        for own, measure in zip(member.figures, read.measures, strict=True)
    )
    return Group(None, (member,), totals, several)


def _holds(n: int, own: Figure) -> bool:
    """Whether the count of a cell can be that of some of n people, or of all of them."""
    whole = own.percent is not None and own.percent.units == own.percent.scale
    return own.n is not None and (own.n < n or (own.n == n and whole))


def _parted(group: Group, flat: bool, read: Reading) -> Iterator[Group]:
    """In a flat table, lines behind those that add up to 100 % or to the group's number stand alone. Of several places
    to part them the one counts at which they come nearest to 100 %, and none where all lines together do."""
    cuts = [(far, cut) for cut in range(2, len(group.members) + 1) if (far := _far(group, cut, read)) is not None]
    cut = min(cuts)[1] if flat and cuts else len(group.members)
    rest = group.members[cut:]
    if not rest or not all(any(f.percent for f in m.figures) for m in rest):
        yield group
        return
    yield replace(group, members=group.members[:cut])
    yield from (_alone(m, read, group.several) for m in rest)


def _far(group: Group, cut: int, read: Reading) -> int | None:
    """How far from 100 % the first lines add up, over all columns; None where rounding does not make it 100."""
    columns = [[m.figures[j].percent for m in group.members[:cut]] for j in range(len(read.measures))]
    shown = [[p for p in column if p] for column in columns if all(column)]
    off = [sum(p.units for p in column) - column[0].scale for column in shown if column]
    return sum(map(abs, off)) if off and all(-cut < by <= cut / 2 for by in off) else None


def _totals(
    line: Line, own: Sequence[Figure], sums: Sequence[Member], read: Reading, noted: int | None
) -> tuple[Stated | None, ...]:
    label = stated_n(line.label.words, read.comma) or noted
    alone = len(read.measures) == 1
    found: list[Stated | None] = []
    for j, measure in enumerate(read.measures):
        lines = [m.figures[j].n for m in sums if m.figures[j].n is not None]
        if own[j].n is not None and own[j].percent is None and own[j].total is None:
            found.append((own[j].n or 0, "its own first line"))
        elif label is not None and (alone or measure.overall):
            found.append((label, "its note" if label == noted else "its heading"))
        else:
            found.append(
                (lines[0], f"its line '{sums[0].label}'") if len(lines) == 1 and lines[0] is not None else None
            )
    return tuple(found)


def _below(lines: Sequence[Line], place: int) -> Iterator[Line]:
    """Lines one step further in, up to the next that is not further in."""
    step = None
    for line in lines[place + 1 :]:
        if line.indent <= lines[place].indent:
            return
        step = line.indent if step is None else min(step, line.indent)
        if line.indent == step:
            yield line


def _variable(lines: Sequence[Line], line: Line, read: Reading) -> bool:
    """Whether a line below a heading is no level: with counts alone above percentages of its own lines, it is one of
    the variables that stand together under the heading (questions with the same answers), each of its own people."""
    if MISSING.search(line.label.words) or not any(read.cell(line, m).n is not None for m in read.measures):
        return False
    if any(read.cell(line, m).percent for m in read.measures):
        return False
    place = next(i for i, x in enumerate(lines) if x is line)
    below = list(_below(lines, place))
    return len(below) > 1 and any(read.cell(x, m, line.label.words).percent for x in below for m in read.measures)


def _has_parent(lines: Sequence[Line], place: int) -> bool:
    return any(line.indent < lines[place].indent for line in lines[:place])


def _above(lines: Sequence[Line], place: int) -> str:
    return next((x.label.words for x in reversed(lines[:place]) if x.indent < lines[place].indent), "")


def _noted_n(table: Printed, line: Line) -> int | None:
    """The N that a footnote to a heading says."""
    said = {n for note in table.notes if note.mark in line.label.marks and (n := stated_n(note.words)) is not None}
    return said.pop() if len(said) == 1 else None


def _noted(table: Printed, line: Line) -> bool:
    return any(n.mark in line.label.marks and SEVERAL.search(n.words) for n in table.notes if n.mark)
