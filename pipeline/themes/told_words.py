"""Definitions of codes that may be printed: coders like to explain a code by what somebody said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.themes.chosen import composed, one_line
from pipeline.themes.coding import Coding

RUN = 5
"""So many words in a row that a definition shares with a coded passage are taken for a quotation."""
NOT_PRINTED = "(not printed)"
_WORD = re.compile(r"\w+")


def definitions_to_print(coding: Coding) -> tuple[dict[str, str], int]:
    """Code -> its definition, or words for one that repeats what was said; and how many these are.

    Held against the quotations of all segments: an aid, and no clearance. Whoever prints a codebook reads it first.
    """
    said = runs_said(coding)
    found, quoted = dict[str, str](), 0
    for code, definition in coding.codes["definition"].items():
        printed = to_print(definition, said)
        quoted += printed != definition
        found[str(code)] = printed
    return found, quoted


def runs_said(coding: Coding) -> frozenset[tuple[str, ...]]:
    """Every ``RUN`` words in a row of any coded passage."""
    return frozenset(run for words in coding.segments["quotation"] for run in _runs(words))


def to_print(definition: str, said: frozenset[tuple[str, ...]]) -> str:
    """A definition, or words for one that repeats what was said."""
    return NOT_PRINTED if any(run in said for run in _runs(definition)) else definition


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(composed(one_line(text)).casefold())
    yield from (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
