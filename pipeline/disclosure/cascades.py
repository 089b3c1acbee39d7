"""Care cascades: printed whole, or those who reached each step alone, or nothing (ADR 71).

A step's numbers stand on the fewest people that can be made out by them (``tables.cascade_fewest``), so that nothing
is solved here. What that number can't know is asked: whether a count of a step, or of a column, is withheld elsewhere,
and what was released before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import MODELS
from pipeline.disclosure.earlier import Earlier
from pipeline.disclosure.facts import PEOPLE
from pipeline.disclosure.groups import Conditions, together
from pipeline.disclosure.regrouped import Merged, as_original
from pipeline.disclosure.rounded import COUNTS
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet
from pipeline.results import KEY, parts_of
from pipeline.study import CascadeSpec, Study
from pipeline.tables.cascade import BEFORE, KIND, START
from pipeline.tables.cascade_beside import readers

LOOKED_AT = (KIND, "participants", "programmes", "scale", "reliability", "quality", *MODELS)
"""Kinds of which the study file says whether they tell of a step."""


def heads(rows: Sequence[Told], study: Study, merged: dict[tuple[str, str], Merged]) -> list[Sheet]:
    """How many people stand in the columns of each cascade. rows: of kind ``cascade``."""
    found = []
    for name, spec in study.cascades.items():
        head, base = Sheet(""), base_of(study, spec)
        for r in as_original([r for r in rows if r.name == name and not r.term], merged):
            head.put(PEOPLE, together(r.group) | base, r.value, r.at)
        found.append(head)
    return found


def base_of(study: Study, spec: CascadeSpec) -> Conditions:
    """Whose people it is about: those of a wave, of the raw table that it is made of."""
    table = spec.of or study.main
    labels = study.sources[table].wave_labels
    wave = labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
    return frozenset(([("wave", wave)] if wave else []) + ([("table", table)] if table != study.main else []))


def of_cascades(
    frame: pd.DataFrame, hidden: np.ndarray, below: int, rounded: bool, study: Study | None, earlier: Earlier | None
) -> np.ndarray:
    """For every row of a results frame: does it go for a cascade's sake? hidden: what is withheld for other reasons.
    below: the fewest people that a number may stand on. Without a study nobody knows what else tells of the steps."""
    gone = (frame["kind"] == KIND).to_numpy(dtype=bool, copy=True)
    if study is None or not gone.any():
        return gone
    for name in study.cascades:
        own = (frame["kind"] == KIND).to_numpy() & (frame["name"] == name).to_numpy()
        gone = (gone & ~own) | _of_one(frame, hidden, own, below, rounded, study, name, earlier or {})
    return gone


def _of_one(
    frame: pd.DataFrame, hidden: np.ndarray, own: np.ndarray, below: int, rounded: bool, study: Study, name: str,
    earlier: Earlier,
) -> np.ndarray:  # fmt: skip
    counts = frame["statistic"].isin((*COUNTS, "percent")).to_numpy()
    nobody = (frame["term"] == "") & (frame["value"] == 0)
    enough = ((frame["people"] >= below) | nobody).to_numpy() & ~hidden
    beside = _beside(frame, study, name) & ~own
    reached = own & ((frame["term"] == "") | frame["level"].isin((BEFORE, START))).to_numpy()
    unread = beside & ~frame["kind"].isin(LOOKED_AT).to_numpy()
    elsewhere = beside & (frame["kind"] != "quality").to_numpy()
    ways = ((own, own & False, unread | (beside & counts & hidden)), (reached, (own & ~reached) | beside, elsewhere))
    for shown, gone, unless in ways:
        if enough[shown].all() and not unless.any() and _as_before(frame[shown], earlier, rounded):
            return gone
    return own


def _beside(frame: pd.DataFrame, study: Study, name: str) -> np.ndarray:
    """Rows that tell of a step."""
    tell = set(readers(study, name))
    models = [model for model, spec in study.models.items() if tell & {*spec.used}]
    groups = [group for group in frame["group"].unique() if tell & {part for part, _ in parts_of(group)}]
    found = frame["term"].isin(tell) | frame["group"].isin(groups)
    return np.asarray(found | (frame["kind"].isin(MODELS) & frame["name"].isin(models)))


def _as_before(shown: pd.DataFrame, earlier: Mapping[tuple[str, ...], float], rounded: bool) -> bool:
    """Beside an earlier release only what it printed, too: of few who came since, each step of theirs would follow."""
    counts = shown[shown["statistic"] == "n"]
    keys = counts[KEY].itertuples(index=False, name=None)
    same = (earlier.get(key) == n for key, n in zip(keys, counts["value"], strict=True))
    return not earlier or (not rounded and all(same))
