"""``alongside bundle STUDY``: one ZIP for a journal or an archive, which opens and is checked on a bare machine."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import raise_all
from pipeline.files import Workspace, sha256, write_bytes
from pipeline.reproduce.bundle_contents import code_files, raw_tables, released_files, workspace_files
from pipeline.reproduce.bundle_crate import METADATA, crate
from pipeline.reproduce.bundle_quotations import unprinted
from pipeline.reproduce.bundle_words import (
    CHECK,
    CODECHECK,
    FACTS,
    MAKEFILE,
    README,
    SUMS,
    check_script,
    codecheck,
    facts,
    facts_file,
    sums,
    written,
)
from pipeline.reproduce.bundle_zip import zipped
from pipeline.run.names import stages_of
from pipeline.run.studies import read_study

FOLDER = "bundles"


def bundle_lines(
    workspace: Workspace, name: str, published: str = "", minutes: int | None = None, out: Path | None = None
) -> list[str]:
    """Write the ZIP and say what is in it and what is not."""
    files = bundled(workspace, name, published, minutes)
    data = zipped(files)
    path = out or workspace.root / FOLDER / f"{name}.zip"
    write_bytes(path, data)
    rows = [n for n in files if n.startswith("data/")]
    said = f"with {len(rows)} files of raw data" if rows else "without raw data"
    return [f"{path.as_posix()}: {len(files):,} files, {len(data) / 1e6:.1f} MB, {said}.", f"sha256 {sha256(data)}"]


def bundled(workspace: Workspace, name: str, published: str = "", minutes: int | None = None) -> dict[str, bytes]:
    """Every file of a bundle, by path. ``Mistakes`` where the report is not of what is here now."""
    study = read_study(workspace, name)
    released, raw = released_files(workspace, study), raw_tables(workspace, study)
    raise_all(unprinted(workspace, study))
    files = {**code_files(), **workspace_files(workspace, study, raw), **released}
    said = facts(study, raw, released[f"reports/{name}/results.csv"], len(stages_of(workspace, name)), minutes)
    outputs = [n for n in released if not n.endswith("/manifest.json")]
    files |= {
        README: written(README, said), MAKEFILE: written(MAKEFILE, said), CHECK: check_script(),
        FACTS: facts_file(said), CODECHECK: codecheck(study, outputs),
    }  # fmt: skip
    files[METADATA] = crate(study, files, raw, published)
    return {**files, SUMS: sums(files)}
