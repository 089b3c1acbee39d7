"""The hazards of survey files, each with a fixture: what the file holds, what comes of it, what stops."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.instruments.registry import rule
from pipeline.instruments.reliability import reliability
from pipeline.instruments.scores import scored_items
from tests.drawn import cleaned, declared, drawn, joined, refused


def values(study: str, people: str, name: str = "x") -> list:
    return cleaned(study, people=people).responses["people"][name].tolist()


# 1. Words that other programs take for missing.
@pytest.mark.parametrize("word", ["None", "NA", "N/A", "null", "NaN", "nan", "#N/A", "-", "<NA>", "true"])
def test_01_words_are_answers_until_the_study_says_otherwise(word: str) -> None:
    people = f"id | x\na | {word}\nb | 1"
    assert values(f'variables: {{x: {{codes: {{"{word}": "{word}", 1: One}}}}}}', people) == [word, "One"]
    assert values("variables: {x: {type: text}}", people) == [word, "1"]
    why = cleaned(f'variables: {{x: {{type: number, missing: {{"{word}": no one}}}}}}', people=people).reasons[
        "people"
    ]["x"]
    assert why.tolist() == ["no one", ""]
    assert "1 row is not a number" in refused("variables: {x: {type: number}}", people=people)


def test_01_none_is_the_first_answer_of_a_support_scale() -> None:
    study = 'variables: {close: {type: ordered, codes: {None: "0", 1-2: "1-2", 3-5: "3-5"}}}'
    assert values(study, "id | close\na | None\nb | 1-2", "close") == ["0", "1-2"]


def test_01_na_is_namibia() -> None:
    assert values("variables: {x: {codes: {NA: Namibia, NO: Norway}}}", "id | x\na | NA\nb | NO") == [
        "Namibia",
        "Norway",
    ]


# 2. Ids.
def test_02_ids_keep_every_digit_through_links() -> None:
    study = """
    data:
      people: {file: a.csv, id: id}
      visits: {file: b.csv, id: v, parent: {people: who}}
    variables: {x: {type: number}, m: {in: visits, type: number}}
    """
    ids = ["0012", "12", "12345678901234567", "12345678901234568"]
    people = "id | x\n" + "\n".join(f"{i} | {n}" for n, i in enumerate(ids))
    visits = "v | who | m\n" + "\n".join(f"{n} | {i} | 1" for n, i in enumerate(ids))
    found = joined(study, people=people, visits=visits)
    assert found.keys["visits"]["parent.people"].tolist() == ids
    assert found.frames["visits"]["x"].tolist() == [0, 1, 2, 3]


# 3. Dashes, and what a spreadsheet takes for a date.
def test_03_an_en_dash_is_not_a_hyphen_and_the_message_says_so() -> None:
    message = refused(
        'variables: {x: {codes: {"25–44": Younger, 45+: Older}}}', people="id | x\na | 25-44\nb | 25–44\nc | 45+"
    )
    assert message == (
        "studies/made_up.yaml:1  variables.x: 1 row holds codes that nobody declared: '25-44' (1 row). "
        "Add them to codes or missing. Mind dashes, capitals, blanks and decimals: '25-44' is not the declared '25–44'."
    )
    both = 'variables: {x: {codes: {"25–44": Younger, 25-44: Younger}}}'
    assert values(both, "id | x\na | 25-44\nb | 25–44") == ["Younger", "Younger"]


def test_03_nothing_is_read_as_a_date_unasked() -> None:
    assert values("variables: {x: {type: text}}", "id | x\na | 5-8\nb | 8-May") == ["5-8", "8-May"]
    message = refused("variables: {x: {codes: {5-8: Some}}}", people="id | x\na | 5-8\nb | 8-May\nc | 2018-05-08")
    assert "2 rows hold codes that nobody declared" in message
    mended = "variables: {x: {codes: {5-8: Some, 8-May: Some}}}"
    assert values(mended, "id | x\na | 5-8\nb | 8-May") == ["Some", "Some"]


# 4. Sentinels.
@pytest.mark.parametrize("sentinel", ["-9", "99", "888", "-9999"])
def test_04_a_sentinel_is_missing_where_it_is_declared_and_stops_outside_the_range(sentinel: str) -> None:
    people = f"id | x\na | 30\nb | {sentinel}"
    told = cleaned(f"variables: {{x: {{type: number, range: 0-60, missing: {{{sentinel}: refused}}}}}}", people=people)
    assert told.reasons["people"]["x"].tolist() == ["", "refused"]
    assert "1 row lies outside the range" in refused("variables: {x: {type: number, range: 0-60}}", people=people)
    missing = f"missing: {{{sentinel}: refused}}"
    wide = f"variables: {{x: {{type: number, range: -10000-1000}}, y: {{from: x, type: number, {missing}}}}}"
    assert values(wide, people) == [30, float(sentinel)]
    assert cleaned(wide, people=people).reasons["people"]["y"].tolist() == ["", "refused"]


def test_04_a_code_for_none_is_nought_and_not_missing() -> None:
    study = "variables: {x: {type: number, range: 0-30, codes: {88: 0}, missing: {77: don't know, 99: refused}}}"
    found = cleaned(study, people="id | x\na | 88\nb | 77\nc | 99\nd | 8")
    assert found.responses["people"]["x"].fillna(-1).tolist() == [0, -1, -1, 8]


# 5. Bases.
def test_05_zero_based_against_one_based() -> None:
    scale = "scales: {s: {items: [q1, q2], range: 1-4, score: sum, max_missing: 0"
    people = "id | q1 | q2\na | 0 | 3\nb | 1 | 2"
    assert "All answers would fit 0-3: if the file counts so, say coded: 0-3." in refused(scale + "}}", people=people)
    found = cleaned(scale + ", coded: 0-3}}", people=people)
    assert found.responses["people"].to_numpy().tolist() == [[1, 4], [2, 3]]
    assert "would fit 1-4" in refused(scale + ", coded: 0-3}}", people="id | q1 | q2\na | 4 | 3\nb | 1 | 2")


def test_05_items_are_not_reversed_here_so_that_scoring_can_do_it_once() -> None:
    found = cleaned(
        "scales: {s: {items: [q1, q2], range: 1-4, score: sum, max_missing: 0, reverse: [q2]}}",
        people="id | q1 | q2\na | 1 | 1",
    )
    assert found.responses["people"].to_numpy().tolist() == [[1, 1]]


# 6. Several answers in one cell, boxes of their own.
def test_05_an_item_that_the_file_has_reversed_already_drags_alpha_below_nought() -> None:
    text = "scales: {{s: {{items: [a, b], range: 1-5, score: sum, max_missing: 0{more}}}}}"
    people = "id | a | b\n" + "\n".join(f"p{n} | {min(n, 4)} | {n}" for n in (1, 2, 4, 5))
    alphas = []
    for more in ("", ", reverse: [b]"):
        study = declared(text.format(more=more))
        items = cleaned(study, people=people).responses["people"]
        alphas.append(reliability(scored_items(items, rule("s", study.scales["s"]))).alpha)
    assert alphas[0] > 0.9 and alphas[1] < 0


def test_06_choices_in_a_cell_and_in_boxes_come_to_the_same() -> None:
    codes = "codes: {1: Bus, 2: Car, 99: Other}"
    one = cleaned(f"variables: {{x: {{type: choices, {codes}}}}}", people="id | x\na | 1,2\nb | 99")
    two = cleaned(f"variables: {{x: {{type: choices, separator: ' ', {codes}}}}}", people="id | x\na | 1 2\nb | 99")
    three = cleaned(
        "variables: {x: {columns: {x___1: Bus, x___2: Car, x___99: Other}}}",
        people="id | x___1 | x___2 | x___99\na | 1 | 1 | 0\nb | 0 | 0 | 1",
    )
    assert one.responses["people"].equals(two.responses["people"])
    assert one.responses["people"].equals(three.responses["people"])


# 7. Decimal commas (encodings and delimiters are intake's).
def test_07_decimal_commas_and_letters() -> None:
    study = """
    data: {file: a.csv, id: id, decimal: ','}
    variables: {x: {type: number}, y: {codes: {Ålesund: Ålesund, Tromsø: Tromsø}}}
    """
    found = cleaned(study, people="id | x | y\na | 7,25 | Tromsø\nb | −1,5 | Ålesund")
    assert found.responses["people"]["x"].tolist() == [7.25, -1.5]
    assert found.responses["people"]["y"].tolist() == ["Tromsø", "Ålesund"]


# 8. Free text.
@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "<b>x</b>", 'a "quoted"', "a\nb", "{n}", "%s"])
def test_08_free_text_stays_as_it_is_and_reaches_no_message(text: str) -> None:
    table = drawn("id | x\na | y")
    table.text.loc["2", "x"] = text
    assert cleaned("variables: {x: {type: text}}", people=table).responses["people"]["x"].tolist() == [text]
    for kind in ("type: number", "codes: {1: One}", "type: choices, codes: {1: One}", "type: date, format: '%Y-%m-%d'"):
        assert text not in refused(f"variables: {{x: {{{kind}}}}}", people=table)


# 9. Duplicates, tests, partials, waves, file-wide missing codes.
def test_09_duplicates_tests_and_partials_are_left_out_as_declared() -> None:
    study = """
    data: {file: a.csv, id: id, duplicates: {keep: most complete, because: the fuller one}}
    exclude:
      - {where: {Status: Survey Preview}, because: test rows}
      - {where: {Finished: 0}, because: did not finish}
    variables: {x: {type: number, missing: {blank: no answer}}}
    """
    people = """
    id | Status         | Finished | x
    a  | IP Address     | 1        |
    a  | IP Address     | 1        | 3
    b  | Survey Preview | 1        | 4
    c  | IP Address     | 0        |
    """
    found = cleaned(study, people=people)
    assert found.responses["people"]["x"].tolist() == [3]
    flow = found.flow.steps[["reason", "rows"]].to_numpy().tolist()
    assert flow == [["", 4], ["test rows", 1], ["did not finish", 1], ["duplicate: the fuller one", 1], ["", 1]]


def test_09_waves_that_contradict_each_other_are_counted() -> None:
    study = """
    data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
    variables: {role: {codes: {1: Recipient, 2: Supporter}}}
    """
    found = cleaned(study, people="id | w | role\na | 1 | 1\na | 2 | 2\nb | 1 | 1\nb | 2 | 1")
    assert found.ledger.rules.set_index("rule")["cells"]["differs between waves (people)"] == 1


STATA = {"x": frozenset({".", ".i", ".d"}), "y": frozenset({"."})}


def test_09_straight_lines_are_counted_and_left_as_they_are() -> None:
    items = ["i1", "i2", "i3", "i4", "i5"]
    found = cleaned(
        f"scales: {{s: {{items: [{', '.join(items)}], range: 1-3, score: sum, max_missing: 0, reverse: [i1]}}}}",
        people="id | i1 | i2 | i3 | i4 | i5\na | 2 | 2 | 2 | 2 | 2\nb | 1 | 2 | 2 | 2 | 2",
    )
    line = found.ledger.rules.set_index("rule").loc["the same answer to all items (rows)"]
    assert line["cells"] == 1
    assert found.responses["people"].loc["2", items].tolist() == [2] * 5


def test_09_statas_letters_count_for_the_whole_file_where_the_file_marks_them() -> None:
    table = drawn("id | x | y\na | 3 | 1\nb | .i | 2\nc | .d | .\nd | . | 3", user_missing=STATA)
    study = """
    missing: {.i: not asked, .d: don't know}
    variables: {x: {type: number, missing: {blank: no value}}, y: {codes: {1: A, 2: B, 3: C}, missing: {.: no value}}}
    """
    why = cleaned(study, people=table).reasons["people"]
    assert why["x"].tolist() == ["", "not asked", "don't know", "no value"]
    assert why["y"].tolist() == ["", "", "no value", ""]
    told = refused("missing: {.i: not asked}\nvariables: {x: {type: number, missing: {blank: no value}}}", people=table)
    assert told == (
        "studies/made_up.yaml:2  variables.x: 1 row holds codes that the file marks as missing: '.d' (1 row). "
        "Give the reason: under 'missing' here, or for the whole file (.a-.z, user-missing)."
    )


def test_09_a_dot_in_a_file_that_does_not_mark_it_is_no_number() -> None:
    study = "missing: {.i: not asked}\nvariables: {x: {type: number}}"
    assert "2 rows are not numbers" in refused(study, people="id | x\na | .\nb | .i")


def test_09_spss_user_missing_is_never_taken_for_a_number() -> None:
    table = drawn("id | x\na | 3\nb | 99", user_missing={"x": frozenset({"99"})})
    study = "variables: {x: {type: number, range: 0-120}}"
    assert "1 row holds codes that the file marks as missing: '99' (1 row)" in refused(study, people=table)
    told = cleaned("missing: {user-missing: no answer}\n" + study, people=table)
    assert told.reasons["people"]["x"].tolist() == ["", "no answer"]
    own = cleaned(
        "missing: {user-missing: no answer}\nvariables: {x: {type: number, missing: {99: refused}}}", people=table
    )
    assert own.reasons["people"]["x"].tolist() == ["", "refused"]


def test_09_stale_labels_are_told() -> None:
    table = drawn("id | x\na | 1\nb | 2", value_labels={"x": {"1": "Female", "2": "Male"}})
    found = cleaned("variables: {x: {codes: {1: Male, 2: Female}}}", people=table)
    assert [r for r in found.ledger.rules["rule"] if r.startswith("the file gives")] == [
        "the file gives code 1 the label of another level",
        "the file gives code 2 the label of another level",
    ]


# 10. Not applicable and not asked.
def test_10_by_skip_logic_and_by_split_ballot_are_two_reasons_and_no_refusal() -> None:
    study = """
    population: {asked: y, because: the module was given to half of the sample}
    variables:
      role: {codes: {1: Recipient, 2: Supporter}}
      x: {type: number, asked_of: {role: Supporter}, missing: {99: refused}}
      y: {type: number, missing: {.i: not asked}}
    """
    found = cleaned(study, people="id | role | x | y\na | 1 | | 1\nb | 2 | 99 | 2\nc | 2 | 3 | .i")
    assert found.reasons["people"]["x"].tolist() == ["not applicable", "refused", ""]
    assert found.reasons["people"]["y"].tolist() == ["", "", "not asked"]
    assert found.domain["people"].tolist() == [True, True, False]


# 11. No blanket rule.
def test_11_no_code_is_missing_for_a_whole_file() -> None:
    with pytest.raises(Mistakes) as caught:
        declared("missing: {7: refused, 9: refused, 77: refused, 99: refused}\nvariables: {x: {type: number}}")
    assert str(caught.value).splitlines()[0] == (
        "studies/made_up.yaml:1  missing.7: '7' is declared missing for the whole file. "
        "Only Stata's .a-.z and SPSS's user-missing can be; declare other codes where the variable or scale stands."
    )
    study = "variables: {band: {codes: {6: 60-69, 7: 70-79}}, days: {type: number, range: 0-7, missing: {9: refused}}}"
    found = cleaned(study, people="id | band | days\na | 7 | 7\nb | 6 | 9").responses["people"]
    assert found["band"].tolist() == ["70-79", "60-69"] and found["days"].fillna(-1).tolist() == [7, -1]


# 12. YAML.
def test_12_yes_no_and_norway_are_words() -> None:
    study = "variables: {x: {codes: {yes: yes, no: no, NO: Norway, on: on}}}"
    assert values(study, "id | x\na | no\nb | NO\nc | yes") == [
        "no", "Norway", "yes",
    ]  # fmt: skip


# 13. No catch-all.
def test_13_whatever_is_not_declared_stops_and_blanks_are_declared_like_any_code() -> None:
    people = "id | x\n" + "\n".join(f"{n} | {code}" for n, code in enumerate(["Yes", "No", "yes", "", "", "Ja"]))
    message = refused("variables: {x: {codes: {Yes: Started, No: Not started}}}", people=people)
    assert message == (
        "studies/made_up.yaml:1  variables.x: 4 rows hold codes that nobody declared: "
        "blank (2 rows), 'yes' (1) and 1 other text. "
        "Add them to codes or missing. Mind dashes, capitals, blanks and decimals: 'yes' is not the declared 'Yes'."
    )
    study = "variables: {x: {codes: {Yes: Started, No: Not started, yes: Started, Ja: Started, blank: Not started}}}"
    found = cleaned(study, people=people)
    assert found.responses["people"]["x"].tolist() == [
        "Started",
        "Not started",
        "Started",
        "Not started",
        "Not started",
        "Started",
    ]
    assert found.ledger.changes.query("before == ''")["after"].tolist() == ["Not started", "Not started"]
