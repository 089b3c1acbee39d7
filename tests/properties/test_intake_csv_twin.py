"""The CSV reader beside a slow one that walks letter by letter, and beside what a writer wrote."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Mistakes
from pipeline.intake.read import read_cells
from pipeline.study import Source

HEADER = ["p", "q"]


def where(*path: str) -> str:
    return ".".join(path)


def read(text: str, **options: object) -> list[tuple[str, list[str]]] | None:
    """(address, cells) of every row, or nothing where the file is refused."""
    source = Source(file="f.csv", id=(), **options)
    try:
        cells = read_cells("people", source, [("f.csv", text.encode())], where)
    except Mistakes:
        return None
    return list(zip(cells.text.index.tolist(), cells.text.to_numpy().tolist(), strict=True))


def slowly(text: str, sign: str) -> list[tuple[int, list[str]]] | None:
    """(line, cells) of every record, one letter after the other; nothing where quotation marks are broken."""
    records: list[tuple[int, list[str]]] = []
    row: list[str] = []
    cell, state, line, begin, i = "", "start", 1, 1, 0  # states: start of a cell, bare, quoted, closed
    while i <= len(text):
        letter = text[i] if i < len(text) else ""
        if letter == "\r" and text[i + 1 : i + 2] == "\n":
            letter, i = "\r\n", i + 1
        ends = letter in ("\n", "\r", "\r\n", "")
        if state == "quoted":
            if letter == "":
                return None
            if letter == '"':
                state = "closed"
            else:
                cell += letter
        elif state == "closed" and letter == '"':
            cell, state = cell + '"', "quoted"
        elif state == "closed" and letter != sign and not ends:
            return None
        elif state == "start" and letter == '"':
            state = "quoted"
        elif letter == sign:
            row, cell, state = [*row, cell], "", "start"
        elif ends:
            if row or cell or state != "start":
                records.append((begin, [*row, cell]))
            row, cell, state = [], "", "start"
        else:
            cell, state = cell + letter, "bare"
        if ends and letter:
            line += 1
            if state == "start":
                begin = line
        i += 1
    return records


def expected(text: str, sign: str) -> list[tuple[str, list[str]]] | None:
    records = slowly(text, sign)
    if records is None or any(len(row) != len(HEADER) for _, row in records):
        return None
    rows = [(f"f.csv:{line}", [cell.rstrip("\r") for cell in row]) for line, row in records[1:]]
    while rows and not any(rows[-1][1]):
        rows.pop()
    return rows or None


@settings(max_examples=600, deadline=None)
@given(st.text(alphabet='ab ",\n\r', max_size=40), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_reads_as_the_slow_reader_reads_it(body: str, end: str) -> None:
    text = ",".join(HEADER) + end + body
    assert read(text, delimiter=",") == expected(text, ",")


answers = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(answers, answers), min_size=1, max_size=8),
    st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_what_was_written_is_read(rows: list[tuple[str, str]], sign: str, quoting: int, end: str) -> None:
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # some versions of the csv module write a lone \r without quotation marks
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, quoting=quoting, lineterminator=end).writerows([HEADER, *rows, ["last", "row"]])
    found = read(out.getvalue(), delimiter=sign, encoding="utf-8")
    assert found is not None
    assert [cells for _, cells in found] == [[cell.rstrip("\r") for cell in row] for row in [*rows, ("last", "row")]]
    assert [int(address.split(":")[1]) for address, _ in found] == [
        line for line, _ in slowly(out.getvalue(), sign)[1:]
    ]
