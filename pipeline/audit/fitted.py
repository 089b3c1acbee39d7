"""Two numbers in a cell, ``11 (26)``, where no word says that the second is a percentage: whether they are n (%)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.audit.figures import Figure
from pipeline.audit.rounding import RULES, Span, denominators

_FEWEST = 4
"""Of fewer cells it can be chance."""
_MOST = 0.8
"""The share of cells that must fit: one or two may hold the very error that is looked for."""
_ANSWERED = 0.6
"""Of a column's people so many answered at least."""
_NEAR = 25
"""Percentage points from n of N up to which a cell of such a table is n (%), right or wrong."""
_MEASURED = re.compile(r"\b(?:age|scores?|scale|years|visits|sessions|days|weeks|months|hours|minutes)\b", re.I)


def is_open(cell: Figure) -> bool:
    """A number of people and another number in brackets, without any % sign."""
    return cell.n is not None and cell.percent is not None and not cell.sign and cell.total is None


def fit(cells: Sequence[tuple[str, Figure, int]]) -> bool:
    """Whether nearly all open cells (label, cell, its column's N) are n and the percentage that n is of about N."""
    good = [_fits(cell, of) for label, cell, of in cells if not _measured(label)]
    return len(good) >= _FEWEST and sum(good) >= _MOST * len(good)


def _fits(cell: Figure, of: int) -> bool:
    assert cell.n is not None and cell.percent is not None
    within = Span(max(1, cell.n, int(_ANSWERED * of)), of)
    return any(denominators(cell.n, cell.percent, rule) & within for rule in RULES)


def belongs(label: str, cell: Figure, of: Mapping[int, int], column: int | None) -> bool:
    """Whether a cell of a table of which ``fit`` is true is n (%), too. of: column -> its N."""
    among = of.get(column) if column is not None else None
    if among is None or _measured(label) or cell.n is None or cell.percent is None or cell.n > among:
        return False
    return abs(cell.percent.units * among - cell.n * cell.percent.scale) * 100 <= _NEAR * among * cell.percent.scale


def _measured(label: str) -> bool:
    """``Age`` and ``Score`` stand beside a mean; ``45–64 years`` is a level."""
    return bool(_MEASURED.search(label)) and not any(c.isdigit() for c in label)
