"""A house style, an instrument's card, an earlier release, a seed that was changed after a report was made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.files import Workspace, sha256
from pipeline.instruments.registry import cards_of
from pipeline.reproduce import verdict
from pipeline.reproduce.quick import quick
from pipeline.reproduce.verdict import Verification, Whole
from pipeline.run import stage
from pipeline.run.stage import made_from
from pipeline.run.workspace import lay_down

STUDY = """\
title: Tiny
style: ours
data: {file: people.csv, id: id}
design: {kind: cohort}
scales: {worry: {items: [g1, g2, g3], instrument: ucla-3}}
release: {rule: journal, previous: sent/results.csv}
"""
RESULTS = b"kind,name,term,level,group,statistic,value,text\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a report of which its manifest says what it was made from."""
    lay_down(tmp_path, "tiny")
    found = Workspace.at(tmp_path)
    for path, text in {
        "studies/tiny.yaml": STUDY, "styles/ours.yaml": "like: bmj\n", "sent/results.csv": RESULTS.decode(),
        "data/raw/tiny/people.csv": f"id,{','.join(f'g{n}' for n in range(1, 4))}\nann,1,1,1\n",
    }.items():  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    found.reports("tiny").mkdir(parents=True)
    (found.reports("tiny") / "results.csv").write_bytes(RESULTS)
    known = {**made_from(found, "tiny"), "study": "tiny", "outputs": {"results.csv": sha256(RESULTS)}}
    (found.reports("tiny") / "manifest.json").write_text(json.dumps(known), "utf-8")
    return found


def style(workspace: Workspace, patched: pytest.MonkeyPatch) -> None:
    (workspace.root / "styles/ours.yaml").write_text("like: apa\n", "utf-8")


def previous(workspace: Workspace, patched: pytest.MonkeyPatch) -> None:
    (workspace.root / "sent/results.csv").write_bytes(RESULTS + b"flow,people,kept,,All,n,9,9\n")


def seed(workspace: Workspace, patched: pytest.MonkeyPatch) -> None:
    (workspace.root / "params.yaml").write_text("seed: {tiny: 7}\n", "utf-8")


def card(workspace: Workspace, patched: pytest.MonkeyPatch) -> None:
    """The package is not to be written to: another hash stands in for another card."""
    patched.setattr(stage, "cards_of", lambda study: dict.fromkeys(cards_of(study), "0" * 64))


def test_nothing_changed(workspace: Workspace):
    assert quick(workspace, "tiny").whole is Whole.UNCHANGED


@pytest.mark.parametrize(
    ("change", "cause", "what", "another_study"),
    [
        (style, "house style", "a house style: ours", True),
        (previous, "earlier release", "the earlier release: sent/results.csv", True),
        (seed, "parameters", "params.yaml: seed", True),
        (card, "instruments", "an instrument: ucla-3", False),
    ],
)
def test_a_changed_input_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Workspace, pytest.MonkeyPatch], None], cause: str, what: str, another_study: bool,
):  # fmt: skip
    change(workspace, monkeypatch)
    found = quick(workspace, "tiny")
    assert found.whole is Whole.CHANGED and [(c.cause, c.what) for c in found.changes] == [(cause, what)]
    replayed = Verification("tiny", Whole.REPRODUCED, judged=found.judged, changes=found.changes)
    assert bool(replayed.own_changes()) is another_study, "whether it is not reproduced although no number changed"
    said = f"Not as the manifest names it: {what}." if another_study else f"Made with other {cause} than here."
    assert verdict.sentences(replayed)[-1] == said
