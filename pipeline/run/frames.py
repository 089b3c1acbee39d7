"""Cleaned responses and people as files, and back: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from pipeline.cleaning.cleaned import Cleaned, Flow, Ledger, People
from pipeline.cleaning.places import FORMULA
from pipeline.files import read_bytes, read_frame, read_json, write_bytes, write_frame, write_json
from pipeline.instruments.card import CORRELATIONS_FILE, FEWER_FILE, FLAGGED_FILE
from pipeline.results import Key, Results, Sentence

if TYPE_CHECKING:
    from pipeline.instruments.scores import Scores

NOTED = "frames.json"
"""The names of the tables, and the levels of categories."""


def save_cleaned(folder: Path, cleaned: Cleaned) -> None:
    _save(folder, {"responses": cleaned.responses, "reasons": cleaned.reasons, "keys": cleaned.keys}, cleaned.domain)
    for part in (cleaned.ledger, cleaned.flow):
        for each in fields(part):
            write_frame(_record(folder, type(part), each.name), getattr(part, each.name))


def load_cleaned(folder: Path) -> Cleaned:
    sides, domain = _load(folder, ("responses", "reasons", "keys"))
    ledger = Ledger(**{each.name: _read(_record(folder, Ledger, each.name)) for each in fields(Ledger)})
    flow = Flow(**{each.name: _read(_record(folder, Flow, each.name)) for each in fields(Flow)})
    return Cleaned(**sides, domain=domain, ledger=ledger, flow=flow)


def save_people(folder: Path, people: People) -> None:
    """Its results and remarks stand in files of their own: those of a stage are what its notebook saves as such."""
    _save(folder, {"frames": people.frames, "reasons": people.reasons, "keys": people.keys}, people.domain)
    write_bytes(folder / "people_results.csv", people.results.to_csv())
    write_json(folder / "people_remarks.json", remarks_to_json({"": people.remarks}))


def save_scoring(folder: Path, scores: Scores) -> None:
    """Whose score rests on fewer items, answers that somebody must look at (rows of people), and how items go together,
    as spreadsheets."""
    tables = {FEWER_FILE: scores.fewer, FLAGGED_FILE: scores.flagged, CORRELATIONS_FILE: scores.correlations}
    for name, frame in tables.items():
        texts = frame.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell)
        write_bytes(folder / name, b"\xef\xbb\xbf" + texts.to_csv(index=False, lineterminator="\n").encode())


def load_people(folder: Path) -> People:
    sides, domain = _load(folder, ("frames", "reasons", "keys"))
    results = Results.from_csv(read_bytes(folder / "people_results.csv"))
    return People(
        **sides,
        domain=domain,
        results=results,
        remarks=remarks_from_json(read_json(folder / "people_remarks.json")).get("", ()),
    )


def remarks_to_json(about: Mapping[str, Iterable[Sentence]]) -> list[dict[str, Any]]:
    return [
        {"about": name, "template": s.template, "keys": {hole: list(key) for hole, key in s.keys.items()},
         "caveat": s.caveat}
        for name, some in about.items()
        for s in some
    ]


def remarks_from_json(noted: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Sentence, ...]]:
    found: dict[str, tuple[Sentence, ...]] = {}
    for one in noted:
        sentence = Sentence(one["template"], {hole: Key(*key) for hole, key in one["keys"].items()}, one["caveat"])
        found[one["about"]] = (*found.get(one["about"], ()), sentence)
    return found


def _save(folder: Path, sides: Mapping[str, Mapping[str, pd.DataFrame]], domain: Mapping[str, pd.Series]) -> None:
    all_sides = {**sides, "domain": {t: s.to_frame("inside") for t, s in domain.items()}}
    for side, frames in all_sides.items():
        for table, frame in frames.items():
            write_frame(_path(folder, table, side), frame)
    tables = list(next(iter(sides.values())))
    write_json(
        folder / NOTED,
        {"tables": tables, "levels": {s: {t: _levels(f) for t, f in fs.items()} for s, fs in all_sides.items()}},
    )


def _load(folder: Path, sides: Iterable[str]) -> tuple[dict[str, dict[str, pd.DataFrame]], dict[str, pd.Series]]:
    noted = read_json(folder / NOTED)

    def read(table: str, side: str) -> pd.DataFrame:
        levels = noted["levels"][side][table].items()
        kinds = {
            column: pd.CategoricalDtype(pd.Index(words, dtype="str"), ordered) for column, (words, ordered) in levels
        }
        return _read(_path(folder, table, side)).astype(kinds)

    found = {side: {t: read(t, side) for t in noted["tables"]} for side in sides}
    return found, {t: read(t, "domain")["inside"].rename(None) for t in noted["tables"]}


def _levels(frame: pd.DataFrame) -> dict[str, tuple[list[str], bool]]:
    """The levels of every category, in order: Parquet forgets them where a table has no rows."""
    kinds = {c: d for c, d in frame.dtypes.items() if isinstance(d, pd.CategoricalDtype)}
    return {str(column): (kind.categories.tolist(), bool(kind.ordered)) for column, kind in kinds.items()}


def _record(folder: Path, part: type[Ledger] | type[Flow], name: str) -> Path:
    return folder / part.__name__.lower() / f"{name}.parquet"


def _path(folder: Path, table: str, side: str) -> Path:
    """A table's name comes from a study file: as a folder's name it holds no separator and is no dot."""
    return folder / ("table-" + quote(table, safe=" ")) / f"{side}.parquet"


def _read(path: Path) -> pd.DataFrame:
    frame = read_frame(path)
    days = {c: "datetime64[s]" for c, dtype in frame.dtypes.items() if dtype.kind == "M"}  # Parquet knows no seconds
    return frame.astype(days) if days else frame
