"""Agreement between coders as tables: a line a theme or code, all of them together, and every two of several coders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.results import ALL, Results, Sentence
from pipeline.study.compared import Gathered
from pipeline.tables.table import Column, Row, Table
from pipeline.themes.agreed import EVERY, INTERVALS, KIND, ONE, PAIR, PASSAGES, table_name
from pipeline.themes.coding import UNDER

COLUMNS = {
    "n": ("n", "Decisions"),
    "percent": ("percent", "Agreement"),
    "cohen": ("cohen_ci", ""),
    "fleiss": ("fleiss_ci", ""),
    "krippendorff": ("krippendorff", ""),
    "ac1": ("ac1", "Gwet's AC1"),
    "pabak": ("pabak", ""),
    "prevalence": ("prevalence", ""),
    "bias": ("bias", ""),
}
"""Statistic -> the form of its column, and its heading where that is not the form's."""
TITLES: dict[Gathered, str] = {
    "themes": "Agreement between coders on themes",
    "codes": "Agreement between coders on codes",
}
STUBS: dict[Gathered, str] = {"themes": "Theme", "codes": "Code"}
DECISIONS = "Decisions: whether to give it, made by two coders or more, each of a document or of a marked passage."
PREVALENCE = (
    "Where a code is rare or very common (a prevalence index near 1) kappa and alpha may be low though coders agree. "
    "Bias index: how much oftener one of the two gave it."
)
NORMAL = (
    "The interval of a single theme or code is a normal approximation for large samples (Fleiss, Cohen and Everitt "
    "1969; of Fleiss' kappa Gwet 2008), cut at −1 and 1: where documents are few it may be too narrow, and no number "
    "of them is taken for enough. Other intervals take the decisions of a document together, by a t distribution."
)
"""Of one theme each document is one decision (``themes.agreed``); of passages every interval is by documents."""
NUMBERED = "Coders are numbered in the order of the study file, or of their names."


def agreement_tables(results: Results) -> tuple[Table, ...]:
    """One for themes and one for codes, of what was computed; none where no agreement is declared."""
    frame = results.frame[results.frame["kind"] == KIND]
    made = []
    for by in TITLES:
        here = frame[frame["name"] == table_name(by)]
        if len(here):
            lines = here[["term", "level"]].drop_duplicates().itertuples(index=False, name=None)
            made.append(_table(by, set(here["statistic"]), list(lines)))
    return tuple(made)


def _table(by: Gathered, there: set[str], lines: list[tuple[str, str]]) -> Table:
    columns = tuple(Column(ALL, label, form=form) for word, (form, label) in COLUMNS.items() if word in there)
    rows = [Row(level.replace(UNDER, " › "), ONE, level, "n", "level") for level in _levels(lines, ONE)]
    rows.append(Row("All together", EVERY, "", "n", "variable"))
    rows += [Row(f"Coders {level}", PAIR, level, "n", "level", 1) for level in _levels(lines, PAIR)]
    own_interval = PASSAGES not in dict(lines) and not there.isdisjoint(INTERVALS)
    notes = [
        DECISIONS,
        *([PREVALENCE] if "prevalence" in there else []),
        *([NORMAL] if own_interval else []),
        *([NUMBERED] if (PAIR in dict(lines)) else []),
    ]
    return Table(KIND, table_name(by), TITLES[by], columns, tuple(rows), tuple(map(Sentence, notes)), STUBS[by])


def _levels(lines: Iterable[tuple[str, str]], term: str) -> Iterator[str]:
    return (level for word, level in lines if word == term)
