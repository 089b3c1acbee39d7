"""Drawn results and reports: what is compared is small enough to be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.files import sha256
from pipeline.reproduce.committed import Committed
from pipeline.reproduce.replay import Replay

HEADER = "kind,name,term,level,group,statistic,value,text\n"
FULL = "kind,name,term,level,group,statistic,value\n"
MADE_FROM: dict[str, Any] = {
    "study_file": "s1", "raw": {"people.csv": "r1"}, "notebooks": {"01_clean": "n1"}, "code": "c1",
    "environment": {"python": "CPython 3.11.7", "machine": "linux x86_64", "packages": ["pandas-3.1.0"], "lock": "l1"},
    "parameters": {"study": "x", "seed": 1}, "study": "x", "title": "X", "made_up": True, "alongside": "0.1.0",
}  # fmt: skip


def drawn(table: str, head: str = HEADER) -> bytes:
    """A results table as it is drawn: blanks around the commas and the lines don't count."""
    lines = [",".join(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]
    return (head + "\n".join(lines) + "\n").encode()


def with_manifest(files: dict[str, bytes], **others: Any) -> dict[str, bytes]:
    manifest = {**MADE_FROM, **others, "outputs": {name: sha256(data) for name, data in files.items()}}
    return {**files, "manifest.json": json.dumps(manifest).encode()}


@pytest.fixture
def results() -> Callable[[str], bytes]:
    return drawn


@pytest.fixture
def full() -> Callable[[str], bytes]:
    return lambda table: drawn(table, FULL)


@pytest.fixture
def state() -> Callable[..., Committed]:
    """Committed files with a manifest that fits; ``edited`` replaces files after it was made, None takes one away."""

    def make(files: dict[str, bytes], edited: dict[str, bytes | None] | None = None, **others: Any) -> Committed:
        whole: dict[str, bytes | None] = {**with_manifest(files, **others), **(edited or {})}
        return Committed({name: data for name, data in whole.items() if data is not None}, "as drawn")

    return make


@pytest.fixture
def replayed() -> Callable[..., Replay]:
    def make(files: dict[str, bytes], full_results: bytes = FULL.encode(), **others: Any) -> Replay:
        return Replay(with_manifest(files, **others), full_results)

    return make
