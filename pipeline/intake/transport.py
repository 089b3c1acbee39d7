"""SAS transport files: the missing codes ``.``, ``._`` and ``.A``–``.Z``, which pyreadstat gives as one."""

from __future__ import annotations

import struct

import numpy as np

from pipeline.errors import Mistakes

_RECORD = 80
_LETTERS = {ord("_"): "_", **{c: chr(c).lower() for c in range(ord("A"), ord("Z") + 1)}}


def missing_cells(file: str, data: bytes, columns: int, rows: int) -> list[dict[int, str]]:
    """For each column in order: row (from 0) -> letter (``a``–``z`` or ``_``) of the special missing codes.

    A missing number is one byte, ``.``, ``_`` or a letter, and zeros (SAS technical note TS-140, version 5; the same
    in version 8). ``Mistakes`` for a file that is cut short or holds several data sets, which pyreadstat passes over.
    """
    if len(data) % _RECORD:
        raise Mistakes.one(file, "ends in the middle of a record.", "It is cut short: get or export it again.")
    if len(_headers(data, b"MEMBER")) + len(_headers(data, b"MEMBV8")) > 1:
        raise Mistakes.one(file, "holds several data sets.", "Export one data set a file.")
    fields = _fields(data)
    width = sum(length for _, _, length in fields)
    start, told = _body(data)
    fits = all(at >= 0 and length > 0 and at + length <= width for _, at, length in fields)
    if start < 0 or len(fields) != columns or not fits or start + rows * width > len(data) or told not in (None, rows):
        raise Mistakes.one(
            file, "has a header that does not fit its data.", "It may be cut short: get or export it again."
        )
    body = np.frombuffer(data, np.uint8, rows * width, start).reshape(rows, width)
    found = []
    for number, at, length in fields:
        cells = body[:, at : at + length]
        bare = ~cells[:, 1:].any(axis=1) & np.isin(cells[:, 0], list(_LETTERS)) & number
        found.append({int(row): _LETTERS[int(cells[row, 0])] for row in np.flatnonzero(bare)})
    return found


def _headers(data: bytes, kind: bytes) -> list[int]:
    """Where such a header begins a record; the same letters inside an answer begin none."""
    mark = b"HEADER RECORD*******" + kind.ljust(8) + b"HEADER RECORD!!!!!!!"
    places, at = [], data.find(mark)
    while at >= 0:
        if at % _RECORD == 0:
            places.append(at)
        at = data.find(mark, at + 1)
    return places


def _body(data: bytes) -> tuple[int, int | None]:
    """Where the observations begin (-1: nowhere), and how many there are, which version 8 says."""
    if old := _headers(data, b"OBS"):
        return old[0] + _RECORD, None
    if new := _headers(data, b"OBSV8"):
        return new[0] + _RECORD, _number(data[new[0] + 48 : new[0] + 63])
    return -1, None


def _fields(data: bytes) -> list[tuple[bool, int, int]]:
    """(is a number, offset in a row, length) of each variable, from the NAMESTR records."""
    names = _headers(data, b"NAMESTR") or _headers(data, b"NAMSTV8")
    member = _headers(data, b"MEMBER") or _headers(data, b"MEMBV8")
    if not names or not member:
        return []
    start, count = names[0] + _RECORD, _number(data[names[0] + 48 : names[0] + 58])
    size = _number(data[member[0] + 74 : member[0] + 78])
    if size < 88 or start + count * size > len(data):
        return []
    fields = []
    for at in range(start, start + count * size, size):
        kind, _, length = struct.unpack_from(">hhh", data, at)
        fields.append((kind == 1, int(struct.unpack_from(">i", data, at + 84)[0]), length))
    return fields


def _number(digits: bytes) -> int:
    return int(digits) if digits.strip().isdigit() else 0
