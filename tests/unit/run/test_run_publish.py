"""Publishing: the old folder or the new one, whatever happens in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import files
from pipeline.errors import Mistakes
from pipeline.files import publish, settle, snapshot, write_bytes

OLD, NEW = {"report.html": b"old", "tables/a.csv": b"old"}, {"report.html": b"new"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish(tmp_path / "tiny", OLD)
    return tmp_path / "tiny"


def nothing_else(folder: Path) -> bool:
    return [p.name for p in folder.parent.iterdir()] == [folder.name]


def interrupted(at: int, error: type[BaseException]) -> Callable[[object, object], None]:
    """``os.replace`` that is interrupted at its ``at``-th call, once."""
    real, calls = os.replace, iter(range(1, 100))

    def replace(source: object, target: object) -> None:
        if next(calls) == at:
            raise error
        real(source, target)  # type: ignore[arg-type]

    return replace


def test_a_folder_is_replaced_as_a_whole(folder: Path):
    publish(folder, NEW)
    assert snapshot(folder) == NEW and nothing_else(folder)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_whatever_interrupts_it_leaves_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, at: int, error: type[BaseException]
):
    """At the first call a file of the new folder is replaced, then the old folder put aside, then the new in place."""
    monkeypatch.setattr(files.os, "replace", interrupted(at, error))
    with pytest.raises(error):
        publish(folder, NEW)
    assert snapshot(folder) == OLD and nothing_else(folder)


def test_a_name_that_leads_out_is_refused_and_leaves_the_old_one(folder: Path):
    with pytest.raises(Mistakes):
        publish(folder, {"a": b"", "../b": b""})
    assert snapshot(folder) == OLD and nothing_else(folder)


def test_after_a_kill_between_the_two_renames_the_old_one_is_put_back(folder: Path):
    folder.rename(folder.with_name(".tiny.abcd1234.old"))
    write_bytes(folder.with_name(".tiny.abcd1234") / "report.html", b"half")
    settle(folder)
    assert snapshot(folder) == OLD and nothing_else(folder)


def test_after_a_kill_behind_them_the_new_one_stays(folder: Path):
    write_bytes(folder.with_name(".tiny.abcd1234.old") / "report.html", b"older")
    (folder.parent / ".tinyx.abcd1234").mkdir()
    settle(folder)
    assert snapshot(folder) == OLD
    assert sorted(p.name for p in folder.parent.iterdir()) == [".tinyx.abcd1234", "tiny"], "another's is left alone"


def test_a_file_is_the_old_one_or_the_new_one(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files.os, "fsync", lambda handle: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_bytes(folder / "report.html", b"new")
    assert snapshot(folder) == OLD
