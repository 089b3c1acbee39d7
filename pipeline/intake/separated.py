"""Signs that part cells, and how long a cell may be: for tables of people and for printed ones."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator

CALLED = {",": ",", ";": ";", "\t": "tab", "|": "|"}
LONGEST = 10_000_000
"""Characters in a cell, or in a line. A longer cell is a quotation mark that was never closed."""


@contextlib.contextmanager
def long_cells() -> Iterator[None]:
    """The csv module's limit is one for the whole process: raised while we read, put back afterwards."""
    before = csv.field_size_limit(LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)
