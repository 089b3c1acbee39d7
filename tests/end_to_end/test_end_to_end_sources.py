"""Four source studies: one from its rebuilt rows to what is printed, three of declared facts, and all side by side."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.cleaning import clean, join
from pipeline.disclosure import release
from pipeline.files import Workspace
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.report import write_report
from pipeline.report.blocks import TableBlock
from pipeline.report.report import REBUILT, Report
from pipeline.results import Key, Results
from pipeline.run.names import STAGES, stages_of
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.tables.exhibits import exhibits
from pipeline.tables.fill import fill
from pipeline.tables.studies import comparisons
from pipeline.tables.table import Filled
from pipeline.themes import interviews

ROOT = Path(__file__).resolve().parents[2]
FACTS_ALONE = ("ogard2022", "hcv2023", "hepcare", "peer-support")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.at(tmp_path_factory.mktemp("sources"))
    shutil.copytree(ROOT / "studies", made.root / "studies")
    shutil.copytree(ROOT / "data/raw/joo2022", made.raw("joo2022"))
    return made


@pytest.fixture(scope="module")
def joo(workspace: Workspace) -> tuple[Results, dict[str, Filled], Report]:
    """Every number of its declared tables, the tables as printed, and the report."""
    study = read_study(workspace, "joo2022")
    cleaned = clean(open_stage("joo2022", str(workspace.root), "01_clean").cells(), study, item_ranges(study))
    scores = score(cleaned, study)
    people = join(cleaned, scores.frames, scores.reasons, study)
    made = exhibits(people, study)
    results = Results.join([people.results, interviews(study).results, *(e.results for e in made.values())])
    released = release(results, study.release)
    layouts = [e.table for e in made.values()]
    report = write_report(study, released, layouts, {name: e.remarks for name, e in made.items()})
    return results, {t.name: fill(t, released) for t in layouts}, report


def lines(filled: Filled) -> list[tuple[str, ...]]:
    return [(row.label, *row.cells) for row in filled.rows]


def test_every_printed_count_comes_out_of_the_rows(joo, workspace: Workspace) -> None:  # type: ignore[no-untyped-def]
    results, _, _ = joo
    printed = read_study(workspace, "joo2022").tables["informants"].printed
    assert sum(len(levels) for levels in printed.values()) == 3 + 1 + 4 + 5 + 3 + 7
    for term, levels in printed.items():
        for level, cell in levels.items():
            assert results.get(Key("participants", "informants", term, level, "All", "n")) == cell[0]


def test_effective_numbers_of_people(joo) -> None:  # type: ignore[no-untyped-def]
    found = {t: joo[0].get(Key("participants", "informants", t, "", "All", "denominator"))
             for t in ("age", "gender", "ethnicity", "education", "role", "programme")}  # fmt: skip
    assert found == {"age": 43 - 1, "gender": 43 - 3, "ethnicity": 43 - 4, "education": 43 - 1, "role": 43,
                     "programme": 8 + 6 + 5 + 9 + 5 + 7 + 1}  # fmt: skip


def test_three_percentages_differ_and_no_other(joo) -> None:  # type: ignore[no-untyped-def]
    told = lines(joo[1]["informants_printed"])
    assert [line for line in told if line[3] == "% differs"] == [
        ("Women", "35 (87%)", "35 (88%)", "% differs"),
        ("Black or African American", "12 (30%)", "12 (31%)", "% differs"),
        ("Some college or Associate degree", "4 (9%)", "4 (10%)", "% differs"),
    ]
    assert sum(line[3] == "agrees" for line in told) == 23 - 3
    assert [line[2] for line in told if line[0] == "Missing"] == ["1", "3", "4", "1", "2"]


def test_programmes_have_their_ticks_and_two_settings_are_inferred(joo) -> None:  # type: ignore[no-untyped-def]
    told = {line[0]: line[1:] for line in lines(joo[1]["programmes"])}
    assert told["Community"] == ("✓", "✓", "✓", "(✓)", "", "", "✓")
    assert told["Healthcare"] == ("", "", "✓", "", "(✓)", "✓", "")
    assert [c.n for c in joo[1]["programmes"].columns] == ["8", "6", "5", "9", "5", "7", "1"]


def test_the_report_says_what_its_rows_are_in_every_table(joo) -> None:  # type: ignore[no-untyped-def]
    report = joo[2]
    assert report.head.label == REBUILT
    assert report.tables() and all(REBUILT.lower() in t.filled.title for t in report.tables())
    shown = [b.filled.name for b in report.show("Participants").blocks if isinstance(b, TableBlock)]
    assert shown == ["informants", "informants_printed", "programmes"]
    said = report.show("Participants").html()
    assert "of the printed counts" in said.lower() and ">6</data> are below 5" in said


@pytest.mark.parametrize("name", FACTS_ALONE)
def test_a_study_of_facts_alone_has_two_stages_and_a_report(workspace: Workspace, name: str) -> None:
    study = read_study(workspace, name)
    assert study.data is None and stages_of(workspace, name) == [STAGES[4], STAGES[5]]
    stage = open_stage(name, str(workspace.root), STAGES[4])
    made = comparisons(study, stage.compared())
    results = Results.join([interviews(study).results, *(e.results for e in made.values())])
    report = write_report(study, release(results, study.release), [e.table for e in made.values()], {})
    said = [s.title for s in report.sections if s.blocks]
    assert said == ["Summary", "Methods", "Interviews", "What was withheld", "How to check this report"]
    assert "There are no data" in report.show("Methods").html()
    empty = report.show("Participants")
    assert list(empty._repr_mimebundle_()) == ["text/plain"] and empty._repr_html_() is None


def test_the_four_stand_side_by_side(workspace: Workspace) -> None:
    study = read_study(workspace, "peer-support")
    made = comparisons(study, open_stage("peer-support", str(workspace.root), STAGES[4]).compared())["studies"]
    told = {line[0]: line[1:] for line in lines(fill(made.table, release(made.results, study.release)))}
    assert told["People interviewed"] == (str(15 + 14 + 14), str(10 + 5), "45", "NR")
    assert told["Supporters"] == ("14", "10", "NR", "NR")
    assert told["Leaders"] == ("14", "NA", "NA", "NR")
    assert told["When"][3] == "NR" and told["Software"][2:] == ("", "")
