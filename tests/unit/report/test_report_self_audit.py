"""A report with a fault in a writer is not published; what another source printed does not stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.disclosure import release
from pipeline.errors import StageFailed
from pipeline.report import audited, finished, report_files, write_report
from pipeline.report import word as word_writer
from pipeline.report.seen import agrees
from pipeline.results import ALL, Key, Number, Results, Sentence
from pipeline.study import Study, parse_study
from pipeline.tables import fill as filler
from pipeline.tables.fill import fill as real_fill
from pipeline.tables.style_file import style
from pipeline.tables.table import Column, Filled, Row, Table
from tests.report_example import executed

STUDY = """
title: Two groups
data: {file: people.csv, id: code}
design: {kind: cross-sectional survey}
variables:
  group: {codes: {1: North, 2: South}}
  gender: {codes: {1: Women, 2: Men}}
tables:
  who: {rows: [gender], columns: group PRINTED}
release: {rule: none, because: made up}
"""
COUNTS = {"North": (30, 23), "South": (21, 38)}
PEOPLE = {"Women": 0, "Men": 1}


def a_study(printed: str = "") -> Study:
    return parse_study(STUDY.replace(" PRINTED", printed), "studies/two.yaml")


def table(name: str = "who") -> Table:
    columns = tuple(Column(f"group={g}", g, Key("participants", "who", "", "", f"group={g}", "n")) for g in COUNTS)
    levels = tuple(Row(level, "gender", level, "count", "level", 1, name="who") for level in PEOPLE)
    return Table("participants", name, f"The people ({name})", columns, (Row("Gender", "gender"), *levels))


def numbers() -> Results:
    found = []
    for group, counts in COUNTS.items():
        key, of = Key("participants", "who", "gender", "", f"group={group}", "n"), sum(counts)
        found.append(Number(key._replace(term=""), of, of))
        found.append(Number(key._replace(statistic="denominator"), of, of))
        for level, at in PEOPLE.items():
            for statistic, value in (("n", counts[at]), ("denominator", of), ("percent", 100 * counts[at] / of)):
                found.append(Number(key._replace(level=level, statistic=statistic), value, of))
    return Results.of(found)


def published(study: Study, *tables: Table) -> dict[str, bytes]:
    """As the report's stage does it, the audit before all."""
    released = release(numbers(), study.release, study)
    report = write_report(study, released, list(tables or [table()]), {}, False, style(study.style, {}))
    return finished(
        report_files(report, released), executed(report), study="two", title="t", made_up=False, made_from={},
        audited=lambda files: audited(study, files),
    )  # fmt: skip


def wrongly(old: str, new: str) -> Callable[..., Filled]:
    """A filler of tables that prints one cell otherwise."""

    def filled(*given: Any) -> Filled:
        made = real_fill(*given)
        rows = tuple(replace(row, cells=tuple(new if c == old else c for c in row.cells)) for row in made.rows)
        return replace(made, rows=rows)

    return filled


def test_a_report_without_a_fault_passes_and_says_what_was_checked():
    files = published(a_study())
    assert b'"percentages": 8' in files["manifest.json"], "four in the page, four in the Word file"


@pytest.mark.parametrize("name", ["bmj", "jama", "bmc", "oxford", "apa"])
def test_every_house_style_passes(name):
    files = published(parse_study(STUDY.replace(" PRINTED", "") + f"style: {name}\n", "studies/two.yaml"))
    assert b'"percentages": 8' in files["manifest.json"]


def test_the_numbers_of_the_example_are_as_the_faults_expect():
    cells = [row.cells for row in real_fill(table(), release(numbers(), a_study().release, a_study())).rows[1:]]
    assert cells == [("30 (57%)", "21 (36%)"), ("23 (43%)", "38 (64%)")]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("30 (57%)", "30 (51%)", ["report.html", "report.docx", "Gender: Women", "30 (51%", "is not possible"]),
        ("38 (64%)", "38 (65%)", ["is not possible", "prints '38 (65%)'; results.csv has n 38, percent 64"]),
        ("21 (36%)", "22 (36%)", ["prints '22 (36%)'; results.csv has n 21"]),
        ("21 (36%)", "", ["prints ''; results.csv has n 21"]),
        ("21 (36%)", "[z]", ["code '[z]' is not in the legend"]),
    ],
)
def test_a_table_filled_wrongly_stops_the_report(monkeypatch, old, new, said):
    monkeypatch.setattr("pipeline.report.desk.fill", wrongly(old, new))
    with pytest.raises(StageFailed) as stopped:
        published(a_study())
    assert str(stopped.value).startswith("two: the report did not pass its own audit and was not published")
    for words in said:
        assert words in str(stopped.value)
    assert "alongside run --draft" in str(stopped.value)


def test_a_fault_in_the_word_writer_alone_stops_it_too(monkeypatch):
    real = word_writer.add_to_docx

    def wrong(document: Any, filled: Filled, label: str) -> Any:
        rows = tuple(replace(r, cells=tuple(c.replace("23 (43%)", "23 (48%)") for c in r.cells)) for r in filled.rows)
        return real(document, replace(filled, rows=rows), label)

    monkeypatch.setattr(word_writer, "add_to_docx", wrong)
    with pytest.raises(StageFailed) as stopped:
        published(a_study())
    assert "report.html" not in str(stopped.value)
    assert "report.docx" in str(stopped.value) and "prints '23 (48%)'; results.csv has n 23, percent 43" in str(
        stopped.value
    )


def test_cells_that_change_places_in_word_are_found(monkeypatch):
    """Each is possible, the column adds up: only the row of results tells."""
    real = word_writer.add_to_docx

    def turned(document: Any, filled: Filled, label: str) -> Any:
        head, one, other = filled.rows
        rows = (head, replace(one, cells=other.cells), replace(other, cells=one.cells))
        return real(document, replace(filled, rows=rows), label)

    monkeypatch.setattr(word_writer, "add_to_docx", turned)
    with pytest.raises(StageFailed, match="prints '23 .43%.'; results.csv has n 30, percent 57"):
        published(a_study())


def test_a_line_that_word_leaves_out_is_found(monkeypatch):
    real = word_writer.add_to_docx
    monkeypatch.setattr(
        word_writer, "add_to_docx", lambda d, filled, label: real(d, replace(filled, rows=filled.rows[:-1]), label)
    )
    with pytest.raises(StageFailed, match=r"report\.docx, Table 1.*has other lines or columns"):
        published(a_study())


def test_a_mark_without_its_footnote_stops_it(monkeypatch):
    def unnoted(*given: Any) -> Filled:
        made = real_fill(*given)
        return replace(made, footnotes=())

    noted = table()
    rows = (replace(noted.rows[0], notes=(Sentence("As they said themselves."),)), *noted.rows[1:])
    published(a_study(), replace(noted, rows=rows))
    monkeypatch.setattr("pipeline.report.desk.fill", unnoted)
    with pytest.raises(StageFailed, match="has no footnote"):
        published(a_study(), replace(noted, rows=rows))


def test_a_sentence_with_another_number_stops_it(monkeypatch):
    study, key = a_study(), Key("participants", "who", "gender", "Women", "group=North", "n")
    released = release(numbers(), study.release, study)
    report = write_report(study, released, [table()], {"": [Sentence("{n} women.", {"n": key})]})
    notebook = executed(report)
    assert notebook.count(b">30</data>") == 1
    with pytest.raises(StageFailed, match=r"report\.html, the text, who / gender / Women.*prints '31'"):
        finished(
            report_files(report, released), notebook.replace(b">30</data>", b">31</data>"), study="two", title="t",
            made_up=False, made_from={}, audited=lambda files: audited(study, files),
        )  # fmt: skip


def test_what_is_printed_elsewhere_is_told_and_stops_nothing(monkeypatch):
    """The same impossible cell: in a table of a paper's own numbers it is the paper's."""
    study = a_study(", printed: {gender: {Women: [30, 51], Men: [23, 43]}}")
    source = Key("participants", "who", "gender", "Women", "source=printed", "n")
    given = [Number(source, 30, 30), Number(source._replace(statistic="percent"), 51, 30)]
    given += [
        Number(source._replace(level="Men"), 23, 23),
        Number(source._replace(level="Men", statistic="percent"), 43, 23),
    ]
    columns = (Column("source=printed", "As printed"),)
    printed = Table("participants", "who_printed", "As printed, n (%)", columns, tuple(
        replace(row, name="who") for row in table().rows))  # fmt: skip
    whole = Results.join([numbers(), Results.of(given)])
    released = release(whole, study.release, study)
    report = write_report(study, released, [table(), printed], {})
    made = finished(
        report_files(report, released), executed(report), study="two", title="t", made_up=False, made_from={},
        audited=lambda files: audited(study, files),
    )  # fmt: skip
    assert b"is not possible" in made["manifest.json"] and b"as printed elsewhere" in made["manifest.json"]


A, B = (Key("participants", "who", "x", "y", ALL, s) for s in ("n", "percent"))


@pytest.mark.parametrize(
    ("seen", "texts", "fits"),
    [
        ("12 (30.8)", ("12", "30.8"), True), ("12 (30.8%)", ("12", "30.8"), True),
        ("12\u00a0(30.8)", ("12", "30.8"), True),
        ("12 (31.8)", ("12", "30.8"), False), ("12 (30.8) 5", ("12", "30.8"), False), ("12", ("12", "30.8"), False),
        ("1\u202f200 (30)", ("1\u202f200", "30"), True), ("[c]", ("[c]", "[c]"), True), ("3", ("[c]", "[c]"), False),
        ("12", ("12", "[c]"), True), ("12 (30.8)", ("12", "[c]"), False), ("–", ("–", "–"), True),
        ("11 (11)", ("11", "11"), True), ("11", ("11", "11"), False), ("[c]", ("12", "[c]"), True),
    ],
)  # fmt: skip
def test_a_cell_shows_its_numbers_and_no_other(seen, texts, fits):
    assert agrees(seen, (A, B), dict(zip((A, B), texts, strict=True)), frozenset()) is fits


def test_a_symbol_stands_for_a_number():
    assert filler.TICKS
    for seen, text, fits in (("✓", "1", True), ("", "0", True), ("✓", "0", False), ("", "1", False)):
        assert agrees(seen, (A,), {A: text}, frozenset([A])) is fits


LABELS = ["Met online^a", "By post^c", "Yes †", "No *", "*star*", "Visits ᵃ", "In m², or more **", "†"]


@pytest.mark.parametrize("told", [(), ("{label}: no test.", "No test: Gender, {label}.")], ids=["", "in notes too"])
@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_holds_a_mark_is_no_mark_without_footnote(label, told):
    """As a line, a column, the name of its variable and in the title; with a true footnote beside it."""
    noted = table()
    head, one, other = noted.rows
    columns = tuple(replace(c, label=label) for c in noted.columns[:1]) + noted.columns[1:]
    rows = (replace(head, label=f"Gender {label}"), replace(one, label=label, notes=(Sentence("As said."),)), other)
    notes = tuple(Sentence(words.format(label=label)) for words in told)
    published(a_study(), replace(noted, title=f"People: {label}", columns=columns, rows=rows, notes=notes))
