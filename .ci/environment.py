"""Write `environment.yml`, for conda: the direct dependencies of `pyproject.toml` at the versions of the lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HEAD = """\
# Made by `make lock` from pyproject.toml and requirements.lock: change those.
# conda env create -f environment.yml && conda activate alongside && alongside run
name: alongside
channels:
  - conda-forge
dependencies:
  - python{python}
  - pip
  - pip:
"""


def normal(name: str) -> str:
    """A distribution's name as indexes compare it: `ruamel.yaml` is `ruamel-yaml`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(project: dict) -> set[str]:
    """The names of everything that `pyproject.toml` asks for, extras included."""
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {normal(re.match(r"[\w.-]+", one)[0]) for one in asked}


def pins(lock: str) -> list[str]:
    """The lock's lines without hashes: `numpy==2.4.6 ; python_full_version < '3.12'`."""
    return [line.removesuffix("\\").strip() for line in lock.splitlines() if re.match(r"[\w.-]+==", line)]


def environment(pyproject: str, lock: str) -> str:
    """The text of `environment.yml`."""
    project = tomllib.loads(pyproject)["project"]
    names = direct(project)
    chosen = [pin for pin in pins(lock) if pin.partition("==")[0] in names]
    assert {pin.partition("==")[0] for pin in chosen} == names, "pyproject.toml asks for what the lock lacks: make lock"
    lines = [f'      - "{pin}"' for pin in chosen] + ['      - "--editable ."']
    return HEAD.format(python=project["requires-python"]) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = environment((ROOT / "pyproject.toml").read_text("utf-8"), (ROOT / "requirements.lock").read_text("utf-8"))
    (ROOT / "environment.yml").write_text(text, "utf-8")
