"""What else a study tells of a cascade's steps, and the fewest people that follow from all of it, by hand."""

from __future__ import annotations

import pytest

from pipeline.study import parse_study
from pipeline.tables.cascade import cascade
from pipeline.tables.cascade_beside import Beside, beside, readers

HEAD = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort}
variables:
  site: {codes: {a: A, b: B}}
  age: {type: number, bands: [18-29, 30-99]}
  a: {codes: {1: "Yes", 0: "No"}, missing: {blank: none}}
  b: {from: b2, codes: {1: "Yes", 0: "No"}, missing: {blank: none}}
  c: {codes: {1: "Yes", 0: "No"}, missing: {blank: none}ASKED}
  where: {codes: {1: Clinic, 2: Home}, missing: {blank: none}, asked_of: {a: "Yes"}}
  again: {from: b2, codes: {1: Once, 0: Never}, missing: {blank: none}}
  pick: {derive: {regroup: b, into: {One: ["Yes", "No"]}}}
tables:
  t: {rows: [site]}
TABLE
MORE
cascades:
  hcv: {steps: [a, b, c]}
release: {rule: journal}
"""
ALONE = Beside(((0,), (1,), (2,)), (), ("again",), False, False)
CASES = {
    "nothing": ("", "", "", ALONE),
    "a step by site": ("  u: {rows: [c], columns: site}", "", "", ALONE._replace(by=("site",), told=True)),
    "a step by a step": ("  u: {rows: [c], columns: a}", "", "", ALONE._replace(blocks=((0, 2), (1,)), told=True)),
    "asked of a step": ("", "", ', asked_of: {a: "Yes"}', ALONE._replace(blocks=((0, 2), (1,)))),
    "asked of what is no step": ("", "", ", asked_of: {site: [A]}", ALONE._replace(by=("site",))),
    "what is asked by a step, by site": ("  u: {rows: [where], columns: site}", "", "",
                                         ALONE._replace(by=("site",), told=True)),
    "what is asked by a step, by another": ("  u: {rows: [where], columns: c}", "", "",
                                            ALONE._replace(blocks=((0, 2), (1,)), told=True)),
    "a step in other words": ("  u: {rows: [again]}", "", "", ALONE._replace(by=("again",), told=True)),
    "a step regrouped, by bands": ("  u: {rows: [pick], columns: age}", "", "",
                                   ALONE._replace(by=("age",), told=True)),
    "a number by a step": ("  u: {rows: [age], columns: a}", "", "", ALONE._replace(told=True, apart=True)),
    "a model": ("", "models:\n  m: {outcome: c, exposure: site, adjust: [age]}", "",
                ALONE._replace(by=("site",), known=("age", "again"), told=True)),
    "a model at several waves": ("", "models:\n  m: {outcome: c, exposure: site, waves: [1, 2]}", "",
                                 ALONE._replace(by=("site",), told=True, apart=True)),
    "a scale of its column": ("", "scales:\n  s: {items: [b2, x], range: 0-1, score: sum, max_missing: 0}", "",
                              ALONE._replace(told=True, apart=True)),
    "tables of others": ("  u: {rows: [age], columns: site}", "", "", ALONE),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_stands_beside_the_steps(case: str) -> None:
    table, more, asked, expected = CASES[case]
    text = HEAD.replace("TABLE", table).replace("MORE", more).replace("ASKED", asked)
    if "waves" in more:
        text = text.replace("id: id}", "id: id, wave: wave, waves: {1: First, 2: Second}}", 1)
    assert beside(parse_study(text, "studies/made_up.yaml"), "hcv") == expected


def test_who_tells_of_a_step() -> None:
    study = parse_study(HEAD.replace("TABLE", "").replace("MORE", "").replace("ASKED", ""), "studies/made_up.yaml")
    assert readers(study, "hcv") == ("a", "b", "c", "where", "again", "pick")


PEOPLE = """
variables:
  site: {codes: {a: A, b: B}}
  a: {codes: {1: "Yes", 0: "No"}}
  b: {codes: {1: "Yes", 0: "No"}SENSITIVE}
tables:
  t: {rows: [site, MORE]}
cascades:
  c: {steps: [a, b], by: site}
"""
DRAWN = "id site a b\n" + "\n".join(
    f"{i} {row}"
    for i, row in enumerate(["A Yes Yes"] * 6 + ["A Yes No"] * 5 + ["A No No"] * 4 + ["B Yes Yes"] * 7 + ["A Yes --"])
)


@pytest.mark.parametrize(("more", "sensitive", "whole", "reached"), [
    ("", "", 1, 4),  # one of A is not known at the second step; four of A left at the first
    ("a", "", 1, 1),  # told elsewhere: the lines' number for both
    ("", ", sensitive: true", 0, 0),  # nobody of B left at the second step
])  # fmt: skip
def test_the_fewest_people_of_a_cascade(made, more: str, sensitive: str, whole: int, reached: int) -> None:  # type: ignore[no-untyped-def]
    text = PEOPLE.replace(", MORE", f", {more}" if more else "").replace("SENSITIVE", sensitive)
    study, people = made(text, people=DRAWN)
    frame = cascade(people, study, "c").results.frame
    of_steps = frame[frame["term"] != ""]
    lines = of_steps["level"].isin(("no", "not known", "without an earlier step"))
    assert set(of_steps.loc[lines, "people"]) == {whole}
    assert set(of_steps.loc[~lines, "people"]) == {reached}
