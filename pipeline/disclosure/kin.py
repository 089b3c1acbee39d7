"""Variables that are one answer cut in two ways: read from one column, or a number and its bands.

``sex: {codes: {1: Women, 2: Men, 3: Neither}}`` beside ``two: {from: sex, codes: {1: Women, 2: Rest, 3: Rest}}``, or
``age_band: {derive: {cut: age}}`` beside bands of ``age``: levels of the coarser one are several of the finer one's.
Of a scale that is cut the bins of its histogram may be such levels, too. Where neither is finer, nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.disclosure.facts import BIN
from pipeline.disclosure.spans import scores_of
from pipeline.instruments.registry import rules
from pipeline.study import Study
from pipeline.study.variable import Variable
from pipeline.study.words import Interval

T = TypeVar("T")
Held = dict[str, tuple[str, ...]]
"""A level -> the levels of the finer variable that it holds."""


def finer(study: Study, name: str) -> tuple[str, Held] | None:
    """The finest variable of the same answers, and what each level holds of its levels; of two with the same levels,
    the one that is declared first."""
    own = _size(study, name)
    found = [
        (-_size(study, other), number, other, held)
        for number, (other, held) in enumerate(_finer_ones(study, name))
        if _size(study, other) > own or _place(study, other) < _place(study, name)
    ]
    return min(found, key=lambda f: f[:2])[2:] if found else None


def levels_of(study: Study, name: str, like: str = "") -> tuple[str, ...]:
    """Of a number and of a scale, its bands; of a scale its bins, where ``like`` is one."""
    if like.startswith(BIN):
        return tuple(_bins(study, name))
    return study.levels_of(name) if name in study.variables and not _number(study, name) else tuple(_bands(study, name))


def _size(study: Study, name: str) -> int:
    return len(levels_of(study, name))


def _place(study: Study, name: str) -> int:
    """Numbers and scales come first: their levels stand beside their means."""
    order = [*study.scales, *(n for n in study.variables if _number(study, n)), *study.variables]
    return order.index(name)


def _number(study: Study, name: str) -> bool:
    return study.variables[name].kind in ("number", "count")


def _finer_ones(study: Study, name: str) -> Iterator[tuple[str, Held]]:
    variable = study.variables[name]
    if variable.derive is not None:
        if variable.derive.form == "cut" and variable.derive.cut is not None:
            yield from _by_bands(study, name, variable.derive.cut)
    elif variable.kind in ("category", "ordered"):
        for other, beside in study.variables.items():
            if other != name and _one_column(study, name, other):
                held = _made_up(_codes(variable), _codes(beside), set.issuperset)
                if held is not None:
                    yield other, held


def _by_bands(study: Study, name: str, number: str) -> Iterator[tuple[str, Held]]:
    own = _bands(study, name)
    for other in (number, *study.variables):
        cut = study.variables[other].derive if other in study.variables else None
        if other != name and (other == number or (cut is not None and cut.form == "cut" and cut.cut == number)):
            ways = (_bands(study, other), _bins(study, other) if other in study.scales else {})
            held = next((h for beside in ways if (h := _made_up(own, beside, _holds)) is not None), None)
            if held is not None:
                yield other, held


def _made_up(own: Mapping[str, T], beside: Mapping[str, T], holds: Callable[[T, T], bool]) -> Held | None:
    """Which of the other levels each holds; None unless all of these are held."""
    held = {level: tuple(b for b, inner in beside.items() if holds(outer, inner)) for level, outer in own.items()}
    return held if sum(map(len, held.values())) == len(beside) and all(held.values()) else None


def _bins(study: Study, scale: str) -> Mapping[str, Interval]:
    """From the least to the greatest score of each."""
    spans = scores_of(rules(study)[scale])
    return {role: Interval(span.low, span.high, role) for role, span in spans.items() if role.startswith(BIN)}


def _bands(study: Study, name: str) -> Mapping[str, Interval]:
    """Of a number without bands those of its finest cut, which its mean tells of, too."""
    if name in study.scales:
        return rules(study)[name].bands
    cuts = [v.intervals for v in study.variables.values() if v.derive is not None and v.derive.cut == name]
    return {band.label: band for band in study.variables[name].intervals or max(cuts, key=len, default=())}


def numbers_in_bands(study: Study) -> dict[str, Mapping[str, Interval]]:
    """Every number that is told in bands, its own or those of a cut."""
    return {name: found for name in study.variables if _number(study, name) and (found := _bands(study, name))}


def _holds(outer: Interval, inner: Interval) -> bool:
    low = inner.low > outer.low or (inner.low == outer.low and (inner.low_open or not outer.low_open))
    return low and (inner.high < outer.high or (inner.high == outer.high and (inner.high_open or not outer.high_open)))


def _codes(variable: Variable) -> dict[str, set[str]]:
    """A level -> its codes."""
    found: dict[str, set[str]] = {}
    for code, level in variable.codes.items():
        found.setdefault(level, set()).add(code)
    return found


def _one_column(study: Study, name: str, other: str) -> bool:
    """Whether both have the same cells, the same codes and the same reasons for none, and no function changes one."""
    changed: Sequence[str] = (*study.function.makes, *study.function.changes) if study.function else ()
    one, two = study.variables[name], study.variables[other]
    same = (one.from_ or name, study.source_of(name), set(one.codes), one.missing, one.asked_of, one.asked_at) == (
        two.from_ or other, study.source_of(other), set(two.codes), two.missing, two.asked_of, two.asked_at,
    )  # fmt: skip
    kinds = two.derive is None and two.kind in ("category", "ordered")
    return same and kinds and not {name, other} & set(changed)
