"""Archives and XML that would do harm are refused with a message. The interviews are made up."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import Mistakes
from pipeline.themes.codebook import read_codebook
from pipeline.themes.refi import read_project
from tests.coded_projects import PROJECT, two

ENTITY = b"<!DOCTYPE CodeBook [<!ENTITY e SYSTEM 'file:///etc/hosts'>]><CodeBook><Codes>&e;</Codes></CodeBook>"
LAUGHS = b"<!DOCTYPE c [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY d '&b;&b;&b;'>]><CodeBook>&d;</CodeBook>"
HIDDEN = b"<?xml version='1.0'?><!--" + b"x" * 100_000 + b"--><!DOCTYPE c [<!ENTITY a 'ha'>]><CodeBook>&a;</CodeBook>"
DEEP = b"<CodeBook>" + b"<Codes>" * 5_000 + b"</Codes>" * 5_000 + b"</CodeBook>"


@pytest.mark.parametrize(
    "xml", [ENTITY, LAUGHS, HIDDEN, ENTITY.decode().encode("utf-16"), DEEP, b"<CodeBook>", b"", b"\0"]
)
def test_entities_depth_and_broken_xml(xml: bytes) -> None:
    with pytest.raises(Mistakes, match="can't be read|no XML that can be read"):
        read_codebook("c.qdc", xml)


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return out.getvalue()


QDE = f"<Project xmlns='{PROJECT}' name='made up'/>".encode()


@pytest.mark.parametrize(
    "name",
    ["../../evil.txt", "/etc/evil.txt", "Sources\\..\\..\\evil.txt", "C:/evil.txt", "~/evil", "Sources/a\nb.txt"],
)
def test_names_that_lead_out_of_the_archive(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Mistakes, match="1 of its members have names that lead out of it"):
        read_project("p.qdpx", archive({"project.qde": QDE, name: b"made up"}))
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_hides_its_end_behind_a_nul() -> None:
    data = archive({"project.qde": QDE, "Sources/fine.txtXevil": b"made up"}).replace(
        b"fine.txtXevil", b"fine.txt\0evil"
    )
    with pytest.raises(Mistakes, match="lead out of it"):
        read_project("p.qdpx", data)


def test_two_members_of_one_name() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = archive({"project.qde": QDE}) and _twice()
    with pytest.raises(Mistakes, match="two members of one name"):
        read_project("p.qdpx", data)


def _twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("project.qde", QDE)
        made.writestr("project.qde", QDE)
    return out.getvalue()


def test_bombs() -> None:
    bomb = archive({"project.qde": QDE, "Sources/long.txt": b"a" * 60_000_000})
    with pytest.raises(Mistakes, match="would unpack to"):
        read_project("p.qdpx", bomb)


def test_a_member_that_is_larger_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.themes.sources.MOST_TEXT", 50)
    with pytest.raises(Mistakes, match="a member has more than"):
        read_project("p.qdpx", two().bytes())


def test_a_great_many_members() -> None:
    with pytest.raises(Mistakes, match="3,001 parts"):
        read_project("p.qdpx", archive({"project.qde": QDE, **{f"Sources/{n}": b"" for n in range(3_000)}}))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "no project.qde"),
        ({"a.qde": QDE, "b.QDE": QDE}, "2 project.qde"),
        ({"project.qde": b"<Project xmlns='urn:something:else' name='x'/>"}, "its XML is of something else"),
        ({"project.qde": b"<html/>"}, "its XML is of something else"),
        ({"project.qde": ENTITY}, "document type"),
    ],
)
def test_other_archives(members: dict[str, bytes], told: str) -> None:
    with pytest.raises(Mistakes, match=told):
        read_project("p.qdpx", archive(members))


def test_no_archive_and_a_broken_one() -> None:
    whole = two().bytes()
    for data in (b"", b"PK", whole[: len(whole) // 2], b"made up"):
        with pytest.raises(Mistakes, match="can't be unpacked"):
            read_project("p.qdpx", data)


def test_bytes_flipped_anywhere_end_in_a_sentence_or_in_a_coding() -> None:
    whole = two().bytes()
    for at in range(0, len(whole), 61):
        data = whole[:at] + struct.pack("B", whole[at] ^ 0x55) + whole[at + 1 :]
        try:
            read_project("p.qdpx", data)
        except Mistakes:
            continue
