"""The same cells in every format: each is read back and held against what was filled, in every house style."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure import draft
from pipeline.errors import Mistakes
from pipeline.results import ALL, Key, Number, Results, Sentence, literal
from pipeline.tables.as_xlsx import as_number
from pipeline.tables.fill import fill, printable
from pipeline.tables.formats import FORMATS, format_named
from pipeline.tables.style_file import plain, style, style_names
from pipeline.tables.table import Column, Filled, FilledColumn, FilledRow, Row, Table
from tests.table_readers import agrees

NASTY = [
    "a|b", "R&D", "100%", "snake_case_", "#1", "{braces}", "back\\slash", "<b>bold</b>", '"quoted"', "two\nlines",
    "\u05e9\u05dc\u05d5\u05dd RTL \u0645", "=1+1", "+1", "-1", "@x", "x" * 60, "~^$`*", "--- ' '' ,,", "[c]", "NA",
    "!=|",
        "$x_1$", "&amp;", "1,204", "12.5%", "_x000D_", "**not bold**",
    "<sup>z</sup>", "http://a.b/?c=d", "e\u0301\u0308",
]  # fmt: skip
GROUPS = {f"arm={name}": name for name in ("A & B", "50%|_", "=C")}


def key(term: str, level: str, group: str, statistic: str) -> Key:
    return Key("participants", "nasty", term, level, group, statistic)


def nasty() -> tuple[Table, Results]:
    """Labels that are hard on every format; numbers that are withheld, don't exist, are large, small and below zero."""
    numbers, rows = [], [Row("V|ariable_1", "v", form="denominator", unit="kg/m^2", notes=(Sentence("Note on {{v}}"),))]
    for at, group in enumerate((*GROUPS, ALL)):
        numbers.append(Number(key("", "", group, "n"), 12040 * (at + 1), 99))
        numbers.append(Number(key("v", "", group, "denominator"), 1204 * (at + 1), 99))
        for place, label in enumerate(NASTY):
            numbers.append(Number(key("v", label, group, "n"), place * 41, 99))
            numbers.append(Number(key("v", label, group, "denominator"), 1204 * (at + 1), 99))
            numbers.append(Number(key("v", label, group, "percent"), 100 * place * 41 / (1204 * (at + 1)), 99))
        for statistic, value in (("mean", -1.25), ("sd", float("nan")), ("p", 0.0004), ("smd", 0.049), ("icc", 0.05),
                                 ("median", 0), ("q1", -2.5), ("q3", 12000.5)):  # fmt: skip
            numbers.append(Number(key("v", "", group, statistic), value, 99))
        numbers.append(Number(key("t", "Has it", group, "tick"), at % 2, 99, 0))
    rows += [Row(label, "v", label, "count", "level", 1) for label in NASTY]
    rows += [
        Row("", "v", form=form, kind="statistic", indent=2) for form in ("mean_sd", "median_iqr", "p", "smd", "icc")
    ]
    rows += [
        Row("Has it", "t", "Has it", "tick", "level", 1),
        Row("Empty", "nothing", form="count"),
        Row(
            "Words",
            "w",
            form="text",
            texts=tuple(NASTY[:4]),
            cell_notes=((Sentence("Why?"),), (), (), (Sentence("x|y"),)),
        ),
    ]
    columns = [Column(g, words, key("", "", g, "n"), spanner="Arm|s & <x>") for g, words in GROUPS.items()]
    columns.append(Column(ALL, "Overall", key("", "", ALL, "n"), notes=(Sentence("Note on {{v}}"), Sentence("Other"))))
    notes = tuple(Sentence(literal(printable(text))) for text in NASTY)
    return Table(
        "participants", "nasty", 'T|itle & "all"\n<x>', tuple(columns), tuple(rows), notes, "St|ub"
    ), Results.of(numbers)


@pytest.fixture(scope="module")
def filled(hiding):  # type: ignore[no-untyped-def]
    table, results = nasty()
    hidden = hiding(results, key("v", "a|b", "arm=A & B", "n"), key("v", "a|b", "arm=A & B", "percent"),
                    key("v", "R&D", ALL, "percent"), key("v", "", ALL, "median"))  # fmt: skip
    return {name: fill(table, hidden, style(name)) for name in style_names()}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", style_names())
def test_a_table_with_every_nasty_sign_reads_back_the_same(filled, name, ending) -> None:  # type: ignore[no-untyped-def]
    agrees(filled[name], ending, FORMATS[ending]([(filled[name], "Table 3")]), "Table 3")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_table_gives_the_same_bytes_without_times(filled, ending, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    first = FORMATS[ending]([(filled["bmj"], "Table 1"), (filled["apa"], "Table 2")])
    monkeypatch.setattr("time.time", lambda: 1e9)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = FORMATS[ending]([(filled["bmj"], "Table 1"), (filled["apa"], "Table 2")])
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(again).hexdigest()
    if ending in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2000-01-01" in archive.read("docProps/core.xml")


WORDS = st.text(
    st.one_of(
        st.sampled_from("|\\`*_{}[]()#+-.!~<>&^$=:/@'\"%, \u00a0\u202f−–✓a1Z§¶†"),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=25,
).map(printable)


@pytest.mark.parametrize("ending", ["html", "md", "csv", "tex", "xlsx"])
def test_any_words_read_back_as_they_are(ending) -> None:  # type: ignore[no-untyped-def]
    @given(WORDS, WORDS, WORDS, WORDS)
    def check(title: str, head: str, label: str, cell: str) -> None:
        clean = [_without_marks(w) for w in (title, head, label, cell)]
        table = Filled("t", f"T{clean[0]}", "Stub", (FilledColumn(f"C{clean[1]}"), FilledColumn("D")),
                       (FilledRow(f"R{clean[2]}", "level", 1, (clean[3], "1")),), (f"N{clean[0]}",))  # fmt: skip
        agrees(table, ending, FORMATS[ending]([(table, "Table 1")]), "Table 1")

    check()


def _without_marks(words: str) -> str:
    """The readers write a footnote's mark with a caret, and blanks as one; neither belongs to the words."""
    return " ".join(words.replace("^", "").split())


def test_numbers_are_numbers_in_a_workbook_and_nothing_is_a_formula(filled) -> None:  # type: ignore[no-untyped-def]
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(FORMATS["xlsx"]([(filled["plain"], "Table 3")])))
    assert book.sheetnames == ["Table 3", "Numbers"]
    first = {row[0].value: row[1] for row in book["Table 3"].iter_rows(min_row=4, max_row=45)}
    assert (first["SMD"].value, first["SMD"].number_format) == (0.05, "0.00")
    assert (first["V|ariable_1 (kg/m^2) ^a"].value, first["V|ariable_1 (kg/m^2) ^a"].number_format) == (1204, "#,##0")
    assert {cell.data_type for row in book["Table 3"].iter_rows() for cell in row} == {"s", "n"}
    numbers = {tuple(c.value for c in row[:6]): row[6].value for row in book["Numbers"].iter_rows(min_row=2)}
    assert numbers["participants", "nasty", "v", "100%", ALL, "n"] == 2 * 41
    assert numbers["participants", "nasty", "v", "R&D", ALL, "percent"] is None, "withheld"


@pytest.mark.parametrize(
    ("text", "value", "shape"),
    [
        ("1,204", 1204, "#,##0"),
        ("12\u202f040", 12040, "#,##0"),
        ("−0.45", -0.45, "0.00"),
        (".03", 0.03, "#.00"),
        ("49.2%", 49.2, '0.0"%"'),
        ("0", 0, "0"),
        ("12", 12, "0"),
        ("1·5", 1.5, "0.0"),
    ],
)
def test_a_cell_of_one_number_is_that_number(text, value, shape) -> None:  # type: ignore[no-untyped-def]
    assert as_number(text) == (value, shape)


@pytest.mark.parametrize(
    "text", ["", "[c]", "NA", "12 (30%)", "<0.001", "2024-01", "1,2", ".", "%", "0012 ", "1e5", "∞"]
)
def test_other_cells_are_text(text) -> None:  # type: ignore[no-untyped-def]
    assert as_number(text) is None


def test_marks_stand_in_reading_order_and_the_same_words_have_one(filled) -> None:  # type: ignore[no-untyped-def]
    table = filled["bmj"]
    assert table.columns[-1].marks == ("*", "†") and table.rows[0].marks == ("*",)
    assert table.footnotes == (("*", "Note on {v}"), ("†", "Other"), ("‡", "Why?"), ("§", "x|y"))
    assert filled["apa"].footnotes[0] == ("a", "Note on {v}")


def test_an_unknown_format_is_told_with_the_nearest() -> None:
    assert format_named("LaTeX") == "tex"
    with pytest.raises(Mistakes, match=r"^format: there is no format 'doxc'. Did you mean 'docx'\? There are: html, "):
        format_named("doxc")


def test_ticks_say_yes_and_no_to_those_who_listen(filled) -> None:  # type: ignore[no-untyped-def]
    page = FORMATS["html"]([(filled["plain"], "")]).decode()
    assert '<span role="img" aria-label="yes">✓</span>' in page and '<span role="img" aria-label="no"></span>' in page


def test_a_draft_and_a_style_agree_on_plain_numbers() -> None:
    table, results = nasty()
    assert fill(table, draft(results)) == fill(table, draft(results), plain())
