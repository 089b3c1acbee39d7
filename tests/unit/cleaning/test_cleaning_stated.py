"""What the declarations say of answers and gaps, and that each number of a sentence has a row in results."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.cleaning.stated import stated
from pipeline.results import Results
from tests.drawn import declared, joined

STUDY = """
data:
  people: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Middle, 3: End}}
  visits: {file: b.csv, id: v, parent: {people: who}}
variables:
  days: {type: number, codes: {forty-two: 42, 88: 0}}
  role: {codes: {1: Recipient, 2: "{Leader}"}}
  strain: {label: "Strain {now}.", type: number, asked_at: [1, End], missing: {blank: no answer}}
  kinds: {count: [a, b, c], except: 0, max_missing: 1}
  all_kinds: {count: [a, b], except: 0, max_missing: 0}
  total: {derive: {sum: [days, strain], max_missing: 1}}
  minutes: {in: visits, type: number, missing: {blank: not noted}}
  mode: {in: visits, codes: {1: Talk, 2: Walk}}
  dose: {derive: {from: visits, take: sum, of: minutes, by: who, max_missing: 2}}
  length: {derive: {from: visits, take: mean, of: minutes, by: who}}
  usual: {derive: {from: visits, take: most frequent, of: mode, by: who, none: None}}
  talked: {derive: {from: visits, take: any, of: mode, by: who, none: Walk}}
  visits_made: {derive: {from: visits, take: count, by: who}}
  noted: {derive: {from: visits, take: count, of: minutes, by: who}}
scales:
  mood: {items: [m1, m2], range: 1-3, score: sum, max_missing: 0, codes: {low: 1, high: 3}, asked_of: {role: Recipient},
         asked_at: [2], answered_anyway: drop}
"""


def said(study, results: Results | None = None) -> list[str]:
    told = []
    for numbers, sentence in stated(study):
        held = {number.key: number.value for number in numbers}
        told.append(sentence.template.format(**{hole: f"{held[key]:g}" for hole, key in sentence.keys.items()}))
    return told


def test_what_is_done_with_codes_waves_and_gaps_is_said() -> None:
    assert said(declared(STUDY)) == [
        "Days: “forty-two” was read as “42” and “88” was read as “0”.",
        "Strain {now} was asked at Start and End; at other waves it counts as not asked.",
        "Kinds: up to 1 missing answers count as not named; with more the count is missing.",
        "Total: up to 1 missing parts are replaced by the mean of the others; with more it is missing.",
        "Dose: where up to 2 of a person's rows of visits lack a value, it is replaced by the mean of the person's "
        "others; with more the whole is missing.",
        "Length is missing where a person's rows of visits lack any value.",
        "Usual is missing where a person's rows of visits lack any value.",
        "Usual: of equally frequent values the one that comes first in visits counts.",
        "Talked is missing where a person's rows of visits lack any value, unless another row settles it.",
        "Visits made: of the rows of visits that belong to a person, each row counts.",
        "Noted: of the rows of visits that belong to a person, a row without a value does not count.",
        "Mood, items: “low” was read as “1” and “high” was read as “3”.",
        "Mood was asked at Middle; at other waves it counts as not asked.",
        "Mood was asked of those with Role: Recipient; for others it is not applicable.",
    ]


def test_what_is_said_of_gaps_is_what_is_done() -> None:
    people = joined(
        """
        data: {file: a.csv, id: id}
        variables:
          kinds: {count: [a, b, c], except: 0, max_missing: 1, missing: {blank: no answer}}
          x: {type: number, missing: {blank: no answer}}
          y: {type: number}
          total: {derive: {sum: [x, y], max_missing: 1}}
        """,
        people="""
        id | a | b | c | x | y
        p  | 1 | 1 |   | 3 | 4
        q  | 1 |   |   |   | 4
        """,
    )
    frame = people.frames["people"]
    assert frame["kinds"].iloc[0] == 1 + 1 + 0 and pd.isna(frame["kinds"].iloc[1])
    assert frame["total"].tolist() == [3 + 4, 4 + 4]


def test_every_number_in_a_remark_has_a_row_in_results_and_braces_stay_words() -> None:
    items = ", ".join(f"i{n}" for n in range(1, 6))
    study = declared(
        f"""
        variables:
          age: {{label: "Age {{years}}", type: number, top_code: 89}}
          pain: {{type: number, top_code: 9.5}}
        scales:
          s: {{items: [{items}], reverse: [i1], range: 1-3, score: sum, max_missing: 0, label: "Scale {{s}}"}}
        """
    )
    scores = pd.DataFrame({"s": [12.0, 11.0]}, index=pd.Index(["2", "3"], name="row", dtype="str"))
    people = joined(study, {"people": scores}, people="""
        id | age | pain | i1 | i2 | i3 | i4 | i5
        a  | 89  | 9.5  | 2  | 2  | 2  | 2  | 2
        b  | 30  | 1    | 1  | 2  | 2  | 3  | 3
        """)  # fmt: skip
    told = []
    for sentence in people.remarks:
        assert not re.search(r"[0-9]", sentence.template.replace("{s}", "")), "a number without a row"
        values = {hole: f"{people.results.get(key):g}" for hole, key in sentence.keys.items()}
        told.append(sentence.template.format(**values))
    assert told == [
        "Scale {s}: the same answer to all 5 items, reversed ones too, in 1 rows.",
        "Age {years}: 89 stands for itself and above (1 answers).",
        "Pain: 9.5 stands for itself and above (1 answers).",
    ]
