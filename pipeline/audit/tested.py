"""P values against the counts of the groups that stand beside them: by every usual test, and by any between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.audit.effects import Effect, Two, odds_ratio, p_values, risk_difference, risk_ratio, wald_p
from pipeline.audit.findings import LOOK, P_VALUE, SIDES, Finding
from pipeline.audit.methods import more_p_values
from pipeline.audit.passages import Passage
from pipeline.audit.pvalues import Range, agrees, shown_p
from pipeline.audit.statistics import PValue
from pipeline.audit.statistics import p_values as printed_p

Z = 1.959964
_ADJUSTED = re.compile(
    r"\badjust|\bmultivari|\bmodel|\bweighted|\binteraction|\bregression|\blog-?rank|\btrend|\bmixed|\bhazard|\bGEE\b"
    r"|non-?inferior|one-(?:sided|tailed)|cluster", re.I
)  # fmt: skip


def of_effect(passage: Passage, p: PValue, two: Two, effects: Sequence[tuple[str, Effect]]) -> Iterator[Finding]:
    """A printed P value below or above what all usual tests of the two groups give."""
    some = p_values(two)
    if not some:
        return
    own = [("RR", risk_ratio(two, Z)), ("OR", odds_ratio(two, Z)), ("risk difference", risk_difference(two, Z))]
    usual = [(name, f) for name, f in own if f is not None]
    wald = {f"Wald on the {name}": v for name, f in [*usual, *effects] for v in wald_p(name, f)}
    every = {**some, **wald, **more_p_values(two)}
    near = Range(min(every.values()), max(every.values()))
    if agrees(p, near):
        return
    told = ", ".join(f"{shown_p(v)} by {name}" for name, v in {**some, **wald}.items())
    kind, why = P_VALUE, "consistent with another test, other people or an error"
    if agrees(p, near.half):
        kind, why = SIDES, "consistent with a one-sided test; then the text should say so"
    yield passage.finds(kind, str(p), f"{p} is not what {two} gives: {told}; all usual tests lie within {near}", why,
                        LOOK)  # fmt: skip


def in_words(passage: Passage, words: str, two: Two) -> Iterator[Finding]:
    """The one P value behind two groups in a sentence that names no other test and nothing adjusted."""
    found = list(printed_p(words))
    if len(found) == 1 and not _ADJUSTED.search(words) and not re.search(r"(?<!\w)(?:[tFzr]|Z)\s*[(=]", words):
        yield from of_effect(passage, found[0][0], two, ())
