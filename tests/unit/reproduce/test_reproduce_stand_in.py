"""A stand-in drawn from a study file alone: the stages' own functions run on it, for every shipped study."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.cleaning import clean, join
from pipeline.files import Workspace
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.models.fit import fit
from pipeline.reproduce.clean_place import clean_place
from pipeline.reproduce.stand_in import draw, not_drawn
from pipeline.reproduce.stand_in_place import lay_stand_in, pointed, released_ids
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.study import parse_study
from pipeline.tables.exhibits import exhibits

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(p.stem for p in (ROOT / "studies").glob("*.yaml"))
WITH_DATA = [name for name in SHIPPED if read_study(Workspace.at(ROOT), name).data is not None]
WIDE = """\
title: Two waves side by side
data: {file: wide.xlsx, id: [site, person], wide: {a: "{}_t1", b: "{}_t2"}, waves: {a: Start, b: End}}
design: {kind: before-after}
exclude: [{unless: {consent: ["yes"]}, because: no consent}]
variables:
  smokes: {codes: {0: "No", 1: "Yes"}, missing: {blank: not answered}}
  packs: {type: number, range: 1-5, asked_of: {smokes: ["Yes"]}}
  risks: {count: [r1, r2], except: 0, max_missing: 0}
  helps: {columns: {h1: Friends, h2: Family}, unticked: ["0", blank]}
  born: {type: date, format: "%d.%m.%Y"}
scales:
  mood: {items: [m1, m2], codes: {often: 2, never: 1}, range: 1-2, score: sum, max_missing: 0, asked_at: [b]}
tables:
  people: {rows: [smokes, packs, helps], wave: a}
release: {rule: journal}
"""


def whole(place: Workspace, name: str) -> int:
    """Raw data to tables and models, in memory; how many numbers there are."""
    study = read_study(place, name)
    cleaned = clean(open_stage(name, str(place.root), "01_clean").cells(), study, item_ranges(study))
    scores = score(cleaned, study)
    people = join(cleaned, scores.frames, scores.reasons, study)
    tables = exhibits(people, study)
    return sum(len(e.results.frame) for e in tables.values()) + len(fit(people, study).results.frame)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_DATA)
def test_the_stages_run_on_the_stand_in_of_every_shipped_study(tmp_path: Path, name: str):
    workspace = Workspace.at(tmp_path)
    for folder in ("studies", "notebooks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    place = clean_place(workspace, name)
    lay_stand_in(place, name, (ROOT / f"reports/{name}/results.csv").read_bytes())
    assert whole(place, name) > 50
    assert not workspace.raw(name).exists(), "nothing is put where real data belong"


def test_what_a_study_file_can_ask_is_drawn(tmp_path: Path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies/wide.yaml").write_text(WIDE)
    place = Workspace.at(tmp_path)
    lay_stand_in(place, "wide", b"")
    assert whole(place, "wide") > 10
    assert (place.raw("wide") / "people.csv").is_file()


def test_it_has_as_many_people_as_the_released_flow_tells(results):
    study = parse_study(WIDE, "studies/wide.yaml")
    told = results("flow | people | read | | All | people | 31 | 31")
    assert released_ids(told, study) == {"people": 31}
    assert released_ids(results("flow | people | read | | All | people | | [c]"), study) == {}, "withheld"
    drawn = draw(study, {"people": 31}, np.random.default_rng(1))["people"]
    assert drawn["person"].nunique() == 31 and len(drawn) == 2 * 31


def test_it_is_the_same_each_time():
    study = parse_study(WIDE, "studies/wide.yaml")
    first, second = (draw(study, {}, np.random.default_rng(7))["people"] for _ in range(2))
    assert first.equals(second)


@pytest.mark.parametrize("name", WITH_DATA)
def test_the_study_file_there_says_the_same_of_answers(name: str):
    text = (ROOT / f"studies/{name}.yaml").read_text("utf-8")
    study = parse_study(text, f"studies/{name}.yaml")
    other = parse_study(pointed(text, study), f"studies/{name}.yaml")
    assert other.variables == study.variables and other.models == study.models and other.tables == study.tables
    assert {s.file for s in other.sources.values()} == {f"{table}.csv" for table in study.sources}
    assert all(s.fetch is None for s in other.sources.values())


def test_what_it_cannot_stand_for_is_said():
    assert not_drawn(read_study(Workspace.at(ROOT), "bridges")) == [
        "the coded interviews, which nothing can make up",
        "answers of several files of the table people: one file stands for all"
    ]
