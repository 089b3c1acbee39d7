"""Files that are not the same to the byte, and still say the same: numbers within tolerance, a picture packed anew.

Asked only of files that are as their own manifest says: whoever edits one gets no benefit of this doubt.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable

from pipeline.reproduce.tolerance import RELATIVE

Pairs = frozenset[tuple[str, str]]
"""(committed, replayed) as printed, of the numbers of results.csv that are within tolerance."""
POINT = 1e-3
"""A coordinate in a drawing may be off by so many points: no eye sees it."""
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
_INLINE = re.compile(rb"data:image/(svg\+xml|png);base64,([A-Za-z0-9+/=]+)")
_SIZE = slice(16, 24)
"""Width and height, in a PNG's head."""
_TEXTS = (".html", ".csv", ".svg", ".json", ".txt", ".xml", ".rels")


def alike(name: str, old: bytes, new: bytes, pairs: Pairs) -> bool:
    """Whether the two say the same within the tolerances."""
    ending = name[name.rfind(".") :].lower()
    if ending == ".docx":
        return _documents(old, new, pairs)
    if ending == ".png":
        return _pictures(old, new)
    return ending in _TEXTS and _texts(old, new, pairs, POINT if ending == ".svg" else 0.0)


def _texts(old: bytes, new: bytes, pairs: Pairs, slack: float) -> bool:
    inline = [_INLINE.findall(side) for side in (old, new)]
    if len(inline[0]) != len(inline[1]) or not all(map(_inline(pairs), *inline)):
        return False
    try:
        texts = [_INLINE.sub(b"", side).decode("utf-8") for side in (old, new)]
    except UnicodeDecodeError:
        return False
    if _NUMBER.sub("#", texts[0]) != _NUMBER.sub("#", texts[1]):
        return False
    found = zip(*(_NUMBER.findall(text) for text in texts), strict=True)
    return all(a == b or (a, b) in pairs or _near(a, b, slack) for a, b in found)


def _inline(pairs: Pairs) -> Callable[[tuple[bytes, bytes], tuple[bytes, bytes]], bool]:
    def same(old: tuple[bytes, bytes], new: tuple[bytes, bytes]) -> bool:
        if old == new:
            return True
        ending = ".svg" if old[0].startswith(b"svg") else ".png"
        try:
            before, now = (base64.b64decode(side[1]) for side in (old, new))
        except ValueError:  # no base64
            return False
        return old[0] == new[0] and alike(ending, before, now, pairs)

    return same


def _near(a: str, b: str, slack: float) -> bool:
    """Whole numbers are counts and keys, which are exact."""
    if "." not in a or "." not in b:
        return False
    x, y = (float(text.replace(",", "").replace("−", "-")) for text in (a, b))
    return abs(x - y) <= max(RELATIVE * max(abs(x), abs(y)), slack)


def _pictures(old: bytes, new: bytes) -> bool:
    """The same picture to the last pixel, packed by another library."""
    if old[_SIZE] != new[_SIZE]:  # nobody unpacks a picture that only says how large it is
        return False
    from matplotlib.image import imread  # half a second, and seldom needed

    try:
        pixels = [imread(io.BytesIO(side), format="png") for side in (old, new)]
    except (OSError, SyntaxError, ValueError):  # what stands there is no picture
        return False
    return pixels[0].shape == pixels[1].shape and bool((pixels[0] == pixels[1]).all())


def _documents(old: bytes, new: bytes, pairs: Pairs) -> bool:
    try:
        parts = [_parts(side) for side in (old, new)]
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError):
        return False  # what zipfile and zlib raise over a damaged file, or one packed in a way that they don't know
    return parts[0].keys() == parts[1].keys() and all(
        data == parts[1][name] or alike(name, data, parts[1][name], pairs) for name, data in parts[0].items()
    )


def _parts(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as packed:
        if sum(info.file_size for info in packed.infolist()) > 200_000_000:
            raise zipfile.BadZipFile("it unpacks to more than any report has")
        if len({info.filename.casefold() for info in packed.infolist()}) < len(packed.infolist()):
            raise zipfile.BadZipFile("of two parts of one name a program may show either")
        return {info.filename: packed.read(info) for info in packed.infolist()}
