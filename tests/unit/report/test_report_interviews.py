"""The report's part on interviews: who was interviewed, themes, checklists; each once. All interviews are made up."""

from __future__ import annotations

from functools import cache

from pipeline.disclosure import release
from pipeline.report import Report, write_report
from pipeline.report.blocks import Heading, TableBlock
from pipeline.report.methods_interviews import coding
from pipeline.report.ways import Cell, ways_of
from pipeline.results import Key, Results
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.themes import interviews
from tests.coded_interviews import coded, told

DECLARED = """
themes:
  Heard: {codes: ["Support::heard"], definition: being listened to.}
  Way: {codes: [Way, Bus]}
codes: {merge: {Bus: [Bus_here]}, drop: {Noise: nothing was said}}
exclude: [{participant: X1, because: withdrew}]
flow: {approached: 30, not_interviewed: {declined: 8}, interviewed: 22}
coreq: {}
tables:
  by_role: {title: Themes by role, columns: role, count: [people, segments]}
  together: {cooccurrence: document}
"""


@cache
def report() -> Report:
    people = [("PR", 8), ("PS", 7), ("PL", 6)]
    rows = [f"d{r}{n} {r}{n} {r} A {code} {at} {at + 9} X ." for r, size in people for n in range(size)
            for at, code in enumerate(("Support::heard", "Way")) if n != at]  # fmt: skip
    rows += ["dX X1 PR B Noise 0 9 X .", "dPR1 PR1 PR A Bus_here 30 39 X ."]
    study = told(DECLARED, "none")
    made = interview_exhibits(coded(study, "\n".join(rows)), study)
    results = Results.join([interviews(study).results, *(e.results for e in made.values())])
    released = release(results, study.release, study)
    remarks = {name: exhibit.remarks for name, exhibit in made.items()}
    return write_report(study, released, [exhibit.table for exhibit in made.values()], remarks)


def test_each_thing_stands_under_a_heading_of_its_own_and_once() -> None:
    blocks = report().show("Interviews").blocks
    order = [
        b.text if isinstance(b, Heading) else b.filled.title for b in blocks if isinstance(b, Heading | TableBlock)
    ]
    assert order == [
        "Who was interviewed", "Flow of interviews", "Themes", "Themes by role",
        "Themes that stand together: the same document", "Checklists of reporting",
        "COREQ: what a report of interviews and focus groups should tell",
    ]  # fmt: skip
    assert len(report().tables()) == 4
    assert not report().show("Participant flow").blocks and not report().show("Further tables").blocks
    said = report().show("Interviews")._repr_markdown_() or ""
    told_once = "Of 30 people who were approached, 22 were interviewed; the interviews of 21 are analysed."
    assert said.count(told_once) == 1
    assert "what was coded is counted below" in said


def test_methods_say_what_became_of_codes_and_what_counts_as_what() -> None:
    words = report().show("Methods")._repr_markdown_() or ""
    assert (
        "Before anything was counted, codes were changed, each with all under it: Bus_here became Bus; Noise was "
        in words
    )
    assert "Heard: a theme made of the code Support › heard, with all under it. Being listened to." in words
    assert "Way: a theme made of the codes Way and Bus, with all under them." in words
    assert "left out of the analysis because: withdrew." in words
    assert "Two themes stand together where both mark the same document, as the table says" in words
    facts = "title: x\ndesign: {kind: interviews}\nrelease: {rule: RULE}\ninterviews:\n"
    assert list(coding(told("total: 3", head=facts))) == []


def test_a_percentage_of_a_theme_says_what_it_is_of() -> None:
    (table,) = (b for b in report().tables() if b.filled.title == "Themes by role")
    assert table.filled.rows[0].why[0] == "7 of 8 people."
    assert "7 of 8 people." in report().show("Interviews").html()


def test_the_way_back_of_a_count_leads_to_the_coded_files() -> None:
    study = told(DECLARED, "none")
    keys = [Key("themes", "by_role", "theme", "Heard"), Key("flow", "coded interviews", "read", "", "All", "people"),
            Key("themes", "interviews", "people")]  # fmt: skip
    found = ways_of(study, {"05_themes": keys}, {"05_themes": Cell(3)}, {}).numbers
    both = ("data/raw/made_up/t.csv", "studies/made_up.yaml")
    assert found["themes", "by_role", "theme"].files == found["flow", "coded interviews", "read"].files == both
    assert found["themes", "interviews", "people"].files == ("studies/made_up.yaml",)


def test_the_summary_says_how_many_were_interviewed_and_who_spoke_of_each_theme() -> None:
    words = report().show("Summary")._repr_markdown_() or ""
    assert (
        "The interviews of 21 people are analysed. Themes, with the people who spoke of each: Heard (18), Way (19)."
        in words
    )


def test_what_no_one_in_particular_said_is_withheld_in_plain_words() -> None:
    rows = [f"d{n} P{n} PR A Way 0 9 X ." for n in range(8)] + ["g P0 PR A Way 0 9 X .", "g P1 PR A Way 10 19 X ."]
    study = told("tables: {by_role: {rows: codes, columns: role, count: segments}}", "journal")
    made = interview_exhibits(coded(study, "\n".join([*rows, "g . . . Way 20 29 X ."])), study)
    results = Results.join([interviews(study).results, *(e.results for e in made.values())])
    tables = [exhibit.table for exhibit in made.values()]
    said = write_report(study, release(results, study.release, study), tables, {}).show("What was withheld")
    words = (said._repr_markdown_() or "").casefold()
    assert "everything of no one in particular" in words and "of of" not in words
