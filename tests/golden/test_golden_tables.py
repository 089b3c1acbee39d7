"""The participants table on real rows against R (``golden.csv``: base/stats, quantile type 7), relative 1e-6."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.results import Key, Results
from pipeline.study import parse_study
from pipeline.tables.participants import participants

STUDY = """
title: Peer PrEP, age of the index peers
data: {file: 1_df_pbl_main.xlsx, id: p1_ptid}
design: {kind: cluster trial, cluster: p1_ptid, arm: arm}
variables:
  arm: {from: p1_s0_arm, codes: {Control: Control, Intervention: Intervention}, reference: Control}
  age: {from: p1_s1_q1, type: number, unit: years}
tables:
  baseline: {rows: [age], columns: arm}
release: {rule: journal}
"""


def index_peers(data: bytes) -> People:
    from python_calamine import CalamineWorkbook

    header, *body = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    raw = pd.DataFrame(body, columns=header)
    frame = pd.DataFrame({
        "arm": pd.Categorical(raw["p1_s0_arm"], categories=["Control", "Intervention"]),
        "age": pd.to_numeric(raw["p1_s1_q1"]).astype(float),
    })  # fmt: skip
    reasons = pd.DataFrame("", index=frame.index, columns=["arm", "age"], dtype="str")
    keys = pd.DataFrame({"id": raw["p1_ptid"].astype(str), "wave": ""})
    everyone = pd.Series(True, index=frame.index)
    return People({"people": frame}, {"people": reasons}, {"people": keys}, {"people": everyone}, Results.of([]))


@pytest.mark.parametrize("arm", ["Control", "Intervention"])
def test_age_of_the_index_peers_agrees_with_r(real_data, golden, arm) -> None:  # type: ignore[no-untyped-def]
    people = index_peers(real_data("peer-prep", "1_df_pbl_main.xlsx").read_bytes())
    found = participants(people, parse_study(STUDY, "studies/peer-prep.yaml"), "baseline").results
    for ours, theirs in {"denominator": "n", **{s: s for s in ("mean", "sd", "q1", "median", "q3")}}.items():
        value = golden("peer-prep", f"age (p1_s1_q1) of index peers, arm {arm}", theirs, "value")
        assert found.get(Key("participants", "baseline", "age", "", f"arm={arm}", ours)) == pytest.approx(
            value, rel=1e-6
        )
