"""Few people without a value for what makes columns: how many numbers they cost, and the line that leaves them out.

A column "Missing" of few people is withheld, and with it another of each line, which would give it back. How few they
are is withheld, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.disclosure.merges import percentages, scalar
from pipeline.results import MISSING_LEVEL, parts_of
from pipeline.study import Study
from pipeline.study.words import STRUCTURAL

BECAUSE = "few people, and it is not known where they belong"
COUNTED = ("n", "denominator", "missing", "answers", "events", "rows", "people")
MAIN = 0.1
"""A cause is named from this share of what is withheld of the same tables on."""


@dataclass(frozen=True)
class Leaving:
    """variable: of which few people have no value. line: what to write under ``exclude``. frees: about how many
    fewer numbers would be withheld in the tables that have a column of these people; their means are not known."""

    variable: str
    line: str
    frees: int


def few_without(
    frame: pd.DataFrame, study: Study, below: int, hidden: Callable[[pd.DataFrame], np.ndarray]
) -> tuple[Leaving, ...]:
    """For each variable with such a column, where that is a main cause; those that free most first. frame: exact."""
    found, paths = [], {path: parts_of(path) for path in frame["group"].unique()}
    for name in study.variables:
        line, column = _line(study, name), (name, MISSING_LEVEL)
        of_them = frame["group"].isin([path for path, parts in paths.items() if column in parts])
        counts = frame.loc[of_them & (frame["statistic"] == "n"), "value"]
        if not line or counts.empty or not 0 < counts.max() < below:
            continue
        tables = pd.MultiIndex.from_frame(frame[["kind", "name"]])
        here = frame[tables.isin(tables[of_them])].reset_index(drop=True)
        before, after = int(hidden(here).sum()), int(hidden(_without(here, column, study)).sum())
        if before - after >= max(1.0, MAIN * before):
            found.append(Leaving(name, line, before - after))
    return tuple(sorted(found, key=lambda each: -each.frees))


def _line(study: Study, name: str) -> str:
    """Empty where the study file can't say it: the variable is made of others."""
    variable = study.variables[name]
    codes = [code for code, reason in variable.missing.items() if reason not in STRUCTURAL]
    if variable.derive is not None or not codes or not (variable.codes or variable.bands):
        return ""
    source = study.source_of(name)
    inside = f"in: {scalar(source)}, " if source != study.main else ""
    listed = ", ".join(scalar(str(code)) for code in codes)
    raw = variable.from_ or name
    return f"- {{{inside}where: {{{scalar(raw)}: [{listed}]}}, because: {scalar(BECAUSE)}}}"


def _without(frame: pd.DataFrame, column: tuple[str, str], study: Study) -> pd.DataFrame:
    """The results as they would be without the people of a column: what they add to others is subtracted. Means and the
    like only hold the place of a number."""
    paths = {path: frozenset(parts_of(path)) for path in frame["group"].unique()}
    theirs = [path for path, parts in paths.items() if column in parts]
    rest = _of_all_columns(frame, theirs, paths, study)
    rest = rest[~rest["group"].isin(theirs)].reset_index(drop=True)
    line = ["kind", "name", "term", "level", "statistic"]
    own = frame[~_across(frame, study)]
    for path in rest["group"].unique():
        inside = own[own["group"].isin([t for t in theirs if paths[path] <= paths[t]])]
        less = inside.groupby(line)[["value", "people"]].sum()
        at = rest["group"] == path
        gone = less.reindex(pd.MultiIndex.from_frame(rest.loc[at, line])).fillna(0.0)
        counted = rest.loc[at, "statistic"].isin(COUNTED).to_numpy()
        rest.loc[at, "value"] -= np.where(counted, gone["value"].to_numpy(), 0.0)
        rest.loc[at, "people"] = (rest.loc[at, "people"] - gone["people"].to_numpy()).clip(lower=0)
    return percentages(rest)


def _across(frame: pd.DataFrame, study: Study) -> pd.Series:
    """What row and cell percentages are of: people of all columns."""
    names = [name for name, table in study.tables.items() if table.percent != "column"]
    return frame["statistic"].eq("denominator") & frame["level"].ne("") & frame["name"].isin(names)


def _of_all_columns(
    frame: pd.DataFrame, theirs: Sequence[str], paths: Mapping[str, frozenset[tuple[str, str]]], study: Study
) -> pd.DataFrame:
    """With the denominators of row and cell percentages less the people of these columns, wave by wave."""
    out, across = frame.copy(), _across(frame, study)
    if not across.any():
        return out
    wave = frame["group"].map({path: next((v for k, v in parts if k == "wave"), "") for path, parts in paths.items()})
    of_row = frame["name"].isin([name for name, table in study.tables.items() if table.percent == "row"])
    hit = frame["group"].isin(theirs)
    counts = frame.assign(wave=wave)[hit & frame["statistic"].eq("n") & frame["level"].ne("")]
    bases = frame.assign(wave=wave)[hit & frame["statistic"].eq("denominator") & frame["level"].eq("")]
    by_level = counts.groupby(["kind", "name", "term", "level", "wave"])["value"].sum().to_dict()
    by_term = bases.groupby(["kind", "name", "term", "wave"])["value"].sum().to_dict()
    for at in np.flatnonzero(across.to_numpy()):
        kind, name, term, level = (str(frame[part].iloc[at]) for part in ("kind", "name", "term", "level"))
        less = by_level.get((kind, name, term, level, wave.iloc[at]), 0.0) if of_row.iloc[at] else by_term.get(
            (kind, name, term, wave.iloc[at]), 0.0)  # fmt: skip
        out.loc[out.index[at], ["value", "people"]] = max(0.0, float(frame["value"].iloc[at]) - less)
    return out


def lines(some: Sequence[Leaving]) -> Iterator[str]:
    """For the analyst, to paste: their part of ``merges.txt``."""
    for each in some:
        yield (
            f"# {each.variable}: few people have no value; if they are left out, about {each.frees} fewer numbers are "
            f"withheld.\nexclude:\n  {each.line}\n"
        )
