"""How a stage's process tells the run that started it what happens: lines on stdout, through DVC."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipeline.errors import AlongsideError
from pipeline.run.said import from_json, to_json

MARK = "@alongside "
LOG = "last_run.log"
"""Under ``.alongside/``: all that DVC and the stages said the last time."""
AT_WORK = "at_work"
"""Beside it: study and stage that began last, for those who ask while a run is at work."""


@dataclass(frozen=True)
class Event:
    """kind: ``started``, ``done``, ``failed``, ``interrupted``. error: with ``failed``, what was raised."""

    kind: str
    study: str
    stage: str
    seconds: float = 0.0
    error: AlongsideError | None = None


def tell(kind: str, study: str, stage: str, *, seconds: float = 0.0, error: AlongsideError | None = None) -> None:
    noted: dict[str, Any] = {"kind": kind, "study": study, "stage": stage, "seconds": seconds}
    if error is not None:
        noted["error"] = to_json(error)
    print(MARK + json.dumps(noted), flush=True)


def event(line: str) -> Event | None:
    """The event that a line tells; None where it is any other line."""
    if not line.startswith(MARK):
        return None
    noted = json.loads(line.removeprefix(MARK))
    error = from_json(noted.pop("error")) if "error" in noted else None
    return Event(**noted, error=error)
