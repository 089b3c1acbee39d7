"""REFI-QDA projects made up for tests: every interview in them is invented, and says so."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

PROJECT = "urn:QDA-XML:project:1.0"
TALK = (
    "Made-up interview, no one said this.\r\n"
    "I felt heard 😀 from the first evening on, as nobody before had listened.\r\n"
    "Später ging ich allein in die Gruppe, weil ich den Weg kannte.\r\n"
    "My supporter 🙂 knew the forms, and so we filled them in together.\r\n"
)
OTHER = "Made-up interview too.\r\nWe talked about the bus, the weather and what helps at night.\r\n"


def guid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name)).upper()


@dataclass
class Source:
    """name, raw text, the passages [(words, code, coder)], and how the file's texts and places are written."""

    name: str
    raw: str
    passages: Sequence[tuple[str, str, str]] = ()
    attributes: str = ""
    inside: str = ""


@dataclass
class Project:
    """As a program would write it. unit: how places are counted; mark: a byte order mark before each text."""

    sources: list[Source]
    codes: Mapping[str, str] = field(default_factory=lambda: {"heard": "", "way": ""})
    unit: str = "points"
    mark: bool = False
    count_mark: bool = False
    crlf: bool = True
    count_crlf: bool = True
    inline: bool = False
    names: bool = False
    shift: int = 0
    cases: str = ""
    variables: str = ""
    braces: bool = False
    codebook: str = ""

    def places(self, source: Source, words: str) -> tuple[int, int]:
        """Where the words stand, in the project's own unit."""
        counted = source.raw if self.count_crlf else source.raw.replace("\r\n", "\n")
        begin = counted.index(words)
        sizes = {"points": len, "utf16": lambda t: len(t.encode("utf-16-le")) // 2, "bytes": lambda t: len(t.encode())}
        size = sizes[self.unit]
        moved = self.shift + (size("\ufeff") if self.count_mark else 0)
        return size(counted[:begin]) + moved, size(counted[: begin + len(words)]) + moved

    def xml(self) -> str:
        wrap = (lambda g: f"{{{g.lower()}}}") if self.braces else (lambda g: g)
        coders = dict.fromkeys(coder for s in self.sources for *_, coder in s.passages if coder)
        users = "".join(f"<User guid='{guid('user' + c)}' name={quoteattr(c)}/>" for c in coders)
        codes = self.codebook or "".join(
            f"<Code guid='{wrap(guid('code' + c))}' name={quoteattr(c)} isCodable='true'>"
            f"{f'<Description>{escape(d)}</Description>' if d else ''}</Code>" for c, d in self.codes.items()
        )  # fmt: skip
        sources = "".join(self.source(s) for s in self.sources)
        return (
            f"<?xml version='1.0' encoding='utf-8'?><Project xmlns='{PROJECT}' name='made up'>"
            f"{f'<Users>{users}</Users>' if users else ''}<CodeBook><Codes>{codes}</Codes></CodeBook>"
            f"{f'<Variables>{self.variables}</Variables>' if self.variables else ''}"
            f"{f'<Cases>{self.cases}</Cases>' if self.cases else ''}<Sources>{sources}</Sources></Project>"
        )

    def source(self, source: Source) -> str:
        said = []
        for number, (words, code, coder) in enumerate(source.passages):
            start, end = self.places(source, words)
            name = f"name={quoteattr(words)}" if self.names else ""
            user = f"creatingUser='{guid('user' + coder)}'" if coder else ""
            said.append(
                f"<PlainTextSelection guid='{guid(f'{source.name}{number}')}' startPosition='{start}' "
                f"endPosition='{end}' {name} {user}><Coding guid='{guid(f'coding{source.name}{number}')}' {user}>"
                f"<CodeRef targetGUID='{guid('code' + code)}'/></Coding></PlainTextSelection>"
            )
        text = f"<PlainTextContent>{escape(source.raw)}</PlainTextContent>" if self.inline else ""
        path = "" if self.inline else f"plainTextPath='internal://{guid('text' + source.name).lower()}.txt'"
        return (
            f"<TextSource guid='{guid(source.name)}' name={quoteattr(source.name)} {source.attributes or path}>"
            f"{text}{''.join(said)}{source.inside}</TextSource>"
        )

    def bytes(self, members: Mapping[str, bytes] | None = None) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("Project.qde", self.xml())
            for source in self.sources:
                text = source.raw if self.crlf else source.raw.replace("\r\n", "\n")
                mark = b"\xef\xbb\xbf" if self.mark else b""
                if not self.inline:
                    archive.writestr(f"sources/{guid('text' + source.name)}.txt", mark + text.encode())
            for name, data in (members or {}).items():
                archive.writestr(name, data)
        return out.getvalue()


def case(
    name: str, sources: Sequence[str] = (), selections: Sequence[str] = (), values: Mapping[str, str] | None = None
) -> str:
    said = "".join(
        f"<VariableValue><VariableRef targetGUID='{guid('v' + k)}'/><TextValue>{v}</TextValue></VariableValue>"
        for k, v in (values or {}).items()
    )
    refs = "".join(f"<SourceRef targetGUID='{guid(s)}'/>" for s in sources)
    refs += "".join(f"<SelectionRef targetGUID='{guid(s)}'/>" for s in selections)
    return f"<Case guid='{guid('case' + name)}' name='{name}'>{said}{refs}</Case>"


def variables(*names: str) -> str:
    return "".join(f"<Variable guid='{guid('v' + n)}' name='{n}' typeOfVariable='Text'/>" for n in names)


TOLD = [
    ("I felt heard", "heard", "A"), ("nobody before had listened", "heard", "B"),
    ("ich den Weg kannte", "way", "A"), ("My supporter 🙂 knew the forms", "way", "A"),
    ("we filled them in together", "way", "B"),
]  # fmt: skip
"""Made-up passages of ``TALK``: words, code, coder."""


def two(**options: object) -> Project:
    """Two made-up interviews, one of them coded."""
    return Project([Source("first", TALK, TOLD), Source("second", OTHER, [("what helps", "heard", "A")])], **options)  # type: ignore[arg-type]
