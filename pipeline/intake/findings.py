"""What a reader tells of a file beside its cells. Light, so that ``alongside audit`` loads no pandas for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Where = Callable[..., str]
"""The place in the study file of a key of this table's ``data``: ``where("id")``, ``where("wide", "2")``."""


@dataclass(frozen=True)
class Finding:
    """Something found while a file was read (its delimiter, its encoding, …), for the ledger.

    ``column`` is empty where the finding is about the whole file; ``cells`` counts what it touched.
    """

    file: str
    what: str
    value: str
    column: str = ""
    cells: int = 0
