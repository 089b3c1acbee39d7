"""Who stands in a group of results, as the conditions that its people meet, and which groups make up another."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from pipeline.results import ALL

Conditions: TypeAlias = frozenset[tuple[str, str]]
"""``{("wave", "Baseline"), ("role", "Leader")}``; empty for everyone."""

EVERYONE: Conditions = frozenset()
_NEXT = re.compile(r";(?=\w+=)")


def apart(group: str) -> Conditions:
    """``wave=1;programme=A`` as two conditions."""
    return frozenset(_pair(part) for part in _NEXT.split(group)) if group != ALL else EVERYONE


def together(group: str) -> Conditions:
    """``wave=2;followed=Lost`` as one: a table's people are those of one wave, whatever a column says of another."""
    if group == ALL:
        return EVERYONE
    *path, last = _NEXT.split(group)
    name, level = _pair(last)
    return frozenset([(";".join([*path, name]), level)])


def _pair(part: str) -> tuple[str, str]:
    name, _, level = part.partition("=")
    return name, level


def families(groups: Iterable[Conditions]) -> dict[tuple[Conditions, str], list[Conditions]]:
    """(group, variable) -> the groups that lie in it by this variable's levels; in the order of their words."""
    found: dict[tuple[Conditions, str], list[Conditions]] = {}
    for group in sorted(groups, key=sorted):
        for pair in sorted(group):
            found.setdefault((group - {pair}, pair[0]), []).append(group)
    return found
