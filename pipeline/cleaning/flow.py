"""Every raw row, person and cluster accounted for: kept, or left out with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import FLOW, Flow
from pipeline.cleaning.labels import Labels
from pipeline.cleaning.rows import KEPT, PARENT_LEFT, Rows, last_step, wave_labels
from pipeline.errors import StageFailed
from pipeline.study import Study

READ, LEFT, STAYED = "read", "left out", "kept"


@dataclass(frozen=True)
class Universe:
    """Clusters that were there before a table's rows: in a cluster trial they were randomised, whoever came after.

    fate: cluster -> the reason with which it left its own table, ``""`` where it stayed.
    """

    fate: Mapping[str, str]


def account(
    table: str,
    rows: Rows,
    clusters: np.ndarray | None,
    universe: Universe | None = None,
    only: np.ndarray | None = None,
) -> pd.DataFrame:
    """The steps of one table (columns ``FLOW``); ``only`` is a mask over its rows (an arm).

    A person, and a cluster, leaves with the last of their rows. Clusters of the universe without any row leave first:
    with the reason for which they left their own table, or as ``no one in <table>``.
    """
    only = np.ones(len(rows.ids), dtype=bool) if only is None else only
    left = rows.left[only]
    people = last_step(rows.ids[only], left, len(rows.steps))
    groups = last_step(clusters[only], left, len(rows.steps)) if clusters is not None else pd.Series(dtype=int)
    empty = {c: why for c, why in (universe.fate if universe else {}).items() if c not in groups.index}
    reasons = [_gone(table, why) for why in empty.values()]
    lines = [(table, READ, "", len(left), len(people), len(groups) + len(empty))]
    if universe is not None:
        lines += [
            (table, LEFT, r, 0, 0, reasons.count(r))
            for r in dict.fromkeys([f"no one in {table}", *reasons])
            if r not in rows.steps
        ]
    for place, reason in enumerate(rows.steps):
        counts = (
            int((left == place).sum()),
            int((people == place).sum()),
            int((groups == place).sum()) + reasons.count(reason),
        )
        lines.append((table, LEFT, reason, *counts))
    kept = len(rows.steps)
    lines.append(
        (table, STAYED, "", int((left == KEPT).sum()), int((people == kept).sum()), int((groups == kept).sum()))
    )
    steps = pd.DataFrame(lines, columns=FLOW)
    check(steps)
    return steps


def _gone(table: str, why: str) -> str:
    if not why:
        return f"no one in {table}"
    return why if why.startswith(PARENT_LEFT) else PARENT_LEFT + why


def check(steps: pd.DataFrame) -> None:
    """StageFailed where what was read is not what was left out plus what was kept."""
    for table, part in steps.groupby("table", sort=False):
        for unit in ("rows", "people", "clusters"):
            total = {step: int(part.loc[part["step"] == step, unit].sum()) for step in (READ, LEFT, STAYED)}
            if total[READ] != total[LEFT] + total[STAYED]:
                numbers = f"{total[READ]} read, {total[LEFT]} left out, {total[STAYED]} kept"
                raise StageFailed(f"the flow of {table} does not add up in {unit}: {numbers}")


def flow(study: Study, rows: Mapping[str, Rows], labels: Labels) -> Flow:
    """The flow of all tables; by wave where a table has waves; by arm in a trial."""
    steps, waves, arms = [], [], []
    for table, of_table in rows.items():
        clusters = labels.of("cluster", table)
        universe = _universe(study, table, rows, labels)
        steps.append(account(table, of_table, clusters, universe))
        waves.append(_waves(study, table, of_table, clusters))
        if study.design.kind in ("trial", "cluster trial"):
            arms += _arms(study, table, of_table, clusters, universe, labels)
    typed = {"rows": "int64", "people": "int64", "clusters": "int64"}
    names = {"table": "str", "step": "str", "reason": "str"}
    by_arm = pd.concat(arms, ignore_index=True) if arms else pd.DataFrame(columns=["arm", *FLOW])
    return Flow(
        pd.concat(steps, ignore_index=True).astype({**names, **typed}),
        pd.concat(waves, ignore_index=True).astype({"table": "str", "wave": "str", **typed}),
        by_arm.astype({"arm": "str", **names, **typed}),
    )


def _universe(study: Study, table: str, rows: Mapping[str, Rows], labels: Labels) -> Universe | None:
    source = labels.source("cluster", table)
    if study.design.kind != "cluster trial" or source is None or source.table == table:
        return None
    return _fates(source.table, rows, labels)


def _fates(table: str, rows: Mapping[str, Rows], labels: Labels, only: np.ndarray | None = None) -> Universe:
    own, clusters = rows[table], labels.of("cluster", table)
    assert clusters is not None
    only = np.ones(len(clusters), dtype=bool) if only is None else only
    fate = last_step(clusters[only], own.left[only], len(own.steps))
    return Universe({str(c): own.steps[step] if step < len(own.steps) else "" for c, step in fate.items()})


def _waves(study: Study, table: str, rows: Rows, clusters: np.ndarray | None) -> pd.DataFrame:
    lines = []
    of_row = wave_labels(study, table, rows)
    for label in study.sources[table].wave_labels.values():
        here = rows.kept & (of_row == label)
        groups = 0 if clusters is None else len(set(clusters[here]) - {""})
        lines.append((table, label, int(here.sum()), len(set(rows.ids[here])), groups))
    return pd.DataFrame(lines, columns=["table", "wave", "rows", "people", "clusters"])


def _arms(
    study: Study, table: str, rows: Rows, clusters: np.ndarray | None, universe: Universe | None, labels: Labels
) -> list[pd.DataFrame]:
    arm = labels.of("arm", table)
    if arm is None:
        return []
    found = []
    source = labels.source("cluster", table)
    declared = list(study.levels_of(study.design.arm or ""))
    arm = np.where(np.isin(arm, declared), arm, "")
    theirs = labels.of("arm", source.table) if source is not None and universe is not None else None
    theirs = None if theirs is None else np.where(np.isin(theirs, declared), theirs, "")
    for label in (*declared, *([""] if (arm == "").any() else [])):
        within = None
        if source is not None and theirs is not None:
            within = _fates(source.table, labels.rows, labels, theirs == label)
        steps = account(table, rows, clusters, within, arm == label)
        steps.insert(0, "arm", label or "Missing")
        found.append(steps)
    return found
