"""Several choices in one cell: ``1,3`` or ``1 2 3 99``."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cleaning.answers import BESIDE, CONTRADICTORY
from pipeline.cleaning.declared import Declared
from pipeline.cleaning.distinct import as_declared
from pipeline.cleaning.types import MARKED, UNDECLARED, Read, Said
from pipeline.study.words import BLANK

EMPTY_PART = "empty part"


def read_choices(
    declared: Declared,
    levels: tuple[str, ...],
    separator: str,
    exclusive: Sequence[str] = (),
    contradicted: str | None = None,
) -> Read:
    """The places of all labels that a cell names.

    An exclusive code beside another one, and a missing code beside an answer, contradict each other: a fault, unless
    the study file says what counts. ``others``: the answers beside it; ``exclusive``: the exclusive (or missing) code;
    ``missing``, and whatever these two can't decide: neither, and the cell is missing as a contradictory answer.
    """

    def read(text: str) -> Said:
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        if text in declared.marked:
            return Said(fault=MARKED)
        codes = _codes(text, separator, declared)
        if "" in codes:
            return Said(fault=EMPTY_PART)
        if unknown := [c for c in codes if c not in declared.codes and declared.reason(c) is None]:
            return Said(fault=UNDECLARED, about=tuple(unknown))
        return _settled(codes, declared, levels, exclusive, contradicted)

    return read


def _codes(text: str, separator: str, declared: Declared) -> list[str]:
    if text == "":
        return [BLANK] if BLANK in declared.codes else []
    parts = [part.strip() for part in (text.split(separator) if separator.strip() else text.split())]
    return list(dict.fromkeys(as_declared(part) if part else "" for part in parts))


def _settled(
    codes: list[str], declared: Declared, levels: tuple[str, ...], exclusive: Sequence[str], contradicted: str | None
) -> Said:
    if not codes:
        return Said(fault=UNDECLARED)
    alone = [c for c in codes if c in exclusive or c not in declared.codes]
    others = [c for c in codes if c not in alone]
    rule, after = "", ""
    if alone and len(codes) > 1:
        if contradicted is None:
            return Said(fault=BESIDE)
        kept = others if contradicted == "others" else alone if contradicted == "exclusive" and len(alone) == 1 else []
        if not kept:
            return Said(reason=CONTRADICTORY, rule=f"contradictory choices: {CONTRADICTORY}")
        codes, rule = kept, f"contradictory choices: {contradicted} count"
    if (why := declared.reason(codes[0])) is not None:
        return Said(reason=why[0], rule=rule or why[1])
    places = frozenset(levels.index(declared.codes[c]) for c in codes)
    after = ", ".join(levels[p] for p in sorted(places)) if rule else ""
    return Said(places, rule=rule, after=after)
