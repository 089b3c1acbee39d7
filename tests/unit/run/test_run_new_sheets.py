"""``alongside new`` from a workbook of several sheets: the likely one is read, and the guess is marked."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

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
