"""Every number that a file holds as such arrives as text that cleaning reads back to the same double."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.cleaning.declared import Declared
from pipeline.cleaning.types import number, plain_numbers, read_number
from pipeline.intake.numbers import number_text
from pipeline.intake.read import read_cells
from pipeline.study import Source

HARD = [1e-07, 5e-324, 0.1, 1 / 3, -2.5e-10, 123456789012345.6, 1e-5, 999999999999999.0, -0.5]
NOTHING_DECLARED = Declared({}, {}, {})


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1e-07)
@example(5e-324)
@example(1.7976931348623157e308)
def test_text_of_a_double_reads_back_as_the_same_double(value: float) -> None:
    text = number_text(value)
    assert set(text) <= set("-0123456789.")
    assert number(text) == value
    assert read_number(NOTHING_DECLARED)(text).value == value


@given(st.lists(st.floats(-1e14, 1e14), min_size=1, max_size=20))
def test_many_at_once_read_back_as_the_same_doubles(values: list[float]) -> None:
    texts = [number_text(value) for value in values]
    assert plain_numbers(NOTHING_DECLARED)(texts).tolist() == values


@pytest.mark.parametrize("kind", ["xlsx", "sav", "dta"])
def test_numbers_come_through_the_file(kind: str, tmp_path: Path) -> None:
    held = [value for value in HARD if kind == "xlsx" or abs(value) > 1e-300]
    frame = pd.DataFrame({"id": [f"0{n:016d}" for n in range(len(held))], "x": held})
    path = tmp_path / f"made_up.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in [list(frame), *frame.itertuples(index=False)]:
            book.active.append(list(row))
        out = io.BytesIO()
        book.save(out)
        path.write_bytes(out.getvalue())
    else:
        {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta}[kind](frame, path)
    source = Source(file=path.name, id=("id",))
    cells = read_cells("people", source, [(path.name, path.read_bytes())], lambda *key: "here")
    assert cells.text["id"].tolist() == frame["id"].tolist()
    assert [number(text) for text in cells.text["x"]] == held
