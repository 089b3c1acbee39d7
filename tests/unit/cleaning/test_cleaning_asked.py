"""Skip logic: not to be asked is not missing."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from tests.drawn import cleaned, declared, refused

ROLE = "role: {codes: {1: Recipient, 2: Supporter}, missing: {9: refused}}"
STRAIN = "strain: {type: number, range: 1-5, asked_of: {role: Supporter}, missing: {99: don't know}"
PEOPLE = """
id | role | strain
a  | 2    | 3
b  | 1    |
c  | 1    | 99
d  | 2    | 99
e  | 9    |
"""


def test_a_blank_of_those_not_asked_needs_no_declaration() -> None:
    found = cleaned(f"variables: {{{ROLE}, {STRAIN}}}}}", people=PEOPLE)
    assert found.responses["people"]["strain"].fillna(-1).tolist() == [3, -1, -1, -1, -1]
    assert found.reasons["people"]["strain"].tolist() == [
        "",
        "not applicable",
        "not applicable",
        "don't know",
        "refused",
    ]
    rules = found.ledger.rules.query("variable == 'strain'").set_index("rule")["cells"].to_dict()
    assert rules == {
        "code 99 is missing: don't know": 1,
        "not asked of them (role): not applicable": 2,
        "blank where the answer to role is missing: refused": 1,
    }


def test_a_blank_of_those_who_were_asked_still_needs_one() -> None:
    message = refused(f"variables: {{{ROLE}, {STRAIN}}}}}", people=PEOPLE + "f | 2 |\n")
    assert message == (
        "studies/made_up.yaml:1  variables.strain: 1 row is blank, and nobody declared what that means. "
        "Add blank to 'missing' with its reason."
    )


def test_answers_of_those_not_asked_stop_unless_declared() -> None:
    people = PEOPLE + "f | 1 | 4\ng | 1 | 2\n"
    message = refused(f"variables: {{{ROLE}, {STRAIN}}}}}", people=people)
    assert message == (
        "studies/made_up.yaml:1  variables.strain: 2 rows are answers of people who were not to be asked. "
        "Say what to do: answered_anyway: keep or drop; or correct 'asked_of' or 'asked_at'."
    )
    kept = cleaned(f"variables: {{{ROLE}, {STRAIN}, answered_anyway: keep}}}}", people=people)
    assert kept.responses["people"]["strain"].tolist()[-2:] == [4, 2]
    dropped = cleaned(f"variables: {{{ROLE}, {STRAIN}, answered_anyway: drop}}}}", people=people)
    assert dropped.reasons["people"]["strain"].tolist()[-2:] == ["not applicable"] * 2
    rule = "answered although not to be asked (role): dropped"
    assert dropped.ledger.rules.set_index("rule")["cells"][rule] == 2
    changes = dropped.ledger.changes.query("rule == @rule")
    assert changes[["before", "after"]].to_numpy().tolist() == [
        ["4", "missing: not applicable"],
        ["2", "missing: not applicable"],
    ]


def test_a_code_that_nobody_declared_stops_whoever_holds_it() -> None:
    assert "1 row lies outside the range" in refused(
        f"variables: {{{ROLE}, {STRAIN}}}}}", people=PEOPLE + "f | 1 | 77\n"
    )


def test_several_conditions_and_chains() -> None:
    found = cleaned(
        """
        variables:
          lost: {codes: {1: "Yes", 0: "No"}, asked_of: {strain_high: "Yes", role: Supporter}}
          strain_high: {codes: {1: "Yes", 0: "No"}, asked_of: {role: Supporter}, missing: {9: refused}}
          role: {codes: {1: Recipient, 2: Supporter}}
        """,
        people="""
        id | role | strain_high | lost
        a  | 2    | 1           | 0
        b  | 2    | 0           |
        c  | 1    |             |
        d  | 2    | 9           |
        """,
    )
    assert found.reasons["people"]["lost"].tolist() == ["", "not applicable", "not applicable", "refused"]
    assert list(found.responses["people"]) == ["lost", "strain_high", "role"]


def test_conditions_of_choices_boxes_dates_texts_and_scales() -> None:
    found = cleaned(
        """
        variables:
          kinds: {type: choices, codes: {1: Talk, 2: Rides}}
          boxes: {columns: {b1: Bus, b2: Car}, asked_of: {kinds: Rides}}
          since: {type: date, format: "%Y-%m-%d", asked_of: {kinds: Rides}}
          how: {type: text, asked_of: {kinds: Rides}}
          both: {type: choices, codes: {1: One, 2: Two}, asked_of: {kinds: Rides}}
          level: {codes: {1: One}, asked_of: {kinds: Rides}}
          number_of: {count: [n1, n2], max_missing: 0, asked_of: {kinds: Rides}}
        scales:
          ease: {items: [i1, i2], range: 1-5, score: mean, max_missing: 0, asked_of: {kinds: Rides}}
        """,
        people="""
        id | kinds | b1 | b2 | since      | how  | both | level | n1 | n2 | i1 | i2
        a  | 1,2   | 1  | 0  | 2020-01-31 | slow | 1,2  | 1     | 1  | 2  | 5  | 4
        b  | 1     | 0  | 0  |            |      |      |       |    |    |    |
        c  | 1     |    |    |            |      |      |       |    |    |    |
        """,
    )
    reasons = found.reasons["people"].drop(columns="kinds")
    assert (reasons.iloc[0] == "").all() and (reasons.iloc[1:] == "not applicable").all(axis=None)
    assert found.responses["people"].drop(columns=["kinds=Talk", "kinds=Rides"]).iloc[1:].isna().all(axis=None)


@pytest.mark.parametrize("answer", ["1", "0"])
def test_a_condition_in_a_parents_table(answer: str) -> None:
    study = """
    data:
      people: {file: a.csv, id: id}
      visits: {file: b.csv, id: v, parent: {people: person}}
    variables:
      role: {codes: {1: Recipient, 2: Supporter}}
      helped: {in: visits, codes: {1: "Yes", 0: "No"}, asked_of: {role: Recipient}}
    """
    people = "id | role\na | 1\nb | 2"
    found = cleaned(study, people=people, visits=f"v | person | helped\n1 | a | {answer}\n2 | b |")
    assert found.reasons["visits"]["helped"].tolist() == ["", "not applicable"]
    assert "not to be asked" in refused(study, people=people, visits=f"v | person | helped\n1 | b | {answer}")


WAVES = """
data: {file: a.csv, id: id, wave: w, waves: {1: Baseline, 2: 3 months}}
variables:
  role: {codes: {1: Recipient, 2: Supporter}}
  sex: {codes: {1: Women, 2: Men}, asked_at: 1, missing: {blank: no answer}}
  strain: {type: number, asked_at: [3 months], asked_of: {role: Supporter}, missing: {9: refused}}
"""


def test_what_was_not_asked_at_a_wave_is_not_missing_there() -> None:
    found = cleaned(
        WAVES,
        people="""
        id | w | role | sex | strain
        a  | 1 | 2    | 1   |
        a  | 2 | 2    |     | 3
        b  | 1 | 1    |     |
        b  | 2 | 1    |     |
        c  | 2 | 2    |     | 9
        """,
    )
    why = found.reasons["people"]
    assert why["sex"].tolist() == ["", "not asked", "no answer", "not asked", "not asked"]
    assert why["strain"].tolist() == ["not asked", "", "not asked", "not applicable", "refused"]
    rules = found.ledger.rules.query("variable == 'strain'").set_index("rule")["cells"].to_dict()
    assert rules == {
        "code 9 is missing: refused": 1,
        "not asked of them (wave): not asked": 2,
        "not asked of them (role): not applicable": 1,
    }


def test_answers_at_other_waves_and_of_others_stop_together() -> None:
    people = "id | w | role | sex | strain\na | 1 | 2 | 1 | 3\na | 2 | 2 | 1 | 3\nb | 2 | 1 | | 4"
    assert refused(WAVES, people=people).splitlines() == [
        "studies/made_up.yaml:4  variables.sex: 1 row is an answer of someone who was not to be asked. "
        "Say what to do: answered_anyway: keep or drop; or correct 'asked_of' or 'asked_at'.",
        "studies/made_up.yaml:5  variables.strain: 2 rows are answers of people who were not to be asked. "
        "Say what to do: answered_anyway: keep or drop; or correct 'asked_of' or 'asked_at'.",
    ]


def test_waves_at_which_it_was_asked_must_be_there() -> None:
    with pytest.raises(Mistakes, match=r"variables\.sex\.asked_at: people has no wave '4'\. Known: 1, 2\."):
        declared(WAVES.replace("asked_at: 1", "asked_at: 4"))
