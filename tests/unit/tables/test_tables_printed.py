"""A table as printed beside the same recomputed: what agrees, what differs, and which denominators would fit."""

from __future__ import annotations

import pytest

from pipeline.disclosure import draft
from pipeline.errors import Mistakes
from pipeline.results import Key, Results
from pipeline.study import parse_study
from pipeline.tables.exhibits import exhibits
from pipeline.tables.printed import AGREES, Cell

HEAD = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: interviews}
release: {rule: none, because: made up}
"""
STUDY = """
variables:
  drink: {codes: {t: Tea, c: Coffee, w: Water}}
  town: {codes: {n: North, s: South}}
tables:
  t: {title: Drinks, rows: [drink, town], printed: {drink: {Tea: [3, 38], Coffee: [4, 40]}, town: {North: [5]}}}
"""
PEOPLE = "id drink town\n" + "\n".join(
    f"{i} {drink} {'North' if i < 5 else 'South' if i < 9 else '--'}"
    for i, drink in enumerate(["Tea"] * 3 + ["Coffee"] * 4 + ["Water"] + ["--"] * 2)
)


@pytest.fixture(scope="module")
def shown(made, printed, cells):  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    both = exhibits(people, study)
    results = Results.join(e.results for e in both.values())
    return both, cells(printed(both["t_printed"].table, results)), draft(results)


def test_line_by_line(shown) -> None:  # type: ignore[no-untyped-def]
    both, rows, _ = shown
    assert list(both) == ["t", "t_printed"]
    assert rows["Drink / Tea"] == ("3 (38%)", "3 (38%)", "agrees")  # 3 of 8 is 37.5
    assert rows["Drink / Coffee"] == ("4 (40%)", "4 (50%)", "% differs")  # 4 of 8
    assert rows["Drink / Water"] == ("", "1 (13%)", "not printed")
    assert rows["Drink / Missing"] == ("", "2", "not printed")
    assert rows["Town / North"] == ("5", "5", "agrees")


def test_remarks_name_what_would_fit_and_count_small_cells_by_results(shown) -> None:  # type: ignore[no-untyped-def]
    both, _, released = shown
    assert [released.say(s) for s in both["t_printed"].remarks] == [
        "2 of the 3 printed cells are what the rows give.",
        "Drink, Coffee: 40% is printed; 4 of 8 is 50%. 4 of 10 would be 40%.",
        "Of the printed counts 2 are below 5, 3 are 7 or fewer, 3 are below 10: rules for data that are not public "
        "would withhold them, with what they could be worked out from.",
    ]
    assert released.value(Key("participants", "t", "drink", "Coffee", "source=printed", "fits_from")) == 10


def cell(n: int, percent: float | None, of: int, printed_n: int | None = None) -> Cell:
    return Cell("x", "y", n if printed_n is None else printed_n, percent, n, of, 43)


@pytest.mark.parametrize(("n", "percent", "fits"), [
    (11, 26, [42, 43]), (26, 62, [42]), (5, 12, [41, 42, 43]), (12, 30, [40]), (1, 3, [39, 40]), (23, 59, [39]),
    (2, 5, [39, 40, 41, 42, 43]), (4, 9, [43]), (15, 36, [42]), (9, 22, [41]), (35, 87, []),
])  # fmt: skip
def test_denominators_of_a_printed_percentage(n: int, percent: float, fits: list[int]) -> None:
    """Of 39 to 43, by hand; and all of them against another way of rounding."""
    found = cell(n, percent, 43).denominators("ROUND_HALF_UP")
    assert [of for of in found if of >= 39] == fits
    obvious = [of for of in range(n, 44) if int(1000 * n / of + 5) // 10 == percent]
    assert list(found) == obvious


def test_cut_off_is_told_where_no_rounding_fits() -> None:
    assert list(cell(35, 87, 40).denominators("ROUND_DOWN")) == [40]


def test_a_count_that_differs_and_decimals() -> None:
    assert cell(3, 38, 8, printed_n=4).verdict == "n differs"
    assert cell(1, 33.3, 3).verdict == AGREES and cell(1, 33.3, 3).decimals == 1
    assert cell(1, 33.4, 3).verdict == "% differs"
    assert cell(1, None, 3).verdict == AGREES


@pytest.mark.parametrize(("old", "new", "told"), [
    ("release: {rule: none, because: made up}", "release: {rule: journal}",
     "tables.t.printed: can't be compared under the rule 'journal', for 'agrees' tells a count that is withheld."),
    ("town: {North", "city: {North", "tables.t.printed.city: there is no row 'city'."),
    ("North: [5]", "Nort: [5]", "tables.t.printed.town.Nort: there is no level 'Nort'. Did you mean 'North'?"),
])  # fmt: skip
def test_what_the_study_file_says_amiss(old: str, new: str, told: str) -> None:
    with pytest.raises(Mistakes) as caught:
        parse_study((HEAD + STUDY).replace(old, new, 1), "studies/x.yaml")
    assert told in str(caught.value)
