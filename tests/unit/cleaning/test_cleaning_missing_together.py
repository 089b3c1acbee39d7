"""All variables and scores together: each answer once, nothing by design, nothing derived."""

from __future__ import annotations

import pandas as pd

from pipeline.cleaning import People
from pipeline.cleaning.missingness import missingness_results
from pipeline.results import Results
from pipeline.study import parse_study

STUDY = """\
title: Made up
data: {file: a.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  sex: {codes: {1: Women, 2: Men}, missing: {blank: not answered}}
  again: {derive: {regroup: sex, into: {Any: [Women, Men]}}}
  strain: {type: number, asked_of: {sex: Women}, missing: {blank: not answered}}
  note: {type: text, missing: {blank: nothing written}}
release: {rule: journal}
"""


def test_each_answer_counts_once():
    gaps = {
        "sex": ["", "not answered", "", ""],
        "again": ["", "not answered", "", ""],
        "strain": ["not answered", "", "not applicable", "not applicable"],
        "note": ["nothing written"] * 4,
    }
    rows = pd.Index(["a:2", "a:3", "a:4", "a:5"], name="row")
    reasons = pd.DataFrame(gaps, index=rows, dtype="str")
    keys = pd.DataFrame({"id": list("1234"), "wave": ""}, index=rows, dtype="str")
    frames = pd.DataFrame(index=rows)
    inside = pd.Series(True, index=rows)
    people = People({"people": frames}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))
    found = missingness_results(people, parse_study(STUDY, "studies/x.yaml"))

    here = {key[4:]: value for key, value in found.lookup().items() if key[1] == "answers_missing"}
    missing = 1 + 1  # a sex, and a strain that was asked
    asked = 4 + 2  # sex of four, strain of the two who were asked
    assert here == {("All", "percent"): 100 * missing / asked}, "the counts would tell how many were asked what"
