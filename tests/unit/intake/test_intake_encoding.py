"""Encodings: found, told, and refused where they can't be."""

from __future__ import annotations

import codecs

import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells
from pipeline.study import Source

AGAIN = "Export it again as UTF-8, or say what it is, e.g. encoding: cp1252."
TEXT = "id,sted\n1,Tromsø\n2,Ærø’s Å\n"


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


def read(data: bytes, **options: object) -> Cells:
    return read_cells("people", Source(**{"file": "export.csv", "id": "id", **options}), [("export.csv", data)], where)


def refused(data: bytes, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(data, **options)
    return str(caught.value)


def encoding(cells: Cells) -> tuple[str, int]:
    return next((f.value, f.cells) for f in cells.findings if f.what == "encoding")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (TEXT.encode("utf-8"), "utf-8 (strictly valid)"),
        (TEXT.encode("utf-8-sig"), "utf-8 (byte order mark)"),
        (TEXT.encode("utf-16"), "utf-16 (byte order mark)"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16 (byte order mark)"),
        (TEXT.encode("utf-32"), "utf-32 (byte order mark)"),
        (TEXT.encode("utf-16-le"), "utf-16-le (no byte order mark; every other byte is NUL)"),
        (TEXT.encode("utf-16-be"), "utf-16-be (no byte order mark; every other byte is NUL)"),
    ],
)
def test_encodings_that_are_sure(data: bytes, told: str) -> None:
    cells = read(data)
    assert list(cells.text) == ["id", "sted"]
    assert cells.text["sted"].tolist() == ["Tromsø", "Ærø’s Å"]
    assert encoding(cells) == (told, 0)


def test_plain_ascii() -> None:
    assert encoding(read(b"id,a\n1,x\n")) == ("ascii", 0)


def test_windows_letters_are_a_guess_and_say_so() -> None:
    cells = read(TEXT.encode("cp1252"))
    assert cells.text["sted"].tolist() == ["Tromsø", "Ærø’s Å"]
    assert encoding(cells) == (
        "cp1252 (not sure: not UTF-8, and cp1252 fits nearly any bytes; look at letters like é, ø, ’)",
        1 + 4,
    )


def test_latin_1_where_windows_has_no_such_letter() -> None:
    cells = read(b"id,a\n1,\x81\xf8\n")
    assert cells.text["a"].item() == "\x81ø"
    assert encoding(cells)[0].startswith("latin-1 (not sure")


def test_utf_8_with_broken_bytes_is_not_taken_for_windows() -> None:
    data = TEXT.encode() + "3,Bodø\n".encode()[:-2] + b"\n"
    assert refused(data) == (
        f"export.csv:4: is UTF-8 but for 1 byte (first at byte {len(TEXT.encode()) + len('3,Bod')}). {AGAIN}"
    )


def test_a_mark_that_lies() -> None:
    assert refused(codecs.BOM_UTF8 + b"id,a\n1,\xff\n") == (
        f"export.csv:2: begins like utf-8 but is not (first at byte 10). {AGAIN}"
    )


def test_the_declared_encoding_wins() -> None:
    assert read("id,a\n1,ж\n".encode("cp1251"), encoding="cp1251").text["a"].item() == "ж"
    assert list(read(codecs.BOM_UTF8 + b"id,a\n1,x\n", encoding="utf-8").text) == ["id", "a"]
    at = "studies/made_up.yaml  data.encoding: "
    assert (
        refused(TEXT.encode("cp1252"), encoding="utf-8")
        == at + "export.csv is not utf-8 (line 2). Leave encoding out to have it found."
    )
    for name in ("utf-nine", "zip", "rot13"):
        assert (
            refused(b"id\n1\n", encoding=name)
            == at + f"there is no encoding '{name}'. Write utf-8, utf-16, cp1252 or latin-1."
        )
    assert "is not unicode_escape" in refused(b"id,a\n1,\\ud800\n", encoding="unicode_escape")


def test_nul_characters_are_refused() -> None:
    assert refused(b"id,a\n1,x\n2,\0\0\n") == (
        "export.csv:3: holds 2 NUL characters, which no text has. "
        "The file may be damaged or in another encoding: export it again, or write encoding: utf-16."
    )


def test_letters_that_were_lost_earlier_are_counted() -> None:
    cells = read("id,a\n1,Troms\ufffd\n2,\ufffd\ufffd\n".encode())
    assert [f.cells for f in cells.findings if f.what.startswith("letters that were lost")] == [1 + 2]
