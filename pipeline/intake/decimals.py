"""Which mark parts the decimals of a delimited file. Cells stay as they are; cleaning reads numbers by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.intake.findings import Finding

DECIMAL = "decimal"
OTHER = "numbers with the other decimal mark"
_POINT = r"^\s*[-+−]?(\d+|\d{1,3}(,\d{3})+)\.\d+\s*$"
_COMMA = r"^\s*[-+−]?(\d+|\d{1,3}(\.\d{3})+),\d+\s*$"
_LIST = r"^\s*\d+\s*(,\s*\d+\s*){2,}$"


def decimal_mark(
    file: str, columns: Sequence[pa.ChunkedArray], delimiter: str, declared: Literal[".", ","] | None
) -> list[Finding]:
    """A finding ``decimal`` with ``.`` or ``,``; a second one counts numbers that have the other mark.

    A comma is the mark where more columns hold mostly numbers like 1,5 than hold mostly numbers like 1.5, so that a
    slip in one cell makes none of the others wrong. Not so in a file whose cells are parted by commas, and not for a
    column with a cell like 1,2,3, which lists choices: there 1,3 is a list, too. In doubt it is the point, because a
    number then stops the cleaning and is never read wrongly.
    """
    counted = [pc.value_counts(column).flatten() for column in columns]  # far fewer answers than cells to look at
    points = [_matching(answers, times, _POINT) for answers, times in counted]
    commas = [
        0 if _matching(answers, times, _LIST) else _matching(answers, times, _COMMA) for answers, times in counted
    ]
    most = [(comma > point, point > comma) for comma, point in zip(commas, points, strict=True)]
    found = "," if delimiter != "," and sum(c for c, _ in most) > sum(p for _, p in most) else "."
    mark = declared or found
    mine, others = (commas, points) if mark == "," else (points, commas)
    findings = [Finding(file, DECIMAL, mark, cells=sum(mine))]
    if sum(others):
        findings.append(Finding(file, OTHER, "." if mark == "," else ",", cells=sum(others)))
    return findings


def _matching(answers: pa.Array, times: pa.Array, pattern: str) -> int:
    return int(pc.sum(pc.filter(times, pc.match_substring_regex(answers, pattern))).as_py() or 0)


def numbers_are_ours(file: str) -> Finding:
    """For formats that hold numbers as numbers: we print them, with a point."""
    return Finding(file, DECIMAL, ".")
