"""Texts of a stranger as YAML scalars, labels and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from pipeline.study.names import RESERVED

_NORDIC = str.maketrans(
    {"ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae", "å": "aa", "Å": "Aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
)


def quoted(text: str) -> str:
    """A YAML scalar that means this very text."""
    if (
        re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]*", text)
        and text.lower() not in ("true", "false", "null")
        and text == text.strip()
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{printable(escaped)}"'


def as_label(text: str) -> str:
    """A text as a label: one short line that no spreadsheet takes for a formula."""
    return cut(" ".join(printable(text).split()).lstrip("=+@| ").replace(";", ","), 200) or "no label"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, cut between words; one without blanks is cut where it must be."""
    if len(text) <= most:
        return text.strip()
    words = text[: most - 1].rsplit(" ", 1)[0]
    return f"{words.rstrip(' ,.:-–(')} …" if len(words) < most - 1 else text[:most].strip()


def printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def as_name(column: str, taken: Container[str]) -> str:
    """A column's name as a variable's: letters, digits and _; one that is neither taken nor reserved."""
    plain = unicodedata.normalize("NFKD", column.translate(_NORDIC)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")[:50] or "column"
    name = name if name[0].isalpha() else f"v_{name}"
    number, unique = 2, name
    while unique in taken or unique.lower() in RESERVED:
        unique, number = f"{name}_{number}", number + 1
    return unique
