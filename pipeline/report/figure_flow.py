"""The flow diagram, from released numbers."""

from __future__ import annotations

from pipeline.disclosure import Released
from pipeline.models.declared import declared
from pipeline.report.blocks import Figure
from pipeline.report.draw_flow import Box, FlowOf, flow_picture
from pipeline.report.look_up import Shelf, population_key
from pipeline.results import A_NUMBER_WITHHELD, ALL, WITHHELD, Key
from pipeline.study import Study
from pipeline.tables.fill import NOTE
from pipeline.tables.words import spoken

UNITS = ("people", "rows", "clusters")


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
    caption += f" {NOTE}." if WITHHELD in alt else ""
    return Figure("flow", flow_picture(flows, label), alt.replace(WITHHELD, A_NUMBER_WITHHELD), caption)


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
