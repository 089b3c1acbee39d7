"""``benchmarks/beside_acro.py`` without ACRO: whose cells are compared, what subtraction gives back, what is told."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import beside_acro
from benchmarks.beside_acro import BESIDE, HERE, THERE, Crosstab, asked_of_acro, crosstabs, subtracted, tally
from benchmarks.random_reports import drawn

X = np.nan


def test_one_number_of_a_line_follows_from_the_others_and_so_do_those_behind_it() -> None:
    """7 = 20 - 13 and 3 = 8 - 5, then the totals 10 = 7 + 3 and 18 = 13 + 5."""
    printed = [[X, 13, 20],
               [X, 5, 8],
               [X, X, 28]]  # fmt: skip
    told = subtracted(np.array(printed, float))
    assert told.tolist() == [[7, 13, 20], [3, 5, 8], [10, 18, 28]]


def test_two_that_are_withheld_in_each_line_and_column_do_not_follow() -> None:
    printed = np.array([[X, X, 9, 20], [X, X, 8, 30], [4, 5, 6, 15], [21, 21, 23, 65]], float)
    assert np.array_equal(subtracted(printed), printed, equal_nan=True)


def test_what_was_given_is_not_changed() -> None:
    printed = np.array([[X, 3.0, 5.0], [4.0, 3.0, 7.0], [6.0, 6.0, 12.0]])
    subtracted(printed)
    assert np.isnan(printed[0, 0])


def _table(exact: list[list[float]], here: list[list[float]]) -> Crosstab:
    shape = np.array(exact).shape
    return Crosstab("0/", "sex", "role", ("Women", "Men"), ("Peer", "Other"), (), (), np.array(exact, float),
                    np.array(here, float), np.ones(shape, bool))  # fmt: skip


def test_withheld_cells_totals_and_what_subtraction_gives_back_are_counted() -> None:
    """2 women are peers. Here all four cells go; ACRO leaves one cell out of the table and of its margins, so that its
    own margins say nobody (10 - 10), but 12 women, asked for by themselves, less 10 are 2."""
    exact = [[2, 10, 12],
             [20, 30, 50],
             [22, 40, 62]]  # fmt: skip
    here = [[X, X, 12], [X, X, 50], [22, 40, 62]]
    answer = {"table": [[None, 10, 10], [20, 30, 50], [20, 40, 60]], "rows": [12, 50], "columns": [22, 40]}
    made = tally([_table(exact, here)], [answer], 5)
    assert made.counts["cells of 1 to 4"] == [1, 1, 1]
    assert made.counts["cells of 5 or more"] == [3, 3, 0]
    assert made.counts["totals of 5 or more"] == [5, 0, 0]
    assert made.counts["cells of 0"] == [0, 0, 0]
    assert (made.tables, made.too_low, made.other) == (1, 3, 0)
    assert made.given_back == {HERE: 0, THERE: 0, BESIDE: 1}


def test_a_count_that_is_withheld_alone_here_would_be_counted_too() -> None:
    exact = [[2, 10, 12], [20, 30, 50], [22, 40, 62]]
    here = [[X, 10, 12], [20, 30, 50], [22, 40, 62]]
    answer = {"table": exact, "rows": [12, 50], "columns": [22, 40]}
    made = tally([_table(exact, here)], [answer], 5)
    assert made.given_back[HERE] == 1
    assert made.counts["cells of 1 to 4"] == [1, 1, 0]


def test_the_crosstabs_of_a_report_are_those_of_its_rows() -> None:
    """Report 3: 25 people; of its tables those whose columns are the levels of one variable."""
    report = drawn(np.random.default_rng([1, 3]))
    found = list(crosstabs(report, 3))
    mood = {"mood"} if report.study.scales["mood"].bands else set()
    assert [(t.by, t.term) for t in found] == [
        (spec.columns[0], row) for spec in report.study.tables.values() if len(spec.columns) == 1
        for row in spec.rows if row not in {"help", "mood"} - mood
    ]  # fmt: skip
    for table in found:
        assert len(table.rows) == len(table.columns) == table.exact[-1, -1] == 25
        assert np.array_equal(table.exact[:-1].sum(axis=0), table.exact[-1])
        assert np.array_equal(table.exact[:, :-1].sum(axis=1), table.exact[:, -1])
        assert np.isnan(table.here[(table.exact > 0) & (table.exact < 5)]).all()
    sex = found[0]
    assert sex.exact[sex.levels.index("Men"), sex.groups.index("Supporter")] == 11
    assert sex.asked[:-1, -1].tolist() == [report.study.tables["t0"].overall] * len(sex.levels)
    assert sex.asked[-1, -1]


def test_rows_that_do_not_make_the_reports_numbers_stop_it() -> None:
    report = drawn(np.random.default_rng([1, 3]))
    report.people.frames["people"].loc["made-up.csv:0", "sex"] = np.nan
    with pytest.raises(SystemExit, match=r"^report 3: participants / t0 / sex / .* / n is \d+\.0 in the rows$"):
        list(crosstabs(report, 3))


def test_an_environment_without_acro_is_said() -> None:
    with pytest.raises(SystemExit, match="^ACRO: ModuleNotFoundError: No module named 'acro'$"):
        asked_of_acro(sys.executable, [], 5)


def test_without_an_environment_it_says_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [str(Path(beside_acro.__file__))])
    beside_acro.main()
    assert capsys.readouterr().out == (
        "ACRO: not run. Name with --acro the Python of an environment that has it (pip install acro).\n"
    )
