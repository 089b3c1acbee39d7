"""What goes into a bundle: a complete small workspace of one study, the package's code, and what was released."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.files import Workspace, inside, matching, package_text, read_bytes, read_text, sha256, snapshot
from pipeline.report.published import MANIFEST
from pipeline.reproduce.cause import ENVIRONMENT, changes
from pipeline.reproduce.elsewhere import manifest_from
from pipeline.run.dvc import dvc_yaml
from pipeline.run.names import notebook_of, stages_of
from pipeline.run.normalise import normalise, to_bytes, without_outputs
from pipeline.run.records import LOCK, PACKAGE
from pipeline.run.seeds import FILE as PARAMS
from pipeline.run.seeds import seeds, with_seeds
from pipeline.run.source import read_notebook
from pipeline.run.stage import made_from
from pipeline.run.studies import with_compared
from pipeline.run.workspace import SHIPPED, TEMPLATES
from pipeline.study import Source, Study

CODE = "pipeline"
OF_THE_CHECKOUT = (".ci/set_up.py", "pyproject.toml", LOCK, "environment.yml", "LICENSE", "CITATION.cff")
"""What sets the package up, as it lies beside it in a clone."""
_OF_A_WORKSPACE = {".dvc/config": "dvc-config", ".dvcignore": "dvcignore"}
_NOT_CODE = {"__pycache__", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Raw:
    """A table of raw data. files: those that go into the bundle, by path; none where it may not be shared."""

    table: str
    source: Source
    files: tuple[str, ...]


def released_files(workspace: Workspace, study: Study) -> dict[str, bytes]:
    """``reports/<study>/…`` as its manifest names it; ``Mistakes`` where the report isn't of what is here now."""
    folder, place = workspace.reports(study.name), f"reports/{study.name}"
    run = f"Type 'alongside run {study.name}'."
    if not (folder / MANIFEST).is_file():
        raise Mistakes.one(place, "holds no report.", run)
    manifest, there = manifest_from(read_bytes(folder / MANIFEST)) or {}, snapshot(folder)
    outputs = manifest.get("outputs")
    if not isinstance(outputs, dict):
        raise Mistakes.one(f"{place}/{MANIFEST}", "can't be read as a report's manifest.", run)
    odd = [name for name in outputs if name not in there or sha256(there[name]) != outputs[name]]
    raise_all(Mistake(f"{place}/{name}", "is not as its manifest says.", run) for name in odd)
    here = made_from(workspace, study.name)
    passed = {"raw"} if not here["raw"] else set()  # data that are elsewhere are as their manifest names them
    found = [c for c in changes(manifest, here) if c.cause != ENVIRONMENT and c.entry not in passed]
    raise_all(Mistake(place, f"was made before a change of {c.what}.", run) for c in found)
    return {f"{place}/{name}": there[name] for name in sorted([*outputs, MANIFEST])}


def raw_tables(workspace: Workspace, study: Study) -> list[Raw]:
    """The study's raw data, table by table; of those that may be shared the files that the study file names."""
    folder, below = workspace.raw(study.name), f"data/raw/{study.name}"
    found = []
    for table, source in study.raw_sources.items():
        names = matching(folder, source.file) if source.share else []
        if source.share and not names:
            mend = f"Put it there ('alongside fetch {study.name}'), or take 'share' out."
            raise Mistakes.one(study.at(table, "share"), f"{below}/{source.file} is not there to be shared.", mend)
        found.append(Raw(table, source, tuple(f"{below}/{name}" for name in names)))
    return found


def workspace_files(workspace: Workspace, study: Study, raw: Sequence[Raw]) -> dict[str, bytes]:
    """Study files, notebooks without outputs, parameters, stages and settings, and the raw data that may be shared."""
    together = with_compared(workspace, study)
    names = sorted(each.name for each in together)
    params = workspace.root / PARAMS
    given = seeds(read_text(params)) if params.is_file() else {}
    files = {f"studies/{name}.yaml": read_bytes(workspace.study_file(name)) for name in names}
    files |= {PARAMS: with_seeds(names, given).encode(), "dvc.yaml": dvc_yaml(workspace, names).encode()}
    files |= {path: package_text(SHIPPED, TEMPLATES + name).encode() for path, name in _OF_A_WORKSPACE.items()}
    own = [f"studies/{each.name}.py" for each in together if each.function]
    files |= {path: read_bytes(inside(workspace.root, path)) for path in own}
    if study.style in (styles := workspace.styles()):  # they may be like each other
        files |= {f"styles/{name}.yaml": text.encode() for name, text in styles.items()}
    if study.release.previous:
        files[study.release.previous] = read_bytes(inside(workspace.root, study.release.previous))
    for name in names:
        files |= dict(_notebooks(workspace, name))
    return files | {path: read_bytes(inside(workspace.root, path)) for one in raw for path in one.files}


def _notebooks(workspace: Workspace, study: str) -> Iterator[tuple[str, bytes]]:
    """Outputs may show rows of people: none of them goes out."""
    for stage in stages_of(workspace, study):
        path = notebook_of(workspace, study, stage)
        place = path.relative_to(workspace.root).as_posix()
        yield place, to_bytes(normalise(without_outputs(read_notebook(place, read_bytes(path)))))


def code_files(package: Path = PACKAGE) -> dict[str, bytes]:
    """The package as source, and what sets it up; ``Mistakes`` where it was installed without that."""
    beside = package.parent
    if absent := [name for name in OF_THE_CHECKOUT if not (beside / name).is_file()]:
        what = f"lies without {', '.join(absent)}, which a bundle needs."
        mend = "Use the alongside of a clone: 'make set-up' there, then .venv/bin/alongside --root HERE bundle STUDY."
        raise Mistakes.one("the installed package", what, mend)
    found = {f"{CODE}/{name}": data for name, data in snapshot(package).items() if not _NOT_CODE & set(name.split("/"))}
    return found | {name: read_bytes(beside / name) for name in OF_THE_CHECKOUT}
