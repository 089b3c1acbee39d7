"""Missing answers by variable and reason: wave by wave, and by programme within a wave."""

from __future__ import annotations

import pandas as pd

from pipeline.results import ALL, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.words import STRUCTURAL
from pipeline.tables.counted_as import counted_as_tables
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import inside_sentence, label_of, unweighted

KIND, NAME = "quality", "missingness"
MOST = 12
"""More programmes than these are no columns of a page."""


def missingness_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """A table by wave, and one a wave for each variable whose levels are groups (programme, arm); none without a gap.
    Last, what counts as another answer than it is.

    Over kind ``quality``, name ``missingness`` (``cleaning.missingness``); term: variable or scale; level: reason, or
    ``""`` for all; group: ``All`` or ``wave=…``, and each with ``<variable>=<level>`` after it.
    """
    frame = results.frame[(results.frame["kind"] == KIND) & (results.frame["name"] == NAME)]
    counted = counted_as_tables(results, study)
    if frame.empty:
        return counted
    groups = list(dict.fromkeys(frame["group"]))
    waves = _waves(study, groups)
    whole = tuple(Column(path, label) for path, label in waves)
    title = "Missing answers" + (", by wave" if len(whole) > 1 else "")
    made = [_table(frame, study, NAME, title, whole, whole)]
    for number, (path, label) in enumerate(waves, 1):
        for by, parts in _parts(study, groups, path).items():
            if len(parts) > MOST:
                continue
            columns = tuple(Column(group, level, spanner=label_of(study, by)) for level, group in parts.items())
            at = f", {label}" if path != ALL else ""
            title = f"Missing answers, by {inside_sentence(label_of(study, by))}{at}"
            name = f"{NAME}_by_{by}{f'_{number}' if at else ''}"
            made.append(_table(frame, study, name, title, columns, (*columns, Column(path, "Overall"))))
    return (*(table for table in made if table.rows), *counted)


def _waves(study: Study, groups: list[str]) -> list[tuple[str, str]]:
    """Paths and labels of the waves in declared order; ``All`` alone where there are none."""
    declared = [w for source in study.sources.values() for w in source.wave_labels.values()]
    return [(f"wave={w}", w) for w in dict.fromkeys(declared) if f"wave={w}" in groups] or [(ALL, "Overall")]


def _parts(study: Study, groups: list[str], path: str) -> dict[str, dict[str, str]]:
    """Variable -> level -> group, levels in declared order, of the groups within a path."""
    before = "" if path == ALL else f"{path};"
    known = {f"{before}{name}=": name for name in study.variables}
    found: dict[str, dict[str, str]] = {}
    for group in groups:
        start = f"{before}{group.removeprefix(before).split('=', 1)[0]}="
        if group.startswith(before) and start in known:
            found.setdefault(known[start], {})[group.removeprefix(start)] = group
    return {by: dict(sorted(parts.items(), key=lambda p: _place(study, by, p[0]))) for by, parts in found.items()}


def _place(study: Study, by: str, level: str) -> tuple[int, str]:
    levels = study.levels_of(by)
    return levels.index(level) if level in levels else len(levels), level


def _table(frame: pd.DataFrame, study: Study, name: str, title: str, told: tuple[Column, ...],
           columns: tuple[Column, ...]) -> Table:  # fmt: skip
    """A block for each variable with a gap in one of the ``told`` columns; those without one are named in a note."""
    here = frame[frame["group"].isin([c.group for c in told])]
    gaps = here[(here["statistic"] == "n") & (here["value"] > 0)]
    rows: list[Row] = []
    whole = []
    for term in (*study.variables, *study.scales):
        if not (here["term"] == term).any():
            continue
        levels = dict.fromkeys(gaps.loc[gaps["term"] == term, "level"])
        if not levels:
            whole.append(label_of(study, term))
            continue
        rows.append(Row(label_of(study, term), term, "", "count", "variable", name=NAME))
        lines = sorted((level for level in levels if level), key=_rank)
        rows += [Row(_words(level), term, level, "count", "missing", 1, name=NAME) for level in lines]
    notes = [
        "Percentages are of those who were asked; what is missing by design is no part of a variable's first line."
    ]
    listed = set(here["term"])
    again = [n for n, v in study.variables.items()
             if v.derive is not None and n not in listed and {v.derive.regroup, v.derive.cut} & listed]  # fmt: skip
    notes += [f"In other words, and with the same gaps: {', '.join(label_of(study, n) for n in again)}."] * bool(again)
    notes += unweighted(study)
    notes += [f"Nothing is missing in: {', '.join(whole)}."] if whole else []
    said = tuple(Sentence(literal(note)) for note in notes)
    return Table(KIND, name, title, columns, tuple(rows), said, "Variable or scale")


def _rank(level: str) -> tuple[bool, str]:
    """What is missing by design comes last."""
    return level in STRUCTURAL, level


def _words(level: str) -> str:
    return level[:1].upper() + level[1:]
