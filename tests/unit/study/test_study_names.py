"""Names that a study file can't take, waves that can't be told apart, and names that stand for taken-over values."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.models.check import check_models
from pipeline.models.declared import term
from pipeline.study import guesses, parse_study
from tests.drawn import declared

WAVES = """
data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
variables:
  mood: {codes: {l: Low, h: High}, reference: High}
  first_mood: {derive: {at_wave: 1, of: mood}}
  since: {type: date, format: "%Y-%m-%d"}
  first_since: {derive: {at_wave: 1, of: since}}
  note: {type: text}
  first_note: {derive: {at_wave: 1, of: note}}
  score: {type: number}
  age: {type: number, bands: [18-29, 30+]}
  first_age: {derive: {at_wave: 1, of: age}}
"""


def wrong(text: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        declared(text)
    return [str(m).split("  ", 1)[1] for m in caught.value.mistakes]


def test_a_category_at_one_wave_is_a_category_in_checks_tables_and_models() -> None:
    study = declared(
        WAVES
        + """
  halves: {derive: {regroup: first_mood, into: {All: [Low, High]}}}
  asked: {type: number, missing: {blank: none}}
tables: {t: {rows: [score], columns: first_mood}}
models:
  m: {outcome: first_mood, event: High, exposure: score}
  n: {outcome: score, exposure: first_mood}
"""
    )
    assert check_models(study) == []
    found = term(study, "first_mood")
    assert (found.kind, found.reference, found.levels) == ("category", "High", ("Low",))


def test_dates_and_texts_at_one_wave_are_no_numbers_for_a_model() -> None:
    study = declared(WAVES + "models: {m: {outcome: score, exposure: first_since, adjust: [first_note]}}")
    assert [m.what for m in check_models(study)] == [
        "'first_since' is of type date, which no model can take.",
        "'first_note' is of type text, which no model can take.",
    ]


def test_a_level_that_the_taken_over_category_does_not_have() -> None:
    assert wrong(WAVES + "models: {m: {outcome: first_mood, event: Hihg, exposure: score}}") == [
        "models.m.event: there is no level 'Hihg'. Did you mean 'High'?"
    ]
    assert wrong(WAVES.replace("of: mood}", "of: mood}, reference: Lwo")) == [
        "variables.first_mood.reference: there is no level 'Lwo'. Did you mean 'Low'?"
    ]


def test_a_sensitive_variable_is_no_column_within_columns() -> None:
    """Where none of a group has it there would be no column, and everyone's answer would be told."""
    nested = WAVES + "tables: {t: {rows: [age], columns: [place, hiv]}, u: {rows: [age], columns: hiv}}"
    both = nested.replace("variables:\n", "variables:\n  place: {codes: {1: A, 2: B}}\n"
                          "  hiv: {codes: {1: Positive, 2: Negative}, sensitive: true}\n")  # fmt: skip
    declared(both + "\nrelease: {rule: none, because: made up}")
    assert wrong(both + "\nrelease: {rule: journal}") == [
        "tables.t.columns: 'hiv' is sensitive, and of columns within columns those in which nobody stands are left "
        "out, which would tell everyone's answer. Make it a row, or the table's only column."
    ]


def test_columns_are_made_of_levels_or_bands() -> None:
    study = declared(WAVES + "tables: {t: {rows: [mood], columns: age}, u: {rows: [mood], columns: first_age}}")
    assert [i.label for i in study.bands_of("first_age")] == ["18-29", "30+"]
    assert wrong(WAVES + "tables: {t: {rows: [mood], columns: score}}") == [
        "tables.t.columns: 'score' has no levels. Columns are made of a variable with codes or bands."
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("wave", "names the groups of a wave in results (wave=…)"),
        ("Followed", "names who was followed and who was lost in results (followed=…)"),
        ("adjustment", "tells unadjusted from adjusted estimates in results (adjustment=…)"),
        ("all", "names everyone in results"),
        ("done", "marks what has run in the pipeline's records"),
        ("row", "names the rows of every table that the pipeline makes"),
        ("table", "tells whose people a number is about when small numbers are withheld"),
    ],
)
def test_a_name_with_a_meaning_of_its_own_is_refused_with_a_proposal(name: str, why: str) -> None:
    mend = f"Take another name and say where it comes from: {name}_asked: {{from: {name}, …}}."
    assert wrong(f"variables: {{{name}: {{type: number}}}}") == [f"variables.{name}: '{name}' {why}. {mend}"]
    scale = f"scales: {{{name}: {{items: [a, b], range: 1-5, score: sum, max_missing: 0}}}}"
    assert wrong(scale) == [f"scales.{name}: '{name}' {why}. Take another name, like {name}_scale."]


def test_waves_of_a_table_have_labels_of_their_own() -> None:
    assert wrong("data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Start, 3: End}}") == [
        "data.waves: waves 1 and 2 are both called 'Start'. Give each wave a label of its own."
    ]
    assert wrong("data: {a: {file: a.csv, id: id, wave: w, waves: {1: 2, 2: Later}}}") == [
        "data.a.waves.1: wave 1 is called by the code of another wave, '2'. Give it another label."
    ]


def test_the_place_of_a_table_with_and_without_a_name() -> None:
    one = parse_study("title: T\ndata:\n  file: a.csv\n  id: id\ndesign: {kind: cohort}\nrelease: {rule: journal}\n",
                      "studies/x.yaml")  # fmt: skip
    assert one.at("people", "id") == "studies/x.yaml:4  data.id"
    several = parse_study(
        "title: T\ndata:\n  people: {file: a.csv,\n    id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n",
        "studies/x.yaml",
    )
    assert several.at("people", "id") == "studies/x.yaml:4  data.people.id"


def test_what_is_made_of_something_sensitive_is_sensitive() -> None:
    study = parse_study(
        "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\nvariables:\n"
        "  status: {from: q1, sensitive: true, codes: {1: Yes, 2: 'No', 3: Later}}\n"
        "  ever: {derive: {regroup: status, into: {Ever: [Yes, Later], Never: ['No']}}}\n"
        "  again: {derive: {regroup: ever, into: {A: [Ever], B: [Never]}}}\n"
        "  several: {count: [q1, q2], except: 2, max_missing: 0}\n"
        "  age: {type: number}\n  years: {type: number}\n  both: {derive: {sum: [age, years], max_missing: 0}}\n"
        "scales:\n"
        "  worry: {items: [q1, q3], range: 1-3, score: sum, max_missing: 0, high_means: worried}\n"
        "  calm: {items: [q4, q5], range: 1-3, score: sum, max_missing: 0, high_means: calm}\n",
        "studies/x.yaml",
    )
    names = [*study.variables, *study.scales]
    assert [n for n in names if study.is_sensitive(n)] == ["status", "ever", "again", "several", "worry"]


@pytest.mark.parametrize("label", ["-no", "-1+1", "-SUM(A1)"])
def test_a_label_that_a_spreadsheet_would_compute_is_refused(label: str) -> None:
    with pytest.raises(Mistakes, match="begins with '-' would be a formula in a spreadsheet"):
        parse_study(WITH_LABEL.format(label), "studies/x.yaml")


@pytest.mark.parametrize("label", ["-1", "-", "-5--1", "–no", "no-one"])
def test_a_dash_and_a_number_below_zero_are_labels(label: str) -> None:
    assert parse_study(WITH_LABEL.format(label), "studies/x.yaml").levels_of("x") == (label,)


WITH_LABEL = (
    "title: T\ndata: {{file: a.csv, id: id}}\ndesign: {{kind: cohort}}\nrelease: {{rule: journal}}\n"
    "variables:\n  x: {{codes: {{1: '{}'}}}}\n"
)


def test_guesses_that_are_still_marked_are_counted() -> None:
    text = "# guess at the top counts, too\ntitle: T   # guess: a\nid: x   #guess\n\nabout: a '# guess' in words\n"
    assert guesses(text) == 3
