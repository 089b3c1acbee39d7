"""The check proves itself: it sees one changed answer, and it says so where it does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.files import Workspace
from pipeline.reproduce import proof as proving
from pipeline.reproduce.proof import Proof, proof

ROOT = Path(__file__).parents[3]
RELEASED = b"kind,name,term,level,group,statistic,value,text\nflow,a,read,,All,rows,3,3\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("proof")
    (root / "studies").mkdir()
    for name in ("joo2022", "hcv2023"):
        shutil.copy(ROOT / f"studies/{name}.yaml", root / "studies")
    shutil.copytree(ROOT / "data/raw/joo2022", root / "data/raw/joo2022")
    return Workspace.at(root)


def test_one_answer_of_one_person_is_seen(place: Workspace):
    found = proof(place, "joo2022")
    assert found.seen > 0 and found.trouble(found.values, RELEASED) == ""
    assert found.words == "one answer of one row of the table informants, in memory", "it quotes nobody"


def test_a_comparison_that_sees_nothing_is_not_trusted(place: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(proving, "compare_rows", lambda *_, **__: [])
    found = proof(place, "joo2022")
    assert "did not see that an answer was changed" in found.trouble(found.values, RELEASED)
    monkeypatch.setattr(proving, "compare_numbers", lambda *_, **__: [])
    assert "a digit of results.csv" in Proof({}, 0, "").trouble({}, RELEASED)


def test_a_replay_that_is_not_what_memory_gives_is_not_trusted(place: Workspace):
    found = proof(place, "joo2022")
    others = {key: value + (i == 0) for i, (key, value) in enumerate(found.values.items())}
    assert found.trouble(others, RELEASED).startswith("1 numbers that were computed a second time")
    missing = dict(list(found.values.items())[1:])
    assert found.trouble(missing, RELEASED).startswith("1 numbers")


def test_a_study_without_rows_proves_it_on_its_released_numbers(place: Workspace):
    found = proof(place, "hcv2023")
    assert found.values == {} and found.trouble({}, RELEASED) == ""
