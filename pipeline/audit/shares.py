"""The interval of one share against its count and n: ``41 of 43 (95.3%, 95% CI 84.5 to 98.7)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.audit.effects import share, z_of
from pipeline.audit.estimates import OTHER, Estimate
from pipeline.audit.findings import INTERVAL, LOOK, Finding
from pipeline.audit.passages import Passage

FRACTION = re.compile(r"(?<![\d./])(\d{1,7}|\d{1,3},\d{3})\s*(?:/|of|out of)\s*(\d{1,7}|\d{1,3},\d{3})(?![\d/]|\.\d)")


def check(passage: Passage, known: Sequence[Estimate]) -> Iterator[Finding]:
    """The interval of one share, where its count and n stand directly before it."""
    words = passage.plain
    for e in known:
        before = words[max(0, e.place[0] - 40) : e.place[0]]
        m = next(
            (m for m in reversed(list(FRACTION.finditer(before))) if not re.search(r"[.;]|\d", before[m.end() :])),
            None,
        )
        z = z_of(e.level)
        if m is None or not e.percent or e.kind != OTHER or z is None or e.low is None or e.high is None:
            continue
        a, n = (int(w.replace(",", "")) for w in (m[1], m[2]))
        if not n > 0 or a > n or not e.value.near(100 * a / n):
            continue
        some = share(a, n, e.level, z).intervals
        low, high = e.low, e.high
        if not any(low.near(100 * max(0.0, lo)) and high.near(100 * min(1.0, hi)) for lo, hi in some.values()):
            d = low.decimals
            told = ", ".join(f"{100 * lo:.{d}f} to {100 * hi:.{d}f} by {name}" for name, (lo, hi) in some.items())
            yield passage.finds(
                INTERVAL, str(e), f"{e} of {a:,}/{n:,} is not reproduced by {', '.join(some)}", told, LOOK
            )
