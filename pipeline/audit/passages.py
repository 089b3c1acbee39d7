"""What is read beside counts and percentages: paragraphs of an article and lines of tables, as words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audit.findings import LOOK, Finding, shown
from pipeline.audit.numbers import plain_text
from pipeline.audit.printed import Line, Printed

TEXT = "text"
"""What the words of an article outside its tables are called where a table has its name."""
LONGEST = 20_000
"""Signs of one paragraph; what is longer is cut, because no one reads it as one."""
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(“\"‘])(?<!\bvs\.\s)(?<!\bcf\.\s)(?<!\be\.g\.\s)(?<!\bi\.e\.\s)(?<!\bNo\.\s)")


@dataclass(frozen=True)
class Passage:
    """Words that stand together. table: ``text`` or the table's name; row, column: where in it; place: ``line 5``."""

    file: str
    table: str
    words: str
    row: str = ""
    column: str = ""
    place: str = ""

    @property
    def plain(self) -> str:
        return plain_text(self.words[:LONGEST])

    @property
    def prose(self) -> bool:
        return self.table == TEXT

    def finds(self, kind: str, printed: str, says: str, possible: str = "", sure: str = LOOK) -> Finding:
        return Finding(kind, self.file, self.table, self.row or self.place, self.column, shown(printed), says,
                       possible, sure, self.place)  # fmt: skip


def sentences(words: str) -> list[str]:
    return [part for part in _END.split(words) if part.strip()]


def of_text(file: str, paragraphs: list[tuple[str, str]]) -> list[Passage]:
    """The paragraphs of an article, each with its place."""
    return [Passage(file, TEXT, words[:LONGEST], place=place) for place, words in paragraphs if words.strip()]


def of_table(table: Printed) -> Iterator[Passage]:
    """A table's caption, notes and the cells that are words of their own (``t(28) = 2.20, P = .036``)."""
    texts = [("caption", table.caption.words, ""), *((f"note {n.mark}".strip(), n.words, "") for n in table.notes)]
    for row, words, place in texts:
        if words:
            yield Passage(table.file, table.name, words, row=row, place=place)
    for line in table.lines:
        label = line.label.words
        yield Passage(table.file, table.name, label, row=label, place=line.place)
        for column, cell in zip(table.columns, line.cells, strict=True):
            if cell.words:
                yield Passage(table.file, table.name, cell.words, row=label, column=column.called, place=line.place)
        yield from _across(table, line)


_HEADS = {"t": r"t(?:[- ](?:value|statistic|test))?", "z": r"[zZ](?:[- ](?:value|statistic|score))?", "chi2": r"chi2",
          "r": r"r"}  # fmt: skip
_DF, _P = re.compile(r"d\.?f\.?|degrees of freedom", re.I), re.compile(r"p(?:[- ]?values?)?", re.I)


def _across(table: Printed, line: Line) -> Iterator[Passage]:
    """A statistic, its df and its P value that stand in columns of their own, put together as one writes them."""
    heads = [plain_text(c.head.words).strip() for c in table.columns]
    for j, head in enumerate(heads):
        name = next((name for name, form in _HEADS.items() if re.fullmatch(form, head)), "")
        value = line.cells[j].words.strip()
        if not name or not re.fullmatch(r"[-−–]?\d*[.,]?\d+", value):
            continue
        near = [k for k in range(max(0, j - 2), min(len(heads), j + 5))
                if k != j and table.columns[k].spanner == table.columns[j].spanner]  # fmt: skip
        df = next((line.cells[k].words.strip() for k in near if _DF.fullmatch(heads[k])), "")
        p = next((line.cells[k].words.strip() for k in near if k > j and _P.fullmatch(heads[k])), "")
        if p and (df or name == "z"):
            told = f"{name}{f'({df})' if df else ''} = {value}, p {'' if p[:1] in '<>=≤≥' else '= '}{p}"
            yield Passage(table.file, table.name, told, line.label.words, table.columns[j].called, line.place)
