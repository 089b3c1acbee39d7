"""Lint, types and the one way of imports hold for the tree as it stands."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def answer(*command: str) -> str:
    """What a checker says; empty when it finds nothing."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    assert answer("ruff", "check", "--output-format=concise", ".") == ""


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    assert answer("mypy") == ""


def test_imports_point_one_way() -> None:
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_import_of_another_project_is_declared() -> None:
    """A package that is there only because another one brings it goes when that other one changes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {normal(re.split(r"[^\w.-]", one)[0]) for one in project["dependencies"]} | {"pydantic-core"}
    distributions = metadata.packages_distributions()
    missing = {
        module: f"{path.relative_to(ROOT)}"
        for path in sorted((ROOT / "pipeline").rglob("*.py"))
        for module in imported(ast.parse(path.read_text("utf-8")))
        if not declared & {normal(name) for name in distributions.get(module, [])}
    }
    assert missing == {}


def test_what_takes_long_to_load_is_loaded_when_it_is_first_used() -> None:
    """Half a second each, in every process of every stage: ``import scipy`` loads its parts as they are named."""
    late = {"scipy.stats", "scipy.optimize", "statsmodels", "nbconvert", "jupytext"}
    code = f"import sys, pipeline.report, pipeline.models.fit; print(*({late!r} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "\n"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(tree: ast.AST) -> set[str]:
    """Top-level names of the other projects that a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"pipeline"}
