"""Small counts, and what each release rule would make of them; whether a table keeps the rule it was rounded by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.audit.findings import RELEASE, SMALL, Finding, listed
from pipeline.audit.sheet import Sheet


@dataclass(frozen=True)
class Rule:
    """Counts from 1 to ``upto`` are withheld. step, offset: what the others are rounded to (``offset`` above a multiple
    of ``step``); no step: they are exact."""

    upto: int
    step: int = 0
    offset: int = 0

    def keeps(self, n: int) -> bool:
        """Whether a count can stand in a table of this rule."""
        if n == 0:
            return True
        return n > self.upto and (not self.step or n % self.step == self.offset)


RULES = {
    "journal": Rule(4), "opensafely": Rule(7, 5), "midpoint6": Rule(0, 6, 3), "nhs": Rule(7, 5), "acro": Rule(9),
    "cms": Rule(10), "none": Rule(0),
}  # fmt: skip
"""As in the release rules of a study file."""


PRINTED = re.compile(r"\b(?:as\s+)?(?:printed|published|reported)\b", re.I)
AGAIN = re.compile(r"\b(?:recomputed|recalculated|recounted|reproduced|reanaly[sz]ed)\b", re.I)
"""Headings of columns that count the same people twice: as a paper has them, and once more."""


def check(sheet: Sheet, rule: str, below: int) -> Iterator[Finding]:
    """One finding for the table's small counts, and one for counts that its rule does not leave. Where columns tell of
    the same people as printed and as recomputed, one for each, so that nobody is counted twice."""
    called = [m.called for m in sheet.measures]
    again = [bool(AGAIN.search(name)) for name in called]
    if any(again) and any(PRINTED.search(name) for name in called):
        for second in (False, True):
            yield from _account(sheet, rule, below, [at for at, held in enumerate(again) if held == second])
    else:
        yield from _account(sheet, rule, below, range(len(called)))


def _account(sheet: Sheet, rule: str, below: int, among: Sequence[int]) -> Iterator[Finding]:
    """Of these measures."""
    found = [(at, g.row(m), m.figures[at].n) for g in sheet.groups for m in g.members for at in among]
    used = {at for at, _, n in found if n is not None}
    own = min(used) if len(used) == 1 else None
    called = {at: f" ({sheet.measures[at].called})" if own is None else "" for at in used}
    counts = [(f"{row}{called[at]}", n) for at, row, n in found if n is not None]
    people = [n for _, n in counts if n]
    limit = RULES[rule].upto + 1 if rule else below
    small = [f"{label} = {n}" for label, n in counts if 0 < n < limit]
    step = RULES[rule].step if rule else 0
    if small and not step:
        says = f"{len(small)} of {len(people)} counts are below {limit}: {listed(small)}"
        larger = {name: r.upto for name, r in RULES.items() if r.upto > RULES["journal"].upto}
        others = [f"{sum(n <= upto for n in people)} by {name} (1 to {upto})" for name, upto in larger.items()]
        yield sheet.finds(SMALL, says, f"withheld would be {listed(others)}", measure=own, printed=listed(small))
    odd = [f"{label} = {n:,}" for label, n in counts if not RULES[rule].keeps(n)] if step else []
    if odd:
        says = f"{len(odd)} of {len(counts)} counts are none that '{rule}' leaves: {listed(odd)}"
        yield sheet.finds(RELEASE, says, "exact counts may stand beside rounded ones", measure=own, printed=listed(odd))


def looks_rounded(sheet: Sheet) -> str:
    """How all counts look, if they look rounded: ``multiples of 5``; an empty text otherwise."""
    counts = [f.n for g in sheet.groups for m in g.members for f in m.figures if f.n]
    if len(counts) >= 8:
        if all(n % 5 == 0 for n in counts):
            return "multiples of 5"
        if all(n % 6 == 3 for n in counts):
            return "3 above a multiple of 6"
    return ""
