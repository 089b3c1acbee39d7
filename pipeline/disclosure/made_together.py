"""Numbers that are made of several others, of which one withheld is told by what stays of the rest."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import MODELS
from pipeline.disclosure.groups import apart
from pipeline.disclosure.rounded import REASONS
from pipeline.disclosure.weights import COUNTED
from pipeline.study import Study

UNADJUSTED = "adjustment=unadjusted"
FREE = {"participants": "df2", **dict.fromkeys(MODELS, "df")}
"""The other degrees of freedom of a test are how many levels or columns it has, less one."""


def adjusted_together(frame: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """P values adjusted for their number, where a P value of their table is withheld.

    Holm's are running maxima and Benjamini and Hochberg's running minima over all tests of a family: that of one line
    can be the P value of another times a whole number, and where it is not it says which of the two is smaller.
    """
    gone = np.zeros(len(frame), bool)
    better = frame[frame["statistic"] == "p_adjusted"]
    if len(better):
        p = frame[(frame["statistic"] == "p") & frame["value"].notna() & hidden]
        lost = set(zip(p["kind"], p["name"], strict=True))
        gone[[at for at, *table in better[["kind", "name"]].itertuples(name=None) if tuple(table) in lost]] = True
    return gone


def freedom_of_clusters(frame: pd.DataFrame, hidden: np.ndarray, study: Study | None) -> np.ndarray:
    """Degrees of freedom by Satterthwaite, where how many people of a cluster have an answer is withheld.

    Of a comparison of columns (or of a model's levels) they follow from how many people each cluster has in each: with
    one number in two places unknown, two decimals leave one or two numbers that it can be. Of a number they follow from
    everyone's, which nobody knows.
    """
    gone = np.zeros(len(frame), bool)
    cluster = study.design.cluster if study is not None else None
    free = frame[frame["statistic"] == frame["kind"].map(FREE)]
    if study is None or cluster is None or free.empty:
        return gone
    counts = hidden & frame["statistic"].isin(COUNTED) & (frame["kind"] == "participants")
    lost = set(_lost(frame[counts], study, cluster))
    for at, kind, name, term, group in free[["kind", "name", "term", "group"]].itertuples(name=None):
        if kind in MODELS and name in study.models:
            model = study.models[name]
            outcome, alone = model.outcome, UNADJUSTED in group
            sides = (model.exposure,) if alone else tuple(n for n in model.used if n != outcome)
        elif kind == "participants" and name in study.tables:
            outcome, sides = term, study.tables[name].columns
        else:
            continue
        variables = [study.variables.get(n) for n in sides]
        if all(v is not None and v.kind in ("category", "ordered") for v in variables):
            made_of, of = {_origin(study, n) for n in sides}, _origin(study, outcome)
            gone[at] = any(names <= made_of | ({of} if who else set()) for names, who in lost)
    return gone


def _lost(counts: pd.DataFrame, study: Study, cluster: str) -> Iterator[tuple[frozenset[str], bool]]:
    """Which variables a withheld count of people in clusters is of, and whether it says who has an answer (not which):
    only so an outcome has a part in degrees of freedom."""
    cells = counts[["term", "level", "group", "statistic"]].drop_duplicates()
    for term, level, group, statistic in cells.itertuples(index=False, name=None):
        names = {name for name, _ in apart(group)} | {term}
        if cluster in names:
            who = statistic != "n" or not level or level.startswith(REASONS)
            yield frozenset(_origin(study, n) for n in names - {"", "wave", cluster}), who


def _origin(study: Study, name: str) -> str:
    """The variable that another is regrouped from, or itself."""
    derive = study.variables[name].derive if name in study.variables else None
    return derive.regroup if derive is not None and derive.regroup else name
