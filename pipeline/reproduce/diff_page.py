"""The page of a comparison, in the frame of the reports' pages. Released numbers alone: it may go where they may."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import __version__
from pipeline.report.blocks import Block, Heading, Listing, Paragraph, TableBlock
from pipeline.report.changes import change, drawn
from pipeline.report.fragments import block_html
from pipeline.report.html import frame, written_page
from pipeline.reproduce.diff import Difference
from pipeline.reproduce.diff_cells import CHANGED, KINDS, Cell, as_difference, largest
from pipeline.reproduce.elsewhere import plain
from pipeline.tables.table import Filled, FilledColumn, FilledRow

MOST_LISTED = 300
_HEADS = {
    CHANGED: "Changed numbers, those first that moved furthest, P values last", "added": "Added numbers",
    "gone": "Numbers that are gone",
    "withheld now": "Withheld now, shown before", "shown now": "Shown now, withheld before",
}  # fmt: skip


def diff_page(found: Difference) -> bytes:
    """What changed, what explains it, every table with a changed cell, then the numbers by how they differ."""
    study = found.new.study
    title = plain(str(found.new.manifest.get("title", study)))
    blocks: list[Block] = [
        Paragraph((f"From {plain(found.old.place)} to {plain(found.new.place)}: {found.headline}.",)),
        Heading("What explains it", "explains", 2),
        Listing(tuple((plain(line),) for line in found.explained())),
        Heading("In the tables", "in-the-tables", 2),
    ]
    blocks += [TableBlock(t, f"Table {at}") for at, t in enumerate(found.shown.marked, 1)]
    if not found.shown.marked:
        blocks.append(Paragraph(("No cell of a table changed.",)))
    shown = found.shown
    titles_of = {
        "Unchanged": shown.same,
        "Other words or lines": shown.reworded,
        "New": shown.added,
        "Gone": shown.gone,
    }
    for word, titles in titles_of.items():
        if titles:
            blocks.append(Paragraph((f"{word}: {'; '.join(titles)}.",)))
    blocks.append(Heading("Number by number", "numbers", 2))
    blocks += _numbers(found)
    closing = f"Made with Alongside {__version__}, from released numbers alone."
    said = frame(f"Two versions of {title}", "changes", closing, _made_up(found), False)
    return written_page("body.html.j2", {**said, "body": drawn("".join(map(block_html, blocks)))})


def _made_up(found: Difference) -> bool | str:
    told = found.new.manifest.get("made_up", False)
    return told if isinstance(told, bool) or told == "rows" else False


def _numbers(found: Difference) -> list[Block]:
    blocks: list[Block] = []
    for kind in (CHANGED, *(k for k in KINDS if k != CHANGED)):
        some = largest(found.cells) if kind == CHANGED else [c for c in found.cells if c.kind == kind]
        if some:
            blocks.append(TableBlock(_listed(found, kind, some), ""))
    return blocks or [Paragraph(("Every number is as it was.",))]


def _listed(found: Difference, kind: str, cells: Sequence[Cell]) -> Filled:
    rows = tuple(
        FilledRow(plain(found.shown.place(cell.key)), "statistic", 0, _columns(cell)) for cell in cells[:MOST_LISTED]
    )
    left = len(cells) - len(rows)
    notes = (f"And {left:,} more.",) if left else ()
    heads = ("Before → now", "Difference") if kind == CHANGED else ("Before", "Now")
    name = kind.replace(" ", "-")
    return Filled(name, _HEADS[kind], "Number", tuple(FilledColumn(head) for head in heads), rows, notes)


def _columns(cell: Cell) -> tuple[str, str]:
    old, new = (plain(p.text) if p else "–" for p in (cell.old, cell.new))
    return (change(old, new), as_difference(cell)) if cell.kind == CHANGED else (old, new)
