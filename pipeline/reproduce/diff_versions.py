"""OLD and NEW of a comparison: a report's folder, a folder of reports, a workspace, a bundle's ZIP, a git revision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import Mistakes
from pipeline.files import Workspace, read_bytes, sha256
from pipeline.report.layouts import LAYOUTS
from pipeline.reproduce.bundle_opened import MOST_PACKED, opened
from pipeline.reproduce.diff_inputs import manifest_in
from pipeline.reproduce.revisions import commit_of, files_at
from pipeline.run.places import MANIFEST, RESULTS

READ = (RESULTS, LAYOUTS, MANIFEST)
_MOST = 64_000_000


@dataclass(frozen=True)
class Version:
    """One version of one report. place: how messages call it; files: of ``READ`` those that are there, by name.

    declared: the text of the study file that it was made from, where it lies beside it with the manifest's hash.
    """

    study: str
    place: str
    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    declared: str | None = None


def versions(workspace: Workspace, named: str) -> dict[str, Version]:
    """The reports that a word names, by study; ``Mistakes`` where it names none."""
    path = Path(named)
    if path.is_dir():
        files = _of_folder(path)
    elif path.is_file():
        files = _of_bundle(path)
    else:
        files = _of_revision(workspace, named)
    found = _reports(files, named)
    if not found:
        what = f"holds no {RESULTS}, in itself or under reports/."
        raise Mistakes.one(named, what, "Name a folder like reports/STUDY, a bundle's ZIP, or a git revision.")
    return found


def _of_folder(path: Path) -> dict[str, bytes]:
    """By path as in a workspace. A report's own folder becomes ``reports/<its name>``."""
    own = path.resolve().name or "report"
    if (path / RESULTS).is_file():
        near = path.resolve().parent.parent / "studies"
        return {**_plain(path, f"reports/{own}/"), **_declared(near)}
    reports = path / "reports" if (path / "reports").is_dir() else path
    found = dict[str, bytes]()
    for folder in sorted(p for p in reports.iterdir() if (p / RESULTS).is_file()):
        found |= _plain(folder, f"reports/{folder.name}/")
    return {**found, **_declared(reports.resolve().parent / "studies")}


def _plain(folder: Path, below: str) -> dict[str, bytes]:
    found = {}
    for name in READ:
        path = folder / name
        if path.is_file():
            if path.stat().st_size > _MOST:
                raise Mistakes.one(str(path), "is larger than any report's file.", "Check what it is.")
            found[below + name] = read_bytes(path)
    return found


def _declared(folder: Path) -> dict[str, bytes]:
    """Study files, which are read only to name declarations that changed."""
    files = sorted(p for p in folder.glob("*.yaml") if p.is_file() and p.stat().st_size < _MOST)
    return {f"studies/{p.name}": read_bytes(p) for p in files}


def _of_bundle(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > MOST_PACKED:
        raise Mistakes.one(str(path), "is larger than any bundle.", "Check what it is.")
    found = opened(str(path), read_bytes(path), _is_wanted)
    tops = {name.partition("/")[0] for name in found}
    if len(tops) == 1 and not tops & {"reports", "studies"}:  # packed with the folder that it lay in
        found = {name.partition("/")[2]: data for name, data in found.items()}
    return found


def _is_wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    report = parts[-1:] and parts[-1] in READ and len(parts) >= 3 and parts[-3] == "reports"
    return bool(report) or (len(parts) >= 2 and parts[-2] == "studies" and name.endswith(".yaml"))


def _of_revision(workspace: Workspace, named: str) -> dict[str, bytes]:
    commit = commit_of(workspace, named)
    if commit is None:
        what = "is no folder, no ZIP, and no git revision of this workspace."
        raise Mistakes.one(named, what, "Name a folder like reports/STUDY, a bundle's ZIP, or one like HEAD~1.")
    found = files_at(workspace, commit, "reports/", [f"/{name}" for name in READ])
    return {**found, **files_at(workspace, commit, "studies/", [".yaml"])}


def _reports(files: Mapping[str, bytes], named: str) -> dict[str, Version]:
    """Versions from paths ``reports/<folder>/…`` and ``studies/<study>.yaml``. A manifest's word on the name holds."""
    found = {}
    for folder in sorted({name.split("/")[1] for name in files if name.startswith("reports/")}):
        below = f"reports/{folder}/"
        mine = {n.removeprefix(below): d for n, d in files.items() if n.startswith(below) and n.count("/") == 2}
        if RESULTS not in mine:
            continue
        place = f"{named}:{folder}" if not named.rstrip("/").endswith(folder) else named
        manifest = manifest_in(mine[MANIFEST], f"{place} {MANIFEST}") if MANIFEST in mine else {}
        study = str(manifest.get("study", folder))
        declared = files.get(f"studies/{study}.yaml", b"")
        same = sha256(declared) == manifest.get("study_file")
        found[study] = Version(study, place, mine, manifest, declared.decode("utf-8", "replace") if same else None)
    return found
