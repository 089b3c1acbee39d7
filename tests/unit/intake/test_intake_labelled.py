"""SPSS, Stata and SAS: numbers as text, the file's own labels, and what it marks as missing. The people are made up."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells
from pipeline.study import Source

AGAIN = "It may be cut short: get or export it again; if letters are the trouble, say encoding: cp1252."
WRITERS = {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta, "xpt": pyreadstat.write_xport}


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


@pytest.fixture
def written(tmp_path: Path):
    def write(kind: str, columns: dict[str, list[Any]], **options: Any) -> bytes:
        frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
        frame = frame.apply(lambda c: c if any(isinstance(v, str | date) for v in c) else c.astype(float))
        WRITERS[kind](frame, str(tmp_path / "file"), **options)
        return (tmp_path / "file").read_bytes()

    return write


def read(kind: str, data: bytes, **options: object) -> Cells:
    return read_cells("people", Source(**{"file": f"f.{kind}", "id": (), **options}), [(f"f.{kind}", data)], where)


def refused(kind: str, data: bytes, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(kind, data, **options)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["sav", "dta", "xpt"])
def test_numbers_and_text(kind: str, written: Any) -> None:
    long = "ø" * 90
    data = written(
        kind, {"n": [1, 2.5, 0.1 + 0.2, -7, 1e6, None], "s": ["0012", "NA", "None", "", "12345678901234567", long]}
    )
    cells = read(kind, data)
    assert cells.text["n"].tolist() == [
        "1",
        "2.5",
        "0.30000000000000004",
        "-7",
        "1000000",
        "" if kind == "sav" else ".",
    ]
    assert cells.text["s"].tolist() == ["0012", "NA", "None", "", "12345678901234567", long]
    assert cells.text.index.tolist() == [f"f.{kind}:{n}" for n in range(1, 7)]
    assert {str(t) for t in cells.text.dtypes} == {"str"} == {str(cells.text.index.dtype)}
    assert cells.user_missing == ({} if kind == "sav" else {"n": frozenset({"."})})
    assert [(f.what, f.value) for f in cells.findings][0] == ("decimal", ".")


@pytest.mark.parametrize("kind", ["sav", "dta", "xpt"])
def test_dates_are_iso(kind: str, written: Any) -> None:
    days, moments = (
        [date(2024, 5, 8), date(1959, 12, 31), None],
        [datetime(2024, 5, 8, 9, 30, 1), datetime(2024, 5, 9), None],
    )
    cells = read(kind, written(kind, {"id": [1, 2, 3], "day": days, "moment": moments}))
    nothing = "" if kind == "sav" else "."
    assert cells.text["day"].tolist() == ["2024-05-08", "1959-12-31", nothing]
    assert cells.text["moment"].tolist() == ["2024-05-08T09:30:01", "2024-05-09T00:00:00", nothing]


def test_times_that_are_no_dates_stay_numbers_and_are_told(written: Any) -> None:
    cells = read("sav", written("sav", {"id": [1], "t": [3600.0]}, variable_format={"t": "TIME8"}))
    assert cells.text["t"].tolist() == ["3600"]
    assert [(f.column, f.value) for f in cells.findings if f.what.startswith("times kept")] == [("t", "TIME8")]
    cells = read("dta", written("dta", {"id": [1], "m": [700.0]}, variable_format={"m": "%tm"}))
    assert cells.text["m"].tolist() == ["700"]
    assert [(f.column, f.value) for f in cells.findings if f.what.startswith("times kept")] == [("m", "%tm")]


@pytest.mark.parametrize(("kind", "code"), [("sav", 2.5), ("dta", 2)])
def test_labels(kind: str, code: float, written: Any) -> None:
    columns = {"q": [1, 2], "s": ["a", "b"]}
    data = written(
        kind, columns, column_labels=["Hvor ofte?", None], variable_value_labels={"q": {1: "aldri", code: "på"}}
    )
    cells = read(kind, data)
    assert cells.labels == {"q": "Hvor ofte?"}
    assert cells.value_labels == {"q": {"1": "aldri", str(code): "på"}}


def test_stata_extended_missing_codes(written: Any) -> None:
    data = written(
        "dta", {"q": [1, "a", "z", None, 2], "s": ["a", "b", "", "d", "z"]},
        missing_user_values={"q": ["a", "z"]}, variable_value_labels={"q": {1: "never", "a": "not asked"}},
    )  # fmt: skip
    cells = read("dta", data)
    assert cells.text["q"].tolist() == ["1", ".a", ".z", ".", "2"]
    assert cells.text["s"].tolist() == ["a", "b", "", "d", "z"]  # letters that are answers stay letters
    assert cells.value_labels == {"q": {"1": "never", ".a": "not asked"}}
    assert cells.user_missing == {"q": frozenset({".a", ".z", "."})}


def test_spss_user_missing_codes_and_ranges(written: Any) -> None:
    data = written(
        "sav", {"q": [1, -9, 95, 99, 5, None], "s": ["a", "zz", "", "b", "a", "a"], "r": [1, 2, 3, 4, 5, 6]},
        missing_ranges={"q": [-9, {"lo": 90, "hi": 99}], "s": ["zz"]},
        variable_value_labels={"q": {-9: "refused", 97: "other"}},
    )  # fmt: skip
    cells = read("sav", data)
    assert cells.text["q"].tolist() == ["1", "-9", "95", "99", "5", ""]
    assert cells.user_missing == {"q": frozenset({"-9", "95", "97", "99"}), "s": frozenset({"zz"})}
    assert cells.value_labels == {"q": {"-9": "refused", "97": "other"}}


@pytest.mark.parametrize("version", [5, 8])
def test_sas_special_missing_codes(version: int, written: Any) -> None:
    marked = [2.0**n for n in (50, 51, 52)]
    data = written(
        "xpt", {"s": ["A", "B", "C", "D", "E", "F"], "q": [1, *marked, None, 2]}, file_format_version=version
    )
    cells = read("xpt", data)
    assert cells.text["q"].tolist() == ["1", *(str(int(m)) for m in marked), ".", "2"]
    for number, byte in zip((b"\x4d\x40", b"\x4d\x80", b"\x4e\x10"), (b"A", b"Z", b"_"), strict=True):
        assert data.count(number + b"\0" * 6) == 1  # the number as SAS writes it, in 56 bits
        data = data.replace(number + b"\0" * 6, byte + b"\0" * 7)
    cells = read("xpt", data)
    assert cells.text["q"].tolist() == ["1", ".a", ".z", "._", ".", "2"]
    assert cells.text["s"].tolist() == list("ABCDEF")
    assert cells.user_missing == {"q": frozenset({".", ".a", ".z", "._"})}


def test_numbers_that_lost_digits_are_refused(written: Any) -> None:
    message = (
        "f.{0}, card: 1 cell holds a number longer than 15 digits, so that their last digits are lost. "
        "Export the column as text, or name it under ignore."
    )
    for kind in ("sav", "dta", "xpt"):
        data = written(kind, {"id": [1, 2], "card": [float(2**53), 3]})
        assert refused(kind, data) == message.format(kind)
        assert list(read(kind, data, ignore=["card"]).text) == ["id"]
        assert read(kind, written(kind, {"card": [float(2**53 - 1)]})).text["card"].tolist() == [str(2**53 - 1)]


def test_ids_in_a_column_of_type_float() -> None:
    out = io.BytesIO()
    frame = pd.DataFrame({"id": np.array([16_777_217, 5], np.float32), "weight": np.array([0.1, 2e7], np.float32)})
    frame.to_stata(out, write_index=False)
    assert refused("dta", out.getvalue(), id="id") == (
        "f.dta, id: 1 cell holds a number longer than 7 digits in a column of type float, "
        "so that their last digits are lost. "
        "Export the column as text, or name it under ignore."
    )
    assert read("dta", out.getvalue()).text["weight"].tolist() == [repr(float(np.float32(0.1))), "20000000"]


def test_latin_1_labels_of_an_old_stata_file() -> None:
    out = io.BytesIO()
    pd.DataFrame({"q": [1]}).to_stata(
        out, write_index=False, version=114, variable_labels={"q": "Følelse"}, value_labels={"q": {1: "på"}}
    )
    assert "Følelse".encode("latin-1") in out.getvalue()
    cells = read("dta", out.getvalue())
    assert (cells.labels, cells.value_labels) == ({"q": "Følelse"}, {"q": {"1": "på"}})


def test_letters_of_an_encoding_that_the_file_does_not_name(written: Any) -> None:
    data = written("xpt", {"s": ["by", "Tromsoe"]}).replace(b"Tromsoe", b"Troms\xf8 ")
    assert refused("xpt", data).startswith("f.xpt: can't be read: ") and refused("xpt", data).endswith(AGAIN)
    assert read("xpt", data, encoding="cp1252").text["s"].tolist() == ["by", "Tromsø"]


@pytest.mark.parametrize("kind", ["sav", "dta", "xpt"])
def test_files_that_are_cut_short(kind: str, written: Any) -> None:
    data = written(kind, {"id": list(range(200)), "s": ["answer"] * 200})
    assert len(read(kind, data).text) == 200
    for length in (len(data) - 1, len(data) // 2 + 1, 300):
        message = refused(kind, data[:length])
        assert message.startswith(f"f.{kind}: ") and message.endswith(("again.", AGAIN)), message


def test_a_transport_file_that_ends_between_records(written: Any) -> None:
    data = written("xpt", {"id": list(range(200))}, file_format_version=8)
    assert (
        refused("xpt", data[:-80])
        == "f.xpt: has a header that does not fit its data. It may be cut short: get or export it again."
    )


def test_a_transport_file_with_two_data_sets(written: Any) -> None:
    data = written("xpt", {"id": [1, 2]}, file_format_version=5)
    member = data[data.index(b"HEADER RECORD*******MEMBER") :]
    assert refused("xpt", data + member) == "f.xpt: holds several data sets. Export one data set a file."
    talk = written("xpt", {"id": [1, 2], "s": ["HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!", "b"]})
    assert len(read("xpt", talk).text) == 2  # the same letters in an answer begin no data set


def test_without_rows(written: Any) -> None:
    assert (
        refused("sav", written("sav", {"id": []}))
        == "f.sav: has names of columns and no rows. Export it again, with its answers."
    )


def test_options_that_mean_nothing_for_the_format(written: Any) -> None:
    at = "studies/made_up.yaml  data."
    data = written("sav", {"id": [1]})
    assert refused("sav", data, delimiter=";", decimal=",", sheet="a", layout="redcap").split("\n") == [
        f"{at}delimiter: an SPSS file has no delimiter. Leave it out.",
        f"{at}decimal: an SPSS file holds numbers, not text. Leave it out.",
        f"{at}sheet: an SPSS file has no sheets. Leave it out.",
        f"{at}layout: an SPSS file has no header rows. Leave it out.",
    ]
