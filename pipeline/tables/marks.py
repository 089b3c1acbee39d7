"""Footnote marks in the order in which a table is read."""

from __future__ import annotations

from typing import Literal

SYMBOLS = "*†‡§¶"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def marks(kind: Literal["letters", "symbols", "numbers"], count: int) -> list[str]:
    """The first so many: ``a … z, aa, bb``; ``* † ‡ § ¶ ** ††``; ``1 2 3``."""
    if kind == "numbers":
        return [str(n) for n in range(1, count + 1)]
    signs = LETTERS if kind == "letters" else SYMBOLS
    return [signs[n % len(signs)] * (n // len(signs) + 1) for n in range(count)]
