"""One fact in two tables is two rows that agree (contract 4), in what was released: scores by a participants table and
by the table of scales."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.results import KEY
from pipeline.study import parse_study

ROOT = Path(__file__).parents[3]
STATISTICS = ("mean", "sd", "median", "q1", "q3")


@pytest.mark.parametrize(("name", "least"), [("bridges", 40), ("gss2018", 5)])
def test_a_score_is_the_same_in_the_participants_table_and_among_the_scales(name: str, least: int) -> None:
    """Its value, whether it is weighted, and whether it is withheld: shown in one table it would be no secret."""
    study = parse_study((ROOT / f"studies/{name}.yaml").read_text("utf-8"), f"studies/{name}.yaml")
    frame = pd.read_csv(ROOT / f"reports/{name}/results.csv", dtype=str, keep_default_na=False)
    rows = {tuple(row[:6]): (row[6], row[7]) for row in frame[[*KEY, "value", "text"]].itertuples(index=False)}
    waves = study.sources[study.main].wave_labels
    compared = 0
    for (kind, table, term, level, group, statistic), told in rows.items():
        spec = study.tables.get(table)
        if kind != "participants" or spec is None or spec.kind != "participants" or spec.waves or level:
            continue
        if term not in study.scales or statistic.removeprefix("weighted_") not in STATISTICS:
            continue
        wave = waves.get(spec.wave or next(iter(waves), ""), "")
        there = ";".join(part for part in (f"wave={wave}" if wave else "", "" if group == "All" else group) if part)
        other = rows.get(("scale", term, "", "", there or "All", statistic))
        plain = rows.get(("scale", term, "", "", there or "All", statistic.removeprefix("weighted_")))
        assert other is not None or plain is None, f"{term} in {group}: {statistic} here, and not among the scales"
        if other is not None:
            assert other == told, f"{term} in {group}: {statistic} {told} in {table}, {other} among the scales"
            compared += 1
    assert compared >= least
