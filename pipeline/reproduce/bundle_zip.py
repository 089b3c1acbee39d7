"""A ZIP of the same bytes wherever it is made: sorted names, one time, one kind of permission, nothing packed.

Files are stored as they are: two versions of zlib pack the same file into different bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can name."""
_UNIX, _PLAIN_FILE = 3, 0o100644


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files by path with /, as one ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE << 16
            archive.writestr(entry, files[name])
    return out.getvalue()
