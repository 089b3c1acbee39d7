"""Means and SDs beside withheld bands: a small SD far from zero leaves few other tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.disclosure.sheet import Sheet
from pipeline.disclosure.small import _nowhere
from pipeline.results import ALL
from tests.unit.disclosure.whole import cell, many, released, seen, written

VARIABLES = """
  site: {codes: {A: A, B: B, C: C}}
  days: {type: number, range: 0-30, bands: [0-6, 7-30]}
"""
OTHERS = [(site, day, 3 + (day * 7) % 4) for site in "BC" for day in range(1, 25, 2)]


def test_an_sd_that_leaves_no_table_with_five_in_a_band_goes() -> None:
    """28 people on day 7 and two on day 6: mean 6.9, SD 0.3. Five on day 6 have an SD of 0.38 at least."""
    rows = many(("A", 6, 2), ("A", 7, 28), *OTHERS)
    found = released(written(VARIABLES, "  t: {columns: site, rows: [days]}"), "site days", rows)
    bands = {band: cell("t", "days", band, "site=A") for band in ("0-6", "7-30")}
    assert not seen(found, bands)
    moments = {s: cell("t", "days", "", "site=A", s) for s in ("mean", "sd", "median", "q1", "q3")}
    shown = seen(found, moments)
    assert "sd" not in shown, "mean 6.9 and SD 0.3 say that 1 to 4 are in the first band"


@pytest.mark.parametrize("far", [5, 12])
def test_an_sd_that_leaves_such_a_table_stays(far: int) -> None:
    rows = many(("A", 6, 2), ("A", 7, 28), ("A", 7 + far, 10), *OTHERS)
    found = released(written(VARIABLES, "  t: {columns: site, rows: [days]}"), "site days", rows)
    assert not found.withheld(cell("t", "days", "", "site=A", "mean"))
    assert not found.withheld(cell("t", "days", "", ALL, "sd"))


@pytest.mark.parametrize(("withheld", "nowhere"), [([0], []), ([3], []), ([0, 3], [0, 3]), ([0, 1, 3], [0, 1, 3])])
def test_a_mean_that_one_of_two_tables_prints_is_printed(withheld: list[int], nowhere: list[int]) -> None:
    """Rows 0 and 3 are one mean in two tables, 1 is its SD: a reader has the mean unless both are withheld."""
    sheet, group = Sheet("days"), frozenset({("site", "A")})
    for row, statistic, places in ((0, "mean", 1), (1, "sd", 1), (3, "mean", 2)):
        sheet.put_moment(statistic, group, row, 5.4, places)
    frame = pd.DataFrame({"statistic": ["mean", "sd", "n", "mean"]})
    hidden = np.isin(np.arange(4), withheld)
    assert np.flatnonzero(_nowhere(frame, [sheet], hidden)).tolist() == nowhere
    assert sheet.means[group]["mean"] == (3, 5.4, 2), "the digits of the finer one"
