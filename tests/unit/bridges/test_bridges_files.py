"""The made-up study beside its first export: the next quarter, the encounters, the programmes, the README."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pandas as pd
import pytest


def test_the_next_quarter_changes_what_it_says_and_nothing_else(
    bridges: Any, told: dict[str, Any], first: pd.DataFrame, second: pd.DataFrame
) -> None:
    said = told["next_quarter"]
    assert list(second.columns) == [*first.columns, said["new_column"]]
    old, new = first.set_index("ResponseId"), second.set_index("ResponseId")
    assert sorted(set(old.index) - set(new.index)) == said["gone"]
    both = [name for name in old.index if name in new.index]
    assert [name for name in new.index if name in set(both)] == both
    differs = old.loc[both] != new.loc[both, old.columns]
    assert int(differs.to_numpy().sum()) == 1
    change = said["recoded"]
    assert differs.loc[change["ResponseId"], change["column"]]
    before, after = old.loc[change["ResponseId"], "gender"], new.loc[change["ResponseId"], "gender"]
    assert (before, after) == (change["before"], change["after"])
    assert (new.loc[both, "purpose"] == "").all()
    added = second[~second["ResponseId"].isin(first["ResponseId"])]
    assert len(added) == sum(said["new_rows"].values())
    assert added["RecordedDate"].min() > first["RecordedDate"].max()
    kept = bridges.exclude(second)[0]
    new_kept = kept[kept["ResponseId"].isin(added["ResponseId"])]
    assert Counter(new_kept["wave"].astype(int)) == {w: n for w, n in said["new_kept_by_wave"].items() if n}
    assert set(new_kept["purpose"]) == set("12345")


def test_the_next_quarter_has_one_other_wording_and_mends_one_contradiction(
    bridges: Any, told: dict[str, Any], kept: pd.DataFrame, second: pd.DataFrame
) -> None:
    head_1, head_2 = bridges.read_export(bridges.first)[0], bridges.read_export(bridges.second)[0]
    said = {name: (a, b) for name, a, b in zip(head_1[0], head_1[1], head_2[1], strict=False)}
    assert [name for name, (a, b) in said.items() if a != b] == told["next_quarter"]["wording_changed"]
    assert head_1[2] == head_2[2][:-1]
    later = bridges.exclude(second)[0]
    contradicted = [
        rows[rows["gender"] != "-99"].groupby("participant")["gender"].nunique().gt(1).sum() for rows in (kept, later)
    ]
    assert contradicted == [3, 2]


def test_encounters_are_as_told(told: dict[str, Any], encounters: pd.DataFrame, kept: pd.DataFrame) -> None:
    said = told["encounters"]
    assert len(encounters) == said["rows"] == said["kept"] + said["duplicate_rows"] + said["orphan_rows"]
    assert encounters.duplicated().sum() == said["duplicate_rows"]
    once = encounters.drop_duplicates()
    assert once["encounter_id"].is_unique, "rows that share an id are the same in every cell"
    assert once["encounter_id"].str.fullmatch(r"\d{17}").all()
    assert once["encounter_id"].astype(float).nunique() < len(once) / 10, "as floats they would run together"
    known = once["recipient"].isin(kept["participant"])
    assert (~known).sum() == said["orphan_rows"]
    here = once[known]
    minutes = here["minutes"].str.replace(",", ".").astype(float)
    assert minutes.sum() == said["minutes"]
    assert here["minutes"].str.fullmatch(r"\d+(,5)?").all()
    assert here["recipient"].nunique() == said["recipients_with_sessions"]
    assert here["supporter"].nunique() == said["supporters_with_sessions"]
    assert (here["mode"] == "by telephone").sum() == said["by_telephone"]
    assert (here["period"] == "1").sum() == said["first_period"]
    recipients = kept[(kept["wave"] == "1") & (kept["role"] == "1")]["participant"]
    assert len(recipients) == said["recipients_at_baseline"]
    assert len(set(recipients) - set(here["recipient"])) == said["recipients_without"] > 0
    hours = minutes.groupby([here["period"], here["recipient"]]).sum() / 60
    told_mean = said["mean_hours_of_recipients"]["before wave 2"]
    assert hours["1"].sum() / len(recipients) == pytest.approx(told_mean, abs=1e-6)


def test_a_supporter_serves_several_recipients_of_the_same_programme(
    encounters: pd.DataFrame, kept: pd.DataFrame
) -> None:
    people = kept[kept["wave"] == "1"].set_index("participant")
    met = encounters[encounters["recipient"].isin(people.index)].drop_duplicates()
    assert (met["supporter"].map(people["role"]) == "2").all()
    assert (met["recipient"].map(people["role"]) == "1").all()
    assert (met["supporter"].map(people["programme"]) == met["recipient"].map(people["programme"])).all()
    assert (met.groupby("recipient")["supporter"].nunique() == 1).all()
    served = met.groupby("supporter")["recipient"].nunique()
    assert served.median() >= 3
    assert served.max() >= 8


def test_sessions_lie_between_the_waves_to_which_their_period_belongs(
    encounters: pd.DataFrame, kept: pd.DataFrame
) -> None:
    answered = kept.assign(day=pd.to_datetime(kept["StartDate"]).dt.normalize()).pivot(
        index="participant", columns="wave", values="day"
    )
    day = pd.to_datetime(encounters["date"], format="%d.%m.%Y")
    for period, before, after in (("1", "1", "2"), ("2", "2", "3")):
        here = encounters["period"] == period
        start, end = (encounters.loc[here, "recipient"].map(answered[w]) for w in (before, after))
        assert (start.isna() | (day[here] > start)).all()
        assert (end.isna() | (day[here] < end)).all()


def test_encounters_are_of_windows_1252_and_of_no_other_encoding(bridges: Any, encounters: pd.DataFrame) -> None:
    raw = (bridges.folder / "encounters.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(encounters) + 1
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert b"\x96" in raw, "the en dash, which Latin-1 does not have"
    assert any(set("æøå") & set(place) for place in encounters["place"])
    assert ((encounters["place"] == "") == (encounters["mode"] == "by telephone")).all()
    assert {code for cell in encounters["topics"] for code in cell.split(",")} == set("123456")


def test_there_is_a_row_for_each_programme(bridges: Any, kept: pd.DataFrame) -> None:
    rows = list(csv.DictReader(io.StringIO((bridges.folder / "programmes.csv").read_text(encoding="utf-8"))))
    assert [row["programme"] for row in rows] == sorted(set(kept["programme"])) == list("ABCDEFG")
    assert all(";" in row["formats"] for row in rows if row["programme"] != "D")
    assert all(row[column] for row in rows for column in row)


def test_the_readme_says_that_all_people_are_made_up_and_its_numbers_are_the_told_ones(
    bridges: Any, told: dict[str, Any]
) -> None:
    text = (bridges.folder / "README.md").read_text(encoding="utf-8")
    assert "All people, answers and programmes here are made up" in text.splitlines()[0]
    for file in ("bridges_2025q3.csv", "bridges_2025q4.csv"):
        flow = told["exports"][file]["flow"]
        left_out = ("test_rows", "no_consent", "incomplete", "duplicates")
        numbers = [flow[name] for name in ("rows", *left_out, "kept", "people_kept", "programmes_kept")]
        numbers += [flow["kept_by_wave"][wave] for wave in (1, 2, 3)]
        assert f"| `{file}` | " + " | ".join(str(n) for n in numbers) + " |" in text
    flow = told["exports"]["bridges_2025q3.csv"]["flow"]
    assert f"{flow['of_incomplete']['answered again whole']} of the incomplete rows" in text
    other = flow["if_duplicates_go_before_incomplete"]
    assert f"count as duplicates: {other['duplicates']} and {other['incomplete']} in the first" in text
    met = told["encounters"]
    numbers = [met[name] for name in ("rows", "duplicate_rows", "orphan_rows", "kept")]
    assert "| `encounters.csv` | " + " | ".join(str(n) for n in numbers) + " |" in text
    recipients = [met[name] for name in ("recipients_at_baseline", "recipients_with_sessions", "recipients_without")]
    assert "Of the {} recipients at baseline {} have sessions and {} have none".format(*recipients) in text
    change = told["next_quarter"]
    assert f"`{change['recoded']['ResponseId']}`, `gender`: {change['recoded']['before']} became" in text
    assert all(f"`{gone}`" in text for gone in change["gone"])
