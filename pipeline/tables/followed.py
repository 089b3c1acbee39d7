"""Who was followed and who was lost: at each later wave, described by what was known at the first."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.results import ALL, Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.tables.blocks import block
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import Base, Members, base, by_variable, everyone
from pipeline.tables.ledger import check_flow, check_ledger
from pipeline.tables.participants import KIND, STUB, reading
from pipeline.tables.sample import Sample
from pipeline.tables.sheet import Block, Sheet
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import (
    cluster_variable,
    label_of,
    refuse_unshowable,
    source_of_table,
    spoken,
    wave_labels,
)

FOLLOWED, LOST = "Followed", "Lost"
JOINED = "joined later"


def followed(people: People, study: Study, name: str) -> Exhibit:
    """The table ``name``: everyone of the first wave, and for each later wave those who have a row there and those who
    have none (groups ``wave=<label>;followed=Followed|Lost``), by the declared rows as they stood at the first wave.

    By programme (the design's cluster, where it is a variable with levels) the percentage is of the programme's people
    at the first wave. Raises ``Mistakes`` for a table without two waves, and for ``columns`` or ``wave``.
    """
    spec = study.tables[name]
    table, source = source_of_table(study, name)
    waves = list(wave_labels(source).values())
    if len(waves) < 2:
        raise Mistakes.one(study.where("tables", name), f"table '{table}' has fewer than two waves.",
                           "Leave this table out, or declare the waves of the data.")  # fmt: skip
    if spec.columns or spec.wave is not None:
        key = "columns" if spec.columns else "wave"
        raise Mistakes.one(
            study.where("tables", name, key), f"a table of those followed makes its own {key}.", f"Leave '{key}' out."
        )
    held = base(people, table, waves[0])
    refuse_unshowable(study, name, set(held.frame.columns))
    overall = everyone(held, f"All at {waves[0]}")
    pairs, joined = [], []
    rows = people.keys[table]
    first = rows.loc[rows["wave"] == waves[0], "id"]
    for wave in waves[1:]:
        pairs += _followed_lost(held, rows.loc[rows["wave"] == wave, "id"], wave)
        late = int((~base(people, table, wave).keys["id"].isin(first)).sum())
        joined.append(Number(Key(KIND, name, JOINED, "", f"wave={wave}", "n"), late, late))
    groups = [overall, *pairs]
    sheet = Sheet(KIND, name, study, held, groups, Sample(None, np.arange(len(held)), None), [overall] * len(groups))
    cluster = cluster_variable(study, held.frame)
    blocks = [block(sheet, row) for row in spec.rows if row != cluster]
    blocks += [_by_cluster(sheet, cluster, waves[0])] if cluster else []
    columns = [Column(ALL, overall.label, sheet.header(overall))]
    columns += [Column(g.path, g.label, sheet.header(g), spanner=_wave_of(g)) for g in pairs]
    told = f"Everyone is described as at {waves[0]}. Followed: with a row at the later wave; lost: without."
    notes = [Sentence(literal(told)), *_joined(joined, waves[0]), *reading(blocks)]
    layout = Table(
        KIND,
        name,
        spec.title or spoken(name),
        tuple(columns),
        tuple(r for b in blocks for r in b.rows),
        tuple(notes),
        STUB,
    )
    numbers = [*sheet.headers(sheet.groups), *joined, *(n for b in blocks for n in b.numbers), *_shares(sheet)]
    results = Results.of(numbers)
    check_ledger(results)
    check_flow(people, held, waves[0])
    return Exhibit(results, layout, tuple(_remark(sheet, wave, waves[0]) for wave in waves[1:]))


def _followed_lost(held: Base, there: pd.Series, wave: str) -> list[Members]:
    """``there``: the ids of all rows at the wave, in the population at that time or not."""
    back = held.keys["id"].isin(there).to_numpy(dtype=bool)
    found = {FOLLOWED: back, LOST: ~back}
    return [Members(f"wave={wave};followed={word}", word, np.flatnonzero(who)) for word, who in found.items()]


def _wave_of(group: Members) -> str:
    return group.path.removeprefix("wave=").rsplit(";", 1)[0]


def _by_cluster(sheet: Sheet, name: str, first: str) -> Block:
    """A line a programme: its people followed and lost, as a share of its people at the first wave."""
    overall, *pairs = sheet.groups
    label = label_of(sheet.study, name)
    rows = [Row(f"{label} (% of its people at {first})", name, kind="variable")]
    numbers = []
    for member in by_variable(sheet.people, sheet.study, name):
        for group in (overall, *pairs):
            n = len(np.intersect1d(group.rows, member.rows, assume_unique=True))
            numbers += sheet.part(name, member.label, group, n, member.n)
        rows.append(Row(member.label, name, member.label, "count", "level", 1))
    return Block(tuple(numbers), tuple(rows))


def _shares(sheet: Sheet) -> list[Number]:
    """Of everyone at the first wave: the percentage followed and lost, for prose."""
    overall, *pairs = sheet.groups
    return [number for g in pairs for number in sheet.part("", "", g, g.n, overall.n) if number.key.statistic != "n"]


def _joined(joined: list[Number], first: str) -> list[Sentence]:
    late = [number for number in joined if number.value > 0]
    if not late:
        return []
    keys = {f"n{i}": number.key for i, number in enumerate(late)}
    counts = ", ".join(f"{literal(number.key.group.removeprefix('wave='))} {{n{i}}}" for i, number in enumerate(late))
    return [Sentence(f"People who were not there at {literal(first)} are not in this table ({counts}).", keys)]


def _remark(sheet: Sheet, wave: str, first: str) -> Sentence:
    """``3 months: 912 of 1,204 people of Baseline were followed (75.7%).``"""
    group = next(g for g in sheet.groups if g.path == f"wave={wave};followed={FOLLOWED}")
    key = sheet.header(group)
    keys = {"n": key, "all": sheet.header(sheet.groups[0]), "percent": key._replace(statistic="percent")}
    return Sentence(f"{literal(wave)}: {{n}} of {{all}} people of {literal(first)} were followed ({{percent}}%).", keys)
