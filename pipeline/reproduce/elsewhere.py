"""What a stranger's files say, before it reaches a terminal, a page or a comparison."""

from __future__ import annotations

import json
import re
from typing import Any

from pipeline.tables.fill import printable

_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what follows: a line would read otherwise than it is."""
DEEPEST = 50
"""A manifest of ours is five deep. What is much deeper can be read, and then nothing can compare or show it."""


def plain(words: str) -> str:
    """The words on one line, without signs that steer a terminal or turn it, or that no page can hold."""
    return _TURNS.sub("\ufffd", printable(words))


def manifest_from(data: bytes) -> dict[str, Any] | None:
    """A manifest as a mapping; None for what is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and not _deeper(found) else None


def _deeper(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [each for one in level for each in (one.values() if isinstance(one, dict) else one)]
        level = [each for each in level if isinstance(each, dict | list)]
    return bool(level)
