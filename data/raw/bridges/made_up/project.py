"""The coded interviews as a REFI-QDA project (QDA-XML 1.0), as a program for qualitative analysis exports it.

Places count characters (Unicode code points) of texts whose line ends are two characters. Nothing is compressed: how
well a machine's zlib does it would change the bytes.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from xml.sax.saxutils import escape, quoteattr

from made_up import codebook as c
from made_up.coders import CODERS, Coding, Work
from made_up.interviews import Interview

NAMESPACE = "urn:QDA-XML:project:1.0"
_SPACE = uuid.UUID("8a0f0a3c-54b4-5d39-9d0c-7c4b4d1f2b67")
_DAY = (1980, 1, 1, 0, 0, 0)
VARIABLES = {"Role": "Text", "Programme": "Text", "Quote": "Text", "Held": "Date"}
AGREED = {True: "agreed", False: "declined"}


def guid(*names: object) -> str:
    """The same for the same names."""
    return str(uuid.uuid5(_SPACE, "\x1f".join(map(str, names)))).upper()


def project(interviews: list[Interview], done: Work) -> bytes:
    """The .qdpx; sources and cases stand by their numbers, not in the order in which they were held."""
    by_number = sorted(interviews, key=lambda i: (i.pilot, i.number))
    cases = (_case(i, [x for x in by_number if x.number == i.number]) for i in by_number if not i.pilot)
    sources = (_source(i, [x for x in done.codings if x.order == i.order]) for i in by_number)
    whole = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<Project xmlns="{NAMESPACE}" name="Bridges, made-up interviews" origin="made up">\n'
        f"<Users>\n{''.join(_user(coder.name) for coder in CODERS)}</Users>\n"
        f"<CodeBook><Codes>\n{_codes('')}</Codes></CodeBook>\n"
        f"<Variables>\n{''.join(_variable(name, kind) for name, kind in VARIABLES.items())}</Variables>\n"
        f"<Cases>\n{''.join(cases)}</Cases>\n"
        f"<Sources>\n{''.join(sources)}</Sources>\n"
        "<Description>Made up: nobody was interviewed.</Description>\n</Project>\n"
    )
    members = {"project.qde": whole} | {f"Sources/{guid('text', i.document)}.txt": i.text for i in by_number}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_STORED, 3, 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    return out.getvalue()


def _user(name: str) -> str:
    return f'<User guid="{guid("user", name)}" name={quoteattr(name)}/>\n'


def _codes(above: str) -> str:
    """The codes right under a code (``""``: the top), each with those under it."""
    found = ""
    for code in c.CODES:
        parent, _, name = code.path.rpartition(c.UNDER)
        if parent == above:
            found += (
                f'<Code guid="{guid("code", code.path)}" name={quoteattr(name)} isCodable="true">'
                f"<Description>{escape(code.definition)}</Description>{_codes(code.path)}</Code>\n"
            )
    return found


def _variable(name: str, kind: str) -> str:
    return f'<Variable guid="{guid("variable", name)}" name={quoteattr(name)} typeOfVariable="{kind}"/>\n'


def _case(interview: Interview, theirs: list[Interview]) -> str:
    """A person, and all interviews with them; the pilot has its own day, which stands at its text."""
    values = _values({"Role": interview.role_in_file, "Programme": interview.programme,
                      "Quote": AGREED[interview.may_be_quoted], "Held": interview.held.isoformat()})
    sources = "".join(f'<SourceRef targetGUID="{guid("source", i.document)}"/>' for i in theirs)
    return f'<Case guid="{guid("case", interview.number)}" name="{interview.participant}">{values}{sources}</Case>\n'


def _values(said: dict[str, str]) -> str:
    return "".join(
        f'<VariableValue><VariableRef targetGUID="{guid("variable", name)}"/>'
        f"<{VARIABLES[name]}Value>{escape(value)}</{VARIABLES[name]}Value></VariableValue>"
        for name, value in said.items()
    )


def _source(interview: Interview, codings: list[Coding]) -> str:
    """A text by its path, and its selections: one a place and coder, with all codes that the coder gave it."""
    places: dict[tuple[int, int, str], list[str]] = {}
    for x in sorted(codings, key=lambda x: (x.start, x.end, x.coder)):
        places.setdefault((x.start, x.end, x.coder), []).append(x.code)
    return (
        f'<TextSource guid="{guid("source", interview.document)}" name="{interview.document}" '
        f'plainTextPath="internal://{guid("text", interview.document)}.txt">\n'
        f"{''.join(_selection(interview, place, codes) for place, codes in places.items())}"
        f"{_values({'Held': interview.held.isoformat()}) if interview.pilot else ''}</TextSource>\n"
    )


def _selection(interview: Interview, place: tuple[int, int, str], codes: list[str]) -> str:
    start, end, coder = place
    made = "".join(
        f'<Coding guid="{guid("coding", interview.document, *place, code)}">'
        f'<CodeRef targetGUID="{guid("code", code)}"/></Coding>'
        for code in dict.fromkeys(codes)
    )
    return (
        f'<PlainTextSelection guid="{guid("selection", interview.document, *place)}" startPosition="{start}" '
        f'endPosition="{end}" creatingUser="{guid("user", coder)}">{made}</PlainTextSelection>\n'
    )
