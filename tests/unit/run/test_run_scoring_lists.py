"""The lists beside the scores, and stand-in data for scales that the file codes otherwise than their form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.cleaning import clean
from pipeline.instruments import item_ranges
from pipeline.instruments.card import CORRELATIONS_FILE, FEWER_FILE, FLAGGED_FILE
from pipeline.instruments.item_pairs import CORRELATIONS
from pipeline.instruments.scores import FEWER, FLAGGED, Scores, score
from pipeline.intake.read import read_cells
from pipeline.reproduce.stand_in import draw
from pipeline.results import Results
from pipeline.run.frames import save_scoring
from pipeline.study import parse_study

TEXT = """\
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort}
scales:
  ties: {instrument: osss-3, items: [a, b, c], base: 0, reversed_at_source: [b], missing: {blank: skipped}}
  taken: {instrument: art-adherence-3, items: [d, e, f], missing: {blank: skipped}}
  lonely: {instrument: djg-6, form: manual, items: [g, h, i, j, k, l], coded: 0-2, missing: {blank: skipped}}
release: {rule: none, because: made up}
"""


def test_the_lists_are_spreadsheets_in_which_no_id_is_a_formula(tmp_path: Path) -> None:
    fewer = pd.DataFrame([["people", "a.csv:2", "=1+1", "", "mood", 9, 8, "person's mean"]], columns=FEWER)
    none = pd.DataFrame(columns=FLAGGED)
    pairs = pd.DataFrame([["mood", "", "=b", "a", 9, -0.25]], columns=CORRELATIONS)
    save_scoring(tmp_path, Scores({}, {}, Results.of([]), (), fewer, none, pairs))
    written = (tmp_path / FEWER_FILE).read_text("utf-8-sig").splitlines()
    assert written == [",".join(FEWER), "people,a.csv:2,'=1+1,,mood,9,8,person's mean"]
    assert (tmp_path / FLAGGED_FILE).read_text("utf-8-sig") == ",".join(FLAGGED) + "\n"
    assert (tmp_path / CORRELATIONS_FILE).read_text("utf-8-sig").splitlines()[1] == "mood,,'=b,a,9,-0.25"


def test_stand_in_data_lie_in_the_range_in_which_the_file_codes_each_item() -> None:
    study = parse_study(TEXT, "studies/x.yaml")
    made = draw(study, {"people": 150}, np.random.default_rng(1))["people"]
    text = made.to_csv(index=False).encode()
    cells = read_cells("people", study.sources["people"], [("a.csv", text)], study.where)
    cleaned = clean({"people": cells}, study, item_ranges(study))
    found = score(cleaned, study).frames["people"].dropna()
    assert len(found) > 80
    assert found["ties"].between(3, 14).all() and found["taken"].between(0, 100).all()
    assert set(found["lonely"]) <= set(range(7))
    assert {"0", "3"} <= set(made["a"]) and "4" not in set(made["a"]) and "30" in set(made["d"])
