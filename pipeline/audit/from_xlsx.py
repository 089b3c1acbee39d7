"""XLSX: what a sheet shows. Formats, raised letters and indents count here, so that the parts themselves are read:
a cell that holds 0.2619 and shows 26% was printed as 26%. Formulas are never run; their stored results are taken.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from pipeline.audit.from_csv import indent
from pipeline.audit.opened import MOST_CELLS, Parts, too_large, whole
from pipeline.audit.printed import LOWERED, RAISED, Grid
from pipeline.errors import Mistakes
from pipeline.intake.guarded import attribute, child, local
from pipeline.intake.numbers import number_text

_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 39: "#,##0.00"}
_SHOWN = re.compile(r"[#,0? ]*(?:\.([0#?]+))?(%?)")
_AT = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_MOST_COLUMNS, _MOST_DECIMALS, _MOST_INDENT = 500, 30, 250
"""Columns of a printed table; decimals and steps of an indent as a spreadsheet program allows them."""
_RELATION = "/worksheet"

NUMBERS = ("kind", "name", "term", "level", "group", "statistic", "value", "printed")
"""The headings of the sheet that lists the released number behind every cell of an export (``tables.as_xlsx``)."""


@dataclass(frozen=True)
class _Look:
    shown: str = ""
    indent: int = 0


def read(file: str, data: bytes) -> list[Grid]:
    """A grid for every sheet with content but our own list of numbers, which is no table in print. ``Mistakes`` where a
    formula has no stored result."""
    parts = Parts(file, data)
    strings = [_rich(item) for item in parts.tree("xl/sharedStrings.xml")] if parts.has("xl/sharedStrings.xml") else []
    looks = _looks(parts)
    book, relations = parts.tree("xl/workbook.xml"), parts.tree("xl/_rels/workbook.xml.rels")
    targets = {
        r.get("Id", ""): posixpath.normpath(posixpath.join("/xl", r.get("Target", ""))).lstrip("/")
        for r in relations if r.get("Type", "").endswith(_RELATION)
    }  # fmt: skip
    sheets = [(attribute(s, "name"), targets.get(s.get(_id(s), ""))) for s in child(book, "sheets") or ()]
    grids = [_grid(file, name, parts.tree(part), strings, looks) for name, part in sheets if part]
    return [grid for grid in grids if grid.rows and grid.rows[0][: len(NUMBERS)] != NUMBERS]


def _id(sheet: Element) -> str:
    return next((key for key in sheet.attrib if key.endswith("}id")), "")


def _rich(item: Element) -> str:
    """Text of a string; raised runs are marked, the reading aid of Japanese left out."""
    parts = []
    for part in item:
        if local(part.tag) == "t":
            parts.append(_clean(part.text))
        elif local(part.tag) == "r":
            words = _clean(getattr(child(part, "t"), "text", ""))
            raised = attribute(child(part, "rPr", "vertAlign"), "val") == "superscript"
            parts.append(f"{RAISED}{words}{LOWERED}" if raised and words.strip() else words)
    return "".join(parts)


def _clean(text: str | None) -> str:
    return (text or "").replace(RAISED, "").replace(LOWERED, "").replace("_x000D_", "")


def _looks(parts: Parts) -> list[_Look]:
    if not parts.has("xl/styles.xml"):
        return []
    styles = parts.tree("xl/styles.xml")
    own = {attribute(f, "numFmtId"): attribute(f, "formatCode") for f in child(styles, "numFmts") or ()}
    found = []
    for style in child(styles, "cellXfs") or ():
        number = attribute(style, "numFmtId", "0")
        code = own.get(number) or _BUILT_IN.get(whole(number), "")
        found.append(_Look(code, min(whole(attribute(child(style, "alignment"), "indent")), _MOST_INDENT)))
    return found


def _grid(file: str, name: str, sheet: Element, strings: list[str], looks: list[_Look]) -> Grid:
    cells: dict[tuple[int, int], str] = {}
    indents: dict[int, float] = {}
    unvalued = 0
    for cell in (c for row in child(sheet, "sheetData") or () for c in row):
        at = _AT.fullmatch(attribute(cell, "r"))
        if not at or _column(at[1]) >= _MOST_COLUMNS:
            continue
        style = whole(attribute(cell, "s", "0"), len(looks))
        look = looks[style] if style < len(looks) else _Look()
        text = _value(cell, strings, look)
        unvalued += child(cell, "f") is not None and text == ""
        if text:
            row, column = int(at[2]), _column(at[1])
            cells[row, column] = text
            if column == 0:
                indents[row] = 2.0 * look.indent + indent(text)
    if unvalued:
        raise Mistakes.one(
            f"{file}, sheet '{name}'", f"{unvalued:,} {'formula has' if unvalued == 1 else 'formulas have'} no stored "
            "result.", "Open it in a spreadsheet program, so that they are computed, and save it.",
        )  # fmt: skip
    _merge(sheet, cells)
    return _laid_out(file, name, cells, indents)


def _laid_out(file: str, name: str, cells: dict[tuple[int, int], str], indents: dict[int, float]) -> Grid:
    """Rows from the first to the last with content (blank ones between stay: they part notes from the table)."""
    if not cells:
        return Grid((), (), ())
    rows, width = sorted({row for row, _ in cells}), 1 + max(column for _, column in cells)
    if len(rows) * width > MOST_CELLS:
        raise too_large(file)
    kept: list[int] = []
    for row in rows:
        if kept and row > kept[-1] + 1:
            kept.append(kept[-1] + 1)
        kept.append(row)
    return Grid(
        rows=tuple(tuple(cells.get((row, column), "") for column in range(width)) for row in kept),
        places=tuple(f"row {row}" for row in kept), indents=tuple(indents.get(row, 0.0) for row in kept),
        name=name, loose=True,
    )  # fmt: skip


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number - 1


def _merge(sheet: Element, cells: dict[tuple[int, int], str]) -> None:
    """A heading that reaches over several columns stands above each of them (in its own row, from column B on)."""
    for area in child(sheet, "mergeCells") or ():
        ends = _AT.findall(attribute(area, "ref"))
        if len(ends) != 2 or ends[0][1] != ends[1][1]:
            continue
        row, first, last = int(ends[0][1]), _column(ends[0][0]), _column(ends[1][0])
        if first and (text := cells.get((row, first))):
            for column in range(first, min(last, _MOST_COLUMNS - 1) + 1):
                cells[row, column] = text


def _value(cell: Element, strings: list[str], look: _Look) -> str:
    kind, held = attribute(cell, "t", "n"), getattr(child(cell, "v"), "text", "") or ""
    if kind == "inlineStr":
        inside = child(cell, "is")
        return _rich(inside) if inside is not None else ""
    if kind == "s":
        place = whole(held, len(strings))
        return strings[place] if place < len(strings) else ""
    if kind == "b":
        return "TRUE" if held == "1" else "FALSE"
    return _shown(held, look.shown) if kind == "n" else _clean(held)


def _shown(held: str, code: str) -> str:
    """A number as its format shows it; by its shortest form where the format is none that we know."""
    try:
        value = Decimal(held)
    except InvalidOperation:
        return _clean(held)
    if not value.is_finite() or abs(value) > 10**15:
        return held
    sign = "%" if re.search(r'"\s*%"$|\\%$', code.split(";")[0]) else ""
    section = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code.split(";")[0])
    known = _SHOWN.fullmatch(section)
    decimals = len(known[1] or "") if known else 0
    if not section or not known or decimals > _MOST_DECIMALS:
        return number_text(float(value)) + sign
    scaled = (value * 100 if known[2] else value).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=_MOST_DECIMALS + 20)
    )
    return f"{scaled:{',' if ',' in section else ''}f}{known[2] or sign}"
