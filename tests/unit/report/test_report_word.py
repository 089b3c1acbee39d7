"""The Word document, read back."""

import io
import re
import zipfile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from pipeline.report import write_report
from pipeline.report.blocks import Heading, Listing, Paragraph, TableBlock
from pipeline.report.pages import leads, on_their_side
from pipeline.report.word import word_document
from pipeline.results import Key, Sentence
from pipeline.tables.docx_cells import add_words
from pipeline.tables.table import Column, Filled, FilledColumn, FilledRow, Row, Table
from tests.report_example import HOSTILE, REMARKS, a_report, a_study, released_of, some_numbers, some_tables, written


@pytest.fixture(scope="module")
def report():
    return a_report()[0]


@pytest.fixture(scope="module")
def document(report):
    return Document(io.BytesIO(word_document(report)))


def test_headings_are_headings_in_order(report, document):
    heads = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert [t for s, t in heads if s == "Heading 1"] == [s.title for s in report.sections if s.blocks]
    levels = [int(s[-1]) for s, _ in heads]
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    assert document.paragraphs[0].style.name == "Title"


def test_no_line_ends_at_the_hyphen_of_an_instruments_name():
    paragraph = Document().add_paragraph()
    run = add_words(paragraph, "Loneliness (UCLA-3), PHQ-9, 18-29 and follow-up")
    assert paragraph.text == "Loneliness (UCLA-3), PHQ-9, 18-29 and follow-up"
    assert [e.text for e in run._r.iter(qn("w:t"))] == ["Loneliness (UCLA", "3), PHQ", "9, 18-29 and follow-up"]
    assert len(list(run._r.iter(qn("w:noBreakHyphen")))) == 2


def test_tables_are_tables_with_their_released_text(report, document):
    assert len(document.tables) == len(report.tables()) == 2
    first = document.tables[0]
    cells = [[c.text for c in row.cells] for row in first.rows]
    assert cells[2:] == [["Gender", "", ""], ["Women", "6", "4"], ["Men", "5", "[c]"]]
    assert cells[1][1].replace("\xa0", " ") == "North (n = 11)"


def test_captions_number_tables_and_figures_as_the_page_does(report, document):
    captions = [p.text for p in document.paragraphs if p.style.name == "Caption"]
    titles = [f"{t.label}. {t.filled.title}" for t in report.tables()] + [
        f"{f.label}. {f.caption}" for f in report.figures()
    ]
    assert sorted(captions) == sorted(titles)
    fields = [e.text.strip() for e in document.element.iter(qn("w:instrText"))]
    assert fields.count("SEQ Figure \\* ARABIC") == len(report.figures())


def test_pictures_have_alternative_texts(report, document):
    described = [e.get("descr") for e in document.element.iter(qn("wp:docPr"))]
    assert described == [f.alt for f in report.figures()]
    width = document.sections[0].page_width - document.sections[0].left_margin - document.sections[0].right_margin
    assert all(0 < shape.width <= width for shape in document.inline_shapes)


def test_the_document_says_its_title_and_language_and_no_time_or_name(document):
    core = document.core_properties
    assert core.title == "Support and loneliness in two made-up programmes"
    assert core.language == "en-GB"
    assert (core.author, core.last_modified_by) == ("", "")
    assert core.created == core.modified and core.created.year == 2000
    assert "Made-up data" in core.comments
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


def test_made_up_data_are_labelled_on_every_page(document):
    assert document.sections[0].header.paragraphs[0].text == "Made-up data"
    assert any(p.text.startswith("Made-up data. The people in this study are invented.") for p in document.paragraphs)


def test_a_draft_says_that_it_must_not_leave():
    draft = Document(io.BytesIO(word_document(a_report(draft=True)[0])))
    assert draft.sections[0].header.paragraphs[0].text == "Made-up data, Not for release"
    assert draft.paragraphs[1].text.startswith("Not for release.")


def test_the_same_report_gives_the_same_bytes_without_times(report):
    first, second = word_document(report), word_document(written()[0])
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert not re.search(rb"20[2-9]\d-\d\d-\d\dT", archive.read("docProps/core.xml"))


def test_hostile_words_are_only_words():
    study = a_study(title=f"Title {HOSTILE}", label=HOSTILE)
    made = word_document(write_report(study, released_of(some_numbers().items()), some_tables(study), REMARKS))
    document = Document(io.BytesIO(made))
    assert document.paragraphs[0].text == f"Title {HOSTILE}"
    fields = {e.text.split()[0] for e in document.element.iter(qn("w:instrText"))}
    assert fields == {"SEQ"}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert not [n for n in archive.namelist() if "vba" in n.lower() or "external" in n.lower()]
        assert b'TargetMode="External"' not in b"".join(
            archive.read(n) for n in archive.namelist() if n.endswith(".rels")
        )


def test_wide_tables_that_follow_each_other_leave_no_empty_page_between_them():
    groups = tuple(Column(f"programme={p}", f"Neighbourhood-{p}") for p in "ABCDEFGHIJ")
    numbers = some_numbers()
    layouts = []
    for name in ("participants", "followed"):  # the last of one section, and the first of the next
        layouts.append(Table("participants", name, name, groups, (Row("Women", "gender", "Women", "n"),)))
        numbers |= {Key("participants", name, "gender", "Women", g.group, "n"): 12 for g in groups}
    made = word_document(write_report(a_study(), released_of(numbers.items()), layouts, {}))
    document = Document(io.BytesIO(made))
    assert [s.orientation == WD_ORIENT.LANDSCAPE for s in document.sections] == [False, True, False]


def test_wide_tables_turn_the_page_and_words_after_them_stay_there():
    groups = tuple(Column(f"programme={p}", f"Neighbourhood-{p}") for p in "ABCDEFGHIJ")
    wide = Table("participants", "followed", "Wide", groups, (Row("Women", "gender", "Women", "n"),))
    numbers = some_numbers()
    numbers |= {Key("participants", "followed", "gender", "Women", g.group, "n"): 12 for g in groups}
    remarks = {"followed": (Sentence("Words after it."),)}
    study = a_study()
    report = write_report(study, released_of(numbers.items()), [*some_tables(study), wide], remarks)
    document = Document(io.BytesIO(word_document(report)))
    turned = [s.orientation == WD_ORIENT.LANDSCAPE for s in document.sections]
    assert turned == [False, True, False]
    ends = list(document.element.body.iter(qn("w:sectPr")))
    words = [p for p in document.paragraphs if p.text == "Words after it."][0]
    assert ends[1].getparent().getparent() is words._p, "the last words of their section, with no empty line after"
    widths = {(s.page_width > s.page_height) for s in document.sections}
    assert widths == {True, False}


def test_words_that_lead_to_a_wide_table_stand_on_its_page_and_a_short_table_between_two_of_them_too():
    def table(name: str, columns: int, lines: int = 2) -> TableBlock:
        row = FilledRow("Women", "level", 0, ("50.0 [33.0, 71.0]",) * columns)
        return TableBlock(Filled(name, name, "", (FilledColumn("A"),) * columns, (row,) * lines), "Table 1")

    heading, words, wide = Heading("H", "h"), Paragraph(("Words.",)), table("wide", 12)
    cases = [
        ([heading, words, wide, words], [True, True, True, None]),
        ([heading, heading, wide], [True, True, True]),
        ([heading, Listing((("One.",),)), words, wide], [False, None, True, True]),
        ([table("n", 1), words, wide], [False, None, True]),
        ([wide, table("n", 1), heading, wide], [True, True, True, True]),
        ([wide, table("n", 1, 25), heading, wide], [True, False, True, True]),
        ([wide, table("n", 1), table("n", 1), wide], [True, False, False, True]),
        ([heading, words], [False, None]),
    ]
    for blocks, sides in cases:
        assert on_their_side(blocks) == sides
    assert [leads(cases[0][0], place) for place in range(4)] == [True, True, False, False]


def test_the_sentence_before_a_figure_stays_with_it(document):
    (intro,) = [p for p in document.paragraphs if p.text.startswith("Every row that was read is accounted for")]
    assert intro.paragraph_format.keep_with_next


def test_the_file_says_nothing_of_the_program_of_its_template(report):
    with zipfile.ZipFile(io.BytesIO(word_document(report))) as made:
        assert not [name for name in made.namelist() if "thumbnail" in name or name == "docProps/app.xml"]
