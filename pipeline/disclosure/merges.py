"""What may be merged, what the results would be then, and how the study file says it.

Only a variable's own levels are put together: neighbours where they have an order, or where whole numbers in a row let
one be thought of, and any where they have none, or where neighbours do not do; never the
reference, an arm, the event of a model, a level that another declaration names, or a reason why an answer is missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from pipeline.disclosure.fewest import Blocks
from pipeline.results import ALL, KEY, MISSING_LEVEL, parts_of
from pipeline.study import Study, Variable
from pipeline.study.words import interval
from pipeline.tables.words import label_of

_PLAIN = re.compile(r"[^\W\d_][\w '/()-]*")
_ADDED = ("n", "missing", "denominator", "events", "rows", "people", "clusters")
_WORDS = ("yes", "no", "true", "false", "null", "on", "off")


@dataclass(frozen=True)
class Merge:
    """levels: those that become one, by new label. line: what to write at ``where`` in the study file; under
    ``variables`` it is a new variable for the tables, because models or the design use the old one. frees: how many
    fewer numbers would be withheld, in the tables' lines of this variable and in the columns that it makes. also:
    further places and their lines, because tables must name a new variable. doubt: what to look at first."""

    variable: str
    levels: dict[str, tuple[str, ...]]
    where: str
    line: str
    frees: int
    also: tuple[tuple[str, str], ...] = ()
    doubt: str = ""


def mergeable(study: Study) -> list[str]:
    """Variables whose levels an analyst may put together in the study file."""
    found = [n for n, v in study.variables.items() if (v.kind in ("category", "ordered") and v.codes) or v.bands]
    return [n for n in found if n != study.design.arm]


def in_a_row(variable: Variable) -> bool:
    """Whether three levels or more have whole numbers in a row for codes, as answers in an order mostly have."""
    codes = [str(code) for code in variable.codes]
    if len(set(variable.levels)) < 3 or not all(re.fullmatch(r"-?[0-9]+", code) for code in codes):
        return False
    return all(int(b) - int(a) in (1, -1) for a, b in zip(codes, codes[1:], strict=False))


def labels_of(study: Study, name: str) -> tuple[str, ...]:
    variable = study.variables[name]
    return variable.bands or variable.levels


def fixed_levels(study: Study, name: str) -> set[str]:
    """Levels that another declaration names, and the reference."""
    variable = study.variables[name]
    held = {variable.reference or ""} | {m.event or "" for m in study.models.values() if m.outcome == name}
    held |= set(study.population.where.get(name, ())) if study.population else set()
    for other in study.variables.values():
        held |= set(other.asked_of.get(name, ()))
        if other.derive is not None and other.derive.regroup == name:
            held |= {level for levels in other.derive.into.values() for level in levels}
    if name in {m.exposure for m in study.models.values()} and not variable.reference:
        held |= set(labels_of(study, name)[:1])
    return held


def counted(frame: pd.DataFrame, study: Study, name: str) -> np.ndarray:
    """Levels by cells: the variable's lines in every column with enough people, and the columns that it makes."""
    labels = labels_of(study, name)
    n = frame[(frame["statistic"] == "n") & frame["kind"].isin(("participants", "programmes"))]
    lines = n[(n["term"] == name) & n["level"].isin(labels)]
    cells: dict[tuple[str, ...], np.ndarray] = {}
    for table, level, group, value in lines[["name", "level", "group", "value"]].itertuples(index=False, name=None):
        cells.setdefault(("line", table, group), np.zeros(len(labels)))[labels.index(level)] = value
    heads = n[n["term"] == ""]
    for table, group, value in heads[["name", "group", "value"]].itertuples(index=False, name=None):
        parts = parts_of(group)
        for by, level in parts:
            if by == name and level in labels:
                rest = _path(p for p in parts if p != (by, level))
                cells.setdefault(("column", table, rest), np.zeros(len(labels)))[labels.index(level)] = value
    return np.array(list(cells.values())).T if cells else np.zeros((len(labels), 0))


def merged(frame: pd.DataFrame, name: str, new: dict[str, str], percent: Mapping[str, str] = MappingProxyType({})
           ) -> pd.DataFrame:  # fmt: skip
    """The results as they would be with levels put together (``new``: old label -> new one). Counts and how many people
    stand behind a number are right; means and the like are not, and only hold the place of a number. percent: tables of
    ``row`` or ``cell`` percentages."""
    held = frame.copy()
    lines = (held["term"] == name) & held["level"].isin(new)
    held.loc[lines, "level"] = held.loc[lines, "level"].map(new)
    paths = {
        g: _path((by, new.get(level, level) if by == name else level) for by, level in parts_of(g))
        for g in held["group"].unique()
        if g != ALL
    }
    held["group"] = held["group"].map({ALL: ALL, **paths})
    same_base = held["statistic"].eq("denominator") & _of_both(held, lines, held["group"].ne(frame["group"]), percent)
    adds = held["statistic"].isin(_ADDED) & ~same_base
    first = held.groupby(KEY, sort=False)
    out = first.agg({"value": "first", "people": "sum", "decimals": "first", "sensitive": "any"}).reset_index()
    total = held[adds].groupby(KEY, sort=False)["value"].sum()
    base = held[same_base].groupby(KEY, sort=False)[["value", "people"]].first()
    at = pd.MultiIndex.from_frame(out[KEY])
    out["value"] = (
        total.reindex(at)
        .fillna(base["value"].reindex(at))
        .fillna(pd.Series(out["value"].to_numpy(), index=at))
        .to_numpy()
    )
    out["people"] = base["people"].reindex(at).fillna(pd.Series(out["people"].to_numpy(), index=at)).to_numpy()
    return percentages(out)


def _of_both(held: pd.DataFrame, lines: pd.Series, columns: pd.Series, percent: Mapping[str, str]) -> pd.Series:
    """Of which rows two that become one are of the same people: of a column's, for its levels; of a level's in all
    columns, for its columns; of everyone's, for both."""
    basis, level = held["name"].map(percent).fillna("column"), held["level"].ne("")
    of_column, of_level = basis.eq("column") & lines & ~columns, basis.eq("row") & level & columns
    return of_column | of_level | (basis.eq("cell") & level & (lines | columns))


def _path(parts: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{by}={level}" for by, level in parts)


def percentages(frame: pd.DataFrame) -> pd.DataFrame:
    """Made anew from their counts, in place."""
    cells = list(frame[KEY[:-1]].itertuples(index=False, name=None))
    known = dict(zip(zip(cells, frame["statistic"], strict=True), frame["value"], strict=True))
    for i in np.flatnonzero((frame["statistic"] == "percent").to_numpy()):
        n, of = known.get((cells[i], "n"), np.nan), known.get((cells[i], "denominator"), np.nan)
        frame.loc[i, "value"] = 100 * n / of if of and of > 0 else np.nan
    return frame


def written(study: Study, name: str, blocks: Blocks) -> tuple[dict[str, tuple[str, ...]], str, str] | None:
    """New labels with the old ones, the place in the study file and its line; None where bands can't be written as
    one."""
    variable, labels = study.variables[name], labels_of(study, name)
    new: dict[str, tuple[str, ...]] = {}
    for block in blocks:
        held = tuple(labels[i] for i in block)
        label = held[0] if len(held) == 1 else _band(held) if variable.bands else " or ".join(held)
        if label is None:
            return None
        new[label] = held
    if variable.bands:
        return new, f"variables.{name}", f"bands: [{', '.join(map(scalar, new))}]"
    if name in _used(study):
        into = ", ".join(f"{scalar(lv)}: [{', '.join(map(scalar, held))}]" for lv, held in new.items())
        label = scalar(label_of(study, name))
        return new, "variables", f"{name}_in_tables: {{label: {label}, derive: {{regroup: {name}, into: {{{into}}}}}}}"
    back = {old: label for label, held in new.items() for old in held}
    return (
        new,
        f"variables.{name}",
        f"codes: {{{', '.join(f'{scalar(c)}: {scalar(back[lv])}' for c, lv in variable.codes.items())}}}",
    )


def _used(study: Study) -> set[str]:
    """What models and the design are made with: merged levels would change them."""
    held = {v for m in study.models.values() for v in m.used}
    return held | {v for v in (study.design.cluster, study.design.second_cluster) if v}


def _band(held: Sequence[str]) -> str | None:
    """``18-24`` and ``25-44`` as ``18-44``; with open ends ``65+`` and ``<18``."""
    first, last = interval(held[0]), interval(held[-1])
    if first.low_open or np.isinf(first.low) and np.isinf(last.high):
        return None
    if np.isinf(last.high):
        return f"{first.low:g}+"
    if np.isinf(first.low):
        return f"{'<' if last.high_open else '<='}{last.high:g}"
    return f"{first.low:g}-{last.high:g}"


def scalar(text: str) -> str:
    """A word of YAML as it is, anything else in double quotes; whole numbers are codes as they stand in the file."""
    if re.fullmatch(r"-?[1-9]\d*|0", text) or (_PLAIN.fullmatch(text) and text.lower() not in _WORDS):
        return text
    return json.dumps(text, ensure_ascii=False)


def about(frame: pd.DataFrame, name: str) -> pd.Series:
    """The rows that a merge of a variable's levels is for: its lines, and the columns that it makes."""
    tables = frame["kind"].isin(("participants", "programmes"))
    return tables & ((frame["term"] == name) | in_columns(frame, name)) & (frame["level"] != MISSING_LEVEL)


def in_columns(frame: pd.DataFrame, name: str) -> pd.Series:
    """The rows in columns that a variable makes, by itself or together with another."""
    return frame["group"].map(lambda g: any(by == name for by, _ in parts_of(g)))
