"""Mistakes that a researcher can mend, told all at once, and the exit codes that go with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

DONE, USAGE, MISTAKE, STAGE_FAILED, NOT_REPRODUCED, INTERRUPTED = 0, 2, 3, 4, 5, 130


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake: where it stands, what is wrong, and what to write or do instead.

    ``where`` is ``file:line  key.path`` for a study file, ``file`` or ``file, column`` for data.
    ``what`` counts people and never quotes them.
    """

    where: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.mend}" if self.mend else "")


class AlongsideError(Exception):
    """Anything that ends a command with a sentence instead of a traceback."""

    exit_code = STAGE_FAILED

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentences, and not the way to them."""
        return str(self).splitlines()


class Mistakes(AlongsideError):
    """One or more mistakes in a study file or its data, in the order in which they were found."""

    exit_code = MISTAKE

    def __init__(self, mistakes: Iterable[Mistake]):
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(m) for m in self.mistakes))

    @classmethod
    def one(cls, where: str, what: str, mend: str = "") -> Mistakes:
        return cls([Mistake(where, what, mend)])

    def __reduce__(self) -> tuple[type, tuple[tuple[Mistake, ...]]]:
        return (type(self), (self.mistakes,))


class StageFailed(AlongsideError):
    """A stage broke for a reason that no study file can mend."""


class NotHad(AlongsideError):
    """Raw data that are not to be had here; the message says what to type or whom to ask."""

    exit_code = MISTAKE


def closest(word: str, known: Iterable[str]) -> str:
    """``Did you mean 'x'?`` for the nearest known word, or an empty string."""
    near = difflib.get_close_matches(str(word), [str(k) for k in known], n=1, cutoff=0.6)
    return f"Did you mean '{near[0]}'?" if near else ""


def in_file_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Each once, by the line at which it stands; those of one line in the order in which they were found."""
    return sorted(dict.fromkeys(mistakes), key=lambda m: int((re.findall(r":(\d+)", m.where) or ["0"])[0]))


_CODE = re.compile(r"[-−+]?[0-9]{1,2}|[A-Za-z]|\.[a-z]?")
_WORD = re.compile(r"\S.{0,39}")
ENOUGH = 5
"""A longer text than a code is named only when so many rows hold it: one person's words or numbers never are."""


def may_be_named(text: str, rows: int) -> bool:
    """Whether a message may name what stands in a cell: a code of one or two digits (or one letter), or what at least
    ``ENOUGH`` rows hold. Anything else could be a person's own and is counted."""
    return bool(_CODE.fullmatch(text)) or (rows >= ENOUGH and bool(_WORD.fullmatch(text)))


def raise_all(mistakes: Iterable[Mistake]) -> None:
    """Raise ``Mistakes`` when there is at least one."""
    found = tuple(mistakes)
    if found:
        raise Mistakes(found)
