"""Tables of interviews and checklists in a study file: every mistake at once, with its line."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import json_schema
from pipeline.study.interview_tables import tag
from tests.coded_interviews import told

FACTS = "title: x\ndesign: {kind: interviews}\nrelease: {rule: RULE}\ninterviews:\n  total: 3\n"
WITHOUT_LABELS = "title: x\ndesign: {kind: interviews}\nrelease: {rule: RULE}\ninterviews:\n  coded: {file: t.csv}\n"


def wrong(declared: str, rule: str = "none", head: str = "") -> list[str]:
    with pytest.raises(Mistakes) as error:
        told(declared, rule, **({"head": head} if head else {}))
    return [str(mistake) for mistake in error.value.mistakes]


def test_all_mistakes_are_told_at_once_each_at_its_line() -> None:
    assert wrong("""
themes: {Heard: {codes: [heard]}}
tables:
  one: {rows: themes, cooccurrence: segment, count: people}
  2nd: {rows: codes}
  interviews: {rows: codes}
  tree: {rows: tree, cooccurrence: document}
  book: {codebook: true, columns: role}
  twice: {count: [people, people]}
coreq: {33: x, 03: y}
srqr: {0: x}
""") == [
        "studies/made_up.yaml:11  interviews.tables.one.count: has no place in a table that says which themes stand "
        "together. Leave 'count' out.",
        "studies/made_up.yaml:11  interviews.tables.one.cooccurrence: there is one theme, which stands with no other. "
        "Write rows: codes, or leave this table out.",
        "studies/made_up.yaml:12  interviews.tables.2nd: '2nd' can't be a name. Use letters, digits and _, and begin "
        "with a letter.",
        "studies/made_up.yaml:13  interviews.tables.interviews: 'interviews' names what a study file says of its "
        "interviews. Give the table another name.",
        "studies/made_up.yaml:14  interviews.tables.tree.rows: a code always stands together with its own theme. Write "
        "rows: themes, or rows: codes.",
        "studies/made_up.yaml:15  interviews.tables.book.columns: has no place in a table that is a codebook. Leave "
        "'columns' out.",
        "studies/made_up.yaml:16  interviews.tables.twice.count: 'people' stands in it twice. Name each once.",
        "studies/made_up.yaml:17  interviews.coreq.33: there is no item '33'. COREQ has items 1 to 32.",
        "studies/made_up.yaml:17  interviews.coreq.03: there is no item '03'. COREQ has items 1 to 32.",
        "studies/made_up.yaml:18  interviews.srqr.0: there is no item '0'. SRQR has items 1 to 21.",
    ]  # fmt: skip


def test_what_needs_files_themes_or_labels_says_so() -> None:
    assert wrong("tables: {one: {rows: codes}}", head=FACTS) == [
        "studies/made_up.yaml:6  interviews.tables.one: counts themes, and no file holds coded interviews. Add coded: "
        "{file: interviews.qdpx}, or leave this table out.",
    ]
    assert wrong("themes: [Heard]\ntables: {one: {columns: programme}}", head=WITHOUT_LABELS) == [
        "studies/made_up.yaml:7  interviews.tables.one.rows: 'themes' does not say of which codes each of them is "
        "made. Write themes: {name: {codes: [...]}}, or rows: codes.",
        "studies/made_up.yaml:7  interviews.tables.one.columns: 'programmes' gives no labels to what stands in the "
        "files. Add programmes: {as it stands there: label}.",
    ]


def test_printed_quotations_need_public_data_and_tags_of_programme_and_role() -> None:
    printed = "tables:\n  quotes:\n    printed: {Benefits: {Heard: [B-PL, leader]}, Costs: {}}"
    assert wrong(printed, "journal, below: 5", FACTS) == [
        "studies/made_up.yaml:8  interviews.tables.quotes.printed: can't be shown under the rule 'journal', for nobody "
        "knows how many people it is of. Leave it out, or release with rule: none and its reason.",
        "studies/made_up.yaml:8  interviews.tables.quotes.printed.Benefits.Heard: 'leader' does not name a programme "
        "and a role. Write both, like B-PL.",
        "studies/made_up.yaml:8  interviews.tables.quotes.printed.Costs: has no theme. Add theme: [programme-role of "
        "each quotation].",
    ]
    assert tag("B-PL") == ("B", "PL") and tag("C - mentor") == ("C", "mentor") and tag("-PL") is None


def test_an_unknown_count_or_form_is_answered_with_those_that_there_are() -> None:
    (told_of,) = wrong("tables: {one: {rows: codes, count: [persons]}}")
    assert told_of.startswith("studies/made_up.yaml:9  interviews.tables.one.count.0: 'persons' is not known.")
    (unknown,) = wrong("tables: {one: {rows: codes, colums: role}}")
    assert "unknown key 'colums'. Did you mean 'columns'?" in unknown


def test_a_table_can_be_declared_by_each_form_and_stands_in_the_schema() -> None:
    said = told(
        "tables:\n  a: {rows: codes}\n  b: {codebook: true}\n  c: {rows: codes, cooccurrence: overlap}"
    ).interviews
    assert said is not None
    assert [table.form for table in said.tables.values()] == ["counts", "codebook", "cooccurrence"]
    assert said.tables["a"].count == ("people",)
    schema = json_schema()["$defs"]
    assert {"tables", "coreq", "srqr"} <= schema["Interviews"]["properties"].keys()
    assert schema["InterviewTable"]["properties"]["cooccurrence"]["anyOf"][0]["enum"] == [
        "overlap",
        "segment",
        "document",
    ]
