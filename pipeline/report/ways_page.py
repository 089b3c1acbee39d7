"""What a page needs to show a number's way back: a constant script, its hash, and the ways as data.

The data are JSON without a sign that could end the element they stand in, so no label of a study can bring a script.
Values and texts are those of ``results.csv``; of a withheld number there is neither.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.report.inputs import Inputs
from pipeline.report.ways import Ways
from pipeline.report.ways_told import cell_words, in_short
from pipeline.results import KEY, WITHHELD, Key
from pipeline.tables.as_html import ident

DIGITS = 12
"""So many of a hash's digits tell two files apart; the manifest has all."""
_KEYED = re.compile(r'data-key="([^"]*)"')
_ENDS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class Told:
    """results: the bytes of ``results.csv``. hashes: of each raw file, by its name in the manifest."""

    ways: Ways
    results: bytes
    hashes: Mapping[str, str] = field(default_factory=dict)


def resources(told: Told | None, markup: Iterable[str], script: str) -> dict[str, Any]:
    """For the template; without ``told`` a page has no script. markup: the parts in which numbers stand."""
    if told is None:
        return {"script": "", "script_hash": "", "island": "", "cells": ()}
    ways = told.ways
    cells = [(_anchor(stage), cell_words(ways, stage), cell.code) for stage, cell in ways.cells.items() if cell.code]
    return {
        "script": script, "script_hash": script_hash(script), "island": island(told, shown(markup)), "cells": cells,
    }  # fmt: skip


def script_hash(script: str) -> str:
    """As a Content-Security-Policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode('ascii')}"


def shown(markup: Iterable[str]) -> frozenset[Key]:
    """The keys of every number that stands in the markup."""
    found = {words for part in markup for words in _KEYED.findall(part)}
    held = [json.loads(html.unescape(words)) for words in found]
    return frozenset(Key(*key) for keys in held for key in (keys if isinstance(keys[0], list) else [keys]))


def island(told: Told, keys: frozenset[Key]) -> str:
    """The data of the page's panel as JSON that no markup can end."""
    ways, inputs, cells = told.ways, list[dict[str, Any]](), list(told.ways.cells)
    numbers: dict[str, Any] = {}
    for line in csv.DictReader(io.StringIO(told.results.decode("utf-8"), newline="")):
        key = Key(*(line.get(word) or "" for word in KEY))
        if key in keys:
            at = numbers
            for word in key[:-1]:
                at = at.setdefault(word, {})
            at[key.statistic] = None if line["text"] == WITHHELD else [line["value"], line["text"]]
    back: dict[str, Any] = {}
    about = {key[:3] for key in keys}
    for (kind, name, term), way in ways.numbers.items():
        if (kind, name, term) in about:
            made = _inputs(told, ways.inputs(way), way.files)
            if made not in inputs:
                inputs.append(made)
            place = cells.index(way.stage) if way.stage in cells else -1
            back.setdefault(kind, {}).setdefault(name, {})[term] = [place, inputs.index(made)]
    data = {"numbers": numbers, "ways": back, "inputs": inputs, "cells": [_cell(ways, stage) for stage in cells]}
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "".join(_ENDS.get(sign, sign) for sign in text)


def _inputs(told: Told, inputs: Inputs, files: tuple[str, ...]) -> dict[str, Any]:
    tables = [
        {
            "table": table,
            "files": [[name, told.hashes.get(name, "")[:DIGITS]] for name in told.ways.raw.get(table, ())],
            "columns": in_short(names),
        }
        for table, names in inputs.columns.items()
    ]
    return {"tables": tables, "function": inputs.function, "files": list(files)}


def _cell(ways: Ways, stage: str) -> list[str]:
    return [cell_words(ways, stage), _anchor(stage) if ways.cells[stage].code else ""]


def _anchor(stage: str) -> str:
    return ident("cell", stage)
