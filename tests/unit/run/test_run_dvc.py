"""What makes a stage stale, and what does not: DVC itself sees neither imports nor packages nor a notebook's source."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from pipeline.errors import Mistakes
from pipeline.files import Workspace, read_text
from pipeline.run.dvc import EVERY_ROOM, ROOMS, depends_on, dvc_yaml, makes
from pipeline.run.names import REPORT, STAGES, stages_of, study_names
from pipeline.run.records import (
    PACKAGE,
    TOP,
    code_file,
    code_hash,
    environment,
    environment_file,
    installed,
    room,
    source_file,
    write_records,
)
from pipeline.run.refresh import TEXTS
from pipeline.run.seeds import seeds, with_seeds
from pipeline.run.studies import read_study
from pipeline.study.tree import read_tree
from tests.conftest import not_run

REPOSITORY = Workspace.at(PACKAGE.parent)


# The code


def imported(tree: ast.AST, lazily: bool) -> Iterator[str]:
    """Modules that a file imports when it is loaded; ``lazily``: or when one of its functions is called."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        elif lazily or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from imported(node, lazily)


@cache
def modules(file: Path, lazily: bool) -> tuple[str, ...]:
    return tuple(imported(ast.parse(read_text(file)), lazily))


def rooms_of(start: Path) -> set[str]:
    """The rooms of every module that is imported from here; what ``run`` imports lazily belongs to its callers."""
    todo, seen = [start], set[Path]()
    while todo:
        file = todo.pop()
        if file in seen:
            continue
        seen.add(file)
        lazily = file != start and file.relative_to(PACKAGE).parts[0] != "run"
        for module in modules(file, lazily):
            parts = module.split(".")
            if parts[0] == "pipeline":
                steps = [PACKAGE.joinpath(*parts[1:n]) for n in range(1, len(parts) + 1)]
                found = [f for step in steps for f in (step / "__init__.py", step.with_suffix(".py")) if f.is_file()]
                todo += found
    inside = [f.relative_to(PACKAGE).parts for f in seen if f != start]
    return {parts[0] if len(parts) > 1 else TOP for parts in inside}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_the_rooms_that_it_imports_and_on_no_other(stage: str):
    needed = (
        rooms_of(TEXTS / f"{stage}.py")
        | rooms_of(PACKAGE / "run" / "stage.py")
        | rooms_of(PACKAGE / "run" / "kernel.py")
    )
    assert sorted(ROOMS[stage]) == sorted(needed)


def test_what_run_imports_lazily_belongs_to_stages_that_depend_on_it():
    lazy = {
        module.split(".")[1]
        for name in ("stage", "stages", "execute", "frames")
        for module in imported(ast.parse(read_text(PACKAGE / "run" / f"{name}.py")), lazily=True)
        if module.startswith("pipeline.")
    }
    top = {p.stem for p in PACKAGE.glob("*.py")}
    assert lazy - top <= set(EVERY_ROOM)
    assert "intake" in ROOMS["01_clean"]  # Stage.cells


def test_a_changed_module_makes_its_rooms_stages_stale_and_no_other(tmp_path: Path):
    for name in ("models/fit.py", "tables/table.py", "files.py", "models/__pycache__/fit.pyc", "cli/commands.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    before = {name: room(name, tmp_path) for name in ("models", "tables", TOP)}
    (tmp_path / "models/fit.py").write_text("2")
    (tmp_path / "models/__pycache__/fit.pyc").write_text("2")
    (tmp_path / "cli/commands.py").write_text("2")
    after = {name: room(name, tmp_path) for name in ("models", "tables", TOP)}
    assert [name for name in before if before[name] != after[name]] == ["models"]
    assert list(before["models"]) == ["models/fit.py"] and list(before[TOP]) == ["files.py"]
    assert "tables" in ROOMS["03_participants"] and "tables" not in ROOMS["01_clean"]


def test_every_room_of_the_package_is_known_to_some_stage_or_to_none_on_purpose():
    rooms = {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    assert rooms - set(EVERY_ROOM) == {"reproduce", "cli"}


# The environment


def test_another_version_of_a_package_makes_every_stage_stale(tmp_path: Path):
    for name in ("numpy-2.4.1", "alongside-0.1.0", "pandas-3.1.0", "pip-25.0"):  # a set-up with uv brings no pip
        name += ".dist-info"
        (tmp_path / name).mkdir()
    assert installed([tmp_path, tmp_path / "none"]) == ["numpy-2.4.1", "pandas-3.1.0"]
    here = environment(REPOSITORY)
    assert any(name.startswith("numpy-") for name in here["packages"]) and len(here["lock"]) == 64
    assert all(".alongside/environment.json" in depends_on(REPOSITORY, "bridges", stage) for stage in STAGES)


# The notebooks


def test_saving_a_notebook_with_outputs_leaves_its_record_as_it_was_and_an_edit_does_not(
    folder: Path, write: Callable[..., Path]
):
    workspace = Workspace.at(folder)
    path = write("05_themes", "1 + 1")
    record = source_file(workspace, "tiny", "05_themes")
    write_records(workspace, {}, [("tiny", "05_themes")])
    first = record.read_bytes(), record.stat().st_mtime_ns
    saved = json.loads(path.read_text())
    saved["cells"][1] |= {
        "execution_count": 3,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}],
        "id": "ab12",
    }
    saved["metadata"] = {"kernelspec": {"name": "mine", "display_name": "Mine", "language": "python"}}
    path.write_text(json.dumps(saved))
    write_records(workspace, {}, [("tiny", "05_themes")])
    assert (record.read_bytes(), record.stat().st_mtime_ns) == first
    write("05_themes", "1 + 2")
    write_records(workspace, {}, [("tiny", "05_themes")])
    assert record.read_bytes() != first[0]
    assert ".alongside/sources/notebooks/05_themes.json" in depends_on(workspace, "tiny", "05_themes")


# dvc.yaml


def test_the_committed_dvc_yaml_and_params_yaml_are_those_of_the_studies():
    names = study_names(REPOSITORY)
    assert (REPOSITORY.root / "dvc.yaml").read_text() == dvc_yaml(REPOSITORY, names), "run 'alongside run'"
    params = (REPOSITORY.root / "params.yaml").read_text()
    assert params == with_seeds(names, seeds(params)), "run 'alongside run'"


def test_the_stages_of_a_study_in_full(folder: Path):
    own = folder / "studies/tiny/notebooks"
    own.mkdir(parents=True)
    (own / "weights.ipynb").write_text("{}")
    stages = read_tree(dvc_yaml(Workspace.at(folder), ["tiny"]), "dvc.yaml")[0]["stages"]
    assert list(stages) == [f"tiny-{s}" for s in (*STAGES[:-1], "weights", REPORT)]
    kept = {"cache": False, "persist": True}
    assert stages["tiny-05_themes"] == {
        "cmd": "python -m pipeline.run.stage tiny 05_themes",
        "deps": [
            ".alongside/code/05_themes.json",
            ".alongside/environment.json",
            ".alongside/sources/notebooks/05_themes.json",
            "studies/tiny.yaml",
        ],
        "outs": [{"data/processed/tiny/05_themes": kept}, {"data/processed/tiny/notebooks/05_themes.ipynb": kept}],
    }
    weights = stages["tiny-weights"]
    assert ".alongside/sources/studies/tiny/notebooks/weights.json" in weights["deps"]
    assert [d for d in weights["deps"] if d.startswith("data/")] == [f"data/processed/tiny/{s}" for s in STAGES[:-1]]
    assert stages["tiny-06_report"]["outs"][-1] == {"reports/tiny": kept}
    assert {"data/raw/tiny", "data/processed/tiny/weights"} <= set(stages["tiny-06_report"]["deps"])
    named = [d for d in stages["tiny-06_report"]["deps"] if d.startswith(".alongside/sources/")]
    assert len(named) == 7, "the manifest names every notebook"
    assert {name for name, stage in stages.items() if "params" in stage} == {
        "tiny-04_models",
        "tiny-weights",
        "tiny-06_report",
    }


def test_every_out_outlives_a_failing_stage(folder: Path):
    workspace = Workspace.at(folder)
    stages = read_tree(dvc_yaml(workspace, ["tiny"]), "dvc.yaml")[0]["stages"]
    outs = [how for stage in stages.values() for out in stage["outs"] for how in out.values()]
    assert len(outs) == sum(len(makes(workspace, "tiny", s)) for s in stages_of(workspace, "tiny")) == 6 * 2 + 2
    assert all(how == {"cache": False, "persist": True} for how in outs)


def test_no_stage_reads_what_another_writes_without_depending_on_it(folder: Path):
    workspace = Workspace.at(folder)
    made = [m for s in STAGES for m in makes(workspace, "tiny", s)]
    assert len(set(made)) == len(made)
    for stage in STAGES:
        for path in depends_on(workspace, "tiny", stage):
            assert not path.startswith("/") and ".." not in path
            assert path in made or not path.startswith("data/processed")


def test_a_folder_that_lacks_notebooks_is_told_how_to_become_a_workspace(folder: Path):
    from pipeline.run.pipeline import prepare

    with pytest.raises(Mistakes) as told:
        prepare(Workspace.at(folder), ["tiny"])
    assert "has no notebooks/01_clean.ipynb, notebooks/02_score.ipynb" in str(told.value)
    assert "'alongside new' lays down a whole workspace" in str(told.value)


def test_records_lie_under_the_private_folder(folder: Path):
    workspace = Workspace.at(folder)
    write_records(workspace, {"01_clean": ["cleaning", TOP]}, [])
    assert environment_file(workspace).is_file()
    assert list(json.loads(code_file(workspace, "01_clean").read_text())) == ["cleaning", TOP]
    assert {p.name for p in folder.iterdir()} == {".alongside", ".dvc", "data", "notebooks", "studies"}


# What is committed


@pytest.mark.parametrize("study", study_names(REPOSITORY))
def test_the_committed_report_is_made_by_the_code_that_stands_here(study: str):
    """Numbers, tables and pages of older code would look as if this one had made them."""
    named = json.loads(read_text(REPOSITORY.root / "reports" / study / "manifest.json"))
    of_real_rows = read_study(REPOSITORY, study).sources and not REPOSITORY.raw(study).is_dir()
    if of_real_rows and not os.environ.get("ALONGSIDE_DATA"):
        not_run("set ALONGSIDE_DATA to the folder that holds real raw data as <study>/<file>")
    assert named["code"] == code_hash(EVERY_ROOM)
