"""What people said, looked for in all that is to be published: there is nothing of it beside released quotations.

A notebook of the analyst's own could print a passage, and a title could repeat one.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from pipeline.errors import StageFailed

RUN = 8
"""So many words in a row of a coded passage are its speaker's own: fewer are anybody's."""
_TAG, _WORD = re.compile(r"<[^>]*>"), re.compile(r"\w+")
_PARAGRAPH = re.compile(r"</w:(?:p|tab|tc)>|<w:(?:br|tab)/>")
_PICTURES = (".png",)
Runs = frozenset[tuple[str, ...]]


def without_words(files: Mapping[str, bytes], said: Iterable[str], released: Iterable[str]) -> None:
    """said: coded passages. released: quotations that may be printed.

    ``StageFailed`` with counts where a file holds ``RUN`` words in a row of a passage that stand in no quotation.
    """
    kept = runs(said) - runs(released)
    found = {name: sum(run in kept for run in _runs(_text(name, data))) for name, data in files.items()} if kept else {}
    told = [f"  {name}: {n} times {RUN} words in a row" for name, n in sorted(found.items()) if n]
    if told:
        mend = "  Print people's words as quotations alone (interviews: quotations:), each with consent and clearance."
        raise StageFailed("\n".join(["the report repeats what people said and was not published:", *told, mend]))


def runs(texts: Iterable[str]) -> Runs:
    """Every ``RUN`` words in a row, whatever their case and the signs between them."""
    return frozenset(run for text in texts for run in _runs(text))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    yield from zip(*(words[at:] for at in range(RUN)), strict=False)


def _text(name: str, data: bytes) -> str:
    """What a reader of the file reads."""
    if name.endswith(_PICTURES):
        return ""
    if name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(part).decode("utf-8") for part in archive.namelist() if part.endswith(".xml")]
        return "\n".join(html.unescape(_TAG.sub("", _PARAGRAPH.sub(" ", part))) for part in parts)
    text = data.decode("utf-8", "replace")
    return html.unescape(_TAG.sub(" ", text)) if name.endswith((".html", ".svg")) else text
