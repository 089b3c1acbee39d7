"""Means and SDs against what whole numbers allow: GRIM, GRIMMER, DEBIT and the ends of a scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from pipeline.audit.averages import Average
from pipeline.audit.findings import CERTAIN, LIKELY, LOOK, MEAN, MEAN_NOT_POSSIBLE, SD_NOT_POSSIBLE, Finding
from pipeline.audit.integers import MOST_PEOPLE, debit, grim, grimmer, widest
from pipeline.audit.numbers import Number, rounded
from pipeline.audit.rounding import RULES
from pipeline.audit.wholes import BINARY, KNOWN

Fits = Callable[[Average, str, int], bool]
_FEWEST = 0.5
"""Of a stated number of people: so many at least are taken to have answered, where nothing says how many did."""


def check(averages: Sequence[Average]) -> Iterator[Finding]:
    """Of one table, under the one rounding that explains most of its means and SDs; of one sentence, likewise."""
    tried = [a for a in averages if a.n <= MOST_PEOPLE]
    outside = {id(a): told for a in tried if (told := _outside(a))}
    yield from (finding for finding in outside.values() if finding is not None)
    rest = [a for a in tried if id(a) not in outside]
    for fits, tell in ((_mean_fits, _mean), (_sd_fits, _sd)):
        failing = {rule: [a for a in rest if not fits(a, rule, a.n)] for rule in RULES}
        rule = min(RULES, key=lambda r: (len(failing[r]), RULES.index(r)))
        for a in failing[rule]:
            yield tell(a, rule, [r for r in RULES if r != rule and fits(a, r, a.n)])
        rest = [a for a in rest if a not in failing[rule] and a.sd is not None]


def _mean_fits(a: Average, rule: str, n: int) -> bool:
    if a.mean.units < 0 and a.whole.low is not None:
        return False
    return bool(grim(a.mean, n, rule, a.whole.parts))


def _sd_fits(a: Average, rule: str, n: int) -> bool:
    if a.sd is None:
        return True
    if a.whole.sure == BINARY:
        return debit(a.mean, a.sd, n, rule)
    return grimmer(a.mean, a.sd, n, rule, a.whole.parts, a.whole.limits)


def _outside(a: Average) -> Finding | None:
    """A mean beyond its scale, or an SD that no scores within the scale have, whole or not."""
    ends = a.whole.ends
    if ends is None or a.whole.sure not in (KNOWN, BINARY):
        return None
    low, high = ends
    scale = f"scores from {a.whole.low} to {a.whole.high}"
    if a.mean.value + a.mean.step < low or a.mean.value - a.mean.step > high:
        return a.passage.finds(MEAN_NOT_POSSIBLE, str(a), f"a mean of {a.mean} is not possible of {scale}",
                               f"consistent with another scale than {a.whole.why}", LIKELY)  # fmt: skip
    if a.sd is not None:
        most = widest(a.mean, a.n, low, high)
        if float(a.sd.value - a.sd.step) > most + 1e-9:
            return a.passage.finds(
                SD_NOT_POSSIBLE, str(a), f"an SD of {a.sd} is not possible of {scale} with a mean of {a.mean} "
                f"and n = {a.n:,}: the largest is {most:.{a.sd.decimals + 1}f}",
                "consistent with another scale, or with a standard error or variance in its place", LIKELY,
            )  # fmt: skip
    return None


def _mean(a: Average, rule: str, others: list[str]) -> Finding:
    numbers = _numbers(a)
    near = _near_means(a, rule)
    fewer = None if a.own else _fewer(a, rule, _mean_fits)
    told = [f"nearest are {near}"] if near else []
    if fewer:
        told.append(f"consistent with n = {fewer:,}, if not all of the {a.n:,} answered")
    elif a.own and (other := _other_n(a, rule, _mean_fits)):
        told.append(f"consistent with n = {other}")
    return _told(a, MEAN_NOT_POSSIBLE, f"a mean of {a.mean}", rule, others, numbers, told, fewer)


def _sd(a: Average, rule: str, others: list[str]) -> Finding:
    numbers = _numbers(a)
    near = _near_sds(a, rule)
    fewer = None if a.own else _fewer(a, rule, _sd_fits)
    told = [f"nearest are {near}"] if near else []
    if fewer:
        told.append(f"consistent with n = {fewer:,}, if not all of the {a.n:,} answered")
    return _told(a, SD_NOT_POSSIBLE, f"an SD of {a.sd} with a mean of {a.mean}", rule, others, numbers, told, fewer)


def _told(a: Average, kind: str, what: str, rule: str, others: list[str], numbers: str, told: list[str],
          fewer: int | None) -> Finding:  # fmt: skip
    """As not possible where it is known that the numbers are whole and how many there are; else as to be looked at."""
    n = f"n = {a.n:,}{'' if a.said == 'the sentence' else f', as {a.said} says'}"
    told += [f"{other} gives it" for other in others[:1]]
    if a.whole.sure in (KNOWN, BINARY) and not fewer:
        told += [a.whole.but] if a.whole.but else []
        less = "" if a.own else " or fewer people"
        sure = CERTAIN if a.own and not others and not a.whole.but else LIKELY
        says = f"{what} is not possible under {rule} with {n}{less}, of {numbers}"
        return a.passage.finds(kind, str(a), says, "; ".join(told), sure)
    condition = f"if the answers are {numbers}, " if a.whole.sure not in (KNOWN, BINARY) else ""
    says = f"{condition}none with {n}, have {what}" if condition else f"no {numbers} with {n}, have {what}"
    told += [a.whole.but] if a.whole.but and a.whole.sure == KNOWN else []
    return a.passage.finds(MEAN, str(a), says, "; ".join(told), LOOK)


def _numbers(a: Average) -> str:
    if a.whole.sure == BINARY:
        return "zeros and ones"
    return f"whole numbers ({a.whole.why})" if a.whole.why else "whole numbers"


def _near_means(a: Average, rule: str) -> str:
    """The means on both sides of it that n people can have."""
    of = a.n * a.whole.parts
    total = a.mean.value * of // 1
    shown = [str(rounded(Fraction(k, of), a.mean.decimals, rule)) for k in (int(total), int(total) + 1)]
    return " and ".join(dict.fromkeys(shown))


def _near_sds(a: Average, rule: str) -> str:
    """The next SDs below and above that would go with the mean."""
    if a.sd is None:
        return ""
    shown = []
    for way in (-1, 1):
        for step in range(1, 12):
            other = Number(a.sd.units + way * step, a.sd.decimals)
            if other.units >= 0 and _sd_fits(replace(a, sd=other), rule, a.n):
                shown.append(str(other))
                break
    return " and ".join(shown)


def _fewer(a: Average, rule: str, fits: Fits) -> int | None:
    """The largest number of people below n, down to half of it, which gives the figure."""
    least = max(2, int(a.n * _FEWEST))
    return next((n for n in range(a.n - 1, least - 1, -1) if fits(a, rule, n)), None)


def _other_n(a: Average, rule: str, fits: Fits) -> str:
    """The nearest numbers of people that give it, below and above."""
    shown = []
    for way in (-1, 1):
        shown += [str(n) for n in (a.n + way * step for step in range(1, 4)) if n >= 2 and fits(a, rule, n)][:1]
    return " or ".join(shown)
