"""Few people without a value for what makes columns: the line that leaves them out, and what that frees."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning import clean
from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, merge_lines, release
from pipeline.intake.read import read_cells
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.participants import participants

STUDY = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  programme: {from: prog, codes: {A: North, B: South}, missing: {blank: not answered, -99: refused, -8: not asked}}
  sex: {codes: {1: Women, 2: Men}}
  trust: {type: ordered, codes: {1: Low, 2: Middle, 3: High}}
tables:
  t: {rows: [sex, trust], columns: programme}
release: {rule: RULE}
"""
LINE = '- {where: {prog: [blank, -99]}, because: "few people, and it is not known where they belong"}'


def released(blanks: int, rule: str = "journal", more: str = "", percent: str = "column") -> tuple[Released, Study]:
    """Of 120 people the first have no programme: two codes for it by turns."""
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({"id": range(120), "prog": rng.choice(["A", "B"], 120), "sex": rng.integers(1, 3, 120),
                          "trust": rng.integers(1, 4, 120)})  # fmt: skip
    frame.loc[: blanks - 1, "prog"] = ["", "-99"] * (blanks // 2) + [""] * (blanks % 2)
    out = io.StringIO()
    frame.to_csv(out, index=False, lineterminator="\n")
    text = STUDY.replace("RULE", rule).replace("columns: programme", f"columns: programme, percent: {percent}")
    study = parse_study(text + more, "studies/made_up.yaml")
    cells = read_cells("people", study.sources["people"], [("made-up.csv", out.getvalue().encode())], study.where)
    done = clean({"people": cells}, study)
    people = People(done.responses, done.reasons, done.keys, done.domain, Results.of([]))
    return release(participants(people, study, "t").results, study.release, study), study


def gone(found: Released) -> int:
    return int(found.frame["withheld"].sum())


@pytest.mark.parametrize("percent", ["column", "row", "cell"])
@pytest.mark.parametrize("blanks", [1, 2, 4])
def test_the_proposed_line_pasted_leaves_them_out_and_frees_about_what_it_says(blanks: int, percent: str) -> None:
    before, _ = released(blanks, percent=percent)
    (few,) = before.proposals.few
    assert (few.variable, few.line) == ("programme", LINE)
    after, _ = released(blanks, more=f"exclude:\n  {few.line}\n", percent=percent)
    assert not after.frame["group"].str.contains("Missing").any() and after.proposals.few == ()
    assert gone(before) - gone(after) == pytest.approx(few.frees, rel=0.15)
    assert gone(before) > 2 * gone(after)


def test_the_lines_to_paste_count_nobody() -> None:
    one, two = (merge_lines((), released(blanks)[0].proposals.few) for blanks in (1, 2))
    assert f"exclude:\n  {LINE}\n" in one
    assert "# programme: few people have no value; if they are left out, about" in one
    digits = [[word for word in text.split() if word.isdigit()] for text in (one, two)]
    assert [len(found) for found in digits] == [1, 1], "how many fewer numbers, and of people nothing"


def test_nothing_is_proposed_where_they_are_many_or_nothing_is_withheld() -> None:
    assert released(20)[0].proposals.few == ()
    assert released(0)[0].proposals.few == ()
    assert released(2, "none, because: made up")[0].proposals.few == ()

