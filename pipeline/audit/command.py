"""``alongside audit``: files by their paths in, lines out, a page and a JSON file where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.audit.audit import Asked, audit
from pipeline.audit.opened import MOST_BYTES, too_large
from pipeline.audit.read import NAMED
from pipeline.audit.told import lines, to_html, to_json
from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.files import read_bytes, write_bytes


def audit_lines(paths: Sequence[Path], asked: Asked, html: Path | None, json: Path | None) -> Iterator[str]:
    """Check the tables of these files. Files are called by their names, never by where they lie."""
    _refuse_to_overwrite(paths, html, json)
    found = audit(dict(zip(_names(paths), _bytes(paths), strict=True)), asked)
    if html:
        write_bytes(html, to_html(found))
    if json:
        write_bytes(json, to_json(found))
    yield from lines(found)


def _names(paths: Sequence[Path]) -> list[str]:
    """Names alone; the second of a name is ``table (2).csv``."""
    names: list[str] = []
    for path in paths:
        name, count = path.name, 1
        while name in names:
            count += 1
            name = f"{path.stem} ({count}){path.suffix}"
        names.append(name)
    return names


def _bytes(paths: Sequence[Path]) -> list[bytes]:
    mistakes, found = list[Mistake](), list[bytes]()
    for path in paths:
        if not path.is_file():
            what = "is a folder." if path.is_dir() else "is not there."
            mistakes.append(Mistake(str(path), what, f"Name a file: a table as {NAMED}."))
        elif path.stat().st_size > MOST_BYTES:
            mistakes += too_large(path.name).mistakes
        else:
            found.append(read_bytes(path))
    raise_all(mistakes)
    return found


def _refuse_to_overwrite(paths: Sequence[Path], html: Path | None, json: Path | None) -> None:
    tables = {path.resolve() for path in paths}
    outs = [(option, path) for option, path in (("--html", html), ("--json", json)) if path]
    raise_all(
        Mistake(option, f"{path.name} is one of the tables.", "Give the page a name of its own.")
        for option, path in outs if path.resolve() in tables
    )  # fmt: skip
    if html and json and html.resolve() == json.resolve():
        raise Mistakes.one("--json", f"{json.name} is the page's name too.", "Give each a name of its own.")
