"""Parents' variables in child frames, keys of the design, and the population."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.cleaning import missingness_results
from pipeline.errors import Mistakes
from pipeline.results import Key
from tests.drawn import cleaned, declared, joined, refused

LINKED = """
data:
  people: {file: a.csv, id: id}
  visits: {file: b.csv, id: v, parent: {people: person}}
variables:
  arm: {codes: {1: Control, 2: Peer}, missing: {9: lost}}
  age: {type: number}
  kinds: {type: choices, codes: {1: Talk, 2: Rides}}
  since: {type: date, format: "%Y-%m-%d"}
  minutes: {in: visits, type: number}
  decades: {in: visits, derive: {sum: [age, minutes], max_missing: 0}}
"""
PEOPLE = "id | arm | age | kinds | since\na | 1 | 30 | 1 | 2020-01-01\nb | 9 | 40 | 1,2 | 2020-01-02"
VISITS = "v | person | minutes\n1 | b | 5\n2 | a | 6\n3 | b | 7"


def test_parents_variables_stand_in_child_frames() -> None:
    people = joined(LINKED, people=PEOPLE, visits=VISITS)
    frame = people.frames["visits"]
    assert list(frame) == ["minutes", "decades", "arm", "age", "kinds=Talk", "kinds=Rides", "since"]
    assert frame["age"].tolist() == [40, 30, 40] and frame["decades"].tolist() == [45, 36, 47]
    assert frame["arm"].cat.categories.tolist() == ["Control", "Peer"]
    assert people.reasons["visits"]["arm"].tolist() == ["lost", "", "lost"]
    assert frame["kinds=Rides"].tolist() == [1, 0, 1]
    assert str(frame["since"].dtype) == "datetime64[s]"
    assert list(people.frames["people"]) == ["arm", "age", "kinds=Talk", "kinds=Rides", "since"]


WAVES = """
data:
  people: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
  visits: {file: b.csv, id: v, parent: {people: person}}
variables:
  arm: {codes: {1: Control, 2: Peer}, missing: {9: lost}}
  mood: {type: number}
  first: {derive: {at_wave: 1, of: mood}}
  minutes: {in: visits, type: number}
"""
LONG = "id | w | arm | mood\na | 1 | 1 | 3\na | 2 | 9 | 4\nb | 1 | 2 | 5"


def test_of_a_parent_with_waves_only_what_is_constant_is_brought() -> None:
    people = joined(WAVES, people=LONG, visits=VISITS)
    assert list(people.frames["visits"]) == ["minutes", "arm", "first"]
    assert people.frames["visits"]["arm"].tolist() == ["Peer", "Control", "Peer"]
    assert people.frames["visits"]["first"].tolist() == [5, 3, 5]


def test_what_varies_stops_only_where_it_is_used() -> None:
    study = declared(WAVES + "models: {m: {of: visits, outcome: minutes, exposure: mood}}")
    with pytest.raises(Mistakes) as caught:
        joined(study, people=LONG, visits=VISITS)
    assert str(caught.value) == (
        "studies/made_up.yaml:9  models.m: 'mood' differs between the rows of 1 person of people; "
        "which of them visits means is not said. Derive it at one wave (at_wave), or declare the waves of visits."
    )


def test_tables_of_the_same_waves_meet_by_wave() -> None:
    study = WAVES.replace("id: v, parent", "id: v, wave: w, waves: {1: One, 2: Two}, parent")
    people = joined(study, people=LONG, visits="v | w | person | minutes\n1 | 1 | a | 5\n2 | 2 | a | 6\n3 | 2 | b | 7")
    assert people.frames["visits"]["mood"].fillna(-1).tolist() == [3, 4, -1]
    assert people.reasons["visits"]["mood"].tolist() == ["", "", "no row in people at that wave"]


def test_a_name_of_both_tables_is_not_overwritten() -> None:
    study = LINKED + "scales:\n  ease: {in: visits, items: [age, i2], range: 1-5, score: sum, max_missing: 0}\n"
    with pytest.raises(Mistakes, match=r"scales\.ease\.items: item 'age' is the name of a variable or scale, too\."):
        declared(study)


def test_scores_stand_beside_items_and_go_down_to_children() -> None:
    study = LINKED + "scales:\n  ease: {items: [i1, i2], range: 1-5, score: sum, max_missing: 0}\n"
    table = """
    id | arm | age | kinds | since      | i1 | i2
    a  | 1   | 30  | 1     | 2020-01-01 | 1  | 2
    b  | 2   | 40  | 1     | 2020-01-01 | 3  | 5
    """
    scores = {"people": pd.DataFrame({"ease": [3.0, 8.0]}, index=pd.Index(["2", "3"], name="row", dtype="str"))}
    people = joined(study, scores, people=table, visits=VISITS)
    assert list(people.frames["people"])[-3:] == ["ease", "i1", "i2"]
    assert people.frames["visits"]["ease"].tolist() == [8, 3, 8]
    assert "i1" not in people.frames["visits"]


DESIGN = """
data:
  people: {file: a.csv, id: id}
  visits: {file: b.csv, id: v, parent: {people: person}}
design: {kind: cohort, cluster: town, second_cluster: helper, weight: w, strata: st, psu: ps}
variables:
  town: {codes: {1: North, 2: South}, missing: {9: not known}}
  minutes: {in: visits, type: number}
"""


def test_the_designs_columns_are_variables_or_raw_columns_of_a_table_or_its_parents() -> None:
    found = cleaned(
        DESIGN,
        people="id | town | w | st | ps\na | 1 | 0.5 | x | 1\nb | 9 | 2 | y | 2",
        visits="v | person | helper | minutes\n1 | b | S1 | 5\n2 | a | S2 | 6",
    )
    assert found.keys["people"].drop(columns=["id", "wave"]).to_dict("list") == {
        "cluster": ["North", ""], "strata": ["x", "y"], "psu": ["1", "2"], "weight": [0.5, 2.0],
    }  # fmt: skip
    assert found.keys["visits"].drop(columns=["id", "wave", "parent.people"]).to_dict("list") == {
        "cluster": ["", "North"], "second_cluster": ["S1", "S2"], "strata": ["y", "x"], "psu": ["2", "1"],
        "weight": [2.0, 0.5],
    }  # fmt: skip


def test_blank_design_columns_and_weights_that_are_none_stop() -> None:
    message = refused(
        DESIGN.replace("cluster: town", "cluster: twon"),
        people="id | town | w | st | ps\na | 1 | 0 | | 1\nb | 9 | much | y | 2\nc | 1 | -1 | |",
        visits="v | person | helper | minutes\n1 | b | | 5",
    )
    mend = "Complete the file, or leave such rows out under 'exclude' with a reason."
    assert message.splitlines() == [
        "studies/made_up.yaml:4  design.cluster: there is no variable or column 'twon'. Did you mean 'town'?",
        f"studies/made_up.yaml:4  design.strata: 2 rows of people have no strata. {mend}",
        f"studies/made_up.yaml:4  design.psu: 1 row of people has no psu. {mend}",
        f"studies/made_up.yaml:4  design.weight: 3 rows of people have no weight above zero. {mend}",
        f"studies/made_up.yaml:4  design.second_cluster: 1 row of visits has no second cluster. {mend}",
        f"studies/made_up.yaml:4  design.weight: 1 row of visits has no weight above zero. {mend}",
    ]


def test_the_population_is_a_domain_and_children_follow() -> None:
    study = LINKED + "population: {where: {age: 35+}, because: older people}\n"
    found = cleaned(study, people=PEOPLE, visits=VISITS)
    assert found.domain["people"].tolist() == [False, True]
    assert found.domain["visits"].tolist() == [True, False, True]
    assert len(found.responses["people"]) == 2


@pytest.mark.parametrize("where", ["{arm: Control}", "{kinds: Talk, arm: [Control]}", "{age: [<20, 30-35]}"])
def test_a_population_by_levels_choices_or_ranges(where: str) -> None:
    study = LINKED + f"population: {{where: {where}, because: made up}}\n"
    assert cleaned(study, people=PEOPLE, visits=VISITS).domain["people"].tolist() == [True, False]


def test_a_population_of_those_who_were_asked() -> None:
    study = """
    population: {asked: i1, because: half of the sample}
    variables: {age: {type: number}}
    scales: {low: {items: [i1, i2], range: 1-5, score: sum, max_missing: 0, missing: {0: not asked, 9: refused}}}
    """
    found = cleaned(study, people="id | age | i1 | i2\na | 1 | 0 | 1\nb | 1 | 9 | 0\nc | 1 | 5 | 5")
    assert found.domain["people"].tolist() == [False, True, True]


def test_missingness_by_reason_wave_cluster_and_design() -> None:
    study = declared(
        """
        data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
        design: {kind: programme evaluation, cluster: town}
        population: {where: {town: [North, South]}, because: the others came later}
        variables:
          town: {codes: {1: North, 2: South, 3: West}}
          mood: {type: number, sensitive: true, missing: {8: not asked, 9: refused, blank: no answer}}
        """
    )
    people = joined(
        study,
        people="""
        id | w | town | mood
        a  | 1 | 1    | 3
        b  | 1 | 1    | 9
        c  | 1 | 2    | 8
        d  | 1 | 2    |
        a  | 2 | 1    | 9
        e  | 1 | 3    | 9
        """,
    )
    results = missingness_results(people, study)

    def told(level: str, group: str = "All") -> list[float]:
        return [
            results.get(Key("quality", "missingness", "mood", level, group, s)) for s in ("n", "denominator", "percent")
        ]

    assert told("") == [3, 4, 75] and told("refused") == [2, 4, 50]
    assert told("not asked") == [1, 5, 20]
    assert told("", "wave=One") == [2, 3, 100 * 2 / 3] and told("no answer", "wave=Two") == [0, 1, 0]
    assert told("", "town=South") == [1, 1, 100] and told("refused", "town=North") == [2, 3, 100 * 2 / 3]
    assert told("", "wave=Two;town=North") == [1, 1, 100]
    assert told("", "wave=Two;town=South")[:2] == [0, 0]
    assert results.frame.loc[results.frame["term"] == "mood", "sensitive"].all()
    assert people.results.get(Key("quality", "missingness", "mood", "refused")) == 2


def test_missing_answers_of_a_trial_by_arm() -> None:
    study = LINKED.replace("data:", "design: {kind: trial, arm: arm}\ndata:").replace(
        "age: {type: number}", "age: {type: number, missing: {99: lost}}"
    )
    results = joined(study, people=PEOPLE.replace("| 40 |", "| 99 |"), visits=VISITS).results
    assert results.get(Key("quality", "missingness", "age", "", "arm=Missing")) == 1
    assert results.get(Key("quality", "missingness", "age", "", "arm=Control")) == 0


def test_people_who_contradict_themselves_are_remarked_where_it_matters() -> None:
    study = """
    data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
    variables:
      role: {label: "Role {now}", codes: {1: Recipient, 2: Supporter}}
      mood: {codes: {1: Low, 2: High}}
    tables: {participants: {rows: [mood], columns: role}}
    """
    people = joined(study, people="id | w | role | mood\na | 1 | 1 | 1\na | 2 | 2 | 2\nb | 1 | 1 | 1")
    assert [s.template for s in people.remarks] == ["Role {{now}} differs between the waves of {n} people."]
    assert [people.results.get(k) for s in people.remarks for k in s.keys.values()] == [1]
