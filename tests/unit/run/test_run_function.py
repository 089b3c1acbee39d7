"""A study's own function runs where its user allows exactly these bytes, in the stage that cleans, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import Mistakes
from pipeline.files import Workspace, sha256
from pipeline.run.dvc import depends_on
from pipeline.run.function import ALLOW, allowing, own_function
from pipeline.run.names import STAGES
from pipeline.run.pipeline import run_studies
from pipeline.run.status import check_lines, status_lines
from pipeline.run.studies import read_study

STUDY = """\
title: Tiny
data: {file: people.csv, id: id}
design: {kind: cohort}
variables:
  age: {type: number, missing: {blank: not answered}}
function: {name: older, changes: [age], because: made up}
release: {rule: none, because: made up}
"""
CODE = """\
from pathlib import Path

Path("ran").write_text("x")


def older(frame):
    return frame.assign(age=frame["age"] + 1)
"""


@pytest.fixture
def owning(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv(ALLOW, raising=False)
    monkeypatch.chdir(folder)
    (folder / "studies/tiny.yaml").write_text(STUDY)
    (folder / "studies/tiny.py").write_text(CODE)
    return Workspace.at(folder)


def test_what_nobody_allowed_is_not_run_and_the_message_says_what_to_type(owning: Workspace):
    with pytest.raises(Mistakes) as refused:
        own_function(owning, read_study(owning, "tiny"))
    found = sha256(CODE.encode())
    assert str(refused.value) == (
        f"studies/tiny.py: is code, and nobody has allowed it to run here. Its sha256 is {found}. "
        f"Read it; if you trust it, type 'alongside run tiny --allow {found}'."
    )
    assert not (owning.root / "ran").exists()


def test_it_runs_when_it_is_allowed_and_no_more_when_a_byte_of_it_changed(
    owning: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(ALLOW, allowing([sha256(CODE.encode())])[ALLOW])
    own = own_function(owning, read_study(owning, "tiny"))
    assert own is not None and own(pd.DataFrame({"age": [1.0]}))["age"].tolist() == [2.0]
    (owning.root / "studies/tiny.py").write_text(CODE + "\n")
    with pytest.raises(Mistakes, match="nobody has allowed it"):
        own_function(owning, read_study(owning, "tiny"))


def test_no_file_of_a_workspace_can_allow_it(owning: Workspace):
    """A stranger's folder comes with whatever it wants in its hidden folders."""
    found = sha256(CODE.encode())
    for name in ("allowed", "allowed.json", "allow"):
        (owning.root / ".alongside").mkdir(exist_ok=True)
        (owning.root / ".alongside" / name).write_text(found)
    with pytest.raises(Mistakes, match="nobody has allowed it"):
        own_function(owning, read_study(owning, "tiny"))


def test_check_and_status_and_reading_the_study_run_none_of_it(
    owning: Workspace, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(ALLOW, sha256(CODE.encode()))
    for stage in STAGES:
        write(stage)
    assert check_lines(owning, "tiny")[-2] == "Not run: older in studies/tiny.py. A check runs no code."
    assert status_lines(owning, ["tiny"]) == (["tiny: never run: 6 stages to run. Type 'alongside run tiny'."], [])
    assert not (owning.root / "ran").exists()


@pytest.mark.parametrize(
    "code, told",
    [
        ("def older(", "studies/tiny.py:1: is not Python. Mend it; its hash will be another."),
        ("\0", "studies/tiny.py: is not Python. Mend it; its hash will be another."),
        (
            "def oldr(frame): ...",
            "studies/tiny.yaml:6  function.name: studies/tiny.py has no function 'older'. Did you",
        ),
        ("older = 3", "studies/tiny.yaml:6  function.name: studies/tiny.py has no function 'older'."),
    ],
)
def test_what_holds_no_such_function_is_told(owning: Workspace, monkeypatch: pytest.MonkeyPatch, code: str, told: str):
    (owning.root / "studies/tiny.py").write_text(code)
    monkeypatch.setenv(ALLOW, sha256(code.encode()))
    with pytest.raises(Mistakes) as refused:
        own_function(owning, read_study(owning, "tiny"))
    assert str(refused.value).startswith(told)


def test_a_file_that_is_not_there_is_told_with_the_line(owning: Workspace):
    (owning.root / "studies/tiny.py").unlink()
    with pytest.raises(Mistakes) as told:
        read_study(owning, "tiny")
    assert str(told.value) == (
        "studies/tiny.yaml:6  function: studies/tiny.py is not there. Write 'def older(frame)' into it."
    )


def test_a_link_out_of_the_workspace_is_not_followed(owning: Workspace, tmp_path: Path):
    (tmp_path / "away.py").write_text(CODE)
    (owning.root / "studies/tiny.py").unlink()
    (owning.root / "studies/tiny.py").symlink_to(tmp_path / "away.py")
    with pytest.raises(Mistakes, match="leads out of its folder"):
        own_function(owning, read_study(owning, "tiny"))


@pytest.mark.parametrize("given", ["", "abc", "Z" * 64, "a" * 63])
def test_what_is_no_hash_allows_nothing(given: str):
    with pytest.raises(Mistakes, match="is no sha256: it has 64 digits from 0 to f."):
        allowing([given])


def test_cleaning_and_the_report_go_stale_with_it(owning: Workspace):
    stale = [stage for stage in STAGES if "studies/tiny.py" in depends_on(owning, "tiny", stage)]
    assert stale == ["01_clean", "06_report"], "the manifest names its hash"


@pytest.mark.slow
@pytest.mark.xdist_group("run")
def test_a_run_stops_with_exit_3_until_it_is_allowed(
    make_tiny: Callable[[Path], Path], write_in: Callable[[Path], Callable[..., Path]], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.delenv(ALLOW, raising=False)
    root = make_tiny(tmp_path / "w")
    (root / "studies/tiny.yaml").write_text(STUDY)
    (root / "studies/tiny.py").write_text(CODE)
    cleans = (
        "from pipeline.run.stages import open_stage\nfrom pipeline.cleaning import clean\n"
        "stage = open_stage(study, root, '01_clean')\nstage.save_cleaned(clean(stage.cells(), stage.study, None, "
        "stage.function()))"
    )
    write_in(root)("01_clean", cleans)
    workspace, found = Workspace.at(root), sha256(CODE.encode())
    (stopped,) = run_studies(workspace, ["tiny"])
    assert stopped.exit_code == 3 and not {"01_clean", "06_report"} & set(stopped.made)
    assert f"--allow {found}" in str(stopped.error)
    (made,) = run_studies(workspace, ["tiny"], allow=[found])
    assert "01_clean" in made.made
    assert pd.read_parquet(root / "data/processed/tiny/01_clean/table-people/responses.parquet")["age"].tolist() == [31]
    assert not run_studies(workspace, ["tiny"])[0].made, "a run with nothing to do runs none of it, and asks nothing"
