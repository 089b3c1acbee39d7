"""The joint display: numbers are those of models and tables, words those of the analyst, caveats go along."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document

from pipeline.errors import StageFailed
from pipeline.report.joint_display import joint_display
from pipeline.results import ALL, Key, Sentence
from pipeline.study import Study, parse_study
from pipeline.tables.as_docx import to_docx
from pipeline.tables.as_html import to_html
from pipeline.tables.fill import fill
from pipeline.tables.style_file import plain, style
from pipeline.tables.table import Column, Row, Table, table_from_dict
from pipeline.tables.widths import fitted
from tests.report_example import released_of

STUDY = """\
title: Made up
made_up: true
data: {file: people.csv, id: code, waves: {1: Baseline, 2: Later}, wave: wave}
design: {kind: cohort}
variables:
  age: {type: number, unit: years, label: Age}
  gender: {codes: {1: Women, 2: Men}}
  ill: {codes: {1: "Yes", 2: "No"}, label: Illness}
scales:
  lonely: {label: Loneliness, items: [u1, u2], range: 1-3, score: sum, max_missing: 0, high_means: lonelier}
  support: {label: Support, items: [s1, s2], range: 1-5, score: mean, max_missing: 0, high_means: more support}
tables: {people: {rows: [age, gender]}}
models:
  adjusted: {outcome: lonely, exposure: support, adjust: [age], wave: 2}
  ratio: {outcome: ill, event: "Yes", exposure: gender, effect: odds ratio, wave: 1}
  through: {outcome: lonely, exposure: support, mediator: age, wave: 1}
  failed: {outcome: lonely, exposure: age, wave: 1}
release: {rule: none, because: made up}
interviews:
  coded: {file: t.csv}
  themes: {Heard: {codes: [Heard]}, "Way {1}": {codes: [Way]}}
  tables: {themes: {rows: themes, count: people}}
"""
JOINT = """\
  joint:
    - question: Is support good against loneliness?
      models: [adjusted, failed]
      numbers: [{table: people, variable: gender, level: Women}, {table: people, variable: age}]
      themes: [Heard]
      fit: expands
      because: In interviews {they} tell how.
    - {question: What else?, models: [ratio], themes: ["Way {1}", Heard], fit: contradicts, because: b}
    - {question: By what way?, models: [through], fit: silent, because: nobody was asked}
"""
HEARD, WAY = (Key("themes", "themes", "theme", level) for level in ("Heard", "Way {1}"))
AGE = Key("participants", "people", "age")


def numbers() -> dict[Key, float | None]:
    def model(name: str, term: str, level: str, group: str, values: tuple[float, ...], kind: str = "model") -> Any:
        key = Key(kind, name, term, level, f"adjustment={group}", "estimate")
        return {key._replace(statistic=s): v for s, v in zip(("estimate", "ci_low", "ci_high"), values, strict=True)}

    found: dict[Key, float | None] = {}
    found |= model("adjusted", "support", "", "unadjusted", (-0.5, -0.9, -0.1))
    found |= model("adjusted", "support", "", "adjusted", (-0.4, -0.8, -0.05))
    found |= model("ratio", "gender", "Men", "unadjusted", (1.5, 1.1, 2.25))
    for term, middle in (("total", -0.3), ("direct", -0.2), ("indirect", -0.15)):
        found |= model("through", term, "", "unadjusted", (middle, middle - 0.25, middle + 0.25), "mediation")
    women = Key("participants", "people", "gender", "Women")
    found |= {women: 30, women._replace(statistic="percent"): 60, women._replace(statistic="denominator"): 50}
    found |= {AGE._replace(statistic="mean"): 44.25, AGE._replace(statistic="sd"): 9.5}
    for key, n in ((HEARD, 9), (WAY, None)):
        found |= {key: n, key._replace(statistic="percent"): None if n is None else 45.0}
        found |= {key._replace(statistic="denominator"): 20}
    found[Key("themes", "themes")] = 20
    return found


def layouts() -> list[Table]:
    everyone, men = Column(ALL, "Overall"), Column("gender=Men", "Men")
    rows = (Row("Age", "age", unit="years"), Row("", "age", "", "mean_sd", "statistic", 1), Row("Gender", "gender"),
            Row("Women", "gender", "Women", "count", "level", 1))  # fmt: skip
    of_themes = (Row("Heard", "theme", "Heard", "count"), Row("Way {1}", "theme", "Way {1}", "count"))
    return [
        Table("participants", "people", "Participants", (men, everyone), rows),
        Table("themes", "themes", "Themes", (Column(ALL, "All", Key("themes", "themes"), "count"),), of_themes),
    ]


def study(joint: str = JOINT) -> Study:
    return parse_study(STUDY + joint, "studies/made_up.yaml")


def released(*quotations: Any) -> Any:
    held = released_of(numbers().items())
    return SimpleNamespace(
        quotations=quotations, **{w: getattr(held, w) for w in ("has", "text", "value", "withheld", "decimals", "said")}
    )


SAID = [SimpleNamespace(theme="Heard", words=f"words {n}", tag="Recipient") for n in (1, 2)]
CAVEAT = Sentence("Few clusters: {n}.", {"n": Key("themes", "themes")}, caveat=True)


def display(joint: str = JOINT) -> Table:
    remarks = {"adjusted": (CAVEAT, Sentence("An aside.")), "other": (CAVEAT,)}
    made = joint_display(study(joint), released(*SAID), layouts(), plain(), remarks)
    assert made is not None
    return made


def test_each_cell_is_as_declared_and_as_released() -> None:
    filled = fill(display(), released(*SAID), plain())
    assert [c.head for c in filled.columns] == [
        "Survey", "Estimate (95% CI), or number", "Interviews", "People (n = 20)", "Together"
    ]  # fmt: skip
    assert [(row.head, *row.cells) for row in filled.rows] == [
        ("1. Is support good against loneliness?", "", "", "", "", "Expands: in interviews {they} tell how."),
        ("1a", "Support, per unit: mean difference in loneliness at Later, adjusted", "−0.40 (−0.80, −0.05)",
         "Heard: “words 1” (Recipient)", "9 (45%)", ""),
        ("1b", "Age, per unit (years): mean difference in loneliness at Baseline: not estimated", "", "", "", ""),
        ("1c", "Gender: Women (Participants, Overall, Baseline)", "30 (60%)", "", "", ""),
        ("1d", "Age, Mean (SD) (Participants, Overall, Baseline)", "44.25 (9.50)", "", "", ""),
        ("2. What else?", "", "", "", "", "Contradicts: b"),
        ("2a", "Gender: Men against Women: odds ratio for illness (Yes) at Baseline", "1.50 (1.10, 2.25)",
         "Way {1}", "[c]", ""),
        ("2b", "", "", "Heard: “words 2” (Recipient)", "9 (45%)", ""),
        ("3. By what way?", "", "", "", "", "Silent: nobody was asked"),
        *((f"3{letter}", f"Support, per unit: {effect} effect on loneliness (mean difference), by way of age at "
           "Baseline", cell, "", "", "")
          for letter, effect, cell in (("a", "total", "−0.30 (−0.55, −0.05)"), ("b", "direct", "−0.20 (−0.45, 0.05)"),
                                       ("c", "indirect", "−0.15 (−0.40, 0.10)"))),
    ]  # fmt: skip


def test_under_it_stands_who_judged_and_what_an_estimate_never_goes_without() -> None:
    notes = fill(display(), released(*SAID), plain()).notes
    assert notes[:4] == (
        "How interviews go with the survey is the analysts' judgement; nothing computes it.",
        "Numbers and themes of a question stand side by side in the order of the study file: no line pairs them.",
        "Estimates are associations: nobody was assigned by chance to what is compared.",
        "Support and loneliness at Later: Few clusters: 20.",
    )
    assert not any("An aside" in note or "Few" in note for note in notes[4:])


def test_a_style_prints_the_same_numbers_its_own_way_and_the_layout_survives_its_file() -> None:
    made = display()
    assert table_from_dict(made.to_dict()) == made
    cells = [row.cells[1] for row in fill(made, released(*SAID), style("bmj", {})).rows]
    assert cells[1] == "−0.40 (−0.80 to −0.05)" and cells[3] == "30 (60)"


def test_a_number_says_at_which_wave_people_are_described() -> None:
    """A table of several waves has a column of everyone at each; a table of one may be of a later one."""
    joint = "  joint: [{question: Q, numbers: [{table: people, variable: age}], fit: silent, because: b}]\n"

    def told(text: str, *columns: Column) -> tuple[str, str]:
        tables = [replace(layouts()[0], columns=columns), layouts()[1]]
        made = joint_display(parse_study(text + joint, "studies/made_up.yaml"), released(), tables, plain())
        assert made is not None and made.rows[1].cells[1] is not None
        return made.rows[1].texts[0], made.rows[1].cells[1][1].group

    later = STUDY.replace("rows: [age, gender]}", "rows: [age, gender], wave: 2}")
    assert told(later, Column(ALL, "Overall")) == ("Age, Mean (SD) (Participants, Overall, Later)", ALL)
    both = STUDY.replace("rows: [age, gender]}", "rows: [age, gender], waves: [1, 2]}")
    men, start, end = (
        Column("wave=Baseline;gender=Men", "Men"),
        *(Column(f"wave={w}", w) for w in ("Baseline", "Later")),
    )
    assert told(both, men, start, end) == ("Age, Mean (SD) (Participants, Baseline)", "wave=Baseline")
    assert told(both, end, start) == ("Age, Mean (SD) (Participants, Later)", "wave=Later")


def test_a_line_that_no_table_has_stops_with_what_there_is() -> None:
    joint = (
        "  joint: [{question: Q, numbers: [{table: people, variable: age, level: '45+'}], fit: silent, because: b}]\n"
    )
    with pytest.raises(StageFailed) as error:
        display(joint)
    assert str(error.value) == (
        "interviews: joint: question 1: the table 'people' has no line 'age', '45+' to show. Levels there: none."
    )


def test_no_question_no_display() -> None:
    assert joint_display(study(""), released(), layouts(), plain()) is None


def test_a_question_stands_over_the_empty_cells_beside_it_on_pages_and_in_word() -> None:
    filled = fill(display(), released(*SAID), plain())
    asked = [row.head for row in filled.rows if row.indent == 0]
    assert [filled.stretch(row) for row in filled.rows] == [4 * (row.indent == 0) for row in filled.rows]
    html = to_html(filled)
    lines = [line for line in html.splitlines() if line.startswith("<tr class=")]
    assert [line.count("<td") + line.count("<th") + 4 * line.count('colspan="5"') for line in lines] == [6] * len(lines)
    assert re.findall(r'colspan="5" scope="row"><span class="over">([^<]+)</span></th>', html) == asked
    table = Document(io.BytesIO(to_docx([(filled, "")]))).tables[0]
    for row, line in zip(table.rows[1:], filled.rows, strict=True):
        cells = row.cells
        assert (cells[0]._tc is cells[4]._tc) == (line.indent == 0) and cells[4]._tc is not cells[5]._tc
        assert (cells[0].text, cells[5].text) == (line.head, line.cells[4])
    whole = fitted(filled, 700.0).widths
    narrow = replace(filled, rows=tuple(replace(row, kind="level") for row in filled.rows))
    assert whole[0] < fitted(narrow, 700.0).widths[0]
