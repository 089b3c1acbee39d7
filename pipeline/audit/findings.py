"""What an audit says of a table: one finding, one line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NOT_POSSIBLE = "percentage not possible"
NOT_ADDING = "does not add up"
DENOMINATOR = "denominator"
SUM = "sum"
FORCED = "forced to 100"
N_DIFFERS = "n differs"
MISSING = "missing data"
ONE_LEVEL = "one level"
SMALL = "small cells"
FOOTNOTE = "footnote"
CODE = "code"
RELEASE = "release rule"
NOT_CHECKED = "not checked"
MEAN_NOT_POSSIBLE = "mean not possible"
SD_NOT_POSSIBLE = "SD not possible"
INTERVAL_NOT_POSSIBLE = "interval not possible"
STATISTIC_NOT_POSSIBLE = "statistic not possible"
SIGNIFICANCE = "significance"
P_VALUE = "P value"
EFFECT = "effect"
INTERVAL = "interval"
MEAN = "mean or SD"
SIDES = "one-sided"
ONE_PERSON = "re-identifying"
IMPOSSIBLE = (NOT_POSSIBLE, MEAN_NOT_POSSIBLE, SD_NOT_POSSIBLE, INTERVAL_NOT_POSSIBLE, STATISTIC_NOT_POSSIBLE)
"""The kinds whose lines say "not possible"; no others do."""
ERRORS = (*IMPOSSIBLE, NOT_ADDING)
KINDS = (
    *ERRORS, SIGNIFICANCE, P_VALUE, N_DIFFERS, EFFECT, INTERVAL, MEAN, DENOMINATOR, SUM, FORCED, MISSING, ONE_LEVEL,
    ONE_PERSON, SMALL, FOOTNOTE, CODE, RELEASE, SIDES, NOT_CHECKED,
)  # fmt: skip
"""In the order of their weight. The first ones are errors of arithmetic; all others are to be looked at."""
CERTAIN, LIKELY, LOOK = "certain", "likely", "look"
"""certain: arithmetic alone; likely: what must hold for it is said; look: honest tables have it too."""
LONGEST = 70


@dataclass(frozen=True)
class Finding:
    """where: file, table, row and column as printed. printed: the words or numbers that it is about. says: what is the
    matter; possible: what would be, or how it can be meant. Only the kinds of ``IMPOSSIBLE`` say "not possible".
    """

    kind: str
    file: str
    table: str
    row: str
    column: str
    printed: str
    says: str
    possible: str
    certainty: str
    place: str = ""

    @property
    def where(self) -> str:
        return ", ".join(w for w in map(shown, (self.file, self.table, self.row, self.column)) if w)

    @property
    def line(self) -> str:
        """All of it in one line for a terminal."""
        told = "; ".join(w for w in (self.says, self.possible) if w)
        line = f"{self.where}: {told} [{self.kind}, {self.certainty}]"
        return line if self.kind in IMPOSSIBLE else without_verdict(line)


def without_verdict(line: str) -> str:
    """A line that is no finding of impossibility: where a stranger's words say "not possible", with a blank that does
    not break, so that who looks for these words finds such findings alone."""
    return re.sub(r"\b(not)\s+(possible)\b", "\\1\u00a0\\2", line, flags=re.I)


def shown(words: str) -> str:
    """A stranger's words on one line: cut where they are long, and without signs that steer a terminal."""
    plain = "".join(" " if c.isspace() else c for c in words if c.isspace() or unicodedata.category(c)[0] != "C")
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"


def listed(words: list[str], most: int = 6) -> str:
    """``a, b and c``; after the sixth: how many more."""
    words = [shown(w) for w in words]
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people"
