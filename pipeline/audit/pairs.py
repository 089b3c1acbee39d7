"""Two groups as sentences print them: ``40/297 against 78/315``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.audit.effects import Two
from pipeline.audit.passages import sentences
from pipeline.audit.shares import FRACTION

_AGAINST = re.compile(
    r"\b(?:v|vs|versus|against|compared (?:with|to)|and|whereas|while|but|than|in the|control|usual)\b|[,;]", re.I
)
_MOST_APART = 160


@dataclass(frozen=True)
class Pair:
    """Two groups in words. start, until: from where to where in the passage what is said is taken to be of them: in
    their sentence, up to the next pair."""

    two: Two
    start: int
    until: int


def pairs(words: str) -> list[Pair]:
    """Two fractions near each other in one sentence, one held against the other."""
    made, base = list[Pair](), 0
    for sentence in sentences(words):
        base = words.find(sentence, base)
        some = _pairs(sentence)
        for place, (two, start) in enumerate(some):
            until = some[place + 1][1] if place + 1 < len(some) else len(sentence)
            made.append(Pair(two, base + (start if place else 0), base + until))
    return made


def _pairs(words: str) -> list[tuple[Two, int]]:
    """(the two groups, where they begin)."""
    found = list(FRACTION.finditer(words))
    made: list[tuple[Two, int]] = []
    place = 0
    while place + 1 < len(found):
        one, other = found[place], found[place + 1]
        between = words[one.end() : other.start()]
        two = Two(*(int(w.replace(",", "")) for w in (one[1], one[2], other[1], other[2])))
        if len(between) <= _MOST_APART and _AGAINST.search(between) and two.usable and min(two.n, two.m) > 1:
            made.append((two, one.start()))
            place += 2
        else:
            place += 1
    return made
