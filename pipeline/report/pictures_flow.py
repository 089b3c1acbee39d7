"""The flow diagram and the grid of missing answers, from released numbers."""

from __future__ import annotations

from pipeline.disclosure import Released
from pipeline.models.declared import declared
from pipeline.report.blocks import Figure, listed
from pipeline.report.figure_flow import Box, FlowOf, flow_picture
from pipeline.report.figure_missing import Cell, MissingPanel, missing_picture
from pipeline.report.look_up import WITHHELD_NOTE, Group, Shelf, number, population_key, printed
from pipeline.results import ALL, Key
from pipeline.study import Study
from pipeline.tables.table import Filled
from pipeline.tables.words import inside_sentence, label_of, spoken

UNITS = ("people", "rows", "clusters")
TOGETHER = "All variables and scores"
MOST_PARTS = 16
"""More programmes than these are not drawn apart: their numbers would be too small to read, and mostly to release."""


def flow_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """What was read, left out (and why) and kept, a table each; None where no result tells of it."""
    shelves = [Shelf(released, "flow", name, source.unit) for name, source in study.sources.items()]
    shelves = [s for s in shelves if s.has(ALL, "rows", "read")]
    if not shelves:
        return None
    flows = tuple(_flow(study, released, s) for s in shelves)
    alt = " ".join(_told(f, len(flows) > 1) for f in flows)
    caption = "Who was read, left out and kept" + (
        ", and who answered at each wave." if any(f.waves for f in flows) else "."
    )
    if "[c]" in alt:
        caption += f" {WITHHELD_NOTE}"
    return Figure("flow", flow_picture(flows, label), alt.replace("[c]", number("[c]")), caption)


def _flow(study: Study, released: Released, shelf: Shelf) -> FlowOf:
    left = None
    if shelf.has(ALL, "rows", "left out"):
        reasons = [_reason(shelf, level) for level in _reasons(study, shelf)]
        left = Box("Left out", (_counted(shelf, ALL, "left out"), *reasons))
    elif reasons := _reasons(study, shelf):
        left = Box("Left out", tuple(_reason(shelf, level) for level in reasons))
    waves = tuple(Box(w.label, (_counted(shelf, w.path, "kept"),)) for w in shelf.waves(study) if w.label)
    arms = tuple(
        _arm(study, shelf, g) for g in shelf.groups() if study.design.arm and g.startswith(f"{study.design.arm}=")
    )
    lines = [line for name in study.models if (line := _analysed(study, released, name, shelf.name))]
    analysed = Box("In the models", tuple(lines)) if lines else None
    inside = population_key(study, released) if shelf.name == study.main else None
    within = (f"Inside the study's population: {released.text(inside)}",) if inside else ()
    read, kept = Box("Read", (_counted(shelf, ALL, "read"),)), Box("Kept", (_counted(shelf, ALL, "kept"), *within))
    return FlowOf(spoken(shelf.name), read, left, kept, waves, arms, analysed)


def _arm(study: Study, shelf: Shelf, group: str) -> Box:
    """One arm: what was read, what left and why, what was kept."""
    reasons = [
        level
        for level in _reasons(study, shelf)
        if any(shelf.text(group, u, "left out", level) not in ("", "0") for u in UNITS)
    ]
    left = [f"{spoken(level)}: {_counted(shelf, group, 'left out', level)}" for level in reasons]
    return Box(
        group.split("=", 1)[1],
        (f"Read: {_counted(shelf, group, 'read')}", *left, f"Kept: {_counted(shelf, group, 'kept')}"),
    )


def _reasons(study: Study, shelf: Shelf) -> list[str]:
    """Reasons of leaving out: those of the study file in its order, then the others."""
    found = list(dict.fromkeys(k.level for k in shelf.keys if k.term == "left out" and k.level))
    first = [rule.because for rule in study.exclude if rule.because in found]
    return list(dict.fromkeys([*first, *found]))


def _reason(shelf: Shelf, level: str) -> str:
    return f"{spoken(level)}: {_counted(shelf, ALL, 'left out', level)}"


def _counted(shelf: Shelf, group: str, term: str, level: str = "") -> str:
    """``1,203 people (3,046 rows) in 7 clusters``, of what is known; whole clusters that left are said."""
    people, rows, clusters = (shelf.text(group, unit, term, level) for unit in UNITS)
    if people in ("", "0"):
        words = _plural(rows, "row", "rows")
    else:
        words = _plural(people, "person" if shelf.unit == "people" else shelf.unit, shelf.unit) + (
            f" ({_plural(rows, 'row', 'rows')})" if rows not in ("", people) else ""
        )
    if not clusters or (term == "left out" and clusters == "0"):
        return words
    counted = _plural(clusters, "cluster", "clusters")
    if term == "left out":
        return counted if rows == "0" else f"{words}; {counted} wholly"
    return f"{words} in {counted}"


def _plural(count: str, one: str, several: str) -> str:
    return f"{count} {one if count == '1' else several}"


def _analysed(study: Study, released: Released, name: str, table: str) -> str:
    model = declared(study, name)
    key = Key("model", name, model.exposure.name, "", "adjustment=unadjusted", "n")
    return f"{model.title}: {released.text(key)} rows" if model.table == table and released.has(key) else ""


def _told(flow: FlowOf, named: bool) -> str:
    boxes = [
        flow.read,
        *([flow.left_out] if flow.left_out else []),
        flow.kept,
        *flow.arms,
        *flow.waves,
        *([flow.analysed] if flow.analysed else []),
    ]
    words = "; ".join(
        f"{b.title if b in (*flow.waves, *flow.arms) else b.title.lower()}: {', '.join(b.lines)}" for b in boxes
    )
    return f"{f'Flow of the table {flow.title}. ' if named else 'Flow diagram. '}{words}."


def missing_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """Per cent missing by variable, wave and programme, for what has a gap somewhere; None where nothing has."""
    shelf = Shelf(released, "quality", "missingness")
    waves = shelf.waves(study)
    columns = {w.path: _columns(study, shelf, w) for w in waves}
    every = [g for found in columns.values() for g in found]
    terms = [t for t in (*study.variables, *study.scales) if any(_gap(shelf, g, t) for g in every)]
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
    by = [*dict.fromkeys(inside_sentence(g.by) for g in every if g.by), *(["wave"] if waves[0].label else [])]
    caption = f"Missing answers in per cent of those who were asked{f', by {listed(by)}' if by else ''}."
    caption += " The darker, the more is missing."
    caption += f" {WITHHELD_NOTE}" if any(c.withheld for p in panels for r in p.cells for c in r) else ""
    table = _missing_table(study, shelf, terms, [(w, g) for w in waves for g in columns[w.path]])
    return Figure("missing", missing_picture(labels, panels, label), _missing_told(labels, panels, by), caption, table)


def _gap(shelf: Shelf, group: Group, term: str) -> bool:
    return shelf.withheld(group.path, "percent", term) or shelf.value(group.path, "percent", term) > 0


def _columns(study: Study, shelf: Shelf, wave: Group) -> list[Group]:
    parts = shelf.parts(study, wave)
    return [*(parts if len(parts) <= MOST_PARTS else []), Group(wave.path, "All")]


def _cell(shelf: Shelf, group: Group, term: str) -> Cell:
    hidden = shelf.withheld(group.path, "percent", term)
    return Cell(shelf.value(group.path, "percent", term), shelf.text(group.path, "percent", term), hidden)


def _missing_told(labels: tuple[str, ...], panels: tuple[MissingPanel, ...], by: list[str]) -> str:
    """A sentence a wave: everyone's percentages. Those of programmes stand in the table below the picture."""
    told = []
    for panel in panels:
        overall = [
            f"{label} {number(row[-1].text)}{'' if row[-1].withheld else '%'}"
            for label, row in zip(labels, panel.cells, strict=True)
            if row[-1].text
        ]
        told.append(f"{panel.title}, all together: {', '.join(overall)}.")
    return f"Grid of the percentage missing{f' by {listed(by)}' if by else ''}. {' '.join(told)}"


def _missing_table(study: Study, shelf: Shelf, terms: list[str], columns: list[tuple[Group, Group]]) -> Filled:
    every = [Key("quality", "answers_missing", "answers", "", g.path, "percent") for _, g in columns]
    rows = [(TOGETHER, every)] if all(shelf.released.has(k) for k in every) else []
    rows += [(label_of(study, t), [shelf.key(g.path, "percent", t) for _, g in columns]) for t in terms]
    heads = [(g.label, wave.label) for wave, g in columns]
    return printed(shelf.released, "missing-figure", "Missing answers in per cent", "Variable or scale", heads, rows)
