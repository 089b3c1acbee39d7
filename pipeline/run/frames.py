"""Cleaned responses and people as files, and back: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from pipeline.cleaning.cleaned import Cleaned, Flow, Ledger, People
from pipeline.files import read_bytes, read_frame, read_json, write_bytes, write_frame, write_json
from pipeline.results import Key, Results, Sentence

ORDER = "frames.json"


def save_cleaned(folder: Path, cleaned: Cleaned) -> None:
    _save(folder, {"responses": cleaned.responses, "reasons": cleaned.reasons, "keys": cleaned.keys}, cleaned.domain)
    for part in (cleaned.ledger, cleaned.flow):
        for each in fields(part):
            write_frame(_record(folder, type(part), each.name), getattr(part, each.name))


def load_cleaned(folder: Path) -> Cleaned:
    sides, domain = _load(folder, ("responses", "reasons", "keys"))
    ledger, flow = (part(**{e.name: _read(_record(folder, part, e.name)) for e in fields(part)}) for part in (Ledger, Flow))
    return Cleaned(**sides, domain=domain, ledger=ledger, flow=flow)


def save_people(folder: Path, people: People) -> None:
    """Its results and remarks stand in files of their own: those of a stage are what its notebook saves as such."""
    _save(folder, {"frames": people.frames, "reasons": people.reasons, "keys": people.keys}, people.domain)
    write_bytes(folder / "people_results.csv", people.results.to_csv())
    write_json(folder / "people_remarks.json", remarks_to_json({"": people.remarks}))


def load_people(folder: Path) -> People:
    sides, domain = _load(folder, ("frames", "reasons", "keys"))
    results = Results.from_csv(read_bytes(folder / "people_results.csv"))
    return People(**sides, domain=domain, results=results, remarks=remarks_from_json(read_json(folder / "people_remarks.json")).get("", ()))


def remarks_to_json(about: Mapping[str, Iterable[Sentence]]) -> list[dict[str, Any]]:
    return [
        {"about": name, "template": s.template, "keys": {hole: list(key) for hole, key in s.keys.items()}}
        for name, some in about.items()
        for s in some
    ]


def remarks_from_json(noted: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Sentence, ...]]:
    found: dict[str, tuple[Sentence, ...]] = {}
    for one in noted:
        sentence = Sentence(one["template"], {hole: Key(*key) for hole, key in one["keys"].items()})
        found[one["about"]] = (*found.get(one["about"], ()), sentence)
    return found


def _save(folder: Path, sides: Mapping[str, Mapping[str, pd.DataFrame]], domain: Mapping[str, pd.Series]) -> None:
    for side, frames in {**sides, "domain": {t: s.to_frame("inside") for t, s in domain.items()}}.items():
        for table, frame in frames.items():
            write_frame(_path(folder, table, side), frame)
    write_json(folder / ORDER, list(next(iter(sides.values()))))


def _load(folder: Path, sides: Iterable[str]) -> tuple[dict[str, dict[str, pd.DataFrame]], dict[str, pd.Series]]:
    tables = read_json(folder / ORDER)
    found = {side: {t: _read(_path(folder, t, side)) for t in tables} for side in sides}
    domain = {t: _read(_path(folder, t, "domain"))["inside"].rename(None) for t in tables}
    return found, domain


def _record(folder: Path, part: type[Ledger] | type[Flow], name: str) -> Path:
    return folder / part.__name__.lower() / f"{name}.parquet"


def _path(folder: Path, table: str, side: str) -> Path:
    """A table's name comes from a study file: as a folder's name it holds no separator and is no dot."""
    return folder / ("table-" + quote(table, safe=" ")) / f"{side}.parquet"


def _read(path: Path) -> pd.DataFrame:
    frame = read_frame(path)
    days = {c: "datetime64[s]" for c, dtype in frame.dtypes.items() if dtype.kind == "M"}  # Parquet knows no seconds
    return frame.astype(days) if days else frame
