"""P values against their statistics: recomputed over every value that a rounded statistic can be of.

The idea is statcheck's (Nuijten et al. 2016, doi 10.3758/s13428-015-0664-2); the distributions are those of SciPy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audit.findings import LIKELY, LOOK, P_VALUE, SIDES, SIGNIFICANCE, STATISTIC_NOT_POSSIBLE, Finding
from pipeline.audit.numbers import Number
from pipeline.audit.passages import Passage
from pipeline.audit.statistics import CHI2, F, PValue, R, T, Tested, Z, p_values, tests

ALPHA = 0.05


@dataclass(frozen=True)
class Range:
    """From the least to the greatest P value that a printed statistic gives."""

    low: float
    high: float

    @property
    def half(self) -> Range:
        return Range(self.low / 2, self.high / 2)

    def __str__(self) -> str:
        low, high = shown_p(self.low), shown_p(self.high)
        return low if low == high else f"{low} to {high}"


def check(passage: Passage) -> tuple[list[Finding], int]:
    """(findings, how many tests were recomputed)."""
    words = passage.plain
    done = list(tests(words))
    found = [finding for test in done for finding in _of(passage, test)]
    zeros = [text for p, text in p_values(words) if p.relation in "=≤" and p.number.units == 0 and not p.power]
    if zeros:
        found.append(passage.finds(P_VALUE, zeros[0], f"{zeros[0].strip(' (')}: no P value is 0",
                                   "P < .001 is how such a value is printed"))  # fmt: skip
    return found, len(done)


def _of(passage: Passage, test: Tested) -> Iterator[Finding]:
    if wrong := _wrong(test):
        yield passage.finds(STATISTIC_NOT_POSSIBLE, test.words, f"{test.words}: {wrong}", "", LIKELY)
        return
    two = recomputed(test)
    if two is None or agrees(test.p, two, test.relation):
        return
    name = f"{_called(test)} gives P = {two}; printed is {test.p}"
    has_sides = test.kind in (T, Z, R) or (test.df is not None and test.df.value == 1)
    if has_sides and agrees(test.p, two.half, test.relation):
        said = "the text speaks of one-sided tests" if test.one_sided else "then the text should say so"
        yield passage.finds(SIDES, test.words, name, f"consistent with a one-sided test; {said}", LOOK)
        return
    why = "consistent with another test, another df, an adjusted P value or an error"
    if crosses(test.p, two):
        yield passage.finds(SIGNIFICANCE, test.words, f"{name}, on the other side of .05", why, LIKELY)
    else:
        yield passage.finds(P_VALUE, test.words, name, why, LIKELY)


def _wrong(test: Tested) -> str:
    """What no test statistic can be."""
    if test.kind == R and abs(test.value.units) > 10**test.value.decimals:
        return "a correlation above 1 is not possible"
    if test.kind in (F, CHI2) and test.value.units < 0:
        return f"a negative {test.kind} is not possible"
    return ""


def _called(test: Tested) -> str:
    df = ", ".join(str(d) for d in (test.df, test.df2) if d is not None)
    return f"{test.kind}{f'({df})' if df else ''} {test.relation} {test.value}"


def recomputed(test: Tested) -> Range | None:
    """The two-sided P values of all statistics, and of all fractional df, that print as these."""
    if any(d is not None and d.units <= 0 for d in (test.df, test.df2)):
        return None
    far = max(abs(test.value.low), abs(test.value.high))
    crosses_zero = test.value.low <= 0 <= test.value.high
    near = 0.0 if crosses_zero else min(abs(test.value.low), abs(test.value.high))
    found = [
        p_of(test.kind, abs(v), d, d2)
        for v in (near, far) for d in _degrees(test.df) for d2 in _degrees(test.df2)
    ]  # fmt: skip
    return Range(min(found), max(found))


def _degrees(df: Number | None) -> tuple[float, ...]:
    if df is None:
        return (0.0,)
    return (float(df.value),) if not df.decimals else (max(df.low, 1e-3), df.high)


def p_of(kind: str, value: float, df: float, df2: float) -> float:
    """The two-sided P value (upper tail of F and χ²)."""
    from scipy import special  # its distributions without the rest of scipy.stats, which takes a second to load

    if kind == R:
        if value >= 1:
            return 0.0
        kind, value = T, value * (df / (1 - value * value)) ** 0.5
    if kind == T:
        return float(2 * special.stdtr(df, -value))
    if kind == F:
        return float(special.fdtrc(df, df2, value))
    if kind == CHI2:
        return float(special.chdtrc(df, value))
    assert kind == Z, kind
    return float(2 * special.ndtr(-value))


def agrees(p: PValue, two: Range, relation: str = "=") -> bool:
    """Whether a printed P value can be one of the range; a statistic that is only bounded bounds P on one side."""
    low, high = two.low, two.high
    if relation in "<≤":
        high = 1.0
    elif relation in ">≥":
        low = 0.0
    room = 1e-9
    if p.relation == "ns":
        return high > ALPHA - room
    if p.relation in "<≤":
        return low <= p.value + room
    if p.relation in ">≥":
        return high >= p.value - room
    step = float(p.number.step) * 10.0**p.power  # a P value may also have been cut off behind its last digit
    return low <= max(p.high, p.value + step) + room and high >= p.low - room


def crosses(p: PValue, two: Range) -> bool:
    """Whether print and recomputation stand on different sides of .05, whichever value of the range is taken."""
    below = p.relation in "=<≤" and p.value <= ALPHA
    above = p.relation == "ns" or (p.relation == "=" and p.low > ALPHA) or (p.relation in ">≥" and p.value >= ALPHA)
    return (below and two.low > ALPHA) or (above and two.high < ALPHA)


def shown_p(p: float) -> str:
    """To two digits, three below .01."""
    if p < 0.0005:
        return "<.001" if p < 0.00005 else f"{p:.4f}".lstrip("0")
    return f"{p:.3f}".removeprefix("0") if p < 0.1 else f"{p:.2f}".removeprefix("0")
