"""JATS, the XML of journals and PubMed Central: tables with captions and footnotes, and the paragraphs of the article.

Its files name a document type. That is passed over and never fetched; one that declares entities or attributes of its
own is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from html.entities import html5
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pipeline.audit import from_html
from pipeline.audit.opened import MOST_BYTES, too_large
from pipeline.audit.printed import LOWERED, RAISED, Grid
from pipeline.errors import Mistakes
from pipeline.intake.guarded import MOST_DEPTH, child, local

_KEPT = {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "sup", "br"}
_NAMED = {"break": "br", "hr": "br"}
_OUTSIDE = {"table-wrap", "fig", "ref-list", "disp-formula", "tex-math", "math", "inline-graphic", "alternatives"}
_LEFT_OUT = {"tex-math", "graphic", "inline-graphic", "object-id"}


def read(file: str, data: bytes) -> list[Grid]:
    """Every table of the article, by way of the reader of HTML, whose tables JATS has."""
    root = tree(file, data)
    found = []
    for wrap in root.iter():
        if local(wrap.tag) == "table-wrap" and any(local(e.tag) == "table" for e in wrap.iter()):
            found += from_html.read(file, "".join(_page(wrap)).encode())
    return found


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """Paragraphs of abstract and body, each with its number; those of tables, figures and references left out."""
    words = ["".join(_words(p)) for p in _paragraphs(tree(file, data))]
    return [(f"paragraph {n}", " ".join(w.split())) for n, w in enumerate(words, 1)]


def tree(file: str, data: bytes) -> Element:
    """``Mistakes`` for entities of its own, too much of anything, and what is no XML."""
    if len(data) > MOST_BYTES:
        raise too_large(file)
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator="}")
    parser.UseForeignDTD(False)

    def start(tag: str, attrs: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise too_large(file)
        builder.start(tag, attrs)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise Mistakes.one(
            file, "declares entities or attributes, which could name files of this computer or grow without end.",
            "Save it without these, or save its tables as CSV, XLSX, HTML or DOCX.",
        )  # fmt: skip

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, builder.data
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.NotationDeclHandler = refuse
    parser.AttlistDeclHandler = refuse  # a default value stands at each element, however long it is
    parser.SkippedEntityHandler = lambda name, parameter: (
        builder.data(html5.get(f"{name};", "")) if not parameter else None
    )
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError):
        raise Mistakes.one(file, "is no complete XML.", "Get the article again, or save its tables as HTML.") from None


def _page(wrap: Element) -> Iterator[str]:
    """A table with its caption and notes as HTML."""
    label, caption = child(wrap, "label"), child(wrap, "caption")
    said = " ".join("".join(_words(e)).strip() for e in (label, caption) if e is not None)
    for table in (e for e in wrap.iter() if local(e.tag) == "table"):
        yield f"<table><caption>{_marked(said)}</caption>"
        for part in table:
            yield from _markup(part)
        yield "</table>"
    foot = child(wrap, "table-wrap-foot")
    for note in _notes(foot) if foot is not None else ():
        yield f"<p {from_html.NOTED}>{_marked(note)}</p>"


def _notes(foot: Element) -> Iterator[str]:
    """Footnotes one by one, each with its mark raised; paragraphs beside them."""
    for part in foot:
        if local(part.tag) == "fn-group":
            yield from _notes(part)
            continue
        label = child(part, "label")
        mark = "".join(_words(label)).replace(RAISED, "").replace(LOWERED, "").strip() if label is not None else ""
        rest = " ".join("".join(_words(e)).strip() for e in part if e is not label) or "".join(_words(part))
        yield f"{RAISED}{mark}{LOWERED} {rest.strip()}" if mark else rest.strip()


def _markup(element: Element, raised: bool = False) -> Iterator[str]:
    """The element and what it holds, with the tags that a table has; of others the words alone."""
    name = _NAMED.get(local(element.tag), local(element.tag))
    if name in _LEFT_OUT:
        return
    kept = name in _KEPT
    if _refers(element) and not raised:
        yield f"<sup>{escape(''.join(element.itertext()))}</sup>"
        return
    if kept:
        given = {local(k): v for k, v in element.attrib.items()}
        spans = "".join(f' {k}="{escape(given[k])}"' for k in ("colspan", "rowspan", "style") if k in given)
        yield f"<{name}{spans}>"
    yield escape(element.text or "")
    for part in element:
        yield from _markup(part, raised or name == "sup")
        yield escape(part.tail or "")
    if kept and name != "br":
        yield f"</{name}>"


def _refers(element: Element) -> bool:
    """Whether it is a footnote's mark that no ``sup`` raises."""
    kind = element.attrib.get("ref-type", "") if local(element.tag) == "xref" else ""
    return kind in ("table-fn", "fn") and not any(local(e.tag) == "sup" for e in element.iter())


def _marked(words: str) -> str:
    return escape(words).replace(RAISED, "<sup>").replace(LOWERED, "</sup>")


def _paragraphs(element: Element) -> Iterator[Element]:
    for part in element:
        name = local(part.tag)
        if name in _OUTSIDE or name in ("front-stub", "journal-meta"):
            continue
        if name == "p":
            yield part
        else:
            yield from _paragraphs(part)


def _words(element: Element) -> Iterator[str]:
    """Words of an element, tables and figures inside it left out; raised text marked."""
    raised = local(element.tag) == "sup"
    yield (RAISED if raised else "") + (element.text or "")
    for part in element:
        if local(part.tag) not in _OUTSIDE | _LEFT_OUT:
            yield from _words(part)
        elif local(part.tag) == "alternatives" and (math := child(part, "math")) is not None:
            yield "".join(math.itertext())
        yield part.tail or ""
    if raised:
        yield LOWERED
