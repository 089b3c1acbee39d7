"""Office files with the same bytes whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator


def same_bytes(data: bytes) -> bytes:
    """The same archive without times, in one order (its list of contents first, as Word expects)."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as same,
    ):
        for name in _ordered(made.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            same.writestr(entry, made.read(name))
    return out.getvalue()


def _ordered(names: list[str]) -> Iterator[str]:
    first = "[Content_Types].xml"
    yield first
    yield from sorted(n for n in names if n != first)
