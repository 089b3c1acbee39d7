"""Who was followed, who was lost, who joined too late to be either: at each later wave, described as at the first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.results import ALL, Key, Number, Results, Sentence, literal
from pipeline.study import Source, Study
from pipeline.tables.blocks import block
from pipeline.tables.due import due, undated
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import Members, base, by_variable, everyone
from pipeline.tables.ledger import check_flow, check_ledger
from pipeline.tables.participants import KIND, STUB, effective, effective_numbers
from pipeline.tables.participants_told import of_weights, reading
from pipeline.tables.sample import sample_of
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
DUE, NOT_DUE = "Due", "Not yet due"
JOINED, UNDATED = "joined later", "without a date"
CAME, EARLY = "came", "before it was due"


def followed(people: People, study: Study, name: str) -> Exhibit:
    """The table ``name``: everyone of the first wave, and for each later wave those who have a row there and those who
    have none (groups ``wave=<label>;followed=Followed|Lost``), by the declared rows as they stood at the first wave.
    Where the study file says when waves are due, these two make up the people due (``wave=<label>;due=Due``, then
    ``followed=…``), and who could not be there yet is apart (``wave=<label>;due=Not yet due``); who came early is due.

    Where the design has weights, percentages, means and SDs of the declared rows are weighted; shares of those followed
    and lost are not. By programme (the design's cluster, where it is a variable with levels) the percentage is of the
    programme's people at the first wave who were due. Raises ``Mistakes`` for a table without two waves, and for
    ``columns`` or ``wave``.
    """
    spec = study.tables[name]
    table, source = source_of_table(study, name)
    codes, waves = list(wave_labels(source)), list(wave_labels(source).values())
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
    later, joined, before = [], [], []
    rows = people.keys[table]
    first = rows.loc[rows["wave"] == waves[0], "id"]
    for code, wave in zip(codes[1:], waves[1:], strict=True):
        back = held.keys["id"].isin(rows.loc[rows["wave"] == wave, "id"]).to_numpy(dtype=bool)
        by_now = due(people, study, held, code) if source.due else None
        later.append(at := _Later.of(wave, back, None if by_now is None else by_now | back, overall))
        before.append(_came_early(name, at, back, by_now))
        late = int((~base(people, table, wave).keys["id"].isin(first)).sum())
        joined.append(Number(Key(KIND, name, JOINED, "", f"wave={wave}", "n"), late, late))
    groups = [overall, *(group for at in later for group in at.columns)]
    sample = sample_of(people, study, name, held)
    sheet = Sheet(KIND, name, study, held, groups, sample, [overall] * len(groups))
    cluster = cluster_variable(study, held.frame)
    blocks = [block(sheet, row) for row in spec.rows if row != cluster]
    blocks += [_by_cluster(sheet, cluster, waves[0], later)] if cluster else []
    columns = [Column(ALL, overall.label, sheet.header(overall))]
    columns += [Column(g.path, g.label, sheet.header(g), spanner=at.wave) for at in later for g in at.columns]
    told = f"Everyone is described as at {waves[0]}. Followed: with a row at the later wave; lost: without."
    without = [Number(Key(KIND, name, UNDATED), n, n) for n in ([undated(study, held)] if source.due else []) if n]
    notes = [Sentence(literal(told)), *_when_due(source, without), *_early(before), *_joined(joined, waves[0])]
    notes += [*reading(blocks), *of_weights(sheet), *_shares_unweighted(sheet)]
    layout = Table(
        KIND,
        name,
        spec.title or spoken(name),
        tuple(columns),
        (*effective(sheet), *(r for b in blocks for r in b.rows)),
        tuple(notes),
        STUB,
        source.unit,
    )
    heads = [*sheet.groups, *(at.due for at in later if at.due is not overall)]
    numbers = [
        *sheet.headers(heads),
        *effective_numbers(sheet),
        *joined,
        *(n for pair in before for n in pair),
        *without,
        *(n for b in blocks for n in b.numbers),
    ]
    numbers += [number for at in later for number in _shares(sheet, at)]
    results = Results.of(numbers)
    check_ledger(results)
    check_flow(people, held, waves[0])
    return Exhibit(results, layout, tuple(_remark(sheet, at, waves[0]) for at in later))


@dataclass(frozen=True)
class _Later:
    """One later wave. due: of whom ``followed`` and ``lost`` are parts; everyone where no days are declared."""

    wave: str
    due: Members
    followed: Members
    lost: Members
    not_due: Members | None = None

    @classmethod
    def of(cls, wave: str, back: NDArray[np.bool_], expected: NDArray[np.bool_] | None, overall: Members) -> _Later:
        """``back``: who has a row at the wave, in the population at that time or not; ``expected``: who is due."""
        path, whole, not_due = f"wave={wave}", overall, None
        if expected is not None:
            not_due = Members(f"{path};due={NOT_DUE}", NOT_DUE, np.flatnonzero(~expected))
            path = f"{path};due={DUE}"
            whole = Members(path, DUE, np.flatnonzero(expected))
        lost = ~back if expected is None else expected & ~back
        both = ((FOLLOWED, back), (LOST, lost))
        followed, gone = (Members(f"{path};followed={word}", word, np.flatnonzero(who)) for word, who in both)
        return cls(wave, whole, followed, gone, not_due)

    @property
    def columns(self) -> list[Members]:
        """Those who were not yet due have a column where there are any."""
        return [self.followed, self.lost, *([self.not_due] if self.not_due and self.not_due.n else [])]


def _by_cluster(sheet: Sheet, name: str, first: str, later: list[_Later]) -> Block:
    """A line a programme: its people followed and lost, as a share of its people at the first wave who were due."""
    overall, label = sheet.groups[0], label_of(sheet.study, name)
    of = f"its people at {first}" + ("" if all(at.due is overall for at in later) else "; followed, lost: of those due")
    share = "unweighted %" if sheet.weighted else "%"
    rows, numbers = [Row(f"{label} ({share} of {of})", name, kind="variable")], []

    def both(group: Members, member: Members) -> int:
        return len(np.intersect1d(group.rows, member.rows, assume_unique=True))

    for member in by_variable(sheet.people, sheet.study, name):
        numbers += sheet.part(name, member.label, overall, member.n, member.n)
        for at in later:
            whole = both(at.due, member)
            if at.due is not overall:
                numbers.append(sheet.number(name, member.label, at.due, "n", whole, whole))
            for group in at.columns:
                of_n = member.n if group is at.not_due else whole
                numbers += sheet.part(name, member.label, group, both(group, member), of_n)
        rows.append(Row(member.label, name, member.label, "count", "level", 1))
    return Block(tuple(numbers), tuple(rows))


def _shares_unweighted(sheet: Sheet) -> list[Sentence]:
    """How many were followed is said of the people who were asked to come, not of those for whom they stand."""
    return [Sentence("Shares of people followed and lost are unweighted.")] if sheet.weighted else []


def _shares(sheet: Sheet, at: _Later) -> list[Number]:
    """Of everyone at the first wave who was due: the percentage followed and lost, for prose."""
    numbers = [number for g in (at.followed, at.lost) for number in sheet.part("", "", g, g.n, at.due.n)]
    return [number for number in numbers if number.key.statistic != "n"]


def _when_due(source: Source, without: list[Number]) -> list[Sentence]:
    """When a wave is due, and how many have no date to tell it by."""
    if source.due is None:
        return []
    first = next(iter(wave_labels(source).values()))
    days = ", ".join(f"{wave_labels(source)[wave]} {n} days" for wave, n in source.due.days.items())
    end = source.due.as_of or "the latest answer in the export"
    told = f"A wave is due so long after {first}: {days}; counted up to {end}. Not yet due: joined too late for it."
    unknown = f"Without a date at {literal(first)}, and taken as due: {{n}}."
    return [Sentence(literal(told)), *(Sentence(unknown, {"n": number.key}) for number in without)]


def _came_early(name: str, at: _Later, back: NDArray[np.bool_], by_now: NDArray[np.bool_] | None) -> list[Number]:
    """How many of those followed came before the wave was due, and of how many; nothing where nobody did."""
    early = 0 if by_now is None else int((back & ~by_now).sum())
    key = Key(KIND, name, CAME, EARLY, at.followed.path, "n")
    of = at.followed.n
    return [Number(key, early, early), Number(key._replace(statistic="denominator"), of, of)] if early else []


def _early(before: list[list[Number]]) -> list[Sentence]:
    """What it does to the shares that who came before a wave was due is due, and who did not come is not."""
    keys = {f"n{i}": pair[0].key for i, pair in enumerate(p for p in before if p)}
    if not keys:
        return []
    waves = (key.group.partition(";")[0].removeprefix("wave=") for key in keys.values())
    counts = ", ".join(f"{literal(wave)}: {{{n}}}" for n, wave in zip(keys, waves, strict=True))
    told = (
        f"Who came before a wave was due counts as due and followed ({counts}), while nobody counts as lost who was "
        "not yet due: the share followed is a little too high."
    )
    return [Sentence(told, keys)]


def _joined(joined: list[Number], first: str) -> list[Sentence]:
    late = [number for number in joined if number.value > 0]
    if not late:
        return []
    keys = {f"n{i}": number.key for i, number in enumerate(late)}
    counts = ", ".join(f"{literal(number.key.group.removeprefix('wave='))} {{n{i}}}" for i, number in enumerate(late))
    return [Sentence(f"People who were not there at {literal(first)} are not in this table ({counts}).", keys)]


def _remark(sheet: Sheet, at: _Later, first: str) -> Sentence:
    """``3 months: 912 of 1,204 people of Baseline were followed (75.7%).``"""
    key = sheet.header(at.followed)
    keys = {"n": key, "all": sheet.header(at.due), "percent": key._replace(statistic="percent")}
    whom = f"people of {literal(first)}"
    share = "{percent}%, unweighted" if sheet.weighted else "{percent}%"
    if at.due is sheet.groups[0]:
        return Sentence(f"{literal(at.wave)}: {{n}} of {{all}} {whom} were followed ({share}).", keys)
    said = f"{literal(at.wave)}: {{n}} of {{all}} {whom} who were due were followed ({share})"
    if at.not_due is None or not at.not_due.n:
        return Sentence(f"{said}.", keys)
    return Sentence(f"{said}; {{late}} more were not yet due.", {**keys, "late": sheet.header(at.not_due)})
