"""What the command line loads before it has said a word: a table of counts needs no frames."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "numpy", "pyarrow", "scipy", "statsmodels", "matplotlib", "ruamel.yaml")
CSV = ',Peer (n=20),Usual (n=21)\n"Women, n (%)",10 (50.0),11 (52.4)\n"Men, n (%)",10 (50.0),9 (47.6)\n'
HTML = """<table><tr><th></th><th>Peer (n=20)</th><th>Usual (n=21)</th></tr>
<tr><td>Women, n (%)</td><td>10 (50.0)</td><td>11 (52.4)</td></tr>
<tr><td>Men, n (%)</td><td>10 (50.0)</td><td>9 (47.6)</td></tr></table>"""


def ended(code: str, folder: Path) -> tuple[str, str]:
    """What a new Python that runs this code says, and which heavy packages it has then loaded."""
    code += f"\nimport sys; print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120, check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": "", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.stdout, done.stderr.strip()


@pytest.mark.parametrize("file", ["table.csv", "table.html"])
def test_a_printed_table_is_checked_without_pandas(tmp_path: Path, file: str) -> None:
    (tmp_path / "table.csv").write_text(CSV, "utf-8")
    (tmp_path / "table.html").write_text(HTML, "utf-8")
    said, loaded = ended(f"from pipeline.cli import main; assert main(['audit', {file!r}]) == 0", tmp_path)
    assert "Men, n (%)" in said and "47.6" in said  # 9 of 21 is 42.9%: the audit has done its work
    assert loaded == ""


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"], ["audit", "--help"]])
def test_help_loads_nothing_heavy(tmp_path: Path, words: list[str]) -> None:
    said, loaded = ended(f"from pipeline.cli import main; assert main({words!r}) == 0", tmp_path)
    assert "alongside" in said
    assert loaded == ""


def test_a_package_that_is_loaded_would_be_seen(tmp_path: Path) -> None:
    assert ended("import pipeline.intake.read", tmp_path)[1] == "pandas numpy pyarrow ruamel.yaml"
