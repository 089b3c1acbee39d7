"""The grid of missing answers, from released numbers."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.disclosure import Released
from pipeline.report.blocks import Figure
from pipeline.report.draw_missing import Cell, MissingPanel, missing_picture
from pipeline.report.look_up import Group, Shelf, by_words, printed
from pipeline.results import A_NUMBER_WITHHELD, Key
from pipeline.study import Study
from pipeline.tables.fill import NOTE
from pipeline.tables.table import Filled, Table
from pipeline.tables.words import label_of, unweighted

TOGETHER = "All variables and scores"


def missing_figure(study: Study, released: Released, label: str = "", tables: Sequence[Table] = ()) -> Figure | None:
    """Per cent missing by variable, wave and programme, for what has a gap somewhere; None where nothing has.

    tables: those of missing answers, which say in a note in what nothing is missing: that has no row here either.
    """
    shelf = Shelf(released, "quality", "missingness")
    waves = shelf.waves(study)
    columns = {w.path: [*shelf.parts(study, w), Group(w.path, "All")] for w in waves}
    every = [g for found in columns.values() for g in found]
    told = {row.term for table in tables for row in table.rows} or {key.term for key in shelf.keys}
    terms = [t for t in (*study.variables, *study.scales) if t in told and any(_gap(shelf, g, t) for g in every)]
    if not terms:
        return None
    lines = [(shelf, t) for t in terms]
    together = Shelf(released, "quality", "answers_missing")
    if together.keys:
        lines.insert(0, (together, "answers"))
    panels = tuple(
        MissingPanel(w.label or "Everyone", tuple(g.label for g in columns[w.path]),
                     tuple(tuple(_cell(held, g, t) for g in columns[w.path]) for held, t in lines))
        for w in waves
    )  # fmt: skip
    labels = tuple(TOGETHER if held is together else label_of(study, t) for held, t in lines)
    by = by_words(every, bool(waves[0].label))
    caption = f"Missing answers in per cent of those who were asked{by and f', {by}'}."
    caption += " The darker, the more is missing."
    caption += "".join(f" {note}" for note in unweighted(study, "figure"))
    caption += f" {NOTE}." if any(c.withheld for p in panels for r in p.cells for c in r) else ""
    table = _missing_table(study, shelf, terms, [(w, g) for w in waves for g in columns[w.path]])
    return Figure("missing", missing_picture(labels, panels, label), _missing_told(labels, panels, by), caption, table)


def _gap(shelf: Shelf, group: Group, term: str) -> bool:
    return shelf.withheld(group.path, "percent", term) or shelf.value(group.path, "percent", term) > 0


def _cell(shelf: Shelf, group: Group, term: str) -> Cell:
    hidden = shelf.withheld(group.path, "percent", term)
    return Cell(shelf.value(group.path, "percent", term), shelf.text(group.path, "percent", term), hidden)


def _missing_told(labels: tuple[str, ...], panels: tuple[MissingPanel, ...], by: str) -> str:
    """A sentence a wave: everyone's percentages. Those of programmes stand in the table below the picture."""
    told = []
    for panel in panels:
        overall = [
            f"{label} {A_NUMBER_WITHHELD if row[-1].withheld else f'{row[-1].text}%'}"
            for label, row in zip(labels, panel.cells, strict=True)
            if row[-1].text
        ]
        told.append(f"{panel.title}, all together: {', '.join(overall)}.")
    return f"Grid of the percentage missing{by and f' {by}'}. {' '.join(told)}"


def _missing_table(study: Study, shelf: Shelf, terms: list[str], columns: list[tuple[Group, Group]]) -> Filled:
    every = [Key("quality", "answers_missing", "answers", "", g.path, "percent") for _, g in columns]
    rows = [(TOGETHER, every)] if any(shelf.released.has(k) for k in every) else []
    rows += [(label_of(study, t), [shelf.key(g.path, "percent", t) for _, g in columns]) for t in terms]
    heads = [(g.label, wave.label) for wave, g in columns]
    return printed(shelf.released, "missing-figure", "Missing answers in per cent", "Variable or scale", heads, rows)
