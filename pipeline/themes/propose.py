"""A first study file for coded interviews: it runs unedited, and says what the files have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.cleaning.scalars import quoted
from pipeline.intake.cells import Cells
from pipeline.intake.guarded import Members, attribute, child
from pipeline.themes.coding import Coding
from pipeline.themes.long_table import table_of
from pipeline.themes.opened import NOTHING_ASKED, column_of, named
from pipeline.themes.refi import project_of, read_project

ENDING = ".qdpx"
MOST_NAMED = 12
PASSAGES = ("quotation", "start")
"""Beside codes and documents a table of passages has one of these; a survey has not all three."""


def is_coded(cells: Cells) -> bool:
    """Whether a table looks like passages with codes, by the usual names of its columns."""
    there = list(cells.text.columns)
    has = {name for name in ("document", "code", *PASSAGES) if column_of(name, NOTHING_ASKED, there) is not None}
    return has >= {"document", "code"} and not has.isdisjoint(PASSAGES)


def propose_project(title: str, file: str, data: bytes) -> tuple[str, Coding]:
    """The text of a study file for a REFI-QDA project, and its coding. ``Mistakes`` where it can't be read."""
    coding = read_project(file, data).coding
    held = child(project_of(file, Members(file, data)), "Variables")
    names = [named(attribute(one, "name")) for one in (held if held is not None else ())]
    return _text(title, {"file": file}, names, "variables", coding), coding


def propose_table(title: str, file: str, cells: Cells, options: Mapping[str, str]) -> tuple[str, Coding]:
    """Likewise for a table of passages. options: further words of ``coded`` (``sheet``)."""
    coding = table_of(file, cells, NOTHING_ASKED).coding
    columns = [named(column) for column in cells.text.columns]
    return _text(title, {"file": file, **options}, columns, "columns", coding), coding


def _text(title: str, coded: Mapping[str, str], names: Sequence[str], what: str, coding: Coding) -> str:
    tops = coding.codes.index[coding.codes["parent"] == ""].tolist()
    lines = [
        "# Proposed from coded interviews; every line that was guessed says so. Look at each, correct it, delete the "
        "remark.",
        f"title: {quoted(title)}",
        "design: {kind: interviews}",
        "interviews:",
        "  coded:",
        *(f"    {key}: {quoted(word)}" for key, word in coded.items()),
        f"    # columns: {{role: …, programme: …, consent: …, order: …}}   # its {what}: {_few(names) or 'none'}",
        "  # roles: {as it stands there: label}   # then tables can have columns: role",
        f"  # themes:   # the codes at the top: {_few(tops) or 'none'}",
        "  #   a theme: {codes: [a code, another], definition: …}",
        "  tables:   # guess: choose what is counted",
        "    codes: {rows: codes, count: [people, documents, segments]}",
        "    codebook: {codebook: true}",
        "release: {rule: journal, below: 5}   # counts below 5 are withheld",
    ]
    return "\n".join([*lines, ""])


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
