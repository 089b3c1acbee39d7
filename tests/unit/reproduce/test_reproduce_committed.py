"""The committed state: git HEAD, and the disk where git has or tells nothing. A stranger's git settings run nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import Mistakes
from pipeline.files import Workspace
from pipeline.reproduce.committed import committed


def git(root: Path, *words: str) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    settings = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *words], cwd=root, check=True, capture_output=True, env=kept)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "reports/x/tables").mkdir(parents=True)
    (tmp_path / "reports/x/tables/é.csv").write_bytes(b"a\r\n1\n")
    (tmp_path / "reports/x/results.csv").write_bytes(b"")
    return tmp_path


@pytest.fixture
def repository(root: Path, require) -> Path:
    require("git")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "reports")
    return root


def test_git_head_is_read_byte_for_byte(repository: Path):
    found = committed(Workspace.at(repository), "x")
    assert found.files == {"tables/é.csv": b"a\r\n1\n", "results.csv": b""}
    assert found.source == f"git HEAD, {found.revision[:12]}" and len(found.revision) == 40 and found.on_disk is None


def test_what_lies_on_the_disk_is_told_apart(repository: Path):
    (repository / "reports/x/results.csv").write_bytes(b"edited")
    found = committed(Workspace.at(repository), "x")
    assert found.files["results.csv"] == b"" and found.on_disk is not None
    assert found.on_disk["results.csv"] == b"edited"


def test_a_workspace_may_lie_below_the_top_of_its_repository(tmp_path: Path, require):
    require("git")
    (tmp_path / "mine/reports/x").mkdir(parents=True)
    (tmp_path / "mine/reports/x/a").write_bytes(b"1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "reports")
    assert committed(Workspace.at(tmp_path / "mine"), "x").files == {"a": b"1"}


def test_without_git_the_files_on_the_disk_are_meant(root: Path, monkeypatch: pytest.MonkeyPatch):
    (root / ".git").write_text("gitdir: nowhere")
    assert committed(Workspace.at(root), "x").source == "the files on this disk (git has no commit here)"
    monkeypatch.setenv("PATH", str(root))
    found = committed(Workspace.at(root), "x")
    assert found.source == "the files on this disk (git is not installed here)" and len(found.files) == 2


def test_reports_that_were_never_committed(repository: Path):
    (repository / "reports/y").mkdir()
    (repository / "reports/y/a").write_bytes(b"1")
    found = committed(Workspace.at(repository), "y")
    assert found.files == {"a": b"1"} and "git HEAD has none under reports/y" in found.source


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_folder_of_reports_that_leads_out_is_not_read(root: Path):
    (root / "reports/z").symlink_to(root.parent)
    with pytest.raises(Mistakes, match="reports/z: leads out of its folder"):
        committed(Workspace.at(root), "z")


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_a_committed_link_or_repository_is_told_and_not_followed(repository: Path):
    (repository / "reports/x/results.csv").unlink()
    (repository / "reports/x/results.csv").symlink_to("tables/é.csv")
    (repository / "reports/x/rows.csv").symlink_to("/etc/hostname")
    git(repository, "init", "-q", "reports/x/more")
    git(repository / "reports/x/more", "commit", "-q", "--allow-empty", "-m", "none")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "links")
    files = committed(Workspace.at(repository), "x").files
    assert sorted(files) == ["more", "results.csv", "rows.csv", "tables/é.csv"]
    assert {n: files[n].split()[:2] for n in ("more", "results.csv", "rows.csv")} == {
        "more": [b"commit", b"160000"], "results.csv": [b"blob", b"120000"], "rows.csv": [b"blob", b"120000"]
    }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
def test_a_strangers_settings_run_nothing(repository: Path):
    """A monitor of the file system, a pager, hooks, and a promised object that would be fetched by a command."""
    ran = repository / "ran"
    script = repository / "run.sh"
    script.write_text(f"#!/bin/sh\necho x >> '{ran}'\n")
    script.chmod(0o755)
    for key, value in {
        "core.fsmonitor": str(script), "core.pager": str(script), "core.hooksPath": str(repository),
        "extensions.partialClone": "evil", "remote.evil.promisor": "true", "remote.evil.url": f"ext::{script}",
        "protocol.ext.allow": "always", "core.sshCommand": str(script), "remote.evil.uploadpack": str(script),
        "core.repositoryformatversion": "1",
    }.items():  # fmt: skip
        git(repository, "config", key, value)
    blobs = [p for p in (repository / ".git/objects").glob("??/*") if p.is_file()]
    for blob in blobs[:1]:
        blob.chmod(0o600)
    found = committed(Workspace.at(repository), "x")
    assert len(found.files) == 2
    for blob in blobs:  # now each object is one that must be fetched
        blob.unlink()
    found = committed(Workspace.at(repository), "x")
    assert "the files on this disk" in found.source and not ran.exists()
