"""A table as a paper prints it beside the same table recomputed, cell for cell, with what differs and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.participants import KIND
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import label_of, spoken

SUFFIX = "_printed"
"""What the name of such a table ends with, after that of the table that was recomputed."""
GROUP = "source=printed"
COUNTS = "counts printed"
AGREES, NOT_PRINTED = "agrees", "not printed"
NOTE = (
    "As printed: n (%) as the paper gives them. Recomputed: from the rows, percentages of those with a value, rounded "
    "half up one by one."
)
SMALL = {"below 5": 4, "7 or fewer": 7, "below 10": 9}
"""Counts that rules for data which are not public withhold: journal, opensafely and nhs, acro."""


@dataclass(frozen=True)
class Cell:
    """One printed cell and the recomputed one: n, the denominator, and how many people could be one at most."""

    term: str
    level: str
    printed_n: int
    printed_percent: float | None
    n: int
    of: int
    most: int

    @property
    def decimals(self) -> int:
        exponent = Decimal(repr(self.printed_percent or 0)).normalize().as_tuple().exponent
        return max(0, -int(exponent))

    @property
    def verdict(self) -> str:
        if self.printed_n != self.n:
            return "n differs"
        fits = self.printed_percent is None or self.of in self.denominators(ROUND_HALF_UP)
        return AGREES if fits else "% differs"

    def denominators(self, rounding: str) -> range:
        """Which N up to all people give the printed percentage of the printed n; they follow on each other."""
        found = [of for of in range(max(self.printed_n, 1), self.most + 1) if self._percent(of, rounding)]
        return range(found[0], found[-1] + 1) if found else range(0)

    def _percent(self, of: int, rounding: str) -> bool:
        unit = Decimal(1).scaleb(-self.decimals)
        share = (Decimal(100 * self.printed_n) / of).quantize(unit, rounding=rounding)
        return share == Decimal(repr(self.printed_percent)).quantize(unit)

    def key(self, group: str, statistic: str, name: str) -> Key:
        return Key(KIND, name, self.term, self.level, group, statistic)


def as_printed(exhibit: Exhibit, study: Study, name: str) -> Exhibit:
    """The participants table ``name``, as its study file says it is printed (group ``source=printed``) and as it was
    recomputed (``exhibit``), line by line, each with a word on whether they agree.

    The exhibit's results are what is new: the printed numbers, and the denominators that would give them. A remark says
    of each cell that differs what would fit; the last one counts the small cells.
    """
    cells = list(_cells(exhibit, study, name))
    found = {(c.term, c.level): c for c in cells}
    lines = [row for row in exhibit.table.rows if row.term in study.tables[name].printed]
    rows = tuple(_row(row, found.get((row.term, row.level)), name) for row in lines if row.kind != "statistic")
    columns = (Column(GROUP, "As printed"), Column(ALL, "Recomputed"), Column("", "Held against print", form="text"))
    title = f"{study.tables[name].title or spoken(name)}: as printed and as recomputed"
    of = exhibit.table
    table = Table(KIND, name + SUFFIX, title, columns, rows, (Sentence(NOTE),), of.stub, of.unit)
    numbers = [n for c in cells for n in _numbers(c, name)]
    remarks = [_differs(c, study, name) for c in cells if c.verdict == "% differs"]
    counted, (agree, small) = _counted(cells, name)
    return Exhibit(Results.of([*numbers, *counted]), table, (agree, *remarks, small))


def _cells(exhibit: Exhibit, study: Study, name: str) -> Iterator[Cell]:
    held = exhibit.results.lookup()
    most = int(held[tuple(Key(KIND, name))])
    for term, levels in study.tables[name].printed.items():
        for level, told in levels.items():
            n, of = (int(held[tuple(Key(KIND, name, term, level, ALL, s))]) for s in ("n", "denominator"))
            yield Cell(term, level, told[0], told[1] if len(told) > 1 else None, n, of, most)


def _row(row: Row, cell: Cell | None, name: str) -> Row:
    """The line of the recomputed table with a word at its end; n alone where the paper prints no percentage."""
    if row.kind == "variable":
        return replace(row, name=name, texts=("", "", ""))
    form = row.form if cell is None or cell.printed_percent is not None else "n"
    return replace(row, name=name, form=form, texts=("", "", cell.verdict if cell else NOT_PRINTED))


def _numbers(cell: Cell, name: str) -> Iterator[Number]:
    yield Number(cell.key(GROUP, "n", name), cell.printed_n, NOBODY, 0)
    if cell.printed_percent is None:
        return
    yield Number(cell.key(GROUP, "percent", name), cell.printed_percent, NOBODY, cell.decimals)
    if cell.verdict == "% differs":
        for word, fits in _would_fit(cell).items():
            yield Number(cell.key(GROUP, f"{word}_from", name), fits[0], NOBODY, 0)
            yield Number(cell.key(GROUP, f"{word}_to", name), fits[-1], NOBODY, 0)


def _would_fit(cell: Cell) -> dict[str, range]:
    """By rounding half up, and else by cutting off: the denominators that give the printed percentage."""
    fits = {"fits": cell.denominators(ROUND_HALF_UP)}
    fits |= {} if fits["fits"] else {"cut": cell.denominators(ROUND_DOWN)}
    return {word: found for word, found in fits.items() if found}


def _differs(cell: Cell, study: Study, name: str) -> Sentence:
    """``Ethnicity, Black: 30% is printed; 12 of 39 is 31%. 12 of 40 would be 30%.``"""
    keys = {s: cell.key(ALL, s, name) for s in ("n", "denominator", "percent")}
    keys["printed"] = cell.key(GROUP, "percent", name)
    words = f"{literal(label_of(study, cell.term))}, {literal(cell.level)}: {{printed}}% is printed; {{n}} of "
    words += "{denominator} is {percent}%"
    for word, found in _would_fit(cell).items():
        keys[word] = cell.key(GROUP, f"{word}_from", name)
        span = f"{{{word}}}"
        if len(found) > 1:
            keys[f"{word}_to"] = cell.key(GROUP, f"{word}_to", name)
            span += f" to {{{word}_to}}"
        words += f". {{n}} of {span} would be {{printed}}%" + (" if decimals were cut off" if word == "cut" else "")
    return Sentence(f"{words}.", keys)


def _counted(cells: list[Cell], name: str) -> tuple[list[Number], tuple[Sentence, Sentence]]:
    """How many cells there are and agree; how many counts a release rule would withhold if they were not public."""
    values = {"": len(cells), AGREES: sum(c.verdict == AGREES for c in cells)}
    values |= {word: sum(c.printed_n <= most for c in cells) for word, most in SMALL.items()}
    numbers = [Number(Key(KIND, name, COUNTS, word, GROUP, "n"), n, NOBODY, 0) for word, n in values.items()]
    every, agree, *small = (number.key for number in numbers)
    words = [f"{{n{i}}} are {word}" for i, word in enumerate(SMALL)]
    return numbers, (
        Sentence("{agree} of the {every} printed cells are what the rows give.", {"agree": agree, "every": every}),
        Sentence(
            f"Of the printed counts {', '.join(words)}: rules for data that are not public would withhold them, with "
            "what they could be worked out from.",
            {f"n{i}": key for i, key in enumerate(small)},
        ),
    )
