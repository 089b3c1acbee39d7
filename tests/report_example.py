"""A small made-up study for tests of the report: its file, its released numbers, its layouts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pipeline.disclosure import Released, as_text
from pipeline.report import SECTIONS, Report, write_report
from pipeline.report.ways import Cell, Ways, ways_of
from pipeline.report.ways_page import Told
from pipeline.results import ALL, KEY, WITHHELD, Key, Sentence
from pipeline.study import Study, parse_study
from pipeline.tables.table import Column, Row, Table

HOSTILE = "<script>alert(1)</script> & $x_1$ =cmd|' /C calc'!A0"
STUDY = """
title: "TITLE"
about: Two made-up programmes asked everyone twice how supported and how lonely they felt.
made_up: true
data:
  file: people.csv
  id: code
  wave: wave
  waves: {1: Baseline, 2: 3 months}
  duplicates: {keep: last, because: the last word counts}
design: {kind: cohort, cluster: programme}
exclude:
  - {where: {status: test}, because: rows of the study team}
variables:
  programme: {codes: {1: North, 2: South}}
  age: {type: number, unit: years, range: 18-99, bands: [18-44, 45+], missing: {-9: refused}}
  gender: {label: Gender, codes: {1: Women, 2: Men}, missing: {9: refused}, sensitive: true}
  helped: {derive: {sum: [age, age], max_missing: 0}}
scales:
  support:
    {label: Support, items: [s1, s2], range: 1-5, reverse: [s2], score: mean, max_missing: 1, high_means: more support}
  loneliness: {label: Loneliness, items: [u1, u2, u3], range: 1-3, score: sum, max_missing: 0, high_means: lonelier}
tables:
  participants: {title: "People, LABEL", rows: [gender], columns: programme}
  followed: {kind: followed, rows: [gender]}
models:
  lonely: {outcome: loneliness, exposure: support, adjust: [age, gender], wave: 2}
interviews: {people: {Leader: 7}, method: by telephone}
release: {rule: journal, below: 5}
"""


def a_study(
    title: str = "Support and loneliness in two made-up programmes", label: str = "by programme", text: str = STUDY
) -> Study:
    quoted = [words.replace("\\", "\\\\").replace('"', '\\"') for words in (title, label)]
    return parse_study(text.replace("TITLE", quoted[0]).replace("LABEL", quoted[1]), "studies/example.yaml")


def released_of(numbers: Iterable[tuple[Key, float | None]]) -> Released:
    """What the door let through: a value, or None where it is withheld."""
    rows = []
    for key, value in numbers:
        text = WITHHELD if value is None else as_text(key.statistic, value, 0 if float(value).is_integer() else 2)
        rows.append((*key, math.nan if value is None else value, text, value is None, math.nan))
    return Released(
        pd.DataFrame(rows, columns=[*KEY, "value", "text", "withheld", "decimals"]).sort_values(KEY, ignore_index=True)
    )


FLOW = {
    ("read", "", ALL): (30, 20, 2), ("left out", "rows of the study team", ALL): (4, 2, 0),
    ("kept", "", ALL): (26, 18, 2),
    ("kept", "", "wave=Baseline"): (18, 18, 2), ("kept", "", "wave=3 months"): (8, 8, 2),
}  # fmt: skip
SPREAD = {"n": 18, "missing": 0, "mean": 3.25, "sd": 0.5, "median": 3.0, "q1": 2.5, "q3": 4.0}
LONELY = {
    "unadjusted": (-0.52, -0.75, -0.29, 0.0004), "adjusted": (-0.45, -0.71, -0.19, 0.02),
}  # fmt: skip


def some_numbers() -> dict[Key, float | None]:
    """Every number of the example, by key; the three men of the South are withheld."""
    found: dict[Key, float | None] = {}
    for (term, level, group), counts in FLOW.items():
        for unit, n in zip(("rows", "people", "clusters"), counts, strict=True):
            found[Key("flow", "people", term, level, group, unit)] = n
    people = {("North", "Women"): 6, ("North", "Men"): 5, ("South", "Women"): 4, ("South", "Men"): 3}
    for programme in ("North", "South"):
        found[Key("participants", "participants", "", "", f"programme={programme}", "n")] = (
            11 if programme == "North" else 7
        )
        for level in ("Women", "Men"):
            hidden = (programme, level) == ("South", "Men")
            key = Key("participants", "participants", "gender", level, f"programme={programme}", "n")
            found[key] = None if hidden else people[programme, level]
    for wave in ("Baseline", "3 months"):
        for path in (f"wave={wave}", f"wave={wave};programme=North", f"wave={wave};programme=South"):
            for scale in ("support", "loneliness"):
                hidden = wave == "3 months" and path.endswith("South")
                for statistic, value in SPREAD.items():
                    found[Key("scale", scale, "", "", path, statistic)] = None if hidden else value
            found[Key("quality", "missingness", "age", "", path, "percent")] = 12.5
        for low, n in ((1, 3), (2, 5), (3, 10)):
            found[Key("scale", "support", "distribution", f"{low}–{low + 1}", f"wave={wave}", "n")] = (
                n if n > 4 else None
            )
        for statistic, value in (("alpha", 0.81), ("n", 18), ("items", 2)):
            found[Key("reliability", "support", "", "", f"wave={wave}", statistic)] = value
    for adjustment, values in LONELY.items():
        key = Key("model", "lonely", "support", "", f"adjustment={adjustment}", "n")
        found[key] = 8
        for statistic, value in zip(("estimate", "ci_low", "ci_high", "p"), values, strict=True):
            found[key._replace(statistic=statistic)] = value
    found[Key("themes", "interviews", "people", "Leader", ALL, "n")] = 7
    return found


def some_tables(study: Study) -> list[Table]:
    parts = {p: Key("participants", "participants", "", "", f"programme={p}", "n") for p in ("North", "South")}
    columns = tuple(Column(key.group, p, key, spanner="Programme") for p, key in parts.items())
    rows = (
        Row("Gender", "gender"),
        Row("Women", "gender", "Women", "n", "level", 1),
        Row("Men", "gender", "Men", "n", "level", 1),
    )
    title = study.tables["participants"].title or ""
    waves = tuple(Column(f"wave={w}", w) for w in ("Baseline", "3 months"))
    return [
        Table(
            "participants", "participants", title, columns, rows, (Sentence("Everyone counts once."),), "Characteristic"
        ),
        Table(
            "reliability",
            "reliability",
            "Reliability",
            waves,
            (Row("Support", "", form="alpha", name="support"),),
            (),
            "Scale",
        ),
    ]


REMARKS = {
    "lonely": (
        Sentence("Only {n} people answered.", {"n": Key("model", "lonely", "support", "", "adjustment=adjusted", "n")}),
    ),
    "": (
        Sentence(
            "{n} men of the South.", {"n": Key("participants", "participants", "gender", "Men", "programme=South", "n")}
        ),
    ),
}


def written(draft: bool = False, ways: bool = False) -> tuple[Report, Released]:
    """The example's report, written anew."""
    study = a_study()
    released = released_of(some_numbers().items())
    back = some_ways(study) if ways else None
    return write_report(study, released, some_tables(study), REMARKS, draft, None, back), released


MADE = {
    "flow": "02_score", "quality": "02_score", "reliability": "02_score", "participants": "03_participants",
    "scale": "03_participants", "model": "04_models", "themes": "05_themes",
}  # fmt: skip
CODE = 'found = "<b>" & people  # </script><!--'


def some_ways(study: Study) -> Ways:
    """Each kind of number from one stage; the code of one of them is not shown."""
    made = {stage: [key for key in some_numbers() if MADE[key.kind] == stage] for stage in sorted({*MADE.values()})}
    cells = {stage: Cell(place + 5, CODE if place else "") for place, stage in enumerate(made)}
    return ways_of(study, made, cells, {"people": ("people.csv",)})


def some_told(released: Released) -> Told:
    return Told(some_ways(a_study()), released.to_csv(), {"people.csv": "0123456789abcdef" * 4})


a_report = cache(written)
"""The same, written once."""


@cache
def a_report_with_ways() -> tuple[Report, Released]:
    """The same as a study's own run writes it: its last section has the ways back of its numbers."""
    return written(ways=True)


def executed(
    report: Report,
    words: str = "# The report\n\nEverything goes through one door.",
    code: str = "report.show('Summary')",
) -> bytes:
    """The report's notebook as it stands after a run, its parts in order."""
    cells = [new_markdown_cell(words)]
    for place, title in enumerate(SECTIONS):
        shown = new_output("execute_result", data=report.show(title)._repr_mimebundle_(), execution_count=place + 1)
        cells.append(new_code_cell(code, outputs=[shown], execution_count=place + 1))
    return nbformat.writes(new_notebook(cells=[*cells])).encode()
