"""A ZIP from elsewhere, looked through before anything of it is read: what climbs, links, hides or grows is refused."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable

from pipeline.errors import Mistakes
from pipeline.intake.archive import FREE_RATIO_BELOW, MOST_PARTS, MOST_RATIO, MOST_UNPACKED

MOST_PACKED = 512_000_000
_DRIVE = re.compile(r"[A-Za-z]:")
_ELSEWHERE = "Check where the ZIP comes from; nothing of it was read."


def opened(file: str, data: bytes, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The wanted files of a ZIP, by path with /; ``Mistakes`` for one that is damaged or not to be trusted.

    wanted: whether a path is read. Every path is looked at, wanted or not.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse_bombs(file, parts, len(data))
            for part in parts:
                _refuse_place(file, part)
            _refuse_twins(file, parts)
            return {p.filename: archive.read(p) for p in parts if not p.is_dir() and wanted(p.filename)}
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        # What zipfile and zlib raise over a damaged file, or one packed in a way that they don't know.
        raise Mistakes.one(file, "is damaged, or no ZIP.", "Get the file again.") from None


def _refuse_bombs(file: str, parts: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise Mistakes.one(file, "has a password.", "Ask for one without.")
    if len(parts) > MOST_PARTS:
        raise Mistakes.one(file, f"has {len(parts):,} files, which no bundle has.", _ELSEWHERE)
    if unpacked > MOST_UNPACKED or (unpacked > FREE_RATIO_BELOW and unpacked > MOST_RATIO * packed):
        times = f"{unpacked / packed:,.0f} times its size"
        raise Mistakes.one(file, f"would unpack to {unpacked / 1e6:,.0f} MB, {times}.", _ELSEWHERE)


def _refuse_place(file: str, part: zipfile.ZipInfo) -> None:
    """``orig_filename`` is the name before zipfile cuts it at a NUL or turns a backslash."""
    name = part.orig_filename
    if "\\" in name or "\0" in name or any(ord(letter) < 32 for letter in name):
        raise Mistakes.one(file, "has a file whose name is no plain path.", _ELSEWHERE)
    if name.startswith("/") or _DRIVE.match(name):
        raise Mistakes.one(file, "has a file with an absolute path.", _ELSEWHERE)
    if any(step in ("..", ".") for step in name.split("/")) or "//" in name:
        raise Mistakes.one(file, "has a path that climbs out of it.", _ELSEWHERE)
    kind = stat.S_IFMT(part.external_attr >> 16)
    if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise Mistakes.one(file, "has a link or a device among its files.", _ELSEWHERE)


def _refuse_twins(file: str, parts: list[zipfile.ZipInfo]) -> None:
    """Of two files of one name (also in other capitals) one program would unpack the first, another the second."""
    names = Counter(part.filename.casefold() for part in parts)
    if any(n > 1 for n in names.values()):
        raise Mistakes.one(file, "has two files of one name.", _ELSEWHERE)
