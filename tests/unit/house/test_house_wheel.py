"""The wheel carries all that the package has in the work tree, and the command."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

BUILD = "from setuptools.build_meta import build_wheel; print(build_wheel('dist'))"
LEFT = ("__pycache__", ".ipynb_checkpoints")


def test_the_wheel_holds_every_file_of_the_package(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(root / "pipeline", copy / "pipeline", ignore=shutil.ignore_patterns(*LEFT))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(root / name, copy / name)
    (copy / "README.md").write_text("# Alongside\n", "utf-8")
    (copy / "dist").mkdir()
    built = subprocess.run([sys.executable, "-c", BUILD], cwd=copy, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(copy / "dist" / built.stdout.split()[-1]) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("pipeline/")}
        commands = next(wheel.read(name) for name in wheel.namelist() if name.endswith("entry_points.txt"))
    there = {p.relative_to(copy).as_posix() for p in (copy / "pipeline").rglob("*") if p.is_file()}
    assert held == there
    assert commands.decode() == "[console_scripts]\nalongside = pipeline.cli:main\n"
