"""The files of ``reports/<study>``, as names and bytes: what the notebook saves, and what is added when it has run."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline import __version__
from pipeline.disclosure import Released
from pipeline.files import sha256
from pipeline.report.blocks import TableBlock, file_name
from pipeline.report.fragments import block_html
from pipeline.report.html import frame, notebook_page, written_page
from pipeline.report.layouts import LAYOUTS, Layouts
from pipeline.report.report import Report
from pipeline.report.restyled import restyled
from pipeline.report.ways import Ways
from pipeline.report.ways_page import Told
from pipeline.report.word import word_document
from pipeline.tables.as_csv import to_csv

PAGE, WORD, RESULTS, MANIFEST = "report.html", "report.docx", "results.csv", "manifest.json"


def report_files(report: Report, released: Released) -> dict[str, bytes]:
    """``report.docx``, ``results.csv``, ``layouts.json``, ``tables/<name>.html|csv``, ``figures/…``."""
    exact = bool(released.frame["decimals"].isna().all())
    layouts = Layouts(report.layouts, report.style.name, exact, report.head.label)
    numbers = restyled(released, report.style)
    files = {WORD: word_document(report), RESULTS: numbers.to_csv(), LAYOUTS: layouts.to_json()}
    for name, block in _named(report.tables()).items():
        files[f"tables/{name}.html"] = _table_page(report, block)
        files[f"tables/{name}.csv"] = to_csv(block.filled)
    for figure in report.figures():
        name = file_name(figure.name)
        files[f"figures/{name}.svg"], files[f"figures/{name}.png"] = figure.picture.svg, figure.picture.png
        if figure.data:
            files[f"figures/{name}.csv"] = to_csv(figure.data)
    return files


def _named(tables: Sequence[TableBlock]) -> dict[str, TableBlock]:
    """Tables of participants by their own name, others by their kind and name."""
    found: dict[str, TableBlock] = {}
    for block in tables:
        kind, name = block.filled.kind, block.filled.name
        found[file_name(name if kind == "participants" else f"{kind}-{name}", found)] = block
    return found


def _table_page(report: Report, block: TableBlock) -> bytes:
    closing = f"From the report “{report.head.title}”. Made with Alongside {__version__}."
    said = frame(block.filled.title, "table-page", closing, report.head.made_up, report.head.draft)
    return written_page("body.html.j2", {**said, "body": block_html(block)})


def finished(
    files: Mapping[str, bytes],
    executed: bytes,
    *,
    study: str,
    title: str,
    made_up: bool | str,
    made_from: Mapping[str, Any],
    ways: Ways | None = None,
    audited: Callable[[Mapping[str, bytes]], Mapping[str, Any]] | None = None,
) -> dict[str, bytes]:
    """What goes under ``reports/<study>``: the saved files, the page of the executed notebook, and the manifest of all.

    made_from: what the numbers follow from, by name: the SHA-256 of the study file, of each raw file, of the source of
    each notebook and of the package; parameters, Python, packages. None of it is a time, or a machine's path or name.
    ways: where each number comes from. audited: holds all files but the manifest against each other and against
    arithmetic, raises for what must not be published, and gives what the manifest says of it.
    """
    told = Told(ways, files.get(RESULTS, b""), made_from.get("raw", {})) if ways is not None else None
    whole = {**files, PAGE: notebook_page(executed, told)}
    made = {
        **made_from,
        **({"ways": ways.to_dict()} if ways is not None else {}),
        **({"audit": audited(whole)} if audited is not None else {}),
        "study": study, "title": title, "made_up": made_up, "alongside": __version__,
        "outputs": {name: sha256(data) for name, data in whole.items()},
    }  # fmt: skip
    text = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True)
    return {**whole, MANIFEST: f"{text}\n".encode()}
