"""Answers and blanks that a study counts as another answer: in a trial by arm, in people and clusters."""

from __future__ import annotations

from pipeline.cleaning.counted_as import BLANKS, NAME
from pipeline.results import ALL, Results, Sentence
from pipeline.study import Study
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import label_of, unweighted

KIND = "quality"
HOW_TO_READ = (
    "As the study file declares. The first code of a level is taken for the answer itself; the others, and blanks, for "
    "what counts as it. Percentages are of everyone in the column."
)


def counted_as_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """One table over kind ``quality``, name ``counted_as`` (``cleaning.counted_as``); none where nothing is so."""
    frame = results.frame[(results.frame["kind"] == KIND) & (results.frame["name"] == NAME)]
    if frame.empty:
        return ()
    there = set(frame[["term", "level"]].itertuples(index=False, name=None))
    rows: list[Row] = []
    for name in (n for n in study.variables if (frame["term"] == n).any()):
        rows.append(Row(label_of(study, name), name, kind="variable"))
        for level in study.levels_of(name):
            if (name, level) in there:
                rows.append(Row(f"{level}, by another answer or none", name, level, "count", "level", 1))
            if (name, level + BLANKS) in there:
                part = (name, level) in there
                words = "of these blank" if part else f"{level}, by a blank"
                rows.append(Row(words, name, level + BLANKS, "count", "level", 2 if part else 1))
    groups = _groups(study, set(frame["group"]))
    title = "Answers that count as another one" + (", by arm" if len(groups) > 1 else "")
    columns = _columns(groups, "clusters" in set(frame["statistic"]))
    notes = tuple(Sentence(note) for note in (HOW_TO_READ, *unweighted(study)))
    return (Table(KIND, NAME, title, columns, tuple(rows), notes, "Variable"),)


def _groups(study: Study, there: set[str]) -> dict[str, str]:
    """Results' group -> the arm's name, everyone last."""
    arm = study.design.arm
    levels = study.levels_of(arm) if arm in study.variables else ()
    return {g: level for level in levels if (g := f"{arm}={level}") in there} | {ALL: "Overall"}


def _columns(groups: dict[str, str], clustered: bool) -> tuple[Column, ...]:
    """People and, where there are any, clusters of each arm."""
    shown = {"count": "People"} | ({"clusters": "Clusters"} if clustered else {})
    return tuple(
        Column(group, words, None, form, label) for group, label in groups.items() for form, words in shown.items()
    )
