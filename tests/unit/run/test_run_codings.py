"""Coded interviews in a study's run: raw files that make a stage stale, and what the stage leaves. All are made up."""

from __future__ import annotations

import json
import runpy
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import Mistakes, NotHad
from pipeline.files import Workspace, sha256
from pipeline.reproduce.bundle_contents import raw_tables
from pipeline.reproduce.stand_in import not_drawn
from pipeline.reproduce.stand_in_place import pointed
from pipeline.results import Key
from pipeline.run.codings import DISAGREEMENTS, OUT, load_coding, save_disagreements
from pipeline.run.dvc import depends_on, dvc_yaml
from pipeline.run.fetch import fetch, missing_files, unread_files
from pipeline.run.names import CLEAN, REPORT, THEMES
from pipeline.run.stage import made_from
from pipeline.run.stages import open_stage
from pipeline.run.status import check_lines
from pipeline.run.studies import read_study
from pipeline.run.workspace import shipped_notebooks
from pipeline.study import parse_study
from pipeline.themes import clean_coding
from pipeline.themes.codebook import read_codebook
from pipeline.themes.refi import read_project
from tests.coded_projects import TALK, two

FACTS = (
    "title: Told\ndesign: {kind: interviews}\nrelease: {rule: none, because: made up}\n"
    "interviews:\n  coded: {file: talks.qdpx}\n  codes: {rename: {way: Ways}}\n  themes: {Heard: {codes: [heard]}}\n"
)


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    (folder / "studies/told.yaml").write_text(FACTS)
    raw = folder / "data/raw/told"
    raw.mkdir(parents=True)
    (raw / "talks.qdpx").write_bytes(two(unit="utf16", mark=True).bytes())
    return Workspace.at(folder)


def test_what_is_saved_is_what_is_loaded_and_other_programs_open_it(workspace: Workspace) -> None:
    stage = open_stage("told", str(workspace.root), THEMES)
    opened = stage.coded()
    assert opened is not None
    cleaned = clean_coding(opened, stage.study)
    stage.save_coding(cleaned, opened.texts)
    back = load_coding(stage.folder)
    assert back is not None
    for part in fields(cleaned.coding):
        pd.testing.assert_frame_equal(getattr(back.coding, part.name), getattr(cleaned.coding, part.name))
    for part in fields(cleaned.ledger):
        pd.testing.assert_frame_equal(getattr(back.ledger, part.name), getattr(cleaned.ledger, part.name))
    pd.testing.assert_frame_equal(back.flow, cleaned.flow)
    pd.testing.assert_frame_equal(back.themes, cleaned.themes)
    place = stage.folder / "coding"
    book, project, table = (place / name for name in OUT)
    assert read_codebook(book.name, book.read_bytes()).coding.codes.index.tolist() == ["heard", "Ways"]
    assert read_project(project.name, project.read_bytes()).texts == opened.texts
    assert table.read_bytes().startswith(b"\xef\xbb\xbfdocument,participant,role")


def test_the_notebook_that_is_shipped_reads_cleans_and_saves_them(workspace: Workspace, tmp_path: Path) -> None:
    """Its own cells: what a stage can do is nothing to a user whose notebook does not ask for it."""
    lines = [f"study, root = 'told', {str(workspace.root)!r}"]
    for cell in json.loads(shipped_notebooks()[THEMES])["cells"]:
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", ()):
            lines.append("".join(cell["source"]))
    script = tmp_path / "themes.py"
    script.write_text("\n".join(lines), encoding="utf-8")
    runpy.run_path(str(script))
    saved = load_coding(workspace.stage("told", THEMES))
    assert saved is not None and len(saved.coding.segments) == 6


def test_the_notebook_counts_what_tables_ask_for(workspace: Workspace, tmp_path: Path) -> None:
    counted = "  tables: {all: {rows: themes, count: [people, segments]}, book: {codebook: true}}\n  coreq: {}\n"
    workspace.study_file("told").write_text(FACTS + counted)
    lines = [f"study, root = 'told', {str(workspace.root)!r}"]
    for cell in json.loads(shipped_notebooks()[THEMES])["cells"]:
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", ()):
            lines.append("".join(cell["source"]))
    script = tmp_path / "themes.py"
    script.write_text("\n".join(lines), encoding="utf-8")
    runpy.run_path(str(script))
    report = open_stage("told", str(workspace.root), REPORT)
    assert [table.name for table in report.tables()] == ["coded interviews", "all", "book", "coreq"]
    heard = Key("themes", "all", "theme", "Heard")
    assert [report.results().get(heard._replace(statistic=s)) for s in ("n", "segments")] == [2, 3]
    assert report.results().get(Key("flow", "coded interviews", "analysed", "", "All", "segments")) == 6
    assert len(report.remarks()["coded interviews"]) == 1


def test_a_check_tells_what_a_table_can_not_count(workspace: Workspace) -> None:
    table = "document,participant,code,quotation\nd1,P1,heard,made up\nd1,P1,way,made up\n"
    (workspace.raw("told") / "talks.csv").write_text(table)
    declared = FACTS.replace("talks.qdpx", "talks.csv") + "  tables: {both: {rows: codes, cooccurrence: overlap}}\n"
    workspace.study_file("told").write_text(declared)
    with pytest.raises(Mistakes, match=r"told.yaml:8  interviews.tables.both.cooccurrence: 2 of 2 segments have no pl"):
        check_lines(workspace, "told")


def test_a_study_without_coded_interviews_has_none(workspace: Workspace) -> None:
    workspace.study_file("told").write_text(FACTS.split("interviews:\n")[0] + "interviews: {total: 4}\n")
    assert open_stage("told", str(workspace.root), THEMES).coded() is None
    assert load_coding(workspace.stage("told", THEMES)) is None


def test_raw_interviews_make_their_stage_and_the_report_stale_and_stand_in_the_manifest(workspace: Workspace) -> None:
    assert "data/raw/told" in depends_on(workspace, "told", THEMES)
    assert "data/raw/told" in depends_on(workspace, "told", REPORT)
    assert "data/raw/tiny" not in depends_on(workspace, "tiny", THEMES)
    assert "data/raw/tiny" in depends_on(workspace, "tiny", CLEAN)
    (workspace.root / "notebooks").mkdir(exist_ok=True)
    for stage in (THEMES, REPORT):
        bare = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
        (workspace.root / f"notebooks/{stage}.ipynb").write_text(bare)
    data = (workspace.raw("told") / "talks.qdpx").read_bytes()
    assert made_from(workspace, "told")["raw"] == {"talks.qdpx": sha256(data)}


def test_interviews_that_are_not_here_are_asked_for_like_other_raw_data(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, file = read_study(workspace, "told"), workspace.raw("told") / "talks.qdpx"
    assert missing_files(workspace, study) == {} and unread_files(workspace, study) == []
    data = file.read_bytes()
    file.unlink()
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    assert list(missing_files(workspace, study)) == ["coded interviews"]
    with pytest.raises(NotHad, match=r"data/raw/told/talks.qdpx is not there"):
        fetch(workspace, study)
    elsewhere = tmp_path / "elsewhere/told"
    elsewhere.mkdir(parents=True)
    (elsewhere / "talks.qdpx").write_bytes(data)
    monkeypatch.setenv("ALONGSIDE_DATA", str(elsewhere.parent))
    assert [f.how for f in fetch(workspace, study)] == ["copied"]
    assert file.read_bytes() == data


def test_a_name_close_to_a_file_that_is_there(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    workspace.study_file("told").write_text(FACTS.replace("talks", "talk"))
    with pytest.raises(Mistakes, match=r"interviews.coded.file.*Did you mean 'talks.qdpx'"):
        fetch(workspace, read_study(workspace, "told"))


def test_a_check_reads_and_cleans_them(workspace: Workspace) -> None:
    lines = check_lines(workspace, "told")
    assert "interviews: 2 people, 2 documents and 6 codings read; 2, 2 and 6 analysed" in lines
    workspace.study_file("told").write_text(FACTS.replace("way:", "wy:"))
    with pytest.raises(Mistakes, match="there is no code 'wy' in the files. Did you mean 'way'"):
        check_lines(workspace, "told")


def test_a_broken_project_is_named_with_its_folder(workspace: Workspace) -> None:
    (workspace.raw("told") / "talks.qdpx").write_bytes(b"made up")
    with pytest.raises(Mistakes, match=r"data/raw/told/talks.qdpx: is damaged"):
        open_stage("told", str(workspace.root), THEMES).coded()


def test_no_ones_talk_is_made_up_for_a_stand_in(workspace: Workspace) -> None:
    study = read_study(workspace, "told")
    laid = parse_study(pointed(FACTS, study), "studies/told.yaml")
    assert laid.interviews is not None and laid.interviews.coded is None
    assert laid.interviews.fact("themes") == ("Heard",)
    assert "the coded interviews, which nothing can make up" in not_drawn(study)
    counted = parse_study(pointed(FACTS + "  tables: {all: {rows: codes}}\n  coreq: {}\n", study), "studies/told.yaml")
    assert counted.interviews is not None and not counted.interviews.tables and counted.interviews.coreq == {}


def test_the_methods_name_the_files() -> None:
    from pipeline.report.methods import data

    def words(text: str) -> str:
        said = next(data(parse_study(text, "studies/told.yaml")))
        return "".join(piece if isinstance(piece, str) else piece.text for piece in said)

    assert words(FACTS) == "The coded interviews were read from talks.qdpx."
    several = words(FACTS.replace("talks.qdpx", "[a.csv, b.qdc]"))
    assert several == "The coded interviews were read from a.csv and b.qdc."


def test_interviews_go_into_a_bundle_only_where_they_may_be_shared(workspace: Workspace) -> None:
    [kept] = raw_tables(workspace, read_study(workspace, "told"))
    assert (kept.table, kept.files) == ("coded interviews", ())
    shared = "coded: {file: talks.qdpx, share: {licence: MIT, because: made up}}"
    workspace.study_file("told").write_text(FACTS.replace("coded: {file: talks.qdpx}", shared))
    [gone] = raw_tables(workspace, read_study(workspace, "told"))
    assert gone.files == ("data/raw/told/talks.qdpx",)
    (workspace.raw("told") / "talks.qdpx").unlink()
    with pytest.raises(Mistakes, match=r"interviews.coded.share: data/raw/told/talks.qdpx is not there to be shared"):
        raw_tables(workspace, read_study(workspace, "told"))
COMPARED = (
    FACTS + "  agreement: {of: codes, on: segments}\n  saturation: {base: 1, run: 1, orders: 100, order: files}\n"
)


def notebook_run(workspace: Workspace, script: Path) -> None:
    """The cells of the shipped notebook of stage 05, on the study ``told``."""
    lines = [f"study, root = 'told', {str(workspace.root)!r}"]
    for cell in json.loads(shipped_notebooks()[THEMES])["cells"]:
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", ()):
            lines.append("".join(cell["source"]))
    script.write_text("\n".join(lines), encoding="utf-8")
    runpy.run_path(str(script))


def test_the_notebook_compares_coders_and_leaves_them_a_list_of_what_they_differ_on(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.study_file("told").write_text(COMPARED)
    notebook_run(workspace, tmp_path / "themes.py")
    folder = workspace.stage("told", THEMES)
    tables = json.loads((folder / "tables.json").read_text("utf-8"))
    held = [(t["kind"], t["name"]) for t in tables if t["kind"] in ("agreement", "saturation")]
    assert held == [("agreement", "agreement_codes"), ("saturation", "saturation")]
    told = {one["about"] for one in json.loads((folder / "remarks.json").read_text("utf-8"))}
    assert told >= {"agreement_codes", "saturation"}
    data = (folder / "coding" / DISAGREEMENTS).read_bytes()
    assert data.startswith(b"\xef\xbb\xbfcompared,document,start,end,theme,gave,did_not,quotation\n")
    at = TALK.replace("\r\n", "\n").index("I felt heard")
    assert f"\ncodes,first,{at},{at + 12},heard,A,B,I felt heard\n" in data.decode()
    assert "I felt heard" not in capsys.readouterr().out


def test_a_check_holds_agreement_and_saturation_against_the_files(workspace: Workspace) -> None:
    workspace.study_file("told").write_text(COMPARED.replace("of: codes", "of: codes, coders: [A, C]"))
    with pytest.raises(Mistakes, match="no passage is by a coder 'C'. The files name 2; write them as they stand"):
        check_lines(workspace, "told")


def test_random_orders_make_the_stage_depend_on_the_seed(workspace: Workspace) -> None:
    def block() -> str:
        return dvc_yaml(workspace, ["told"]).partition("told-05_themes:")[2].partition("told-06_report:")[0]

    assert "seed.told" not in block()
    workspace.study_file("told").write_text(COMPARED)
    assert "    params:\n    - seed.told\n" in block()


def test_a_stand_in_tells_of_saturation_in_words_and_has_no_agreement(workspace: Workspace) -> None:
    workspace.study_file("told").write_text(COMPARED)
    laid = parse_study(pointed(COMPARED, read_study(workspace, "told")), "studies/told.yaml").interviews
    assert laid is not None and laid.agreement is None
    assert laid.saturation == "judged by runs of 1 interviews after a base of 1: at most 5% new"


def test_what_a_spreadsheet_would_run_is_guarded_in_the_list(tmp_path: Path) -> None:
    row = {"compared": "codes", "document": "=cmd", "start": pd.NA, "theme": "-1+1", "quotation": '@x, "y"'}
    save_disagreements(tmp_path, pd.DataFrame([row]))
    lines = (tmp_path / "coding" / DISAGREEMENTS).read_text("utf-8-sig").splitlines()
    assert lines[1] == 'codes,\'=cmd,,\'-1+1,"\'@x, ""y"""'
