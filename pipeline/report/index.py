"""``reports/index.html``: the studies of a workspace, and what there is of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.report.blocks import anchor
from pipeline.report.html import frame, written_page
from pipeline.report.published import MANIFEST, PAGE, RESULTS, WORD
from pipeline.report.report import invented

_FILES = {"Report": PAGE, "Word document": WORD, "Every number": RESULTS, "Manifest": MANIFEST}


@dataclass(frozen=True)
class Entry:
    """One study of the index. made_up: what is to be said of its people. page: its report, "" where there is none;
    note: what is to be said of it."""

    anchor: str
    title: str
    made_up: str
    page: str
    files: tuple[tuple[str, str], ...]
    note: str = ""


def index_page(reports: Mapping[str, bytes], studies: Mapping[str, str]) -> bytes:
    """The index of everything that stands under ``reports/``.

    reports: every file there by its path from ``reports/`` (only names and manifests are read). studies: name -> title
    of each study file of the workspace; one without a report is listed as not run.
    """
    found = {path.split("/")[0] for path in reports if path.endswith(f"/{MANIFEST}") and path.count("/") == 1}
    entries: list[Entry] = []
    for name in sorted(found | set(studies)):
        entries.append(_entry(name, reports, studies, anchor(name, [e.anchor for e in entries])))
    said = frame("Reports", "index", f"Made with Alongside {__version__}.")
    return written_page("index.html.j2", {**said, "studies": entries})


def _entry(name: str, reports: Mapping[str, bytes], studies: Mapping[str, str], ident: str) -> Entry:
    manifest = _manifest(reports.get(f"{name}/{MANIFEST}", b""))
    title = str(manifest.get("title") or studies.get(name) or name)
    files = tuple((words, quote(f"{name}/{file}")) for words, file in _FILES.items() if f"{name}/{file}" in reports)
    page = quote(f"{name}/{PAGE}") if f"{name}/{PAGE}" in reports else ""
    note = "" if page else f"Not run here: there is no report. Type: alongside run {name}"
    return Entry(ident, title, invented(manifest.get("made_up", False))[0], page, files if page else (), note)


def _manifest(data: bytes) -> dict[str, Any]:
    """A manifest as it stands, or nothing: a damaged one must not hide the other studies."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
