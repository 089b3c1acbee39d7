"""The replay's process: nothing outlives the one that asked for it; a stage that stops is told, and its cause."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipeline.files import Workspace
from pipeline.reproduce.clean_place import clean_place
from pipeline.reproduce.replay import replay

NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
STUDY = """\
title: Tiny
data: {file: people.csv, id: id}
design: {kind: cohort}
variables: {age: {type: number, range: 18-90}}
release: {rule: none, because: made-up people}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("studies", "data/raw/tiny"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "studies/tiny.yaml").write_text(STUDY)
    (tmp_path / "data/raw/tiny/people.csv").write_text("id,age\nann,30\nben,407\n")
    (tmp_path / "notebooks").symlink_to(NOTEBOOKS)
    return tmp_path


@pytest.fixture
def whole(root: Path) -> Path:
    """A workspace whose notebooks are its own."""
    (root / "notebooks").unlink()
    (root / "notebooks").mkdir()
    for file in NOTEBOOKS.glob("*.ipynb"):
        (root / "notebooks" / file.name).write_bytes(file.read_bytes())
    return root


def test_a_clean_place_holds_inputs_alone_and_what_leads_out_is_refused(whole: Path):
    (whole / "data/raw/tiny/other.csv").write_text("not asked for")
    place = clean_place(Workspace.at(whole), "tiny")
    assert place.root == whole / "data/processed/tiny/.verify"
    there = {p.relative_to(place.root).as_posix() for p in place.root.rglob("*") if p.is_file()}
    notebooks = {f"notebooks/{p.name}" for p in NOTEBOOKS.glob("*.ipynb")}
    assert there == {"studies/tiny.yaml", "data/raw/tiny/people.csv", ".dvc/config", *notebooks}
    (place.root / "left").write_text("by an earlier one")
    assert not (clean_place(Workspace.at(whole), "tiny").root / "left").exists()


def test_a_link_out_of_the_workspace_is_not_followed(root: Path):
    from pipeline.errors import Mistakes

    with pytest.raises(Mistakes, match="leads out of its folder"):
        clean_place(Workspace.at(root), "tiny")


@pytest.mark.slow
def test_a_stage_that_stops_is_told_without_anyones_answer(whole: Path, capfd: pytest.CaptureFixture[str]):
    found, meanwhile = replay(clean_place(Workspace.at(whole), "tiny"), "tiny", lambda: "done meanwhile")
    assert meanwhile == "done meanwhile" and found.files == {} and found.memory > 10
    assert "1 row" in found.trouble and "407" not in found.trouble and "ben" not in found.trouble


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_one_that_asked_for_it(whole: Path, how: signal.Signals):
    """However that one ended: DVC, its stages and kernels go, too."""

    def at_work() -> list[int]:
        return [p.pid for p in psutil.process_iter(["cmdline"]) if str(whole) in " ".join(p.info["cmdline"] or [])]

    code = (
        "import signal, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # tests may run behind
        "from pipeline.files import Workspace\nfrom pipeline.reproduce.clean_place import clean_place\n"
        "from pipeline.reproduce.replay import replay\n"
        "replay(clean_place(Workspace.at(sys.argv[1]), 'tiny'), 'tiny', lambda: None)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(whole)], stderr=subprocess.DEVNULL) as process:
        assert until(lambda: len(at_work()) > 1)
        process.send_signal(how)
        process.wait(timeout=60)
    assert until(lambda: not at_work())


def until(happened: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.1)
    return happened()
