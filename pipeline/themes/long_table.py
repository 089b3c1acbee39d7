"""The neutral long table of coded passages, in and out: what any program can write from its list of coded segments.

One row a coding: document, participant, role, programme, code, start, end, coder, quotation; consent, order, length
where they are known. A row without a code is a document in which nothing was coded, a person of a group who
has no passage, or a highlight without a tag (Taguette).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping

import pandas as pd

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.intake.cells import Cells
from pipeline.intake.findings import Finding
from pipeline.themes.coding import ATTENDANCE, PEOPLE, SEGMENTS, UNDER, Coding, coding_of
from pipeline.themes.opened import Asked, Opened, column_of, columns_of, consented, in_their_order, named, refuse

NEUTRAL = (
    "document", "participant", "role", "programme", "code", "start", "end", "coder", "quotation", "consent", "order",
    "length",
)  # fmt: skip
_FORMULA = re.compile(r"[ ']*[=+\-@\t\r\n|]")
_PLACE = re.compile(r"[0-9]{1,11}")
_APART = re.compile(r"[\n\r;|]")
"""What stands between codes where a program writes all of a passage into one cell (ATLAS.ti: each on its own line)."""
MOST_LINES = 5
"""So many rows are named by their lines."""
MOST_ODD = 1 / 3
"""Share of places that may be too short for their words: of places counted in paragraphs nearly all are."""


def table_of(file: str, cells: Cells, asked: Asked) -> Opened:
    """The coding that a long table holds. A table without participants has one a document, and the other way round.

    ``Mistakes`` with counts for declared columns that are not there, places that are no numbers, and people of whom
    rows say different things.
    """
    fields = _fields(file, cells, asked)
    text = _read(cells, fields)
    empty = (cells.text == "").all(axis=1)
    text = text[~empty]
    nameless = text["document"] == ""
    lines = text[~nameless]
    places, wrong = _places(lines)
    several = _several(cells, fields["code"])
    refuse(file, [
        _at(nameless & (text["participant"] == ""), "rows name no document and no participant",
            "Fill them in, or leave the rows out."),
        _at(nameless & (text["participant"] != ""), "rows name a participant and no document",
            "Name the document, or leave the rows out."),
        _at(lines["code"].map(_unnamed), "rows have a code without a name beside its ::", "Name each part."),
        _at(several, "rows have several codes in one cell", "Write a row for each code of a passage."),
        _at(wrong, "rows have a start or an end that is no place in a text",
            "Write both as whole numbers, or neither."),
    ])  # fmt: skip
    short = _short(lines, places)
    placed = int(places["start"].notna().sum())
    if short > MOST_ODD * placed:
        raise Mistakes.one(file, f"{short:,} of {placed:,} passages are longer than from their start to their end, "
                           "which may count paragraphs or lines.",
                           "Leave both columns out, or export the places in characters.")  # fmt: skip
    people = _one_each(file, lines, "participant", [*PEOPLE, *asked.variables], "people")
    people["consent"] = consented(file, people["consent"], asked)
    about = _one_each(file, lines, "document", ["order", "length"], "documents")
    said = {str(document): order for document, order in about["order"].items()} if fields["order"] else {}
    order, late = in_their_order(file, said, list(about.index))
    documents = about.loc[order]
    documents["length"] = pd.to_numeric(documents["length"].where(documents["length"].str.fullmatch(_PLACE.pattern)))
    coded = lines["code"] != ""
    segments = lines.assign(start=places["start"], end=places["end"])[coded]
    codes = pd.DataFrame(index=pd.Index(segments["code"].unique(), dtype="str"))
    documents = documents.drop(columns="order").astype({"length": "Int64"})
    found = coding_of(documents, people, codes, segments[[*SEGMENTS]], lines[[*ATTENDANCE]])
    told = [Finding(file, "rows without a code", "", "", int((~coded).sum()))]
    told += [Finding(file, "rows without anything, passed over", "", "", int(empty.sum()))] if empty.any() else []
    told += [Finding(file, "passages longer than from start to end", "", "",
                     short)] if short else []  # fmt: skip
    told += [Finding(file, "documents without an order of their own, which come last", "", "", late)] if late else []
    told += [] if fields["participant"] else [Finding(file, "no participants: each document is a person", "", "",
                                                      len(documents))]  # fmt: skip
    return Opened(found, {}, (*cells.findings, *told), said)


def table_file(coding: Coding) -> bytes:
    """The neutral table as CSV (UTF-8 with a byte order mark). Documents in which nothing was coded have a row, too,
    and so has everyone who attended a document and has no passage of it.

    What a spreadsheet would run begins with an apostrophe, which ``table_of`` takes away again. Codes that no passage
    carries, and definitions, stand in the codebook (``codebook_file``). It quotes people: it stays with their data.
    """
    spoken = pd.MultiIndex.from_frame(coding.segments[[*ATTENDANCE]])
    silent = coding.attendance[~pd.MultiIndex.from_frame(coding.attendance).isin(spoken)]
    rows = pd.concat([coding.segments, silent])
    bare = coding.documents.index.difference(rows["document"], sort=False)
    rows = pd.concat([rows, pd.DataFrame({"document": bare, "participant": ""})], ignore_index=True)
    about = coding.documents.reindex(rows["document"])
    rows = rows.assign(order=about["order"].to_numpy(), length=about["length"].array)
    extra = [column for column in coding.people.columns if column not in PEOPLE]
    who = coding.people.reindex(rows["participant"])
    rows = rows.assign(**{column: who[column].to_numpy() for column in coding.people.columns})
    rows = rows.sort_values("order", kind="stable")[[*NEUTRAL, *extra]]
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(guarded(column) for column in rows.columns)
    text = rows.astype("object").where(rows.notna(), "")
    lines.writerows([guarded(str(cell)) for cell in row] for row in text.itertuples(index=False, name=None))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def guarded(text: str) -> str:
    """With an apostrophe before what a spreadsheet would run; ``unguarded`` takes it away."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _fields(file: str, cells: Cells, asked: Asked) -> dict[str, str | None]:
    """Field -> column. ``Mistakes`` for declared columns that are not there, and where there are no codes."""
    there = list(cells.text.columns)
    fields = {name: column_of(name, asked, there) for name in (*NEUTRAL, *asked.variables)}
    declared = {name: asked.columns.get(name, name) for name in fields if name in {*asked.columns, *asked.variables}}
    for name, column in declared.items():
        if fields[name] is None:
            raise Mistakes.one(file, f"has no column '{column}' ({name}).", closest(column, there) or _has(there))
    alike = {name: found for name in NEUTRAL if len(found := columns_of(name, asked, there)) > 1}
    raise_all(
        Mistake(file, f"has {len(found)} columns that may be the {name}: {', '.join(found)}.",
                f"Say which under 'columns': {{{name}: {found[0]}}}.") for name, found in alike.items()
    )  # fmt: skip
    needed = {"code": ["code"], "document or participant": ["document", "participant"]}
    for what, names in needed.items():
        if not any(fields[name] for name in names):
            raise Mistakes.one(file, f"has no column for the {what}.", f"Name it under 'columns'. {_has(there)}")
    return fields


def _has(columns: list[str]) -> str:
    return f"It has: {', '.join(columns[:12])}{', …' if len(columns) > 12 else ''}."


def _read(cells: Cells, fields: Mapping[str, str | None]) -> pd.DataFrame:
    """Every field as text; names on one line, codes as paths; a document is called by its participant if need be."""
    ours = _ours(cells)
    found = pd.DataFrame(index=cells.text.index)
    for name, column in fields.items():
        told = cells.text[column].tolist() if column else [""] * len(found)
        told = [unguarded(cell) for cell in told] if ours else told
        if name != "quotation":
            once = {cell: _path(cell) if name == "code" else named(cell) for cell in set(told)}
            told = [once[cell] for cell in told]
        found[name] = pd.array(told, dtype="str")
    if not fields["participant"]:
        found["participant"] = found["document"]
    if not fields["document"]:
        found["document"] = found["participant"]
    return found


def _at(rows: pd.Series, what: str, mend: str) -> tuple[int, str, str]:
    """For ``refuse``: how many rows are so, and the lines of the first of them."""
    here = rows.index[rows.to_numpy(dtype=bool)]
    return len(here), f"{what} ({_lines(here)}).", mend


def _lines(rows: pd.Index) -> str:
    here = [str(row).rpartition(":")[2] for row in rows[:MOST_LINES]]
    return f"line{'s' * (len(rows) > 1)} {', '.join(here)}{', …' if len(rows) > MOST_LINES else ''}"


def _several(cells: Cells, column: str | None) -> pd.Series:
    """Rows whose cell holds several codes: on lines of their own, or parted by ; or | where each is a code elsewhere,
    too. Read as one they would be a code that nobody gave, and missing where they were given."""
    said = cells.text[column] if column and not _ours(cells) else pd.Series("", index=cells.text.index)
    apart = {cell: [part.strip() for part in _APART.split(cell.strip()) if part.strip()] for cell in set(said)}
    known = Counter(part for parts in apart.values() for part in set(parts))
    many = {cell for cell, parts in apart.items() if len(parts) > 1
            and ("\n" in cell.strip() or "\r" in cell.strip() or all(known[part] > 1 for part in parts))}  # fmt: skip
    return said.isin(many)


def _short(lines: pd.DataFrame, places: Mapping[str, pd.Series]) -> int:
    """How many coded passages have no character between start and end, or far fewer than their words."""
    length = (places["end"] - places["start"]).fillna(-1).astype("int64")
    words = lines["quotation"].map(lambda text: len(" ".join(text.split()))).astype("int64")
    odd = (length == 0) | ((length > 0) & (words > 2 * length + 20))
    return int((odd & (lines["code"] != "")).sum())


def _ours(cells: Cells) -> bool:
    """Whether ``table_file`` wrote it."""
    return list(cells.text.columns[: len(NEUTRAL)]) == list(NEUTRAL)


def _unnamed(code: str) -> bool:
    return bool(code) and not all(code.split(UNDER))


def _path(cell: str) -> str:
    return UNDER.join(named(part) for part in cell.split(UNDER))


def _places(lines: pd.DataFrame) -> tuple[dict[str, pd.Series], pd.Series]:
    """start and end, <NA> where there are none; which rows say something else."""
    said = {end: lines[end] != "" for end in ("start", "end")}
    fits = {end: lines[end].str.fullmatch(_PLACE.pattern) for end in said}
    found = {end: pd.to_numeric(lines[end].where(fits[end])).astype("Int64") for end in said}
    wrong = (said["start"] != said["end"]) | (said["start"] & ~fits["start"]) | (said["end"] & ~fits["end"])
    return found, (wrong | (found["end"] < found["start"]).fillna(False)).astype(bool)


def _one_each(file: str, lines: pd.DataFrame, by: str, columns: list[str], what: str) -> pd.DataFrame:
    """A line a person or document; ``Mistakes`` where its rows say two things."""
    named_so = lines[lines[by] != ""]
    said = named_so[[by, *columns]].replace("", pd.NA).groupby(by, sort=False)
    told = []
    for column in columns:
        several = said[column].nunique() > 1
        rows = named_so[by].isin(several.index[several]) & (named_so[column] != "")
        told.append((int(several.sum()), f"{what} have two values of {column} ({_lines(named_so.index[rows])}).",
                     "Correct the rows."))  # fmt: skip
    refuse(file, told)
    return said.first().fillna("").astype("str")
