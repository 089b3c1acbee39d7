"""A private workspace: everything that a study needs, in an empty folder of the analyst's own."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import Mistake, raise_all
from pipeline.files import Workspace, package_text, write_bytes, write_text
from pipeline.run.dvc import dvc_yaml
from pipeline.run.names import STAGES
from pipeline.run.normalise import to_bytes, without_outputs
from pipeline.run.seeds import FILE as PARAMS
from pipeline.run.seeds import with_seeds

SHIPPED = "pipeline.run"
TEMPLATES = "workspace/"
NOTEBOOKS = "workspace/notebooks/"
HOOK = ".githooks/pre-commit"
FILES = {
    "README.md": "README.md",
    "Makefile": "Makefile",
    ".gitignore": "gitignore",
    ".dvcignore": "dvcignore",
    ".dvc/config": "dvc-config",
    HOOK: "pre-commit",
}
"""Path in a workspace: name among the templates, where a leading dot would hide it from a wheel."""


def lay_down(folder: Path, study: str = "bridges") -> list[str]:
    """Lay a whole workspace down in ``folder``; the files written. ``Mistakes`` where one of them is there.

    study: the one that its notebooks open when they are run by hand.
    """
    files = {path: package_text(SHIPPED, TEMPLATES + name).encode("utf-8") for path, name in FILES.items()}
    files |= {f"notebooks/{name}.ipynb": data for name, data in shipped_notebooks(study).items()}
    there = [path for path in [*files, "dvc.yaml", PARAMS] if (folder / path).exists()]
    raise_all(
        Mistake(path, "is there already.", "A workspace is laid down in an empty folder alone.")
        for path in sorted(there)
    )
    for path, data in files.items():
        write_bytes(folder / path, data)
    (folder / HOOK).chmod(0o755)
    for empty in ("studies", "data/raw", "reports"):
        (folder / empty).mkdir(parents=True, exist_ok=True)
    write_text(folder / PARAMS, with_seeds([], {}))
    write_text(folder / "dvc.yaml", dvc_yaml(Workspace.at(folder), []))
    return sorted([*files, "dvc.yaml", PARAMS])


def shipped_notebooks(study: str = "bridges") -> dict[str, bytes]:
    """The stages' notebooks without outputs, by name, from the text that ships with the package."""
    import jupytext  # it takes a second to import, and a workspace is laid down once

    texts = {stage: package_text(SHIPPED, f"{NOTEBOOKS}{stage}.py") for stage in STAGES}
    opened = {stage: text.replace('study = "bridges"', f'study = "{study}"') for stage, text in texts.items()}
    return {stage: to_bytes(without_outputs(jupytext.reads(text, fmt="py:percent"))) for stage, text in opened.items()}
