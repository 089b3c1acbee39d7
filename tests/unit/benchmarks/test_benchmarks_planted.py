"""What the benchmark of planted faults changes is still there to be changed."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from benchmarks.planted import FUNCTIONS, MADE_UP, input_faults
from pipeline.run.records import PACKAGE


@pytest.mark.parametrize(("file", "old", "new"), FUNCTIONS)
def test_the_lines_of_code_that_are_changed_stand_in_their_files(file: str, old: str, new: str) -> None:
    text = (PACKAGE / file).read_text("utf-8")
    assert text.count(old) == 1 and text.replace(old, new) != text


def test_what_else_is_changed_stands_in_its_files() -> None:
    assert "reverse: [m3]" in MADE_UP
    assert "65+: 65+" in (PACKAGE.parent / "studies/joo2022.yaml").read_text("utf-8")
    assert Path(docx.__file__).with_name("shared.py").read_text("utf-8").count("12700") >= 1


def test_every_kind_of_input_is_tampered_with() -> None:
    cases = input_faults()
    assert len({case.kind for case in (next(cases) for _ in range(14))}) == 6
