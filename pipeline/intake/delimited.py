"""CSV and TSV: the delimiter is found, quoted new lines are kept, a row that is too long or short is refused."""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import Mistake, Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.decimals import decimal_mark
from pipeline.intake.encoding import decode
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import framed, refuse_many_columns
from pipeline.intake.separated import CALLED, LONGEST, long_cells
from pipeline.study import Source

ONE_COLUMN = "\x1f"
"""A sign that no text has, so that nothing is parted."""
_SAMPLE = 400_000
_CHUNK = 1_000
_NAMED_BY_EXCEL = re.compile(r'"?sep=([,;\t|])"?\r?\n')


def read(file: str, data: bytes, source: Source, where: Where) -> Cells:
    """The cells of a delimited file, letter by letter as they stand; rows are called by the line where they begin."""
    text, findings = decode(file, data, source.encoding, where)
    _refuse_endless_line(file, text)
    hint = _NAMED_BY_EXCEL.match(text)
    skipped = 1 if hint else 0
    delimiter = _declared(source.delimiter, where) or (hint[1] if hint else None) or find_delimiter(file, text)
    findings.append(Finding(file, "delimiter", CALLED.get(delimiter, delimiter) if delimiter else "none (one column)"))
    if source.delimiter is None and hint:
        findings.append(Finding(file, "first line that names the delimiter left out", "sep="))
    rows = _parse(file, text, delimiter or ONE_COLUMN, skipped)
    if rows.blank:
        findings.append(Finding(file, "blank lines passed over", str(rows.blank)))
    columns = [_trimmed(pa.chunked_array(chunks, pa.large_string()), "\r" in text) for chunks in rows.chunks]
    findings += decimal_mark(file, columns, delimiter, source.decimal)
    return framed(file, rows.header, columns, rows.lines, findings)


def _refuse_endless_line(file: str, text: str) -> None:
    """A line that long is a file without line ends, and would fall into more cells than the memory holds."""
    start = 0
    while len(text) - start > LONGEST:
        end = max(text.rfind("\n", start, start + LONGEST + 1), text.rfind("\r", start, start + LONGEST + 1))
        if end < 0:
            line = text.count("\n", 0, start) + 1
            raise Mistakes.one(
                f"{file}:{line}", f"a line has more than {LONGEST:,} characters.",
                "Its line ends are lost, or it is no table: export the file again.",
            )  # fmt: skip
        start = end + 1


def _trimmed(column: pa.ChunkedArray, returns: bool) -> pa.ChunkedArray:
    """Without carriage returns at the end of cells, which quoted line ends of another system leave behind."""
    return pc.utf8_rtrim(column, "\r") if returns else column


def _declared(delimiter: str | None, where: Where) -> str | None:
    if delimiter is None:
        return None
    sign = "\t" if delimiter in ("tab", "\\t") else delimiter
    if len(sign) != 1 or sign in '"\r\n':
        raise Mistakes.one(where("delimiter"), f"'{delimiter}' can't part cells.", "Write one sign, or the word tab.")
    return sign


def find_delimiter(file: str, text: str) -> str:
    """The sign that gives most rows as many cells as the first row; ``""`` where the file has one column.

    Quotation marks are respected while it is looked for: a comma inside a quoted wording parts nothing.
    ``Mistakes`` where two signs fit every row alike.
    """
    sample = text[:_SAMPLE]
    scores = {sign: _fit(sample, sign, cut=len(text) > _SAMPLE) for sign in CALLED}
    ranked = sorted(scores, key=lambda sign: scores[sign], reverse=True)
    first, second = ranked[:2]
    if scores[first][0] == 0:
        return ""
    if scores[first][0] == scores[second][0] == 1:
        raise Mistakes.one(
            file, f"can be parted by {CALLED[first]} ({scores[first][1]} columns) and by {CALLED[second]} "
            f"({scores[second][1]} columns) alike.", "Say which with delimiter:.",
        )  # fmt: skip
    return first


def _fit(sample: str, sign: str, cut: bool) -> tuple[float, int]:
    """(share of rows that are as wide as the first, that width); the share is 0 where the first has one cell."""
    widths: list[int] = []
    with long_cells():
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign, strict=True):
                if row:
                    widths.append(len(row))
        except csv.Error as error:
            if not (cut and "unexpected end" in str(error)):
                widths.append(0)  # what this sign parts does not hold together
    if cut and len(widths) > 1:
        widths.pop()  # the sample ends inside this row
    if not widths or widths[0] < 2:
        return 0.0, 1
    return widths.count(widths[0]) / len(widths), widths[0]


@dataclass
class _Rows:
    header: list[str] = field(default_factory=list)
    chunks: list[list[pa.Array]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    blank: int = 0
    ragged: list[tuple[int, int]] = field(default_factory=list)

    def keep(self, buffer: list[list[str]]) -> None:
        for chunks, values in zip(self.chunks, zip(*buffer, strict=True), strict=False):
            chunks.append(pa.array(values, pa.large_string()))


def _parse(file: str, text: str, delimiter: str, skipped: int) -> _Rows:
    rows, buffer, begin = _Rows(), list[list[str]](), skipped + 1
    lines = io.StringIO(text, newline="")
    reader = csv.reader(itertools.islice(lines, skipped, None), delimiter=delimiter, strict=True)
    with long_cells():
        try:
            for row in reader:
                here, begin = begin, skipped + reader.line_num + 1
                if not row:
                    rows.blank += 1
                elif not rows.header:
                    refuse_many_columns(file, len(row))
                    rows.header, rows.chunks = row, [[] for _ in row]
                elif len(row) != len(rows.header):
                    rows.ragged.append((here, len(row)))
                else:
                    buffer.append(row)
                    rows.lines.append(here)
                    if len(buffer) == _CHUNK:
                        rows.keep(buffer)
                        buffer = []
        except csv.Error as error:
            raise _unreadable(file, begin, reader.line_num + skipped, str(error)) from None
    rows.keep(buffer)
    if rows.ragged:
        raise Mistakes([_ragged(file, rows, delimiter)])
    return rows


def _ragged(file: str, rows: _Rows, delimiter: str) -> Mistake:
    more = sum(width > len(rows.header) for _, width in rows.ragged)
    parts = [f"{word}: {n:,}" for n, word in ((more, "more"), (len(rows.ragged) - more, "fewer")) if n]
    lines = ", ".join(str(line) for line, _ in rows.ragged[:5]) + (", …" if len(rows.ragged) > 5 else "")
    total = len(rows.lines) + len(rows.ragged)
    sign = CALLED.get(delimiter, delimiter)
    return Mistake(
        f"{file}:{rows.ragged[0][0]}",
        f"{len(rows.ragged):,} of {total:,} rows do not have {len(rows.header):,} cells like the header "
        f"({', '.join(parts)}; lines {lines}).",
        f"A '{sign}' in an answer needs quotation marks: export again, or say with 'delimiter' what parts the cells.",
    )  # fmt: skip


def _unreadable(file: str, begin: int, line: int, error: str) -> Mistakes:
    if "unexpected end" in error:
        return Mistakes.one(
            f"{file}:{begin}",
            "a quotation mark opens here and is never closed.",
            "Export the file again; it may be cut short.",
        )
    if "field limit" in error:
        return Mistakes.one(
            f"{file}:{begin}",
            f"a cell has more than {LONGEST:,} characters.",
            "A quotation mark may be missing: export the file again.",
        )
    if "expected after" in error:
        return Mistakes.one(
            f"{file}:{line}", "text stands behind a closing quotation mark.",
            "A quotation mark inside an answer must be doubled: export the file again.",
        )  # fmt: skip
    return Mistakes.one(f"{file}:{line}", f"can't be parted into cells ({error}).", "Export the file again.")
