"""The made-up study comes out byte for byte, and its export holds what is told of it and the mess that it promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

FILES = (
    "exports/bridges_2025q3.csv",
    "next_quarter/bridges_2025q4.csv",
    "programmes.csv",
    "encounters.csv",
    "interviews.qdpx",
    "truth.yaml",
)


def test_every_file_comes_out_byte_for_byte(bridges: Any, tmp_path: Path) -> None:
    surroundings = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, str(bridges.folder / "generate.py"), str(tmp_path)],
        check=True,
        cwd=tmp_path,
        env={**os.environ, **surroundings},
        capture_output=True,
    )
    written = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert written == sorted(FILES)
    for name in FILES:
        same = (tmp_path / name).read_bytes() == (bridges.folder / name).read_bytes()
        assert same, f"{name} is not what generate.py writes"


def test_files_are_small_enough_to_be_committed(bridges: Any) -> None:
    assert all((bridges.folder / name).stat().st_size < 1_500_000 for name in FILES)
    assert (bridges.folder / "interviews.qdpx").stat().st_size < 300_000


def test_an_export_has_a_byte_order_mark_and_three_header_rows(bridges: Any) -> None:
    raw = (bridges.folder / bridges.first).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfStartDate,EndDate,Status,IPAddress,Progress,")
    (names, wordings, import_ids), rows = bridges.read_export(bridges.first)
    assert len(set(names)) == len(names) == 16 + 9 + (3 + 12 + 9 + 10) + 3
    assert all(re.fullmatch(r"[^{}]+", json.loads(cell)["ImportId"]) for cell in import_ids)
    assert len(set(import_ids)) == len(names)
    said = dict(zip(names, wordings, strict=True))
    assert said["ucla_1"] == "UCLA item 1 (wording not reproduced)"
    for name in names[names.index("consent") :]:
        assert "wording not reproduced" in said[name] or said[name].startswith("Made-up wording"), name
    assert "\n" in said["condition"]
    assert set(rows["IPAddress"]) == {"*******"}


def test_the_flow_of_each_export_is_as_told(bridges: Any, told: dict[str, Any]) -> None:
    for path in (bridges.first, bridges.second):
        flow = told["exports"][Path(path).name]["flow"]
        rows = bridges.read_export(path)[1]
        kept, left = bridges.exclude(rows)
        assert left == {reason: flow[reason] for reason in ("test_rows", "no_consent", "incomplete", "duplicates")}
        assert flow["rows"] == len(rows) == sum(left.values()) + flow["kept"]
        assert len(kept) == flow["kept"] == sum(flow["kept_by_wave"].values())
        assert kept["participant"].nunique() == flow["people_kept"] == flow["kept_by_wave"][1]
        assert kept["programme"].nunique() == flow["programmes_kept"] == 7
        for wave, by_programme in flow["kept_by_programme"].items():
            assert Counter(kept.loc[kept["wave"] == str(wave), "programme"]) == by_programme


def test_duplicates_before_incomplete_moves_counts_and_not_what_is_kept(
    bridges: Any, told: dict[str, Any], first: pd.DataFrame
) -> None:
    consented = first[(first["Status"] != "Survey Preview") & (first["consent"] == "1")]
    latest = consented[~consented.duplicated(["participant", "wave"], keep="last")]
    other = told["exports"]["bridges_2025q3.csv"]["flow"]["if_duplicates_go_before_incomplete"]
    assert len(consented) - len(latest) == other["duplicates"]
    assert (latest["Finished"] == "False").sum() == other["incomplete"]
    whole = latest[latest["Finished"] == "True"]
    assert whole["ResponseId"].tolist() == bridges.exclude(first)[0]["ResponseId"].tolist()


def test_who_was_followed_is_as_told(bridges: Any, told: dict[str, Any]) -> None:
    for path in (bridges.first, bridges.second):
        kept = bridges.exclude(bridges.read_export(path)[1])[0]
        at = {w: set(kept.loc[kept["wave"] == w, "participant"]) for w in "123"}
        followed = told["exports"][Path(path).name]["followed"]
        assert at["2"] | at["3"] <= at["1"]
        assert followed == {
            "second": len(at["2"]),
            "third": len(at["3"]),
            "both": len(at["2"] & at["3"]),
            "third_without_second": len(at["3"] - at["2"]),
            "first_only": len(at["1"] - at["2"] - at["3"]),
        }
        assert followed["first_only"] + followed["second"] + followed["third_without_second"] == len(at["1"])


def test_baseline_counts_are_as_told(bridges: Any, told: dict[str, Any], kept: pd.DataFrame) -> None:
    baseline = kept[kept["wave"] == "1"]
    truth = told["exports"]["bridges_2025q3.csv"]["baseline"]
    for name in ("gender", "role", "education", "living_alone", "condition"):
        assert Counter(baseline[name]) == truth[name]["All"]
        assert all(Counter(baseline.loc[baseline["programme"] == g, name]) == truth[name][g] for g in "ABCDEFG")
    age = bridges.frame(baseline)["age"].dropna()
    assert truth["age"]["n"] == len(age)
    assert [truth["age"]["mean"], truth["age"]["sd"]] == pytest.approx([age.mean(), age.std()], abs=1e-6)
    in_words = (baseline["age"] == "rather not say").sum()
    assert truth["age"]["refused (rather not say)"] == in_words > 0
    assert truth["age"]["not known (999)"] == (baseline["age"] == "999").sum() > 0


def test_scores_and_what_is_missing_are_as_told(bridges: Any, told: dict[str, Any]) -> None:
    for path in (bridges.first, bridges.second):
        truth = told["exports"][Path(path).name]
        kept = bridges.exclude(bridges.read_export(path)[1])[0]
        for wave in (1, 2, 3):
            here = kept[kept["wave"] == str(wave)]
            for scale in bridges.scales:
                values, said = bridges.score(here, scale).dropna(), truth["scored"][wave][scale]
                whole = (here[bridges.items(scale)] != "-99").all(axis=1).sum()
                assert (len(values), whole) == (said["n"], said["with_every_item"])
                assert [values.mean(), values.std()] == pytest.approx([said["mean"], said["sd"]], abs=1e-6)
        assert {c: (kept[c] == "-99").sum() for c in truth["unanswered"]} == truth["unanswered"]
        assert (kept["adherence"] == "88").sum() == truth["adherence"]["not applicable (88)"]
        assert (kept["adherence"] == "99").sum() == truth["adherence"]["does not know (99)"]
        assert (kept["comment"] != "").sum() == truth["comments"]


def test_every_cell_of_a_kept_response_is_a_code_that_the_readme_declares(bridges: Any, kept: pd.DataFrame) -> None:
    def codes(low: int, high: int, *more: str) -> set[str]:
        return {str(c) for c in range(low, high + 1)} | set(more)

    declared = {
        "wave": codes(1, 3),
        "programme": set("ABCDEFG"),
        "consent": {"1"},
        "gender": codes(1, 3, "-99"),
        "role": codes(1, 3),
        "education": codes(1, 5, "-99"),
        "living_alone": codes(1, 2, "-99"),
        "condition": codes(1, 6, "-99"),
        "strain": codes(1, 5, "-99", ""),
        "adherence": codes(0, 7, "88", "99", "-99"),
        "UserLanguage": {"EN", "NO"},
        "Finished": {"True"},
        "Status": {"IP Address"},
        "sessions_band": {"1-4", "5-8", "9-12", "4-Jan", "8-May", "12-Sep", ""},
        "age_band_reg": {"18-24", "18\u201324", "25-44", "25\u201344", "45-64", "45\u201364", "65+"},
    }
    assert {c: set(kept[c]) for c in declared} == declared
    answers = {
        "support": codes(1, 7, "-99"),
        "loneliness": codes(1, 3, "-99"),
        "depression": codes(0, 3, "-99"),
        "self_efficacy": codes(0, 3, "-99"),
    }
    assert {scale: set(np.unique(kept[bridges.items(scale)])) for scale in bridges.scales} == answers
    ticks = {c: {code for cell in kept[c] for code in cell.split(",")} for c in ("match_basis", "support_kinds")}
    assert ticks == {"match_basis": codes(1, 4, "-99", ""), "support_kinds": codes(1, 6, "-99")}
    assert not any("6" in cell and cell != "6" for cell in kept["support_kinds"]), "none of these stands alone"
    ages = pd.to_numeric(kept.loc[~kept["age"].isin(["-99", "999", "rather not say"]), "age"])
    assert ages.between(18, 93).all()
    assert (ages == 88).any(), "an age that is a missing code elsewhere"


def test_blank_means_not_displayed_by_skip_logic(kept: pd.DataFrame) -> None:
    assert ((kept["strain"] == "") == (kept["role"] != "2")).all()
    assert ((kept["match_basis"] == "") == (kept["role"] != "1")).all()
    assert ((kept["sessions_band"] == "") == (kept["role"] != "1")).all()
    others = kept.columns.drop(["strain", "match_basis", "sessions_band", "comment"])
    assert (kept[others] != "").all(axis=None)


def test_self_efficacy_alone_is_exported_in_another_base(bridges: Any, kept: pd.DataFrame) -> None:
    found = {scale: set(np.unique(kept[bridges.items(scale)])) - {"-99"} for scale in bridges.scales}
    lowest = {scale: min(map(int, codes)) for scale, codes in found.items()}
    assert lowest == {"support": 1, "loneliness": 1, "depression": 0, "self_efficacy": 0}
    assert bridges.score(kept, "self_efficacy").min() >= 10


def test_ids_keep_their_zeros_and_responses_have_one_id_each(first: pd.DataFrame, second: pd.DataFrame) -> None:
    for rows in (first, second):
        people = rows.loc[rows["Status"] != "Survey Preview", "participant"]
        assert people.str.fullmatch(r"\d{4}").all()
        assert people.str.startswith("00").any()
        assert rows["ResponseId"].str.fullmatch(r"R_[0-9A-Za-z]{15}").all()
        assert rows["ResponseId"].is_unique
        assert rows["RecordedDate"].is_monotonic_increasing
    tests = first[first["Status"] == "Survey Preview"]
    assert (tests[["participant", "wave", "programme"]] == "").all(axis=None)


def test_the_mess_is_all_there(bridges: Any, told: dict[str, Any], kept: pd.DataFrame) -> None:
    mess = told["mess_of_the_first"]
    baseline = kept[kept["wave"] == "1"]
    assert Counter(baseline["age_band_reg"]) == mess["age_band_reg_at_wave_1"]
    assert Counter(baseline["sessions_band"]) == mess["sessions_band_at_wave_1"]
    assert [mess["sessions_band_at_wave_1"][band] for band in ("4-Jan", "8-May", "12-Sep")] == [4, 5, 2]
    genders = kept[kept["gender"] != "-99"].groupby("participant")["gender"].nunique()
    assert (genders > 1).sum() == mess["gender_contradicts_other_waves"]["people"] == 3
    same = (kept[bridges.items("support")].nunique(axis=1) == 1) & (kept["mspss_1"] != "-99")
    hurried = same & (kept["Duration (in seconds)"].astype(int) < 90)
    assert hurried.sum() == mess["straight_lined_mspss_under_90_seconds"] == 7


def test_comments_hold_what_breaks_a_spreadsheet_a_parser_or_a_page(told: dict[str, Any], kept: pd.DataFrame) -> None:
    comments = set(kept["comment"]) - {""}
    assert len(comments) == told["mess_of_the_first"]["different_comments"]
    assert {c[0] for c in comments} >= set("=+-@<")
    assert comments >= {"None", "NA", "null", "-99"}
    for hazard in ("\n", '"', ",", "<script>", "æ", "Ø", "å", "«", ";", "\t", "=HYPERLINK("):
        assert any(hazard in c for c in comments), repr(hazard)


def test_partials_stop_somewhere_and_are_blank_from_there(first: pd.DataFrame) -> None:
    columns = list(first.columns)
    questions = columns[columns.index("consent") : columns.index("comment") + 1]
    partials = first[(first["Finished"] == "False") & (first["consent"] == "1")]
    assert (partials["Progress"].astype(int) < 100).all()
    always = [c for c in questions if c not in ("match_basis", "strain", "comment")]
    seen = (partials[always] != "").astype(int)
    assert (seen.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None), "an answer after the place where they left"
    assert (seen.iloc[:, -1] == 0).all()
    declined = first[first["consent"] == "2"]
    assert (declined[questions[1:]] == "").all(axis=None)
    assert set(declined["Finished"]) == {"True"}
