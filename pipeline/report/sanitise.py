"""Markup that may stand in the page: an allow-list of what the report's own blocks are made of, all else words.

Everything a notebook shows passes here, the report's own parts included, so that no study file, label or cell of data
can bring a script, a style, a form or an address into the page. Elements are closed in order whatever comes in.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_EVERYWHERE = {
    "id",
    "class",
    "role",
    "lang",
    "headers",
    "aria-label",
    "aria-labelledby",
    "aria-describedby",
    "data-key",
}
_TAGS: dict[str, set[str]] = {
    **{tag: set() for tag in (
        "section", "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em",
        "b", "i", "code", "pre", "table", "caption", "thead", "tbody", "tfoot", "tr", "figure", "figcaption", "picture",
        "details", "summary", "blockquote", "hr", "br", "sub", "sup", "col", "del", "ins", "mark",
    )},
    "div": {"tabindex"}, "span": {"tabindex", "title"}, "data": {"value"}, "colgroup": {"span"},
    "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"},
    "a": {"href"}, "img": {"src", "alt", "width", "height"},
    "source": {"srcset", "media", "width", "height"},
}  # fmt: skip
_EMPTY = {"hr", "br", "col", "img", "source"}
_SILENT = {
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "title",
    "textarea",
    "select",
}
_PICTURE = re.compile(r"data:image/(?:svg\+xml|png);base64,[A-Za-z0-9+/=]*")
_LINK = re.compile(r"(?:https?://|mailto:|#)[^\s\"'<>]*")
_PLAIN = {
    "tabindex": re.compile(r"0"), "span": re.compile(r"\d{1,4}"), "colspan": re.compile(r"\d{1,4}"),
    "rowspan": re.compile(r"\d{1,4}"), "width": re.compile(r"\d{1,5}"), "height": re.compile(r"\d{1,5}"),
    "src": _PICTURE, "srcset": _PICTURE, "href": _LINK,
}  # fmt: skip


def safe(markup: str, guest: bool = False) -> str:
    """The allowed part of ``markup``. ``guest``: prose that is not the report's own, without ids or headings."""
    walker = _Walker(guest)
    walker.feed(markup)
    walker.close()
    return walker.done()


class _Walker(HTMLParser):
    def __init__(self, guest: bool):
        super().__init__(convert_charrefs=True)
        self._guest, self._out, self._open, self._mute = guest, list[str](), list[str](), 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._mute += 1
        if self._mute or tag not in _TAGS:
            return
        if self._guest and re.fullmatch(r"h[1-6]", tag):
            tag, attrs = "p", [("class", "heading")]
        kept = "".join(
            f' {n}="{escape(v or "", quote=True)}"' for n, v in dict(attrs).items() if self._keep(tag, n, v or "")
        )
        self._out.append(f"<{tag}{kept}>")
        if tag not in _EMPTY:
            self._open.append(tag)

    def _keep(self, tag: str, name: str, value: str) -> bool:
        if self._guest and name in ("id", "headers", "data-key"):
            return False
        allowed = name in _EVERYWHERE or name in _TAGS[tag]
        return allowed and (name not in _PLAIN or _PLAIN[name].fullmatch(value) is not None)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._mute = max(0, self._mute - 1)
            return
        if self._guest and re.fullmatch(r"h[1-6]", tag):
            tag = "p"
        if self._mute or tag not in self._open:
            return
        while (last := self._open.pop()) != tag:
            self._out.append(f"</{last}>")
        self._out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self._out.append(escape(data, quote=False))

    def done(self) -> str:
        return "".join([*self._out, *(f"</{tag}>" for tag in reversed(self._open))])
