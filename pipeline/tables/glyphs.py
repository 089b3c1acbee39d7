"""How wide words are in print, for tables that are laid out before any font is at hand."""

from __future__ import annotations

import unicodedata

LETTER = 0.55
"""A letter's usual width as a part of its size."""
_CLASSES = (
    (0.28, " .,:;'|!ijlftI[]/\\\u00a0\u202f"),
    (0.36, '()r-"*`{}°·'),
    (0.50, "ckszxyvJ^"),
    (0.65, "−+=<>≤≥±~×÷"),
    (0.86, "mwMW%&"),
    (1.02, "@—…✓"),
)
_WIDTHS = {sign: width for width, signs in _CLASSES for sign in signs}
_CAPITAL, _OTHER, _FULL = 0.72, 0.56, 1.0


def ems(text: str) -> float:
    """The width of upright words as a part of the size of their letters: about what Helvetica and Arial take, the
    widest of the fonts that documents are usually set in."""
    return sum(_WIDTHS.get(sign) or _other(sign) for sign in text)


def _other(sign: str) -> float:
    if sign.isascii():
        return _CAPITAL if sign.isupper() else _OTHER
    if unicodedata.combining(sign):
        return 0.0
    return _FULL if unicodedata.east_asian_width(sign) in "WF" else _CAPITAL if sign.isupper() else _OTHER


def letters(text: str) -> float:
    """The same, in letters of the usual width."""
    return ems(text) / LETTER
