"""A clean place whose raw data are a stand-in: the study file there points to it and is otherwise as it is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from pipeline.files import Workspace, read_text, write_bytes, write_text
from pipeline.reproduce.numbers import rows
from pipeline.reproduce.stand_in import draw
from pipeline.run.seeds import stream
from pipeline.run.studies import read_study
from pipeline.study import Study
from pipeline.study.words import NOT_ASKED

SEED = 1
_OF_THE_FILE = (
    "format", "layout", "delimiter", "encoding", "decimal", "sheet", "newest_by", "mode", "fetch", "ignore",
)  # fmt: skip
"""What the study file says of the real files and not of the stand-in's."""


def lay_stand_in(place: Workspace, name: str, results: bytes) -> None:
    """Draw the raw data of a study into a clean place, and make its study file read them.

    results: the released numbers; its flow says how many there are of each table, where it may.
    """
    study = read_study(place, name)
    write_text(place.study_file(name), pointed(read_text(place.study_file(name)), study))
    drawn = draw(study, released_ids(results, study), stream(SEED, f"{name}/stand-in"))
    for table, frame in drawn.items():
        write_bytes(place.raw(name) / f"{table}.csv", as_csv(wide(frame, study, table)))


def released_ids(results: bytes, study: Study) -> dict[str, int]:
    """How many ids each table has, as far as the released flow tells."""
    found, _ = rows(results)
    told = {table: found.get(("flow", table, "read", "", "All", "people")) for table in study.sources}
    return {table: int(float(shown.value)) for table, shown in told.items() if shown is not None and shown.value}


def as_csv(frame: pd.DataFrame) -> bytes:
    out = io.StringIO()
    frame.to_csv(out, index=False, lineterminator="\n")
    return out.getvalue().encode("utf-8")


def wide(frame: pd.DataFrame, study: Study, table: str) -> pd.DataFrame:
    """A table with a column a wave, where the study file says that it has them; else as it is."""
    source = study.sources[table]
    if not source.wide:
        return frame
    keys = [*source.id, *(c for columns in source.parent.values() for c in columns)]
    keys = list(dict.fromkeys(keys))
    one = frame.drop_duplicates(list(source.id))[keys].reset_index(drop=True)
    others = [c for c in frame if c not in (*keys, "wave")]
    for code, pattern in source.wide.items():
        there = frame[frame["wave"] == code].reset_index(drop=True)
        one = one.assign(**{pattern.replace("{}", column): there[column] for column in others})
    return one


def pointed(text: str, study: Study) -> str:
    """The study file with its raw tables read from ``<table>.csv``; what it says of answers stays as it is."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    tree: Any = yaml.load(text)
    _without_interviews(tree, study)
    if study.data is None:
        return _dumped(yaml, tree)
    several = tree["data"] if set(tree["data"]) == set(study.sources) and "file" not in study.sources else None
    one_source = isinstance(tree["data"].get("file"), str)
    for table in study.sources:
        part = tree["data"] if one_source or several is None else several[table]
        for word in _OF_THE_FILE:
            part.pop(word, None)
        part["file"] = f"{table}.csv"
    for variable in tree.get("variables", {}).values():
        variable.pop("decimal", None)
    tree["release"].pop("previous", None)
    _explain(tree, study)
    return _dumped(yaml, tree)


def _dumped(yaml: YAML, tree: Any) -> str:
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


def _without_interviews(tree: Any, study: Study) -> None:
    """No one's talk is made up: what is said of the study's interviews stays, and their files go."""
    if study.interviews is None or study.interviews.coded is None:
        return
    for word in ("coded", "roles", "programmes", "codes", "exclude", "flow", "quotations", "joint", "tables",
                 "agreement"):  # fmt: skip
        tree["interviews"].pop(word, None)
    if (asked := study.interviews.saturation_asked) is not None:
        tree["interviews"]["saturation"] = asked.words
    if study.interviews.coded_themes:
        tree["interviews"]["themes"] = list(study.interviews.coded_themes)


def _explain(tree: Mapping[str, Any], study: Study) -> None:
    """A code of the whole file (Stata's ``.i``) counts only where the file marks it, which a CSV can't: the question
    that tells who was asked gets it as its own."""
    population = study.population
    code = next((c for c, why in study.missing.items() if why == NOT_ASKED), None)
    if population is None or population.asked is None or code is None:
        return
    parts = [tree.get("variables", {}).get(n) for n, v in study.variables.items() if population.asked in (n, v.from_)]
    parts += [tree.get("scales", {}).get(n) for n, s in study.scales.items() if population.asked in s.items]
    for part in filter(None, parts):
        part.setdefault("missing", CommentedMap())[code] = NOT_ASKED
