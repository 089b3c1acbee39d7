"""Quotations from a study's interviews to its report, and what never gets there. Nobody said any of it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

from pipeline.disclosure.quotations import fingerprint, judge
from pipeline.errors import Mistakes, StageFailed
from pipeline.files import Workspace
from pipeline.report import report_files, write_report
from pipeline.report.self_audit import audited
from pipeline.report.words_beside import without_words
from pipeline.reproduce.bundle_quotations import unprinted
from pipeline.run.names import REPORT, THEMES
from pipeline.run.places import DRAFT
from pipeline.run.quotations import CANDIDATES, FOLDER, LOG, TO_READ, load_quotations, words_said
from pipeline.run.stages import Stage, open_stage
from pipeline.run.status import check_lines
from pipeline.run.studies import read_study
from pipeline.themes import clean_coding, interviews
from tests.quoted_talks import COLUMNS, HEAD, ROWS

TOLD = "I told it twice, and nobody looked at the clock."
SHOWN = "[name] of [place] showed me the door, and I went through."
CLEARED = "cleared_by: me, on: 2026-03-02, fingerprint: "
QUOTATIONS = f"""\
  quotations:
    chosen:
      Heard:
        - {{document: d1, begins: I told, {CLEARED}"{fingerprint(TOLD, "Recipient")}"}}
        - {{document: d2, begins: She waited until}}
        - {{document: d3, begins: He asked, {CLEARED}"{fingerprint("He asked me how it was.", "Recipient")}"}}
      Way:
        - document: d1
          ends: went through.
          redact: [{{from: 1-2, to: "[name]"}}, {{from: 4, to: "[place]"}}]
          {CLEARED.replace(", ", chr(10) + "          ")}"{fingerprint(SHOWN, "Recipient")}"
        - {{document: d4, begins: "=I know", {CLEARED}"00000000"}}
"""
NEVER = ("She waited until I was done", "He asked me how", "Anna", "Oslo", "I know which door")
"""Not cleared, no consent, hidden, hidden, changed since."""


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    (folder / "studies/told.yaml").write_text(HEAD + QUOTATIONS, "utf-8")
    raw = folder / "data/raw/told"
    raw.mkdir(parents=True)
    lines = [COLUMNS, *ROWS.strip().splitlines()]
    (raw / "t.csv").write_text("\n".join(",".join(f'"{c}"' for c in line.split("|")) for line in lines), "utf-8")
    return Workspace.at(folder)


def themes(workspace: Workspace) -> Stage:
    """What the notebook of the stage does."""
    stage = open_stage("told", str(workspace.root), THEMES)
    opened = stage.coded()
    assert opened is not None
    cleaned = clean_coding(opened, stage.study)
    judged = judge(opened, cleaned, stage.study)
    found = interviews(stage.study).results
    stage.save_coding(cleaned, opened.texts)
    stage.save_quotations(judged)
    stage.save(results=type(found).join([found, judged.results]), tables=[], remarks={})
    return stage


def report(workspace: Workspace) -> dict[str, bytes]:
    stage = open_stage("told", str(workspace.root), REPORT)
    released = stage.release()
    made = write_report(stage.study, released, stage.tables(), stage.remarks(), stage.drafting, stage.style())
    page = "".join(section.html() for section in made.sections).encode()
    return {**report_files(made, released), "report.html": page}


def everything(files: dict[str, bytes]) -> str:
    """All words of all files, those of a Word file too."""
    found = []
    for name, data in files.items():
        if name.endswith(".docx"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found += [archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml")]
        elif not name.endswith(".png"):
            found.append(data.decode("utf-8"))
    return "\n".join(found)


def test_only_what_is_cleared_comes_out_in_all_files(workspace: Workspace) -> None:
    themes(workspace)
    files = report(workspace)
    assert files["tables/themes-quoted.csv"].decode("utf-8-sig").splitlines() == [
        "Quotations by theme",
        "Theme,Definition,Quotation,Participant",
        f"Heard,Somebody has time.,\"“{TOLD}”\",Recipient",
        f"Way,,\"“{SHOWN}”\",Recipient",
    ]
    words = everything(files)
    assert [part for part in NEVER if part in words] == []
    for name in ("report.docx", "report.html", "layouts.json", "tables/themes-quoted.html"):
        told = everything({name: files[name]}).replace("&nbsp;", " ")
        assert TOLD in told and SHOWN in told, name


def test_the_report_says_how_many_were_left_out_and_why(workspace: Workspace) -> None:
    themes(workspace)
    page = everything({"report.html": report(workspace)["report.html"]})
    said = re.sub("<[^>]+>", "", page)
    assert "Quotations printed: 2, of [withheld] people, each of whom agreed to be quoted. A second reader" in said
    assert "Places where words in square brackets stand for what was said: 2." in said
    assert (
        "Chosen and left out: no consent to be quoted: 1, not cleared by a second reader: 1, changed since cleared: 1."
    ) in said


def test_a_report_with_quotations_passes_its_own_audit(workspace: Workspace) -> None:
    path = workspace.raw("told") / "t.csv"
    numbers = "I told it 12 times (50%), P = .04, 3 to 9; 95% CI, 7/5 days, mean 3.1 (SD 0)."
    path.write_text(path.read_text("utf-8").replace(TOLD, numbers), "utf-8")
    file = workspace.study_file("told")
    now = fingerprint(numbers, "Recipient")
    file.write_text(file.read_text("utf-8").replace(fingerprint(TOLD, "Recipient"), now), "utf-8")
    stage = themes(workspace)
    files = report(workspace)
    assert numbers in everything({"report.html": files["report.html"]})
    audited(stage.study, files)


def test_what_is_published_is_held_against_all_passages(workspace: Workspace) -> None:
    themes(workspace)
    found = words_said(workspace, read_study(workspace, "told"))
    assert found is not None
    said, printed = found
    assert len(said) == 11 and printed == [TOLD, SHOWN]
    files = report(workspace)
    without_words(files, said, printed)
    with pytest.raises(StageFailed, match=r"  x.html: 4 times 8 words in a row"):
        without_words({**files, "x.html": b"Anna Berg of Oslo showed me the door, and I went"}, said, printed)
    workspace.study_file("told").write_text(HEAD.split("interviews:")[0] + "interviews: {total: 4}\n", "utf-8")
    assert words_said(workspace, read_study(workspace, "told")) is None


def test_a_draft_holds_no_more_of_them(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    themes(workspace)
    monkeypatch.setenv(DRAFT, "1")
    words = everything(report(workspace))
    assert TOLD in words and not any(part in words for part in NEVER)


def test_words_that_changed_are_not_cleared_any_more(workspace: Workspace) -> None:
    path = workspace.raw("told") / "t.csv"
    path.write_text(path.read_text("utf-8").replace("nobody looked", "nobody else looked"), "utf-8")
    themes(workspace)
    words = everything(report(workspace))
    assert "I told it" not in words and SHOWN in words


def test_the_second_reader_sees_words_numbers_traces_and_what_to_write(workspace: Workspace) -> None:
    folder = themes(workspace).folder / FOLDER
    read = (folder / TO_READ).read_text("utf-8")
    assert "stays where the data are" in read.splitlines()[0]
    part = read.split("Way, 1\n======\n")[1].split("\n\n\n")[0]
    assert part.splitlines()[2:] == [
        "   1 | Anna Berg of Oslo showed me the door, and I",
        "  11 | went through.",
        "",
        f"As it would be printed: “{SHOWN}” (Recipient)",
        "The tag stands for 3 people.",
        "Stands: will be printed, cleared by me on 2026-03-02.",
        f"To clear it: cleared_by: …, on: …, fingerprint: \"{fingerprint(SHOWN, 'Recipient')}\"",
        "",
        "Way, 2",
        "======",
        *part.splitlines()[12:],
    ]
    assert part.splitlines()[0].startswith("d1; studies/told.yaml:")
    log = list(csv.reader(io.StringIO((folder / LOG).read_text("utf-8-sig"))))
    assert log == [
        ["theme", "quotation", "first word", "last word", "words", "instead"],
        ["Way", "1", "1", "2", "Anna Berg", "[name]"],
        ["Way", "1", "4", "4", "Oslo", "[place]"],
    ]
    assert len(load_quotations(folder.parent)) == 5
    assert load_quotations(folder) == () and (folder / CANDIDATES).is_file()


def test_a_check_finds_mistakes_of_quotations(workspace: Workspace) -> None:
    read = "interviews: 6 people, 6 documents and 11 codings read; 6, 6 and 11 analysed"
    assert read in check_lines(workspace, "told")
    file = workspace.study_file("told")
    file.write_text(file.read_text("utf-8").replace("begins: I told", "begins: I said"), "utf-8")
    with pytest.raises(Mistakes, match="chosen.Heard.0: no passage of this document begins so; 3 of them"):
        check_lines(workspace, "told")


def test_a_bundle_does_not_take_words_that_no_report_prints(workspace: Workspace) -> None:
    study = read_study(workspace, "told")
    told = [str(mistake) for mistake in unprinted(workspace, study)]
    assert told == [
        "studies/told.yaml:10  interviews.quotations.chosen: 5 of these are not printed, and this file, which goes "
        "into the bundle, holds words of them. Take them out of it, or see to consent and clearance, and run the study "
        "again."
    ]
    themes(workspace)
    reports = workspace.reports("told")
    reports.mkdir(parents=True)
    (reports / "results.csv").write_bytes(report(workspace)["results.csv"])
    [mistake] = unprinted(workspace, study)
    assert mistake.what.startswith("3 of these are not printed")
    made_up = study.model_copy(update={"made_up": True})
    assert list(unprinted(workspace, made_up)) == []
    assert list(unprinted(workspace, study.model_copy(update={"interviews": None}))) == []
