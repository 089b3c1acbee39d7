"""What ``alongside status`` and ``check`` say, in full, and that a status leaves a run alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.cleaning import clean
from pipeline.errors import Mistakes
from pipeline.files import Workspace, snapshot
from pipeline.intake.cells import Cells
from pipeline.results import Key, Number, Results
from pipeline.run import status
from pipeline.run.events import AT_WORK
from pipeline.run.locks import one_run
from pipeline.run.names import STAGES
from pipeline.run.outcome import Outcome, closing
from pipeline.run.quarter import after_run, remember
from pipeline.run.stages import open_stage
from pipeline.run.status import check_lines, status_lines
from pipeline.run.stood import Stood
from pipeline.run.studies import read_study

STUDY = """\
title: Tiny
data: {file: people.csv, id: id}
design: {kind: cohort}
variables:
  age: {type: number, range: 0-120}
release: {rule: none, because: made up}
"""
NEVER = "tiny: never run: 6 stages to run. Type 'alongside run tiny'."


@pytest.fixture
def tiny(folder: Path, write: Callable[..., Path]) -> Workspace:
    (folder / "studies/tiny.yaml").write_text(STUDY)
    for stage in STAGES:
        write(stage)
    return Workspace.at(folder)


def had_run(workspace: Workspace, n: float = 1.0) -> Results:
    """As if every stage had run on what lies there now."""
    for stage in STAGES:
        workspace.stage("tiny", stage).mkdir(parents=True, exist_ok=True)
    results = Results.of([Number(Key("flow", "people", "read", statistic="rows"), n, 9)])
    frame = pd.DataFrame({"id": ["1"], "age": ["30"]}, dtype="str")
    remember(workspace, read_study(workspace, "tiny"), {"people": Cells("people", frame)}, results)
    (workspace.processed("tiny") / "results_full.csv").write_bytes(results.to_csv())
    return results


def test_a_study_that_never_ran_is_one_short_line(tiny: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(status, "_stale", lambda *_: pytest.fail("DVC was asked"))
    assert status_lines(tiny, ["tiny"]) == ([NEVER], [])


def test_a_study_that_is_not_in_order_stops_no_other(tiny: Workspace):
    tiny.study_file("broken").write_text("title: Broken\n")
    tiny.study_file("an odd name").write_text(STUDY)
    lines, (odd, broken) = status_lines(tiny, ["an odd name", "broken", "tiny"])
    assert lines == [NEVER]
    assert str(odd).startswith("studies/an odd name.yaml: has a name that is more than letters, digits, - and _.")
    assert str(broken).startswith("studies/broken.yaml:1  design: 'design' is missing.")
    assert (odd.exit_code, broken.exit_code) == (3, 3)


def test_a_study_without_its_data_says_what_to_type(tiny: Workspace):
    (tiny.raw("tiny") / "people.csv").unlink()
    assert status_lines(tiny, ["tiny"]) == (
        ["tiny: not here: data/raw/tiny/people.csv. The study file has no address for all of this: put it there."],
        [],
    )
    lines, (error,) = status_lines(tiny, ["tiny"], True)
    assert (lines, error.exit_code) == ([], 3), "whoever asks for this very study must hear that it can't be had"
    assert str(error).startswith("tiny: not here: data/raw/tiny/people.csv.")


@pytest.mark.parametrize(
    "text, told",
    [
        ("id,age\n1,30\n", ["tiny: its exports are those of its last run"]),
        (
            "id,age\n1,31\n",
            ["tiny: this is new since its last whole run", "  people: 1 earlier answer changed: age (1)"],
        ),
    ],
)
def test_while_a_run_is_at_work_it_says_so_and_what_is_known_and_touches_nothing(
    tiny: Workspace, monkeypatch: pytest.MonkeyPatch, text: str, told: list[str]
):
    had_run(tiny)
    (tiny.raw("tiny") / "people.csv").write_text(text)
    monkeypatch.setattr(status, "_stale", lambda *_: pytest.fail("DVC was asked"))
    with one_run(tiny):
        (tiny.state() / AT_WORK).write_text("tiny 03_participants\n")
        before = snapshot(tiny.root)
        lines, wrong = status_lines(tiny, ["tiny"])
        assert snapshot(tiny.root) == before
    at_work = "A run is at work here (tiny 03_participants): what is stale will be known when it has ended."
    assert (lines, wrong) == ([at_work, *told], [])


def test_without_a_run_no_run_may_begin_before_it_has_looked(tiny: Workspace, monkeypatch: pytest.MonkeyPatch):
    had_run(tiny)
    held = []

    def stale(workspace: Workspace, names: list[str]) -> dict[str, dict[str, list[str]]]:
        with status.no_run(workspace) as free:
            held.append(not free)
        return {"tiny": {"02_score": ["the study file changed"]}}

    monkeypatch.setattr(status, "_stale", stale)
    lines, _ = status_lines(tiny, ["tiny"])
    assert held == [True]
    assert lines == ["tiny: 1 of 6 stages are stale", "  02_score: the study file changed"]


def test_reasons_are_in_words():
    deps = {
        "studies/tiny.yaml": "modified",
        "studies/tiny.py": "modified",
        "data/raw/tiny": "modified",
        ".alongside/environment.json": "modified",
        ".alongside/code/04_models.json": "modified",
        ".alongside/sources/notebooks/04_models.json": "modified",
        "data/processed/tiny/01_clean": "modified",
    }
    told = status._reasons([{"changed deps": deps}, {"changed outs": {"reports/tiny": "modified"}}], "tiny")
    assert told == [
        "the study file changed",
        "the study's own function changed",
        "the raw data changed",
        "the installed packages changed",
        "the code of Alongside changed",
        "the notebook changed",
        "an earlier stage was made anew",
        "reports/tiny is not as it was made",
    ]


def test_a_check_says_what_is_declared_and_what_became_of_the_rows(tiny: Workspace):
    assert check_lines(tiny, "tiny") == [
        "studies/tiny.yaml is in order: 1 variable, 0 scales, 0 tables, 0 models.",
        "people: 1 rows read, 0 left out, 1 kept",
        "Next: alongside run tiny",
    ]


WAVES = """\
title: Tiny
data: {file: people.csv, id: id, wave: w, waves: {1: Start, 2: Later}, due: {date: day, days: {2: 60}}}
design: {kind: cohort}
variables:
  day: {type: date, format: "%Y-%m-%d"}
release: {rule: none, because: made up}
"""


def test_a_check_and_a_status_name_the_day_up_to_which_waves_are_due(tiny: Workspace, monkeypatch: pytest.MonkeyPatch):
    tiny.study_file("tiny").write_text(WAVES)
    file = tiny.raw("tiny") / "people.csv"
    file.write_text("id,w,day\n1,1,2024-01-01\n1,2,2024-03-02\n2,1,2024-03-01\n")
    told = "people: waves are counted as due up to 2024-03-02, the latest date in the export"
    assert told in check_lines(tiny, "tiny")
    study = read_study(tiny, "tiny")
    stage = open_stage("tiny", str(tiny.root), "01_clean")
    stage.save_cleaned(clean(stage.cells(), study))
    monkeypatch.setattr(status, "_stale", lambda *_: {"tiny": {}})
    assert f"  {told} (in the last run)" in status_lines(tiny, ["tiny"])[0]
    file.write_text("id,w,day\n1,1,2024-01-01\n1,2,2042-03-02\n2,1,2024-03-01\n")
    with pytest.raises(Mistakes, match="1 row is dated more than 92 days after all the others"):
        check_lines(tiny, "tiny")


def test_a_check_and_a_run_tell_what_looks_wrong_with_ids_and_a_check_what_with_items(tiny: Workspace):
    scale = "scales:\n  mood: {items: [a, b, c], range: 1-5, score: mean, max_missing: 0}\n"
    declared = WAVES.replace("release", f"{scale}release")
    tiny.study_file("tiny").write_text(declared)
    rows = "".join(f"{n},1,2024-01-01,{n % 5 + 1},{5 - n % 5},{n % 5 + 1}\n" for n in range(40))
    (tiny.raw("tiny") / "people.csv").write_text(f"id,w,day,a,b,c\n{rows}007,1,2024-01-01,1,1,1\n")
    told = (
        "people: 2 ids that differ from another one only in leading zeros, capitals or blanks. Are they the same? Then "
        "correct the file."
    )
    lines = check_lines(tiny, "tiny")
    assert told in lines
    assert "mood: b goes against the other items. To be reversed, or reversed twice? See 'reverse'." in lines
    stage = open_stage("tiny", str(tiny.root), "01_clean")
    stage.save_cleaned(clean(stage.cells(), stage.study))
    assert f"tiny: {told}" in closing(tiny, Outcome("tiny", "made", ["01_clean"]), Stood({}))


def test_a_check_lists_wrong_cells_under_data_and_takes_the_list_away_when_they_are_mended(tiny: Workspace):
    file, listed = tiny.raw("tiny") / "people.csv", tiny.processed("tiny") / "mistakes.csv"
    file.write_text("id,age\n1,30\n2,400\n")
    with pytest.raises(Mistakes) as caught:
        check_lines(tiny, "tiny")
    assert str(caught.value).splitlines()[-1] == (
        "data/processed/tiny/mistakes.csv: lists 1 wrong cell: file, line, column and what stands there."
    )
    assert "400" not in str(caught.value)
    assert listed.read_text("utf-8-sig").splitlines()[1:] == ["people.csv,3,age,400,lies outside the range"]
    file.write_text("id,age\n1,30\n")
    check_lines(tiny, "tiny")
    assert not listed.exists()


def test_a_broken_file_is_named_with_its_folder(tiny: Workspace):
    (tiny.raw("tiny") / "people.csv").write_text("")
    with pytest.raises(Mistakes) as caught:
        check_lines(tiny, "tiny")
    assert str(caught.value).startswith("data/raw/tiny/people.csv: is empty")


def test_the_last_line_tells_answers_and_the_study_file(tiny: Workspace):
    page = "(data/processed/tiny/changes.html)"
    results = had_run(tiny)
    full = tiny.processed("tiny") / "results_full.csv"
    assert after_run(tiny, read_study(tiny, "tiny")) == f"No answer recoded: 0 of 1 numbers changed {page}"
    (tiny.raw("tiny") / "people.csv").write_text("id,age\n1,31\n2,40\n")
    full.write_bytes(Results.of([Number(Key("flow", "people", "read", statistic="rows"), 2, 9)]).to_csv())
    assert after_run(tiny, read_study(tiny, "tiny")) == (f"1 answer recoded, 1 row new: 1 of 1 numbers changed {page}")
    full.write_bytes(results.to_csv())
    tiny.study_file("tiny").write_text(STUDY.replace("0-120", "0-110"))
    assert after_run(tiny, read_study(tiny, "tiny")) == (
        f"Study file changed, no answer recoded: 1 of 1 numbers changed {page}"
    )
    assert after_run(tiny, read_study(tiny, "tiny")) == f"No answer recoded: 0 of 1 numbers changed {page}"


def test_after_a_first_run_there_is_nothing_to_tell(tiny: Workspace):
    had_run(tiny)
    for file in sorted(tiny.stage("tiny", "last_run").iterdir()):
        file.unlink()
    assert after_run(tiny, read_study(tiny, "tiny")) == ""


def test_the_next_export_beside_a_plain_file_is_said_not_to_be_read(tiny: Workspace):
    raw = tiny.raw("tiny")
    (raw / "codebook.pdf").write_text("made up")
    assert status_lines(tiny, ["tiny"]) == ([NEVER], [])
    (raw / "people_2026-q2.csv").write_text("id,age\n1,31\n")
    said = (
        "data/raw/tiny/people_2026-q2.csv: matches no 'file' of the study file and will not be read. Is it a later "
        "export? Let 'file' match all with a *, and add newest_by: name or mode: append."
    )
    assert status_lines(tiny, ["tiny"]) == ([NEVER, f"  {said}"], [])
    assert said in check_lines(tiny, "tiny")
    tiny.study_file("tiny").write_text(STUDY.replace("people.csv", "people*.csv, newest_by: name"))
    assert status_lines(tiny, ["tiny"]) == ([NEVER], [])


def test_of_several_tables_only_a_name_that_differs_in_digits_is_taken_for_the_next_export(tiny: Workspace):
    two = "{people: {file: people_1.csv, id: id}, visits: {file: visits.csv, id: v, parent: {people: id}}}"
    tiny.study_file("tiny").write_text(STUDY.replace("{file: people.csv, id: id}", two))
    raw = tiny.raw("tiny")
    (raw / "people.csv").rename(raw / "people_1.csv")
    (raw / "visits.csv").write_text("v,id\n1,1\n")
    (raw / "codes.csv").write_text("code,label\n1,Yes\n")
    assert status_lines(tiny, ["tiny"]) == ([NEVER], [])
    (raw / "people_2.csv").write_text("id,age\n1,31\n")
    (raw / "people_10.csv").write_text("id,age\n1,31\n")
    lines, _ = status_lines(tiny, ["tiny"])
    assert lines[1].startswith("  data/raw/tiny/people_10.csv, people_2.csv: match no 'file' of the study file")
