"""A printed table as counts and percentages of people: the values that the checks look at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipeline.audit.figures import Figure, without_n
from pipeline.audit.findings import LOOK, Finding
from pipeline.audit.printed import Line, Printed
from pipeline.audit.rounding import Span
from pipeline.audit.words import MISSING_NOTE, OVERALL

Stated = tuple[int, str]
"""A number of people, and the place that says it."""


@dataclass(frozen=True)
class Measure:
    """One group of people: its column of counts and, where they stand apart, its column of percentages.

    n: the number that its heading says. percent: the second column, None where both stand in one cell.
    """

    called: str
    count: int | None
    percent: int | None
    spanner: str = ""
    n: int | None = None
    swapped: bool = False
    counts_alone: bool = False

    @property
    def overall(self) -> bool:
        return bool(OVERALL.search(self.called))


@dataclass(frozen=True)
class Member:
    """A line of a group, with a figure for each measure."""

    line: Line
    figures: tuple[Figure, ...]
    missing: bool = False

    @property
    def label(self) -> str:
        return self.line.label.words


@dataclass(frozen=True)
class Group:
    """The levels of one variable. heading: its line, None for a line that stands alone. totals: for each measure the
    number that the group itself says it is of (a heading's count or ``N = 39``, a line "Total"), with the place's name;
    the percentage of a line that stands alone may be of the column's people all the same.
    of_answers: that is a number of answers given, of which people may have given several. answers: that number, where
    the lines have percentages of it beside those of people.
    """

    heading: Line | None
    members: tuple[Member, ...]
    totals: tuple[Stated | None, ...]
    several: bool = False
    parents: tuple[int | None, ...] = ()
    of_answers: bool = False
    answers: tuple[Stated | None, ...] = ()

    @property
    def shares_of_answers(self) -> Group | None:
        """The same lines with their second percentages, which are of the answers given; None where there are none."""
        if not self.answers:
            return None
        members = tuple(
            replace(m, figures=tuple(replace(f, percent=f.answers, answers=None) for f in m.figures))
            for m in self.levels
        )
        return replace(self, members=members, totals=self.answers, of_answers=True, answers=(), parents=())

    @property
    def name(self) -> str:
        line = self.heading or self.members[0].line
        return without_n(line.label.words) or line.place

    def within(self, measure: int, span: Span) -> bool:
        """Whether the lines are parts of the level that heads them, whose count is one of the N."""
        parent = self.parents[measure] if self.parents else None
        return parent is not None and parent in span

    @property
    def place(self) -> str:
        return (self.heading or self.members[0].line).place

    def row(self, member: Member) -> str:
        """What a level is called: with its variable, where it has a heading."""
        return f"{self.name}: {member.label}" if self.heading else member.label

    @property
    def levels(self) -> tuple[Member, ...]:
        return tuple(m for m in self.members if not m.missing)


@dataclass(frozen=True)
class Sheet:
    """A table as the checks see it. ``of``: for each measure the number of people that the table says, and where.
    brackets: cells such as ``11 (26)`` of which nothing says what they are."""

    printed: Printed
    measures: tuple[Measure, ...]
    groups: tuple[Group, ...]
    of: tuple[Stated | None, ...]
    said: tuple[Stated, ...] = field(default_factory=tuple)
    people: bool = False
    unread: int = 0
    brackets: int = 0

    @property
    def missing_marks(self) -> set[str]:
        """Marks of the notes that speak of missing data; an empty mark for a note to the whole table."""
        return {note.mark for note in self.printed.notes if MISSING_NOTE.search(note.words)}

    def says_of(self, group: Group, measure: int) -> Stated | None:
        """The number of people that the table says for a group: that of a line which stands alone and says its own,
        else the column's."""
        return (group.totals[measure] if group.heading is None else None) or self.of[measure]

    def missing_elsewhere(self, group: Group) -> bool:
        """Whether those without an answer stand in a note to the group or in a column of their own; then the lines of a
        group need not hold all of them."""
        marks = set(group.heading.label.marks) if group.heading else set[str]()
        return bool(marks & self.missing_marks) or any(
            c.called.strip().lower() == "missing" for c in self.printed.columns
        )

    def finds(
        self, kind: str, says: str, possible: str = "", sure: str = LOOK, *, row: str = "", measure: int | None = None,
        printed: str = "", place: str = "",
    ) -> Finding:  # fmt: skip
        """A finding about this table; the column is named where there are several."""
        column = self.measures[measure].called if measure is not None and len(self.measures) > 1 else ""
        return Finding(kind, self.printed.file, self.printed.name, row, column, printed, says, possible, sure, place)
