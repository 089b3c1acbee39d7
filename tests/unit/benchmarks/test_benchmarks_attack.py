"""The attacker of ``benchmarks/attack.py`` on few reports, and what he finds where nothing is withheld well."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.attack import attack, limit
from benchmarks.random_reports import drawn
from pipeline.disclosure import draft, release

SEEDS = (1, 3, 9, 14, 15, 25, 28, 33, 63, 512, 537, 550, 577, 585, 797)
"""Bins and bands of 9, 15 and 25 gave counts back by mean, SD and quartiles; a median of 1.5 in 512 that n is even;
means of two tables' groups in 537, 550 and 585; bands made of bins in 63; reasons by wave and programme in 577; who was
due at one wave and not yet at the next in 14. In 797 nobody is missing among those in columns, but others are."""


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


@pytest.mark.parametrize(("rule", "number"), [("cms", 15), ("midpoint6", 4), ("opensafely", 17), ("opensafely", 21)])
def test_nothing_is_recovered_where_it_once_was(rule: str, number: int) -> None:
    """Means of two tables' groups; the mean of a group with a rounded count of 4; totals that a reader took for
    exact."""
    report = drawn(np.random.default_rng([1, number]), rule)
    csv = release(report.results, report.study.release, report.study).to_csv()
    done = attack(csv, report.results, report.study, limit(report.study))
    assert done.attacked > 0
    assert (done.recovered, done.unread) == ([], [])
