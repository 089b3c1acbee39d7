"""What the report says: every number from what was released, every remark once, nothing withheld."""

import html
import json
import re

import pytest

from pipeline.errors import StageFailed
from pipeline.report import SECTIONS, write_report
from pipeline.report.blocks import Datum, Figure, Paragraph, TableBlock, anchor, file_name, listed, plain, say
from pipeline.results import ALL, Key, Sentence, literal
from tests.report_example import REMARKS, STUDY, a_report, a_study, released_of, some_numbers, some_tables


@pytest.fixture(scope="module")
def written():
    return a_report()


def words(report):
    return "\n".join(section._repr_markdown_() for section in report.sections)


def test_every_number_in_prose_is_the_released_one_with_its_key(written):
    report, released = written
    found = re.findall(
        r'<data value="([^"]*)"[^>]*data-key="([^"]*)">([^<]*)</data>', "".join(s.html() for s in report.sections)
    )
    assert len(found) > 20
    for value, key, text in found:
        at = Key(*json.loads(html.unescape(key)))
        if released.withheld(at):
            assert (value, text) == ("", "a number withheld")
        else:
            assert html.unescape(text) == released.text(at)
            assert float(value) == released.value(at)


def test_a_number_that_is_not_released_cannot_be_said():
    key = Key("participants", "participants", "gender", "Men", "programme=East", "n")
    with pytest.raises(
        StageFailed, match="asks for a number that no result has: participants / participants / gender / Men"
    ):
        write_report(a_study(), a_report()[1], [], {"": [Sentence("{n} men.", {"n": key})]})


def test_withheld_numbers_are_said_to_be_withheld_and_named(written):
    report, _ = written
    said = words(report)
    assert "a number withheld men of the South." in said
    assert "Strong" not in said
    withheld = report.show("What was withheld")._repr_markdown_()
    assert "People, by programme: Gender: Men." in withheld
    assert "Loneliness: everything of 3 months, Programme South." in withheld


def test_each_remark_and_table_appears_once(written):
    report, _ = written
    said = words(report)
    assert said.count("Only 8 people answered.") == 1
    assert said.count("men of the South") == 1
    assert "Only 8 people" in report.show("Models")._repr_markdown_()
    assert [t.filled.name for t in report.tables()] == ["participants", "reliability"]


def test_a_remark_about_something_unknown_is_not_lost():
    report = write_report(a_study(), a_report()[1], [], {"nowhere": [Sentence("It rained.")]})
    assert "It rained." in report.show("Participant flow")._repr_markdown_()


def test_sentences_that_only_repeat_the_flow_are_left_to_its_table():
    key = Key("flow", "people", "read", "", ALL, "rows")
    report = write_report(a_study(), a_report()[1], [], {"": [Sentence("{n} rows.", {"n": key})]})
    assert "30 rows." not in words(report)


def test_tables_and_figures_are_counted_in_the_order_of_reading(written):
    report, _ = written
    labels = [b.label for b in report.blocks() if isinstance(b, (TableBlock, Figure))]
    assert labels == ["Figure 1", "Table 1", "Figure 2", "Table 2", "Figure 3", "Figure 4", "Figure 5"]


def test_sections_are_shown_by_title_or_anchor(written):
    report, _ = written
    assert tuple(s.title for s in report.sections) == SECTIONS
    assert report.show("followed-and-lost") is report.show("Followed and lost")
    with pytest.raises(StageFailed, match=r"has no section 'Particpants'. Did you mean 'Participants'\?"):
        report.show("Particpants")


def test_anchors_are_unique_in_the_report(written):
    report, _ = written
    ids = re.findall(r' id="([^"]+)"', "".join(s.html() for s in report.sections))
    assert len(ids) == len(set(ids))


def test_made_up_people_are_labelled_in_every_part(written):
    report, _ = written
    for section in report.sections:
        assert "Made-up data" in section.html()
    for table in report.tables():
        assert table.filled.title.endswith("(made-up data)")


def test_a_draft_says_so_everywhere():
    report, _ = a_report(draft=True)
    assert all("Made-up data, Not for release" in section.html() for section in report.sections)


def test_associations_are_called_associations_unless_chance_assigned(written):
    report, _ = written
    assert "what follows are associations" in report.show("Summary")._repr_markdown_()
    assert "effect of" not in words(report)
    assert "caused" not in words(report)


def test_an_estimate_that_was_withheld_or_does_not_exist_is_said_so():
    for value, said in (
        (None, "was withheld, because it stands on small numbers;"),
        (float("nan"), "was not estimated;"),
    ):
        numbers = some_numbers()
        numbers[Key("model", "lonely", "support", "", "adjustment=adjusted", "estimate")] = value
        released = released_of((k, v) for k, v in numbers.items())
        summary = write_report(a_study(), released, some_tables(a_study()), REMARKS).show("Summary")._repr_markdown_()
        assert said in summary.replace(" after adjustment for age and gender", "")


def test_methods_are_written_from_the_study_file(written):
    methods = written[0].show("Methods")._repr_markdown_()
    for sentence in (
        "This is a cohort study",
        "People belong to clusters (Programme).",
        "Read from people.csv; a row is named by code at each of Baseline and 3 months. "
        "Of rows with the same name the last is kept (the last word counts).",
        "Rows of the study team: rows where status is “test”.",
        "Age: a number in years, 18–99; in tables also in bands (18–44, 45+); missing: refused (“-9”).",
        "Gender: one of Women, Men; treated as sensitive; missing: refused (“9”).",
        "Support: the mean of 2 items, each scored 1–5; it runs from 1 to 5, and higher means more support. "
        "s2 is reversed. One missing item is replaced by the person's mean of the others.",
        "once alone and once adjusted for Age and Gender.",
        "Counts from 1 to 4 are withheld",
    ):
        assert sentence in methods


def test_what_there_is_none_of_is_said():
    bare = a_study(text=a_study_without_everything())
    report = write_report(bare, released_of([]), [], {})
    said = words(report)
    for sentence in (
        "The study file declares no table of participants.",
        "There is one wave; nobody was to be followed.",
        "No result tells of missing answers.",
        "The study file declares no scale.",
        "The study file declares no model.",
        "The study file speaks of no interviews.",
        "Nothing needed withholding: public-use file.",
    ):
        assert sentence in said
    assert report.figures() == []


def a_study_without_everything() -> str:
    return """
title: "TITLE"
data: {file: people.csv, id: code}
design: {kind: cross-sectional survey}
variables:
  age: {type: number}
release: {rule: none, because: public-use file}
"""


def test_a_sentence_keeps_the_braces_of_a_label():
    released = released_of([(Key("flow", "x", statistic="n"), 3)])
    pieces = say(Sentence(literal("{odd} label: ") + "{n} people", {"n": Key("flow", "x", statistic="n")}), released)
    assert plain(pieces) == "{odd} label: 3 people"
    assert isinstance(pieces[-2], Datum)


def test_small_words():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert listed([]) == ""
    assert anchor("Followed & lost!", ["followed-lost"]) == "followed-lost-2"
    assert anchor("…") == "part"
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("Men", ["men"]) == "Men-2"
    assert file_name("") == "part"


def test_a_paragraph_knows_its_words():
    assert plain(Paragraph(("n = ", Datum(Key("flow", "x"), "3", 3.0))).pieces) == "n = 3"


def test_a_study_of_a_part_speaks_of_the_people_inside_its_population():
    text = STUDY.replace("exclude:", "population: {where: {gender: Women}, because: the question was theirs}\nexclude:")
    numbers = some_numbers() | {Key("participants", "participants", "", "", ALL, "n"): 10}
    report = write_report(a_study(text=text), released_of(numbers.items()), some_tables(a_study()), REMARKS)
    # clusters and waves are counted of all rows and have no place here
    assert "This report describes 10 people of 18 whose rows were kept.\n" in words(report)
    assert "Inside the study's population: 10" in report.figures()[0].alt
    assert "The study speaks of those with Gender: Women (the question was theirs)." in words(report)
