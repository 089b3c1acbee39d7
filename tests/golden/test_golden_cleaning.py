"""The two real studies, cleaned: equal to a direct recount of the raw files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

from pipeline.cleaning import Cleaned, People, clean, join
from pipeline.instruments.scores import score
from pipeline.intake.read import read_cells
from pipeline.results import Key
from pipeline.study import Study, parse_study

STUDIES = Path(__file__).parents[2] / "studies"


def through(name: str, real_data: Callable[..., Path]) -> tuple[Study, Cleaned, People]:
    study = parse_study((STUDIES / f"{name}.yaml").read_text(encoding="utf-8"), f"studies/{name}.yaml")
    cells = {}
    for table, source in study.sources.items():
        files = [(source.file, real_data(name, source.file).read_bytes())]
        cells[table] = read_cells(table, source, files, lambda *path: study.where("data", *path))
    found = clean(cells, study)
    scores = score(found, study)
    return study, found, join(found, scores.frames, scores.reasons, study)


@pytest.fixture(scope="module")
def gss(real_data: Callable[..., Path]) -> tuple[Cleaned, People, pd.DataFrame]:
    _, found, people = through("gss2018", real_data)
    raw, _ = pyreadstat.read_dta(str(real_data("gss2018", "GSS2018.dta")), user_missing=True)
    return found, people, raw


def test_gss_reasons_of_an_item(gss: tuple[Cleaned, People, pd.DataFrame]) -> None:
    found, people, raw = gss
    words = {"i": "not asked", "d": "don't know", "n": "no answer"}
    expected = raw["lonely1"].map(lambda cell: words.get(cell, "")).value_counts().to_dict()
    assert found.reasons["people"]["lonely1"].value_counts().to_dict() == expected
    assert found.responses["people"]["lonely1"].fillna(-1).tolist() == [
        float(c) if c in (1, 2, 3, 4, 5) else -1.0 for c in raw["lonely1"]
    ]
    assert people.results.get(Key("quality", "missingness", "low_mood", "no answer")) == (raw["unhappy"] == "n").sum()


def test_gss_population_is_the_half_that_was_asked(gss: tuple[Cleaned, People, pd.DataFrame]) -> None:
    found, _, raw = gss
    assert found.domain["people"].sum() == (raw["lonely1"] != "i").sum()
    assert len(found.responses["people"]) == len(raw)


def test_gss_kinds_of_help(gss: tuple[Cleaned, People, pd.DataFrame]) -> None:
    found, _, raw = gss
    asked = raw[["hlpsick", "hlpdown", "hlpadvce", "hlphome", "hlpsococ"]]
    complete = asked.isin([1, 2, 3, 4, 5, 6, 7]).all(axis=1)
    counts = asked.isin([1, 2, 3, 4, 5, 6]).sum(axis=1).where(complete)
    assert found.responses["people"]["help_kinds"].fillna(-1).tolist() == counts.fillna(-1).tolist()
    why = found.reasons["people"]["help_kinds"]
    assert (why == "not asked").sum() == (asked == "i").all(axis=1).sum()


def test_gss_categories_and_weights(gss: tuple[Cleaned, People, pd.DataFrame]) -> None:
    found, _, raw = gss
    people, keys = found.responses["people"], found.keys["people"]
    assert people["gender"].tolist() == raw["sex"].map({1: "Men", 2: "Women"}).tolist()
    good = raw["hlthmntl"].map({1: "Good", 2: "Good", 3: "Good", 4: "Fair or poor", 5: "Fair or poor"})
    assert people["mental_health"].astype("str").fillna("").tolist() == good.fillna("").tolist()
    assert keys["weight"].tolist() == raw["wtssall"].tolist()
    assert keys["strata"].tolist() == raw["vstrat"].astype(str).tolist()
    assert people["age"].max() == 89 == pd.to_numeric(raw["age"], errors="coerce").max()


@pytest.fixture(scope="module")
def trial(real_data: Callable[..., Path]) -> tuple[Study, Cleaned, People, pd.DataFrame, pd.DataFrame]:
    frames = []
    for file in ("1_df_pbl_main.xlsx", "3_ds_pfu_lcomp_main.xlsx"):
        rows = CalamineWorkbook.from_path(str(real_data("peer-prep", file))).get_sheet_by_index(0).to_python()
        frames.append(pd.DataFrame(rows[1:], columns=rows[0]))
    return (*through("peer-prep", real_data), *frames)


def test_the_trials_flow_starts_at_randomisation(
    trial: tuple[Study, Cleaned, People, pd.DataFrame, pd.DataFrame],
) -> None:
    study, found, people, index, referred = trial
    empty = index[~index["p1_ptid"].isin(referred["p2_ptid"])]
    assert empty["p1_s0_arm"].value_counts().to_dict() == {"Control": 6}
    flow = {(r.table, r.step, r.reason): (r.rows, r.people, r.clusters) for r in found.flow.steps.itertuples()}
    assert flow == {
        ("index", "read", ""): (82, 82, 82),
        ("index", "kept", ""): (82, 82, 82),
        ("referred", "read", ""): (241, 241, 82),
        ("referred", "left out", "no one in referred"): (0, 0, 6),
        ("referred", "kept", ""): (241, 241, 76),
    }
    gone = Key("flow", "referred", "left out", "no one in referred", "arm=Control", "clusters")
    assert people.results.get(gone) == 6
    assert people.results.get(gone._replace(group="arm=Intervention")) == 0
    assert people.results.get(gone._replace(term="read", level="")) == 42


def test_the_trials_outcomes_by_arm(
    trial: tuple[Study, Cleaned, People, pd.DataFrame, pd.DataFrame], golden: Callable[[str, str, str, str], float]
) -> None:
    _, found, people, _, referred = trial
    frame = people.frames["referred"]
    assert frame["arm"].tolist() == referred["p2_s0_arm"].tolist()
    counts = pd.crosstab(frame["arm"], frame["started_prep"])
    for arm in ("Control", "Intervention"):
        case = ("peer-prep", "PrEP initiation (p2_s6_q1_17d = Yes) by arm", arm)
        assert counts.loc[arm, "Started"] == golden(*case, "n_yes")
        assert counts.loc[arm].sum() == golden(*case, "n")
    blanks = found.ledger.changes.query("variable == 'started_prep' and before == ''")
    assert len(blanks) == (referred["p2_s6_q1_17d"] == "").sum() == 4
    assert set(people.keys["referred"]["cluster"]) <= set(people.keys["index"]["id"])
