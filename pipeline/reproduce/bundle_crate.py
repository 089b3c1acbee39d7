"""``ro-crate-metadata.json``: RO-Crate 1.2 with the Workflow Run Crate profile 0.5, written by hand.

The library ``rocrate`` stamps the time of making and writes files itself; a crate of the same study must have the same
bytes, and only ``files`` writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.errors import Mistakes
from pipeline.files import sha256
from pipeline.reproduce.bundle_contents import CODE, Raw
from pipeline.reproduce.bundle_words import released
from pipeline.run.records import LOCK
from pipeline.study import Study

METADATA = "ro-crate-metadata.json"
NO_DAY = "1980-01-01"
"""``datePublished`` must be there, and no clock may be asked: the day that every file of the ZIP has, too."""
WORKFLOW = "dvc.yaml"
RUN = "#run"
_CRATE = "https://w3id.org/ro/crate/1.2"
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
_TYPES = {
    "csv": "text/csv", "html": "text/html", "json": "application/json", "yaml": "application/yaml",
    "yml": "application/yaml", "md": "text/markdown", "svg": "image/svg+xml", "png": "image/png",
    "ipynb": "application/x-ipynb+json",
    "py": "text/x-python", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
_SAID = {
    "README.md": "What this bundle is and the commands that check it.", "LICENSE": "The licence of the code.",
    "check.py": "Checks every file's hash with Python alone.", "bundle.json": "What the bundle holds, for check.py.",
    "codecheck.yml": "The CODECHECK manifest.", "CITATION.cff": "How to cite Alongside.",
    "Makefile": "The commands to set up and to verify.", LOCK: "Every package with version and hash.",
    "environment.yml": "The same for conda.", "pyproject.toml": "What the code needs to be installed.",
    "params.yaml": "The parameters of each study: seeds.", WORKFLOW: "The stages, as DVC runs them.",
}  # fmt: skip
_OF_FOLDER = {
    "studies": "What was asked, how it was designed, what to make of it.", "notebooks": "A stage of the workflow.",
    "data": "Raw data, as they came.", "reports": "Released: ", "styles": "A house style.",
}
_SPDX = re.compile(r"MIT|ISC|0BSD|[A-Za-z][\w.+]*-[\w.+-]*\d[\w.+-]*")
_WORKFLOW_PROFILE = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
Entity = dict[str, Any]


def crate(study: Study, files: Mapping[str, bytes], raw: Sequence[Raw], published: str) -> bytes:
    """The metadata of a bundle with these files. published: a day, or empty."""
    if published and not _DAY.fullmatch(published):
        raise Mistakes.one(f"--published {published}", "is no day.", "Write it like 2026-03-31.")
    parts = [_file(name, data, study, raw) for name, data in sorted(files.items()) if not name.startswith(f"{CODE}/")]
    parts += [_code(), *(one for table in raw if not table.files for one in _elsewhere(study, table))]
    inputs = [p["@id"] for p in parts if _is_input(p["@id"], study)] + [f"#raw-{t.table}" for t in raw if _unknown(t)]
    inputs += [t.source.fetch.url for t in raw if not t.files and t.source.fetch]
    made = [quote(n) for n in sorted(files) if n.startswith(f"reports/{study.name}/")]
    contextual = [*_licences(raw), *(p for p in parts if p["@id"].startswith("#"))]
    held = [p for p in parts if not p["@id"].startswith("#")]
    graph = [
        _descriptor(), _root(study, [p["@id"] for p in held], published), *_of_profiles(), *_people(study), *held,
        *contextual,
        _run(study, inputs, made), _language(files[LOCK].decode("utf-8", "replace")),
    ]  # fmt: skip
    context = [f"{_CRATE}/context", "https://w3id.org/ro/terms/workflow-run/context"]
    return f"{json.dumps({'@context': context, '@graph': graph}, indent=1, ensure_ascii=False)}\n".encode()


def _ids(names: Sequence[str]) -> list[Entity]:
    return [{"@id": name} for name in names]


def _descriptor() -> Entity:
    return {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _CRATE}}


def _root(study: Study, parts: Sequence[str], published: str) -> Entity:
    about = " ".join(study.about.split()) or study.title
    about += f" A report made with Alongside {__version__}, with what is needed to make it again."
    about += "" if published else f" No day of publication was given: {NO_DAY} stands for it."
    return {
        "@id": "./", "@type": "Dataset", "name": study.title, "datePublished": published or NO_DAY,
        "description": about,
        "license": {"@id": "#licence"}, "conformsTo": _ids(list(_PROFILES)), "hasPart": _ids(parts),
        "mainEntity": {"@id": WORKFLOW}, "mentions": {"@id": RUN},
        **({"author": _ids([p["@id"] for p in _people(study)])} if study.authors else {}),
    }  # fmt: skip


def _people(study: Study) -> list[Entity]:
    """The authors whom the study file declares: by ORCID where they have one."""
    return [
        {"@id": f"https://orcid.org/{a.orcid}" if a.orcid else f"#author-{number}", "@type": "Person", "name": a.name}
        for number, a in enumerate(study.authors, start=1)
    ]


def _of_profiles() -> list[Entity]:
    return [
        {"@id": uri, "@type": ["CreativeWork", "Profile"], "name": name, "version": version}
        for uri, (name, version) in {**_PROFILES, _WORKFLOW_PROFILE: ("ComputationalWorkflow profile", "1.0")}.items()
    ]


def _file(name: str, data: bytes, study: Study, raw: Sequence[Raw]) -> Entity:
    kind = _TYPES.get(name.rpartition(".")[2], "text/plain")
    entity: Entity = {
        "@id": quote(name), "@type": "File", "name": name, "encodingFormat": kind, "contentSize": str(len(data)),
        "sha256": sha256(data), "description": _described(name),
    }  # fmt: skip
    if name == "README.md":
        entity["about"] = {"@id": "./"}
    if name == WORKFLOW:
        entity |= {
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"], "name": f"The stages of {study.title}",
            "programmingLanguage": {"@id": "#dvc"}, "license": {"@id": "https://spdx.org/licenses/MIT"},
            "version": __version__, "conformsTo": {"@id": _WORKFLOW_PROFILE},
        }  # fmt: skip
    for table in raw:
        if name in table.files:
            entity["license"] = {"@id": _licence_of(table)}
    return entity


def _described(name: str) -> str:
    folder = name.partition("/")[0]
    of_folder = _OF_FOLDER.get(folder, "Needed to set up and run the stages.")
    return _SAID.get(name, f"{of_folder}{released(name)}." if folder == "reports" else of_folder)


def _licence_of(table: Raw) -> str:
    """The licence of raw data: its SPDX address where it is named by its SPDX identifier."""
    licence = table.source.share.licence if table.source.share else ""
    return f"https://spdx.org/licenses/{licence}" if _SPDX.fullmatch(licence) else f"#licence-{quote(table.table)}"


def _code() -> Entity:
    return {
        "@id": f"{CODE}/", "@type": "Dataset", "name": f"The code of Alongside {__version__}",
        "description": "The Python package as source; every file of it stands in SHA256SUMS.",
        "license": {"@id": "https://spdx.org/licenses/MIT"},
    }  # fmt: skip


def _unknown(table: Raw) -> bool:
    return not table.files and table.source.fetch is None


def _elsewhere(study: Study, table: Raw) -> list[Entity]:
    """Raw data that are not in the bundle: where they are to be had, or whom to ask."""
    name, fetch = f"data/raw/{study.name}/{table.source.file}", table.source.fetch
    said = "Not in the bundle: the study file does not say that it may be shared."
    if fetch is None:
        words = {"conditionsOfAccess": "Ask the authors of the study."}
        return [{"@id": f"#raw-{table.table}", "@type": "CreativeWork", "name": name, "description": said, **words}]
    entity: Entity = {
        "@id": fetch.url, "@type": "File", "name": name, "description": said, "sha256": fetch.sha256,
        "encodingFormat": _TYPES.get(name.rpartition(".")[2], "application/octet-stream"), "contentUrl": fetch.url,
    }  # fmt: skip
    entity |= {"license": fetch.licence} if fetch.licence else {}
    return [entity | ({"conditionsOfAccess": f"Ask {fetch.contact}."} if fetch.contact else {})]


def _is_input(identity: str, study: Study) -> bool:
    return identity == "params.yaml" or identity.startswith(("studies/", "notebooks/", f"data/raw/{study.name}/"))


def _licences(raw: Sequence[Raw]) -> list[Entity]:
    mit = {"@id": "https://spdx.org/licenses/MIT", "@type": "CreativeWork", "name": "MIT License",
           "description": "The licence of Alongside's code, in LICENSE."}  # fmt: skip
    whole = {"@id": "#licence", "@type": "CreativeWork", "name": "Several licences",
             "description": "Code: MIT. Report: as its authors state. Raw data: as said at each file."}  # fmt: skip
    own = {
        _licence_of(t): {"@id": _licence_of(t), "@type": "CreativeWork", "name": t.source.share.licence,
                         "description": t.source.share.because}
        for t in raw if t.files and t.source.share
    }  # fmt: skip
    return [whole, *{mit["@id"]: mit, **own}.values()]


def _run(study: Study, inputs: Sequence[str], made: Sequence[str]) -> Entity:
    """The run that made the report. It names no time: a report holds none, and a bundle may not add one."""
    return {
        "@id": RUN, "@type": "CreateAction", "name": f"The run that made reports/{study.name}",
        "description": f"alongside run {study.name}; Python and every package stand in the report's manifest.json.",
        "instrument": {"@id": WORKFLOW}, "object": _ids(inputs), "result": _ids(made),
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }  # fmt: skip


def _language(lock: str) -> Entity:
    """DVC, in the version that the lock names."""
    found = re.search(r"^dvc==(\S+)", lock, re.MULTILINE)
    return {"@id": "#dvc", "@type": "ComputerLanguage", "name": "DVC", "version": found[1] if found else "of the lock",
            "identifier": "https://dvc.org/", "url": "https://dvc.org/"}  # fmt: skip
