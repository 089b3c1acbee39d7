"""Bytes to text: the encoding is found, and a finding says how sure that is."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import Mistakes
from pipeline.intake.findings import Finding, Where

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LOST = "\ufffd"


def decode(file: str, data: bytes, declared: str | None, where: Where) -> tuple[str, list[Finding]]:
    """The text of a delimited file. ``Mistakes`` where it can't be told or holds NUL characters.

    Order: as declared; a byte order mark; UTF-16 by its pattern of NULs; strict UTF-8; else Windows-1252, or Latin-1
    where a byte has no meaning in that. The last two fit any bytes, which the finding says.
    """
    if declared:
        text, findings = _declared(file, data, declared, where), [Finding(file, "encoding", declared)]
    else:
        text, findings = _found(file, data)
    if nul := text.count("\0"):
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Mistakes.one(
            f"{file}:{line}", f"holds {nul:,} NUL characters, which no text has.",
            "The file may be damaged or in another encoding: export it again, or write encoding: utf-16.",
        )  # fmt: skip
    if lost := text.count(_LOST):
        findings.append(Finding(file, "letters that were lost before this file was made (�)", _LOST, cells=lost))
    return text, findings


def _declared(file: str, data: bytes, declared: str, where: Where) -> str:
    try:
        codec = codecs.lookup(declared)
        name = "utf-8-sig" if codec.name == "utf-8" else codec.name
        text = data.decode(name)
        text.encode("utf-8")  # escapes (\ud800) can make what no text may hold
        return text
    except LookupError:
        raise Mistakes.one(
            where("encoding"), f"there is no encoding '{declared}'.", "Write utf-8, utf-16, cp1252 or latin-1."
        ) from None
    except UnicodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        raise Mistakes.one(
            where("encoding"), f"{file} is not {declared} (line {line}).", "Leave encoding out to have it found."
        ) from None


def _found(file: str, data: bytes) -> tuple[str, list[Finding]]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(name), [Finding(file, "encoding", f"{name.removesuffix('-sig')} (byte order mark)")]
            except UnicodeDecodeError as error:
                raise _broken(file, data, error, f"begins like {name.removesuffix('-sig')} but is not") from None
    if name := _utf16(data):
        try:
            return data.decode(name), [
                Finding(file, "encoding", f"{name} (no byte order mark; every other byte is NUL)")
            ]
        except UnicodeDecodeError as error:
            raise _broken(file, data, error, f"looks like {name} but is not") from None
    try:
        text = data.decode("utf-8")
        return text, [Finding(file, "encoding", "ascii" if text.isascii() else "utf-8 (strictly valid)")]
    except UnicodeDecodeError as error:
        return _single_byte(file, data, error)


def _utf16(data: bytes) -> str:
    sample = data[: 4_000 - len(data[:4_000]) % 2]
    for name, nuls, letters in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if nuls and nuls.count(0) > 0.8 * len(nuls) and not letters.count(0):
            return name
    return ""


def _single_byte(file: str, data: bytes, error: UnicodeDecodeError) -> tuple[str, list[Finding]]:
    outside = sum(data.count(bytes([b])) for b in range(128, 256))
    sequences = _SEQUENCE.findall(data)
    stray = outside - sum(map(len, sequences))
    # In Windows-1252 two such letters rarely stand together; where most do, it is UTF-8 with bytes cut or mixed in.
    if len(sequences) > stray:
        raise _broken(file, data, error, f"is UTF-8 but for {stray:,} {'byte' if stray == 1 else 'bytes'}")
    try:
        text, name = data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        text, name = data.decode("latin-1"), "latin-1"
    why = f"{name} (not sure: not UTF-8, and {name} fits nearly any bytes; look at letters like é, ø, ’)"
    return text, [Finding(file, "encoding", why, cells=outside)]


def _broken(file: str, data: bytes, error: UnicodeDecodeError, what: str) -> Mistakes:
    line = error.object.count(b"\n", 0, error.start) + 1
    place = len(data) - len(error.object) + error.start  # some codecs count from behind the byte order mark
    return Mistakes.one(
        f"{file}:{line}", f"{what} (first at byte {place:,}).",
        "Export it again as UTF-8, or say what it is, e.g. encoding: cp1252.",
    )  # fmt: skip
