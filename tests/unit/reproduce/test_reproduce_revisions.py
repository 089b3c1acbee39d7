"""Reports of git revisions; and that nothing which a stranger's repository configures is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import Mistakes
from pipeline.files import Workspace
from pipeline.reproduce.revisions import commit_of, files_at

HEAD = "kind,name,term,level,group,statistic,value,text\n"


@pytest.fixture
def git(require: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    program = require("git")
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("MPLCONFIGDIR", "as it was")

    def run(*words: str) -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        return subprocess.run([program, *who, *words], cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    run("init", "-q")
    return run


def commit(git: Callable[..., str], root: Path, value: int) -> None:
    folder = root / "in here/reports/demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.csv").write_text(f"{HEAD}flow,people,,,All,n,{value},{value}\n")
    if not (folder / "manifest.json").is_symlink():
        (folder / "manifest.json").symlink_to("/etc/hostname")
    git("add", ".")
    git("commit", "-qm", "x")


def test_two_revisions_are_compared_in_a_folder_of_the_repository(
    git: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    commit(git, tmp_path, 3)
    commit(git, tmp_path, 4)
    monkeypatch.chdir(tmp_path / "in here")
    assert main(["diff", "HEAD~1", "HEAD"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("demo: 1 changed, of 1 numbers\n") and "3 → 4" in said
    assert "a manifest.json is missing" in said, "a link is not followed"
    (tmp_path / "in here/reports/demo/manifest.json").unlink()
    assert main(["diff", "HEAD", "reports"]) == 0
    assert capsys.readouterr().out.startswith("demo: the same 1 numbers")


def test_nothing_that_the_repository_configures_is_run(git: Callable[..., str], tmp_path: Path):
    (tmp_path / ".gitattributes").write_text("*.csv filter=evil diff=evil text eol=crlf\n")
    commit(git, tmp_path, 3)
    told = tmp_path / "told"
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\necho \"$0\" >> '{told}'\ncat\n")
    evil.chmod(0o755)
    for hook in ("pre-commit", "post-checkout", "reference-transaction", "post-index-change"):
        (tmp_path / ".git/hooks").mkdir(exist_ok=True)
        (tmp_path / ".git/hooks" / hook).write_bytes(evil.read_bytes())
        (tmp_path / ".git/hooks" / hook).chmod(0o755)
    settings = {
        "core.fsmonitor": str(evil), "core.pager": str(evil), "core.sshCommand": str(evil), "core.editor": str(evil),
        "filter.evil.smudge": str(evil), "filter.evil.process": str(evil), "diff.evil.textconv": str(evil),
        "diff.external": str(evil), "alias.cat-file": f"!{evil}", "alias.ls-tree": f"!{evil}",
        "protocol.ext.allow": "always", "extensions.partialClone": "origin", "core.repositoryformatversion": "1",
        "remote.origin.url": f"ext::{evil}", "remote.origin.promisor": "true", "credential.helper": str(evil),
        "gpg.program": str(evil), "log.showSignature": "true", "pager.cat-file": str(evil),
    }  # fmt: skip
    for key, value in settings.items():
        git("config", key, value)
    told.unlink(missing_ok=True)
    root = Workspace.at(tmp_path / "in here")
    found = commit_of(root, "HEAD")
    assert found is not None
    assert files_at(root, found, "reports/", ["results.csv"])["reports/demo/results.csv"].startswith(HEAD.encode())
    blob = files_blob(tmp_path)
    (tmp_path / ".git/objects" / blob[:2] / blob[2:]).unlink()  # what a partial clone would fetch now
    with pytest.raises(Mistakes, match="is not in this repository"):
        files_at(root, found, "reports/", ["results.csv"])
    assert not told.exists()


def files_blob(root: Path) -> str:
    import hashlib

    data = (root / "in here/reports/demo/results.csv").read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("named", ["-h", "--all", "HEAD:reports", "nothing", "", "a\0b", "HEAD^{tree}"])
def test_a_word_that_names_no_commit_is_none(git: Callable[..., str], tmp_path: Path, named: str):
    commit(git, tmp_path, 3)
    assert commit_of(Workspace.at(tmp_path), named) is None
