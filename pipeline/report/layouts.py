"""``layouts.json`` beside ``results.csv``: which released number stands in which cell of which table."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pandas as pd

from pipeline.disclosure import Released
from pipeline.errors import Mistakes
from pipeline.results import KEY, WITHHELD
from pipeline.tables.table import Table, table_from_dict

LAYOUTS = "layouts.json"
_DECIMALS = re.compile(r"[.·]([0-9]+)")


@dataclass(frozen=True)
class Layouts:
    """tables: in the order of the report. style: its house style. exact: whether no number was rounded.
    said: what every output says of itself, such as that its people are invented."""

    tables: tuple[Table, ...]
    style: str
    exact: bool
    said: str = ""

    def to_json(self) -> bytes:
        noted = {
            "style": self.style, "exact": self.exact, "said": self.said,
            "tables": [table.to_dict() for table in self.tables],
        }  # fmt: skip
        return f"{json.dumps(noted, indent=1, ensure_ascii=False, sort_keys=True)}\n".encode()


def layouts_from(data: bytes, place: str) -> Layouts:
    """The inverse of ``Layouts.to_json``; ``Mistakes`` for a file that is none."""
    try:
        noted: dict[str, Any] = json.loads(data)
        tables = tuple(table_from_dict(each) for each in noted["tables"])
        return Layouts(tables, str(noted["style"]), bool(noted["exact"]), str(noted["said"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Mistakes.one(place, "can't be read.", "Run the study again: 'alongside run'.") from None


def released_from(data: bytes, exact: bool, place: str) -> Released:
    """What ``Released.to_csv`` wrote. exact: its numbers were not rounded. ``Mistakes`` for a file that is none."""
    try:
        frame = pd.read_csv(BytesIO(data), dtype="str", keep_default_na=False)
        values = [float(v) if v else math.nan for v in frame["value"]]
        both = zip(frame["value"], frame["text"], strict=True)
        places = [math.nan if exact or not value else _places(value, text) for value, text in both]
        return Released(
            frame[KEY].assign(value=values, text=frame["text"], withheld=frame["text"] == WITHHELD, decimals=places)
        )
    except (ValueError, KeyError):
        raise Mistakes.one(place, "can't be read.", "Run the study again: 'alongside run'.") from None


def _places(value: str, text: str) -> float:
    """A value loses the zeros at its end, and a text may have been rounded further: the longer of the two."""
    shown = _DECIMALS.search(text)
    return float(max(len(shown[1]) if shown else 0, len(value.partition(".")[2]) if "e" not in value else 0))


def named(tables: Sequence[Table]) -> dict[str, Table]:
    """The tables by the names by which they are asked for: their own, with the kind before it where several have it."""
    names = [table.name for table in tables]
    return {t.name if names.count(t.name) == 1 else f"{t.kind}-{t.name}": t for t in tables}
