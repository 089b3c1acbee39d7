"""``alongside export``: tables of a report in a house style and a format, into a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import Mistakes, closest
from pipeline.files import Workspace, read_bytes, write_bytes
from pipeline.report.blocks import file_name
from pipeline.report.export import RESULTS, exported
from pipeline.report.layouts import LAYOUTS
from pipeline.tables.formats import format_named

FOLDER = "exports"


def export_tables(
    workspace: Workspace, study: str, tables: Sequence[str], style: str, form: str, out: Path | None
) -> Path:
    """Write the file and say where it lies. form: a format; where there is none, the ending of ``out``, else docx.

    From ``reports/<study>/`` alone: neither the study file nor anything under ``data/`` is read. ``Mistakes`` for a
    study, table, style or format that there is not, with the nearest name.
    """
    folder = workspace.reports(study)
    if not folder.is_dir():
        known = sorted({*workspace.studies(), *(p.name for p in (workspace.root / "reports").glob("*") if p.is_dir())})
        mend = f"Type 'alongside run {study}'." if study in known else closest(study, known)
        raise Mistakes.one(f"reports/{study}", "is not there.", mend or f"There are: {', '.join(known) or 'none'}.")
    ending = format_named(form or (out.suffix[1:] if out and out.suffix[1:] else "docx"))
    files = {name: read_bytes(folder / name) for name in (RESULTS, LAYOUTS) if (folder / name).is_file()}
    data = exported(files, f"reports/{study}", tables, style, ending, workspace.styles())
    path = out or workspace.root / FOLDER / study / _name(tables, style, ending)
    if path.is_dir():
        raise Mistakes.one(str(out), "is a folder.", f"Name a file in it: --out {path.name}/tables.{ending}.")
    write_bytes(path, data)
    return path


def _name(tables: Sequence[str], style: str, ending: str) -> str:
    words = "-".join([*(tables if 0 < len(tables) < 4 else ["tables"]), *([style] if style else [])])
    return f"{file_name(words)}.{ending}"
