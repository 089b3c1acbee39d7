"""Plain text: an article's paragraphs, or one table whose cells a tab, a semicolon or commas part."""

from __future__ import annotations

from collections import Counter

from pipeline.audit import from_csv
from pipeline.audit.opened import MOST_TEXT, too_long
from pipeline.audit.printed import Grid
from pipeline.intake.encoding import decode


def read(file: str, data: bytes) -> list[Grid]:
    """One table where most lines are parted alike; none where it is prose."""
    return from_csv.read(file, data) if _is_table(text_of(file, data)) else []


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """(place, words) of each paragraph; none where it is a table."""
    text = text_of(file, data)
    return [] if _is_table(text) else paragraphs(text)


def text_of(file: str, data: bytes) -> str:
    """Decoded, with one sign for the end of a line. ``Mistakes`` for more than any article has."""
    text, _ = decode(file, data, None, lambda *_: file)
    if len(text) > MOST_TEXT:
        raise too_long(file)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_table(text: str) -> bool:
    """Prose has commas, too, but not equally many in most of its lines, and its lines end with full stops."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return False
    for sign in "\t;|,":
        widths = Counter(line.count(sign) for line in lines if sign in line)
        width, often = max(widths.items(), key=lambda w: w[1], default=(0, 0))
        ended = sum(line.rstrip().endswith((".", "?", "!")) for line in lines)
        if often > 0.5 * len(lines) and (sign != "," or (width and ended < 0.3 * len(lines))):
            return True
    return False


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Parted by blank lines, each with the line where it begins."""
    found: list[tuple[str, str]] = []
    held: list[str] = []
    begin = 1
    for place, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            begin = begin if held else place
            held.append(line.strip())
        elif held:
            found.append((f"line {begin}", " ".join(held)))
            held = []
    return found
