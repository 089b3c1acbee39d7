"""Fetching: by hash, never over a file that is there, and a sentence when data can't be had."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.errors import Mistakes, NotHad
from pipeline.files import Workspace, snapshot
from pipeline.run.fetch import fetch, missing_files
from pipeline.study import parse_study

CONTENT = b"id,age\n1,40\n"
STUDY = f"""\
title: Made up
data:
  file: a.csv
  id: id
  fetch: {{url: "https://example.org/a.csv", sha256: {sha256(CONTENT).hexdigest()}, contact: the authors}}
design: {{kind: cohort}}
release: {{rule: journal}}
"""


@pytest.fixture
def study():
    return parse_study(STUDY, "studies/made-up.yaml")


@pytest.fixture(autouse=True)
def _no_data_folder(monkeypatch):
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)


def offline(url: str, known: str, folder: Path) -> Path:
    raise OSError("no network")


def test_a_download_lands_under_its_study(tmp_path, study):
    def download(url: str, known: str, folder: Path) -> Path:
        (folder / "x").write_bytes(CONTENT)
        return folder / "x"

    workspace = Workspace.at(tmp_path)
    assert list(missing_files(workspace, study)) == ["people"]
    assert [f.how for f in fetch(workspace, study, download)] == ["downloaded"]
    assert (tmp_path / "data/raw/made-up/a.csv").read_bytes() == CONTENT
    assert not missing_files(workspace, study)
    assert [f.how for f in fetch(workspace, study, offline)] == ["already there"]


def test_the_folder_that_the_environment_names_comes_first(tmp_path, study, monkeypatch):
    (tmp_path / "there/made-up").mkdir(parents=True)
    (tmp_path / "there/made-up/a.csv").write_bytes(CONTENT)
    monkeypatch.setenv("ALONGSIDE_DATA", str(tmp_path / "there"))
    assert [f.how for f in fetch(Workspace.at(tmp_path / "w"), study, offline)] == ["copied"]
    (tmp_path / "there/made-up/a.csv").write_bytes(b"other")
    with pytest.raises(Mistakes, match="studies/made-up.yaml:5  data.people.fetch|has another sha256"):
        fetch(Workspace.at(tmp_path / "v"), study, offline)


def test_a_file_that_is_there_and_differs_is_never_replaced(tmp_path, study):
    target = tmp_path / "data/raw/made-up/a.csv"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine")
    with pytest.raises(Mistakes) as caught:
        fetch(Workspace.at(tmp_path), study, offline)
    assert "data/raw/made-up/a.csv is not the file with the declared sha256. Move it away and fetch again" in str(
        caught.value
    )
    assert target.read_bytes() == b"mine"


def test_a_file_that_is_not_there_and_has_no_address_is_a_mistake_with_the_nearest_name(tmp_path):
    text = STUDY.replace(STUDY[STUDY.index("  fetch:") : STUDY.index("design:")], "")
    (tmp_path / "data/raw/made-up").mkdir(parents=True)
    (tmp_path / "data/raw/made-up/ab.csv").write_bytes(CONTENT)
    with pytest.raises(Mistakes) as caught:
        fetch(Workspace.at(tmp_path), parse_study(text, "studies/made-up.yaml"), offline)
    assert str(caught.value) == (
        "studies/made-up.yaml:3  data.file: data/raw/made-up/a.csv is not there. Did you mean 'ab.csv'?"
    )


def test_a_download_with_another_hash_is_a_mistake_and_not_an_absence(tmp_path, study):
    def tampered(url: str, known: str, folder: Path) -> Path:
        raise ValueError("hash differs")

    with pytest.raises(Mistakes) as caught:
        fetch(Workspace.at(tmp_path), study, tampered)
    assert "what the address gives for a.csv is not the file with the declared sha256." in str(caught.value)
    assert snapshot(tmp_path) == {}


def test_data_that_cannot_be_had_say_what_to_type_and_whom_to_ask(tmp_path, study):
    with pytest.raises(NotHad) as caught:
        fetch(Workspace.at(tmp_path), study, offline)
    assert str(caught.value) == (
        "data/raw/made-up/a.csv could not be had (OSError). Type 'alongside fetch made-up' where there is a network, "
        "or put the file there. Ask the authors."
    )
    assert snapshot(tmp_path) == {}


def test_what_is_downloaded_lies_under_data_all_the_while(tmp_path, study):
    def download(url: str, known: str, folder: Path) -> Path:
        assert folder.is_relative_to(tmp_path / "data" / "processed" / "made-up"), "a killed fetch must leave no rows"
        raise OSError

    with pytest.raises(NotHad):
        fetch(Workspace.at(tmp_path), study, download)
