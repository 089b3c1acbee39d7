"""Which cell of a notebook computes its numbers, and what a workspace knows of a number's way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pipeline.errors import StageFailed
from pipeline.files import Workspace, publish, read_json, snapshot, write_bytes
from pipeline.report.report import PART
from pipeline.results import Key, Number, Results
from pipeline.run.names import REPORT, STAGES
from pipeline.run.places import FULL
from pipeline.run.records import PACKAGE
from pipeline.run.stage import run_stage
from pipeline.run.studies import read_study
from pipeline.run.ways import numbers_cell, ways

MARK = {
    "anchor": "a", "title": "A", "headings": [],
    "report": {"study": "tiny", "title": "Tiny", "made_up": True, "draft": False},
}  # fmt: skip


def test_the_tagged_cell_computes_the_numbers_else_the_one_that_saves_them(notebook_of: Callable[..., dict]):
    plain = notebook_of("a = 1", "stage.save(results=a)", "b = 2")
    assert numbers_cell(plain) == (3, "stage.save(results=a)")
    plain["cells"][1]["metadata"]["tags"] = ["numbers"]
    assert numbers_cell(plain) == (2, "a = 1")
    assert numbers_cell(notebook_of("a = 1")) == (0, "")


def test_every_notebook_that_ships_and_saves_numbers_has_one_tagged_cell():
    for stage in STAGES:
        notebook = read_json(PACKAGE.parent / f"notebooks/{stage}.ipynb")
        tagged = [c for c in notebook["cells"] if "numbers" in c["metadata"].get("tags", [])]
        assert len(tagged) == (stage not in (STAGES[0], REPORT)), stage


def test_a_stage_s_own_results_say_what_it_made(folder: Path, write: Callable[..., Path]):
    """An analyst's own code is not shown, for whether it may leave the machine is not known."""
    for stage in STAGES:
        write(stage, "stage.save(results=found)")
    write("studies/tiny/notebooks/mine", "x = 1", "stage.save(results=x)")
    workspace = Workspace.at(folder)
    for stage, key in (("02_score", Key("flow", "people", "read")), ("mine", Key("quality", "own", "x"))):
        place = workspace.stage("tiny", stage)
        place.mkdir(parents=True)
        (place / "results.csv").write_bytes(Results.of([Number(key, 1, 1)]).to_csv())
    found = ways(workspace, read_study(workspace, "tiny"))
    assert {about: way.stage for about, way in found.numbers.items()} == {
        ("flow", "people", "read"): "02_score", ("quality", "own", "x"): "mine",
    }  # fmt: skip
    assert found.cells["02_score"].number == 2 and found.cells["02_score"].code
    assert found.cells["mine"].number == 3 and not found.cells["mine"].code
    assert found.raw == {"people": ("people.csv",)}


def test_a_report_that_fails_its_audit_leaves_the_last_good_one(make_tiny: Callable[[Path], Path], tmp_path: Path,
                                                               monkeypatch: pytest.MonkeyPatch):  # fmt: skip
    root = make_tiny(tmp_path / "w")
    workspace = Workspace.at(root)
    good = {"report.html": b"good"}
    publish(workspace.reports("tiny"), good)
    shown = new_output("display_data", data={"text/html": '<h2 id="a">A</h2>', PART: MARK})
    executed = nbformat.writes(new_notebook(cells=[new_code_cell("show()", outputs=[shown])])).encode()

    def execute(notebook: Path, result: Path, *_: object, **__: object) -> None:
        write_bytes(result, executed)
        write_bytes(result.parent / FULL, b"kind\n")
        write_bytes(result.parent / "release/results.csv", b"kind\n")

    def refuse(*_: object) -> None:
        raise StageFailed("not this one")

    monkeypatch.setattr("pipeline.run.execute.execute", execute)
    monkeypatch.setattr("pipeline.report.audited", refuse)
    with pytest.raises(StageFailed, match="not this one"):
        run_stage(workspace, "tiny", REPORT)
    assert snapshot(workspace.reports("tiny")) == good
    assert not (workspace.processed("tiny") / FULL).exists(), "what goes with a report goes with it"
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.run.execute.execute", execute)
    run_stage(workspace, "tiny", REPORT)
    held = json.loads(snapshot(workspace.reports("tiny"))["manifest.json"])
    assert held["audit"]["percentages"] == 0 and held["ways"]["numbers"] == {}
