"""The real files, by counts alone: nobody in them is quoted."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells
from pipeline.study import Source

SHAPES = {
    "1_df_pbl_main.xlsx": (82, 39),
    "2_ds_pfu_main.xlsx": (82, 18),
    "3_ds_pfu_lcomp_main.xlsx": (241, 17),
    "4_ds_cfu_main.xlsx": (83, 57),
}
NOT_AVAILABLE = {
    "1_df_pbl_main.xlsx": 142,
    "2_ds_pfu_main.xlsx": 98,
    "3_ds_pfu_lcomp_main.xlsx": 128,
    "4_ds_cfu_main.xlsx": 307,
}


def where(*path: str) -> str:
    return ".".join(("data", *path))


def read(file: str, data: bytes, **options: object) -> Cells:
    return read_cells("people", Source(**{"file": file, "id": (), **options}), [(file, data)], where)


def test_gss_2018(real_data) -> None:  # type: ignore[no-untyped-def]
    path = real_data("gss2018", "GSS2018.dta")
    cells = read("GSS2018.dta", path.read_bytes(), id="id")
    assert cells.text.shape == (2348, 1064)
    assert cells.text.index[[0, -1]].tolist() == ["GSS2018.dta:1", "GSS2018.dta:2348"]
    counts = cells.text["lonely1"].value_counts().to_dict()
    assert counts == {".i": 1175, "1": 555, "2": 264, "3": 213, "4": 73, "5": 62, ".d": 3, ".n": 3}
    assert sum(counts.values()) == 2348
    assert cells.user_missing["lonely1"] == {".i", ".d", ".n"}
    assert cells.value_labels["lonely1"][".i"] == "IAP" and cells.value_labels["lonely1"]["5"] == "very often"
    assert cells.text["id"].tolist() == [str(n) for n in range(1, 2349)]
    assert sum(not label.isascii() for label in cells.labels.values()) == 2  # curly apostrophes of another encoding
    assert not (cells.text == ".").any().any() and not (cells.text == "").any().any()


def test_gss_2018_beside_another_reader(real_data) -> None:  # type: ignore[no-untyped-def]
    path = real_data("gss2018", "GSS2018.dta")
    columns = ["age", "educ", "hlthmntl", "unhappy", "lonely3", "hlpsick", "realinc", "ntwkhard", "wtssall", "vpsu"]
    mine = read("GSS2018.dta", path.read_bytes()).text[columns]
    other = pd.read_stata(path, columns=columns, convert_categoricals=False, convert_missing=True)
    for column in columns:
        assert mine[column].tolist() == [
            str(v) if isinstance(v, pd.io.stata.StataMissingValue) else _plain(v) for v in other[column]
        ]


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


@pytest.mark.parametrize("file", SHAPES)
def test_peer_prep(file: str, real_data) -> None:  # type: ignore[no-untyped-def]
    cells = read(file, real_data("peer-prep", file).read_bytes())
    assert cells.text.shape == SHAPES[file]
    assert cells.text.index[[0, -1]].tolist() == [f"{file}:2", f"{file}:{SHAPES[file][0] + 1}"]
    blank = sum(f.cells for f in cells.findings if "#N/A" in f.what)
    assert blank == NOT_AVAILABLE[file] == int((cells.text == "").sum().sum())


def test_peer_prep_dates_are_dropped_before_anything_else(real_data) -> None:  # type: ignore[no-untyped-def]
    data = real_data("peer-prep", "1_df_pbl_main.xlsx").read_bytes()
    cells = read("1_df_pbl_main.xlsx", data, id="p1_ptid", ignore=["p1_s0_visit_date", "p1_s5_q1"])
    assert cells.text.shape == (82, 39 - 2)
    assert not any(cells.text[c].str.fullmatch(r"\d{4}-\d{2}-\d{2}").any() for c in cells.text)
    assert cells.text["p1_ptid"].is_unique


def test_peer_prep_dictionary_asks_for_a_sheet(real_data) -> None:  # type: ignore[no-untyped-def]
    data = real_data("peer-prep", "data_dictionary.xlsx").read_bytes()
    with pytest.raises(Mistakes, match="has 4 sheets with content"):
        read("data_dictionary.xlsx", data)
    assert len(read("data_dictionary.xlsx", data, sheet="1. ds_pbl").text) == 39
