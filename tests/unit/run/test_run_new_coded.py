"""``alongside new`` with coded interviews: a study file that runs as it is. The interviews are made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.files import Workspace
from pipeline.run.new import new_study
from pipeline.run.status import check_lines
from tests.coded_projects import case, two, variables

PASSAGES = "Document,Person,Code,Quotation\nd1,P1,Trust,made up\nd1,P1,Hope,made up\nd2,P2,Trust,made up too\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return Workspace.at(".")


def test_a_project_becomes_a_study_of_interviews(home: Workspace, tmp_path: Path) -> None:
    said = case("P1", ["first"], values={"Role": "PR"}) + case("P2", ["second"])
    (tmp_path / "talks.qdpx").write_bytes(two(cases=said, variables=variables("Role", "Site")).bytes())
    told = new_study(home, "talks", tmp_path / "talks.qdpx")
    assert told[1] == "data/raw/talks/talks.qdpx: coded interviews: 2 people, 2 documents and 6 codings"
    text = home.study_file("talks").read_text("utf-8")
    assert "# its variables: Role, Site\n" in text and "# the codes at the top: heard, way\n" in text
    assert "interviews: 2 people, 2 documents and 6 codings read; 2, 2 and 6 analysed" in check_lines(home, "talks")


def test_a_table_of_passages_too(home: Workspace, tmp_path: Path) -> None:
    (tmp_path / "passages.csv").write_text(PASSAGES)
    told = new_study(home, "talks", tmp_path / "passages.csv")
    assert "studies/talks.yaml: proposed, with 1 guess; each is marked '# guess'" in told
    text = home.study_file("talks").read_text("utf-8")
    assert "design: {kind: interviews}" in text and "# its columns: Document, Person, Code, Quotation" in text
    assert check_lines(home, "talks")[2] == "1 guess is still marked in studies/talks.yaml."
    assert check_lines(home, "talks")[1].startswith("interviews: 2 people, 2 documents and 3 codings read")


def test_a_heading_on_several_lines_stays_in_the_remark(home: Workspace, tmp_path: Path) -> None:
    headings, *rows = PASSAGES.splitlines()
    lines = [f'{headings},"Notes\nrelease: {{rule: none, because: odd}}"', *(f"{row},x" for row in rows), ""]
    (tmp_path / "passages.csv").write_text("\n".join(lines))
    assert main(["new", "talks", "--data", str(tmp_path / "passages.csv")]) == 0
    assert "Quotation, Notes release: {rule: none" in home.study_file("talks").read_text("utf-8")


@pytest.mark.parametrize(("headings", "row"), [("code,age", "k{0},{1}"), ("document,code,age", "passport,k{0},{1}")])
def test_a_survey_with_a_column_code_is_a_survey(home: Workspace, tmp_path: Path, headings: str, row: str) -> None:
    lines = [headings, *(row.format(n, 20 + n) for n in range(30)), ""]
    (tmp_path / "people.csv").write_text("\n".join(lines))
    new_study(home, "people", tmp_path / "people.csv")
    assert "kind: cross-sectional survey" in home.study_file("people").read_text("utf-8")


def test_a_damaged_project_lays_nothing_down(home: Workspace, tmp_path: Path) -> None:
    (tmp_path / "talks.qdpx").write_bytes(two().bytes()[:-100])
    assert main(["new", "talks", "--data", str(tmp_path / "talks.qdpx")]) == 3
    assert list(home.root.iterdir()) == []
