"""Every number has one row here: its six-part key, its value, and what the door must know of it."""

from __future__ import annotations

import io
import math
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from pipeline.errors import StageFailed

KINDS = (
    "flow", "participants", "programmes", "scale", "reliability", "model", "mediation", "themes", "agreement",
    "saturation", "quality", "cascade",
)  # fmt: skip
KEY = ["kind", "name", "term", "level", "group", "statistic"]
ALL = "All"
MISSING_LEVEL = "Missing"
WITHHELD = "[c]"
"""What a cell of a table or a figure prints in place of a number that the door withheld."""
A_NUMBER_WITHHELD = "[withheld]"
"""What a sentence says there."""


class Key(NamedTuple):
    """The six words that name a number. ``group`` is a column's path: ``wave=2;arm=Peer``; ``All`` for overall."""

    kind: str
    name: str
    term: str = ""
    level: str = ""
    group: str = ALL
    statistic: str = "n"


_NEXT = re.compile(r";(?=\w+=)")


def parts_of(group: str) -> list[tuple[str, str]]:
    """``wave=1;programme=A`` as pairs, in their order; none of ``All``. A semicolon may stand in a label, too."""
    pairs = (part.partition("=") for part in _NEXT.split(group))
    return [(name, level) for name, _, level in pairs] if group != ALL else []


NOBODY = math.nan


class Number(NamedTuple):
    """One number before release.

    value: NaN where it does not exist (an SD of one person). people: how many people (or rows, or clusters) it
    stands on, for the small-number rules; ``NOBODY`` where no one can be found behind it (a df, a number of items).
    decimals: how many a reader sees; None: chosen by the statistic. sensitive: the variable is declared so.
    largest: of a mean, the two largest of its values, which a rule of dominance asks for and nobody prints; NaN where a
    value lies below 0; None where no one has looked.
    """

    key: Key
    value: float
    people: float
    decimals: int | None = None
    sensitive: bool = False
    largest: tuple[float, float] | None = None


@dataclass(frozen=True)
class Sentence:
    """Prose with numbers from results alone: ``"{n} people"`` with ``{"n": Key(...)}``; a label in it is ``literal``.

    caveat: without it an estimate would be taken for more than it is; it stands wherever the estimate stands.

    Raises ``StageFailed`` where the template's holes are not the keys' names, or ask for more than the number as it
    was released: a format, a conversion, a part of it.
    """

    template: str
    keys: Mapping[str, Key] = field(default_factory=dict)
    caveat: bool = False

    def __post_init__(self) -> None:
        try:
            found = [part[1:] for part in string.Formatter().parse(self.template) if part[1] is not None]
        except ValueError:
            raise StageFailed("a sentence's braces are not in pairs: a label in it needs results.literal") from None
        for name, spec, conversion in found:
            if spec or conversion or not (name or "").isidentifier():
                raise StageFailed(f"a sentence's hole '{name}' is no plain name: numbers are shown as released")
        holes = {name or "" for name, _, _ in found}
        if holes != set(self.keys):
            raise StageFailed(f"a sentence's holes {sorted(holes)} and keys {sorted(self.keys)} differ")

    def pieces(self) -> tuple[str | Key, ...]:
        """Words and the keys of numbers, in order."""
        found: list[str | Key] = []
        for words, name, _, _ in string.Formatter().parse(self.template):
            found += [words] if words else []
            found += [self.keys[name]] if name else []
        return tuple(found)

    def words(self, said: Callable[[Key], str]) -> str:
        """The sentence with every number as ``said``."""
        return "".join(piece if isinstance(piece, str) else said(piece) for piece in self.pieces())


def literal(text: str) -> str:
    """A label or other declared text as it can stand in a sentence's template: braces are words there, not holes."""
    return text.replace("{", "{{").replace("}", "}}")


class Results:
    """The numbers of one or more outputs. ``frame`` has ``KEY`` + value, people, decimals, sensitive, and the
    two columns of ``Number.largest``."""

    NUMBERS = ("value", "people", "decimals", "largest", "second")
    COLUMNS = [*KEY, "value", "people", "decimals", "sensitive", "largest", "second"]

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame
        if odd := set(frame["kind"]) - set(KINDS):
            raise StageFailed(f"results: unknown kinds {sorted(odd)}")
        if (twice := frame.duplicated(KEY)).any():
            first = frame.loc[twice, KEY].iloc[0].tolist()
            raise StageFailed(f"results: {int(twice.sum())} keys stand twice, the first is {first}")

    @classmethod
    def of(cls, numbers: Iterable[Number]) -> Results:
        rows = [
            (
                *n.key,
                float(n.value),
                float(n.people),
                math.nan if n.decimals is None else float(n.decimals),
                bool(n.sensitive),
                *(n.largest or (math.nan, math.nan)),
            )
            for n in numbers
        ]
        frame = pd.DataFrame(rows, columns=cls.COLUMNS)
        return cls(
            frame.astype(
                {**dict.fromkeys(KEY, "str"), **dict.fromkeys(cls.NUMBERS, float), "sensitive": bool}
            )
        )

    @classmethod
    def join(cls, parts: Iterable[Results]) -> Results:
        """All parts as one, sorted by code point of the key; a key that stands twice is an error."""
        frames = [p.frame for p in parts if len(p.frame)]
        frame = pd.concat(frames, ignore_index=True) if frames else cls.of([]).frame
        keys = list(zip(*(frame[word].tolist() for word in KEY), strict=True))
        order = sorted(range(len(keys)), key=keys.__getitem__)
        return cls(frame.iloc[order].reset_index(drop=True))

    def get(self, key: Key) -> float:
        """The value at a key; KeyError where there is none."""
        hit = self.lookup().get(tuple(key))
        if hit is None:
            raise KeyError(key)
        return hit

    def lookup(self) -> dict[tuple[str, ...], float]:
        return dict(zip(map(tuple, self.frame[KEY].itertuples(index=False)), self.frame["value"], strict=True))

    def to_csv(self) -> bytes:
        """The unrounded twin, with the door's columns (``repr`` precision: reading it back gives the same floats)."""
        out = io.StringIO()
        self.frame.to_csv(out, index=False, lineterminator="\n")
        return out.getvalue().encode()

    @classmethod
    def from_csv(cls, data: bytes) -> Results:
        frame = pd.read_csv(io.BytesIO(data), dtype=dict.fromkeys(KEY, "str"), keep_default_na=False,
                            na_values=dict.fromkeys(cls.NUMBERS, [""]))  # fmt: skip
        return cls(frame.astype({**dict.fromkeys(cls.NUMBERS, float), "sensitive": bool}))
