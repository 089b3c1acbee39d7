"""What the report says: every number from what was released, every remark once, nothing withheld."""

import html
import json
import re

import pytest

from pipeline.errors import StageFailed
from pipeline.report import SECTIONS, methods, write_report
from pipeline.report.blocks import Datum, Figure, Listing, Paragraph, TableBlock, anchor, file_name, listed, plain, say
from pipeline.report.methods import models
from pipeline.report.withheld import withheld_blocks
from pipeline.results import ALL, KINDS, Key, Sentence, literal
from pipeline.study import parse_study
from pipeline.tables.table import Column, Row, Table
from tests.report_example import REMARKS, STUDY, a_report, a_study, released_of, some_numbers, some_tables


@pytest.fixture(scope="module")
def written():
    return a_report()


def words(report):
    return "\n".join(section._repr_markdown_() for section in report.sections if section.blocks)


def test_every_number_in_prose_is_the_released_one_with_its_key(written):
    report, released = written
    found = re.findall(
        r'<data value="([^"]*)"[^>]*data-key="([^"]*)">([^<]*)</data>', "".join(s.html() for s in report.sections)
    )
    assert len(found) > 20
    for value, key, text in found:
        at = Key(*json.loads(html.unescape(key)))
        if released.withheld(at):
            assert (value, text) == ("", "[withheld]")
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
    assert "[withheld] men of the South." in said
    assert "Strong" not in said
    withheld = report.show("What was withheld")._repr_markdown_()
    assert "People, by programme: Gender: Men (Programme South)." in withheld
    assert "Loneliness: everything of 3 months, Programme South." in withheld


def withheld_of(numbers):
    """What is said of the participants' table of these numbers: (level, programme, statistic) -> value or None."""
    keys = {
        Key("participants", "participants", "gender" if level else "", level, f"programme={where}", statistic): value
        for (level, where, statistic), value in numbers.items()
    }
    (said,) = [
        plain(item)
        for block in withheld_blocks(a_study(), released_of(keys.items()), some_tables(a_study()))
        if isinstance(block, Listing)
        for item in block.items
    ]
    return said.removeprefix("People, by programme: ")


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        ({("Men", "South", "n"), ("Men", "South", "percent")}, "Gender: Men (Programme South)."),
        ({("Men", "South", "percent")}, "Gender: Men (Programme South; percentages)."),
        ({("Men", p, "percent") for p in ("North", "South")}, "Gender: Men (percentages)."),
        ({("Men", p, s) for p in ("North", "South") for s in ("n", "percent")}, "Gender: Men."),
        ({(g, "South", s) for g in ("Women", "Men") for s in ("n", "percent")}, "everything of Programme South."),
        ({(g, p, s) for g in ("Women", "Men") for p in ("East", "North", "South") for s in ("n", "percent")}
         - {("Men", "South", "n")} - {("Men", "East", "n")} - {("Men", "North", "n")},
         "Gender: Men (percentages), Women."),
    ],
)  # fmt: skip
def test_what_was_withheld_is_said_with_its_columns_and_statistics(hidden, said):
    places = {p for _, p, _ in hidden} | {"North", "South"}
    numbers = {(g, p, s): 7.0 for g in ("Women", "Men") for p in places for s in ("n", "percent")}
    assert withheld_of({key: None if key in hidden else value for key, value in numbers.items()}) == said


def test_that_the_followed_and_the_lost_were_due_goes_without_saying():
    groups = [f"wave=June;due=Due;followed={word}" for word in ("Followed", "Lost")] + ["wave=June;due=Not yet due"]
    keys = {
        Key("participants", "participants", "gender", level, group, "n"): None if level == "Men" and i else 9.0
        for level in ("Men", "Women")
        for i, group in enumerate(groups)
    }
    blocks = withheld_blocks(a_study(), released_of(keys.items()), some_tables(a_study()))
    (said,) = [plain(item) for block in blocks if isinstance(block, Listing) for item in block.items]
    assert said == "People, by programme: Gender: Men (June Lost and Not yet due)."


def test_a_semicolon_in_a_label_cuts_no_column_in_two():
    groups = ["wave=June; late;programme=South; rural", "wave=June; late;programme=North"]
    keys = {
        Key("participants", "participants", "gender", level, group, "n"): None if level == "Men" and not i else 9.0
        for level in ("Men", "Women")
        for i, group in enumerate(groups)
    }
    blocks = withheld_blocks(a_study(), released_of(keys.items()), some_tables(a_study()))
    (said,) = [plain(item) for block in blocks if isinstance(block, Listing) for item in block.items]
    assert said == "People, by programme: Gender: Men (June; late, Programme South; rural)."


def test_many_lines_and_many_columns_are_said_to_be_a_part():
    many = {(f"Level {i}", p, "n"): None if p == "South" else 9.0 for i in range(4) for p in ("North", "South")}
    many["Level 9", "South", "n"] = 8.0
    assert withheld_of(many) == "Gender in part (Programme South)."
    wide = {(g, f"P{i}", "n"): None if g == "Men" and i else 9.0 for g in ("Men", "Women") for i in range(11)}
    assert withheld_of(wide) == "Gender: Men (many columns)."


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


def test_a_remark_about_the_flow_is_not_lost_either():
    key = Key("flow", "people", "read", "", ALL, "rows")
    report = write_report(a_study(), a_report()[1], [], {"": [Sentence("{n} rows were read.", {"n": key})]})
    assert words(report).count("30 rows were read.") == 1


def own(kind, name, title):
    """A layout as an analyst's own notebook may save it."""
    key = Key("flow", "people", "read", "", ALL, "rows")
    return Table(kind, name, title, (Column(ALL, "All"),), (Row("Rows", "read", form="rows"),), (
        Sentence("Counted: {n}.", {"n": key}),))  # fmt: skip


def test_every_layout_that_is_handed_in_appears_once_in_the_order_it_was_handed_in():
    study = a_study()
    numbers = some_numbers()
    made = []
    for kind in KINDS:
        for name in ("zebra", "ant hill"):
            numbers[Key(kind, name, "read", "", ALL, "rows")] = 12
            made.append(own(kind, name, f"{kind} of {name}"))
    report = write_report(study, released_of(numbers.items()), [*some_tables(study), *made], REMARKS)
    found = [(t.filled.kind, t.filled.name) for t in report.tables()]
    assert sorted(found) == sorted((t.kind, t.name) for t in [*some_tables(study), *made])
    further = [t for t in report.show("Further tables").blocks if isinstance(t, TableBlock)]
    assert [(t.filled.kind, t.filled.name) for t in further] == [
        (kind, name) for kind in ("participants", "themes", "agreement", "saturation") for name in ("zebra", "ant hill")
    ]
    ids = re.findall(r' id="([^"]+)"', "".join(s.html() for s in report.sections))
    assert len(ids) == len(set(ids))


def test_an_own_table_brings_its_remarks_and_its_notes_along():
    numbers = some_numbers() | {Key("themes", "codes", "read", "", ALL, "rows"): 12}
    remarks = {"codes": [Sentence("Two people read all of it.")]}
    report = write_report(a_study(), released_of(numbers.items()), [own("themes", "codes", "Codes")], remarks)
    said = report.show("Further tables")._repr_markdown_()
    assert "Rows | 12" in said and "Counted: 30." in said and "Two people read all of it." in said
    assert words(report).count("Two people read all of it.") == 1


def test_two_tables_of_one_name_are_refused_by_name():
    layouts = [own("themes", "codes", "Codes"), own("themes", "codes", "Codes again"), own("flow", "codes", "Codes")]
    with pytest.raises(
        StageFailed,
        match=r"^several tables have the same kind and name: 'codes' \(themes\). Give each a name of its own.$",
    ):
        write_report(a_study(), a_report()[1], layouts, {})


def test_a_study_without_further_tables_has_no_such_section(written):
    assert written[0].show("Further tables").blocks == ()
    assert "Further tables" not in words(written[0])


def test_tables_and_figures_are_counted_in_the_order_of_reading(written):
    report, _ = written
    labels = [b.label for b in report.blocks() if isinstance(b, (TableBlock, Figure))]
    figures = [f"Figure {n}" for n in range(1, 7)]
    assert labels == [figures[0], "Table 1", *figures[1:3], "Table 2", *figures[3:]]


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


def test_an_estimate_without_a_p_value_has_its_interval_and_no_word_of_p():
    numbers = some_numbers()
    for adjustment in ("adjusted", "unadjusted"):
        numbers[Key("model", "lonely", "support", "", f"adjustment={adjustment}", "p")] = float("nan")
    released = released_of(numbers.items())
    summary = write_report(a_study(), released, some_tables(a_study()), REMARKS).show("Summary")._repr_markdown_()
    (said,) = [line for line in summary.splitlines() if "95% CI" in line]
    assert "; n = " in said and "P " not in said and "NA" not in said


def test_methods_are_written_from_the_study_file(written):
    shown = written[0].show("Methods")._repr_markdown_()
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
        "They have no decimals where a table's largest denominator is below 100 and one elsewhere; where decimals "
        "would give a withheld number back, all of a variable's percentages in a table are whole numbers.",
    ):
        assert sentence in shown


def test_methods_tell_of_a_function_of_the_studys_own():
    function = "function: {name: pooled, changes: [age, gender], because: ages were written in words.}"
    (told,) = methods.function(parse_study(f"{STUDY}\n{function}\n", "studies/example.yaml"))
    said = "".join(piece if isinstance(piece, str) else piece.text for piece in told)
    assert said == (
        "After cleaning, a function of the study's own, pooled in studies/example.py, wrote age and Gender: ages were "
        "written in words. The ledger has each cell that it changed, and the participant flow says how many they are."
    )
    assert list(methods.function(a_study())) == []


def test_the_summary_counts_every_table_in_its_own_unit():
    more = """  visits: {file: visits.csv, id: visit, unit: visits}
  calls: {file: calls.csv, id: call, unit: visits}
"""
    text = STUDY.replace(
        """  file: people.csv
  id: code
  wave: wave
  waves: {1: Baseline, 2: 3 months}
  duplicates: {keep: last, because: the last word counts}
""",
        """  people:
    {file: people.csv, id: code, wave: wave, waves: {1: Baseline, 2: 3 months}, unit: carers,
     duplicates: {keep: last, because: the last word counts}}
"""
        + more,
    )
    numbers = some_numbers()
    for table, n in (("visits", 40), ("calls", 7)):
        numbers[Key("flow", table, "kept", "", ALL, "people")] = n
        numbers[Key("flow", table, "read", "", ALL, "rows")] = n
    report = write_report(a_study(text=text), released_of(numbers.items()), [], {})
    assert (
        "This report describes 18 carers in 2 clusters; 18 at Baseline and 8 at 3 months. Beside them stand "
        "40 visits of the table visits and 7 visits of the table calls.\n" in words(report)
    )


def test_a_caveat_about_a_model_stands_in_the_summary_too():
    caveat, other = Sentence("Unreliable: too few of everything.", caveat=True), Sentence("Read on.")
    name = next(iter(a_study().models))
    report = write_report(a_study(), released_of(some_numbers().items()), [], {name: (caveat, other)})
    (first, *_) = [section for section in report.sections if section.title == "Summary"]
    said = [plain(item) for block in first.blocks if isinstance(block, Listing) for item in block.items]
    assert any(item.endswith(". Unreliable: too few of everything.") for item in said)
    assert not any("Read on." in item for item in said)


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
        "Nothing needed withholding: public-use file.",
    ):
        assert sentence in said
    assert report.figures() == []
    assert "Interviews" not in said and "Further tables" not in said, "nobody expects them of every study"


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


def test_what_is_withheld_of_several_variables_is_a_line_each_under_the_tables_name():
    keys = {
        Key("participants", "participants", term, level, f"programme={where}", "n"): None if level in gone else 9.0
        for term, levels, gone in (("gender", ("Men", "Women"), {"Men"}), ("age", ("18-44", "45+"), {"45+"}))
        for level in levels
        for where in ("North", "South")
    }
    blocks = list(withheld_blocks(a_study(), released_of(keys.items()), some_tables(a_study())))
    at = next(i for i, block in enumerate(blocks) if isinstance(block, Listing))
    assert plain(blocks[at - 1].pieces) == "People, by programme:"
    assert [plain(item) for item in blocks[at].items] == ["Age: 45+.", "Gender: Men."]


def test_how_models_were_fitted_stands_after_those_that_were_fitted_so():
    study = parse_study(
        "title: T\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort, cluster: home}\nvariables:\n"
        "  home: {type: text}\n  arm: {codes: {1: A, 2: B}}\n  age: {type: number}\n  calls: {type: number}\nmodels:\n"
        "  one: {outcome: age, exposure: arm}\n  two: {outcome: age, exposure: arm, clustering: mixed, title: Other}\n"
        "  three: {outcome: calls, exposure: arm}\nrelease: {rule: none, because: made up}\n",
        "studies/t.yaml",
    )
    said = list(models(study))
    at = {
        word: next(i for i, text in enumerate(said) if word in text)
        for word in ("Age was", "Calls was", "CR2", "random intercept")
    }
    assert at["Age was"] < at["Calls was"] < at["CR2"] < at["random intercept"]
    assert said[at["random intercept"] - 1].startswith("Age was related to")
    assert said[-2].startswith("Rows with a value") and said[-1].startswith("E-values are")
