"""The attacker of ``benchmarks/attack.py`` on few reports, and what he finds where nothing is withheld well."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import random_models
from benchmarks.attack import attack, limit, published
from benchmarks.freedom import rows_told
from benchmarks.printed import Known, read
from benchmarks.random_reports import drawn
from benchmarks.rows import rows_of
from benchmarks.sums import recovered
from pipeline.disclosure import draft, release

SEEDS = (1, 3, 9, 14, 15, 24, 25, 28, 33, 63, 512, 537, 550, 577, 585, 797)
"""Bins and bands of 9, 15 and 25 gave counts back by mean, SD and quartiles; a median of 1.5 in 512 that n is even;
means of two tables' groups in 537, 550 and 585; bands made of bins in 63; reasons by wave and programme in 577; who was
due at one wave and not yet at the next in 14. In 797 nobody is missing among those in columns, but others are. In 24
all weights are the same, so that a weighted mean is that of the people in the bins."""


@pytest.mark.parametrize("number", SEEDS)
def test_nothing_withheld_is_recovered(number: int) -> None:
    report = drawn(np.random.default_rng([1, number]))
    csv = release(report.results, report.study.release, report.study).to_csv()
    done = attack(csv, report.results, report.study, 5)
    assert done.attacked > 0
    assert done.recovered == []
    assert done.unread == []


def test_what_is_printed_is_found() -> None:
    report = drawn(np.random.default_rng([1, 3]))
    done = attack(draft(report.results).to_csv(), report.results, report.study, 5)
    assert len(done.recovered) == done.attacked > 0


def test_a_cell_that_is_withheld_alone_is_recovered() -> None:
    """Each small count taken out of the exact numbers by itself: margins give it back."""
    report = drawn(np.random.default_rng([1, 3]))
    frame = draft(report.results).frame
    small = (
        (frame["statistic"] == "n") & frame["value"].between(1, 4) & (frame["term"] == "age") & (frame["level"] != "")
    )
    small &= (frame["group"] != "All") & (frame["level"] != "Missing")
    assert small.any()
    rows = frame.copy()
    at = rows.index[small][0]
    same = (rows[["term", "level", "group"]] == rows.loc[at, ["term", "level", "group"]]).all(axis=1)
    rows.loc[same & rows["statistic"].isin(("n", "percent")), ["value", "text"]] = [np.nan, "[c]"]
    csv = rows[["kind", "name", "term", "level", "group", "statistic", "value", "text"]].to_csv(index=False).encode()
    said = attack(csv, report.results, report.study, 5).recovered
    key = " / ".join(rows.loc[at, ["kind", "name", "term", "level", "group", "statistic"]])
    assert any(each.startswith(key) and "known to be below 5" in each for each in said)


def test_the_attacker_shares_nothing_with_the_door() -> None:
    import benchmarks.attacker as attacker

    for name in ("attacker", "moments", "printed"):
        source = Path(attacker.__file__).with_name(f"{name}.py").read_text(encoding="utf-8")
        assert "pipeline" not in source.replace("``pipeline.disclosure``", "")


@pytest.mark.parametrize("rule", ["opensafely", "nhs", "midpoint6", "acro", "cms"])
def test_nothing_is_recovered_under_another_rule(rule: str) -> None:
    report = drawn(np.random.default_rng([1, 6]), rule)
    csv = release(report.results, report.study.release, report.study).to_csv()
    done = attack(csv, report.results, report.study, limit(report.study))
    assert done.attacked > 0
    assert (done.recovered, done.unread) == ([], [])


@pytest.mark.parametrize(
    ("rule", "number"),
    [
        ("cms", 15), ("midpoint6", 4), ("opensafely", 17), ("opensafely", 21), ("journal", 605), ("journal", 370),
        ("journal", 421), ("opensafely", 45), ("cms", 41),
    ],
)  # fmt: skip
def test_nothing_is_recovered_where_it_once_was(rule: str, number: int) -> None:
    """Means of two tables' groups; the mean of a group with a rounded count of 4; totals that a reader took for
    exact; bins of a group whose own mean is weighted, beside unweighted ones of groups inside it; all people of a level
    by the percentages of lines, where columns do not add up; means of those followed and lost beside how many joined
    later; cell percentages of rounded totals; and one that a solver called impossible though it is not."""
    report = drawn(np.random.default_rng([1, number]), rule)
    csv = release(report.results, report.study.release, report.study).to_csv()
    done = attack(csv, report.results, report.study, limit(report.study))
    assert done.attacked > 0
    assert (done.recovered, done.unread) == ([], [])


def _csv(*rows: str) -> bytes:
    return "\n".join(["kind,name,term,level,group,statistic,value,text", *rows, ""]).encode()


def _rows(*rows: str) -> tuple[dict[tuple[str, ...], tuple[float, str]], list[tuple[str, ...]]]:
    out = published(_csv(*rows))
    return out, rows_of(out, read(out, Known({}))).unread


def test_a_row_that_no_rule_knows_is_said() -> None:
    _, unread = _rows(
        "quality,answers_missing,answers,,All,percent,2,2.0", "quality,answers_missing,answers,,All,denominator,90,90"
    )
    assert unread == [("quality", "answers_missing", "answers", "", "All", "denominator")]


def test_every_row_of_a_random_report_is_read_or_tells_nothing() -> None:
    report = drawn(np.random.default_rng([1, 3]))
    csv = release(report.results, report.study.release, report.study).to_csv()
    done = attack(csv, report.results, report.study, 5)
    assert done.unknown == []
    assert done.read + sum(done.silent.values()) == done.numbers


def test_an_interval_of_a_withheld_share_is_recovered() -> None:
    out, _ = _rows(
        "participants,t,age,Old,All,n,,[c]",
        "participants,t,age,Old,All,percent,,[c]",
        "participants,t,age,Old,All,ci_low,2.1,2.1",
    )
    found = rows_of(out, read(out, Known({}))).made_of_hidden
    assert found == ["participants / t / age / Old / All / ci_low is printed, what it is made of is not"]


@pytest.mark.parametrize(
    ("hidden", "known"),
    [({"kept"}, ["3"]), ({"no consent"}, ["3"]), ({"no consent", "test rows"}, []), ({"no consent", "kept"}, [])],
)
def test_a_flow_gives_one_withheld_number_back(hidden: set[str], known: list[str]) -> None:
    """50 read, 3 without consent, 7 test rows, 40 kept: 3 alone is 50 - 40 - 7; with the 7 it could be 0 to 10.
    Where 40 alone is withheld, 3 is printed."""
    truth = {("read", ""): 50, ("left out", "no consent"): 3, ("left out", "test rows"): 7, ("kept", ""): 40}
    keys = {("flow", "people", term, level, "All", "people"): n for (term, level), n in truth.items()}
    out = {k: ((np.nan, "[c]") if {k[2], k[3]} & hidden else (float(n), str(n))) for k, n in keys.items()}
    attacked, found = recovered(out, Known({}), keys, 5)
    assert attacked == 1
    assert [each.rsplit(": ")[1].split()[0] for each in found] == known


def test_missing_answers_of_all_questions_are_not_printed_beside_a_withheld_one() -> None:
    """In report 7 the share of all questions, less the questions that are printed, gave 36 small counts back."""
    report = drawn(np.random.default_rng([1, 7]))
    real = report.results.frame
    single = (real["name"] == "missingness") & (real["statistic"] == "n")
    assert (single & real["value"].between(1, 4)).any()
    assert (real["name"] == "answers_missing").any()
    made = release(report.results, report.study.release, report.study)
    out = published(made.to_csv())
    assert {text for key, (_, text) in out.items() if key[1] == "answers_missing"} == {"[c]"}
    told = {**out, next(k for k in out if k[1] == "answers_missing"): (2.0, "2.0")}
    (found,) = rows_of(told, read(told, Known({}))).made_of_hidden
    assert found.endswith("is printed, those missing from a single question are not")


@pytest.mark.parametrize("number", [14, 15])
def test_no_number_of_rows_is_known_by_degrees_of_freedom(number: int) -> None:
    """One model has three rows fewer than two others of the same people and does not say how many: its degrees of
    freedom would."""
    report = random_models.drawn(np.random.default_rng([7, number]))
    csv = release(report.results, report.study.release, report.study).to_csv()
    out, real = published(csv), report.results.lookup()
    attacked, found = rows_told(out, real, 5)
    assert (attacked > 0, found) == (True, [])
    told = {key: (real[key], f"{real[key]:.1f}") if key[5] == "df" else said for key, said in out.items()}
    assert (
        "model / more /  /  / All / n: rows less those of plain: 3 is known to be below 5"
        in rows_told(told, real, 5)[1]
    )


@pytest.mark.parametrize("number", [14, 15])
def test_effects_by_way_of_a_mediator_do_not_tell_how_many_rows_there_are(number: int) -> None:
    report = random_models.drawn(np.random.default_rng([7, number]), also=random_models.MEDIATIONS)
    out = published(release(report.results, report.study.release, report.study).to_csv())
    attacked, found = rows_told(out, report.results.lookup(), 5)
    assert (attacked > 0, found) == (True, [])
    assert any(key[0] == "mediation" and key[5] == "std_error" and text != "[c]" for key, (_, text) in out.items())
