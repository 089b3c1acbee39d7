"""``alongside new`` from a workbook of several sheets: the likely one is read, and the guess is marked."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import Mistakes
from pipeline.files import Workspace
from pipeline.run.new import new_study
from pipeline.run.status import check_lines


def test_the_sheet_is_guessed_marked_and_counted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["read me first"])
    answers = book.create_sheet("Answers - spring")
    for row in [["pid", "age"], *([f"p{n}", 20 + n] for n in range(30))]:
        answers.append(row)
    book.create_sheet("Codes").append(["code", "label"])
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "made_up.xlsx").write_bytes(out.getvalue())
    workspace = Workspace.at(tmp_path / "work")
    workspace.root.mkdir()
    told = new_study(workspace, "spring", tmp_path / "made_up.xlsx")
    text = workspace.study_file("spring").read_text(encoding="utf-8")
    assert '  sheet: "Answers - spring"   # guess: it has most rows; the others are Sheet, Codes' in text.splitlines()
    assert "30 rows" in " ".join(told)
    assert "studies/spring.yaml: proposed, with 5 guesses; each is marked '# guess'" in told
    assert "5 guesses are still marked in studies/spring.yaml." in check_lines(workspace, "spring")


def refused(tmp_path: Path, *rows: list[object]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "made_up.xlsx")
    (tmp_path / "work").mkdir()
    with pytest.raises(Mistakes) as caught:
        new_study(Workspace.at(tmp_path / "work"), "spring", tmp_path / "made_up.xlsx")
    assert not list((tmp_path / "work").iterdir()), "nothing is laid down before the file is in order"
    return str(caught.value)


NAMES = ["pid", "age", "sex", "site", "wave"]
PEOPLE = [[f"p{n}", 20 + n, n % 2, "AB"[n % 2], 1] for n in range(30)]
MUST = "Names must stand in the first row that is not empty, one a column, in no merged cell."


def test_a_title_above_the_names_is_told_with_what_was_read(tmp_path: Path) -> None:
    told = refused(tmp_path, ["Follow-up 2026"], ["Person", None, "More", None, None], NAMES, *PEOPLE)
    assert told == (
        "made_up.xlsx: 1 of 5 columns have a name in the first row ('Follow-up 2026'). Is it a title, or a heading "
        f"over several columns? {MUST} Row 3 is the first in which most cells are filled: if it has them, delete what "
        "is above."
    )


def test_headings_over_several_columns_are_told_too(tmp_path: Path) -> None:
    told = refused(tmp_path, ["Person", None, "More", None, None], NAMES, *PEOPLE)
    assert told.startswith("made_up.xlsx: 2 of 5 columns have a name in the first row ('Person', 'More'). Is it a")
    assert "Row 2 is the first in which most cells are filled" in told


def test_a_total_without_an_empty_row_is_told_by_its_number(tmp_path: Path) -> None:
    assert refused(tmp_path, NAMES, *PEOPLE, ["Total", 34.5]) == (
        "made_up.xlsx: row 32, the last one, looks like a total. It is no person's row: delete it, and save under "
        "another name."
    )


def test_an_empty_row_above_a_total_is_told_by_its_number(tmp_path: Path) -> None:
    assert refused(tmp_path, NAMES, *PEOPLE, [None], ["Total", 34.5]) == (
        "made_up.xlsx: row 32 is empty, and 1 row stands below it. A total or a remark is no person's row: delete it "
        "and what is empty, and save under another name."
    )
