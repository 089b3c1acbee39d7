"""New themes interview by interview, as a table."""

from __future__ import annotations

from pipeline.results import ALL, Key, Results, Sentence
from pipeline.study import Study
from pipeline.tables.table import Column, Row, Table
from pipeline.themes.gathered import counted
from pipeline.themes.saturated import BASE, INTERVIEW, KIND, NAME, RUN

COLUMNS = {"new": "new", "themes": "themes", "share": "share", "middle": "orders_band"}
"""Statistic -> the form of its column."""


def saturation_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """A line an interview, in their order; none where no saturation is declared, or no interview is told of."""
    frame = results.frame[(results.frame["kind"] == KIND) & (results.frame["name"] == NAME)]
    if not (frame["term"] == INTERVIEW).any():
        return ()
    there = set(frame["statistic"])
    interviews = sorted(set(frame.loc[frame["term"] == INTERVIEW, "level"]), key=int)
    columns = tuple(Column(ALL, "", form=form) for word, form in COLUMNS.items() if word in there)
    rows = tuple(Row(level, INTERVIEW, level, "new", "level") for level in interviews)
    key = Key(KIND, NAME, BASE, "", ALL, "interviews")
    keys = {"base": key, "themes": key._replace(statistic="themes"), "run": key._replace(term=RUN),
            "most": key._replace(term=RUN, statistic="threshold")}  # fmt: skip
    how = Sentence(
        "New: what no interview before had. In a run: new in the {run} interviews from this one on, as a percentage of "
        "the {themes} of the first {base} (the base); saturation is at most {most}%.", keys,
    )  # fmt: skip
    return (Table(KIND, NAME, f"New {counted(study)} by interview", columns, rows, (how,), "Interview"),)
