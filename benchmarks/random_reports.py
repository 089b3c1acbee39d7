"""Reports of made-up people, drawn at random, as the pipeline's own tables make them, to be attacked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.cleaning.missingness import missingness_results
from pipeline.instruments.over_waves import over_waves
from pipeline.instruments.registry import rules
from pipeline.instruments.told import ends_told, reliability_told
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.followed import followed
from pipeline.tables.participants import participants
from pipeline.tables.scales import scores_results

LEVELS = {
    "role": ("Recipient", "Supporter", "Leader"),
    "programme": ("A", "B", "C", "D"),
    "setting": ("Town", "Country"),
    "sex": ("Women", "Men", "Another"),
    "health": ("Good", "Fair", "Poor", "Very poor"),
    "hiv": ("Positive", "Negative"),
}
EVERY, EXPORT = 91, 600
"""Days between waves; the day of the export, counted from when the first could join."""
GROUPS = ("role", "programme", "setting")
ROWS = ("role", "setting", "sex", "health", "hiv", "help", "age", "mood")
WHY = np.array(["no answer", "refused", "not asked", "not applicable"])
HEAD = """
title: Made up
data: {{file: made-up.csv, id: id{waves}{due}}}
design: {{kind: cohort, cluster: programme{weight}}}
variables:
{codes}{date}
  help: {{type: choices, codes: {{1: Talk, 2: Visits, 3: Rides}}}}
  age: {{type: number, bands: [18-29, 30-44, 45-64, 65+]}}{items}
scales:
  mood: {{items: [a, b, c], range: 0-3, score: sum, max_missing: 0, label: Mood, high_means: worse{bands}}}{scale}
tables:
{tables}
release: {{rule: {rule}}}
"""


@dataclass(frozen=True)
class Report:
    """people: the made-up rows that the results were made of."""

    study: Study
    results: Results
    people: People


@dataclass(frozen=True)
class Asked:
    """A scale of a few questions that each allow yes and no, and are variables of a table of their own."""

    names: tuple[str, ...]
    by: str
    answers: np.ndarray

    def columns(self) -> dict[str, pd.Categorical]:
        return {name: pd.Categorical.from_codes(np.nan_to_num(self.answers[:, at], nan=-1).astype(int), ["No", "Yes"])
                for at, name in enumerate(self.names)}  # fmt: skip

    def declared(self) -> dict[str, str]:
        codes = "".join(f"\n  {name}: {{from: {name}_asked, codes: {{0: 'No', 1: 'Yes'}}}}" for name in self.names)
        items = ", ".join(f"{name}_asked" for name in self.names)
        scored = "range: 0-1, score: sum, max_missing: 0, label: Alone, high_means: worse"
        return {"items": codes, "scale": f"\n  alone: {{items: [{items}], {scored}}}"}


def drawn(rng: np.random.Generator, rule: str = "journal") -> Report:
    """One report: one to four tables that overlap, missing answers, scales; one wave to three."""
    waves = int(rng.choice([1, 1, 2, 3]))
    of_dates, of_weights, of_items = rng.spawn(3)
    dated = waves > 1 and of_dates.random() < 0.5
    people = _people(rng, int(rng.choice([25, 60, 150, 400])), waves)
    people = _dated(people, of_dates) if dated else people
    weighted = 0.75 < of_weights.random() < 0.89  # one in seven, none that tests know by its number
    people = _weighted(people, of_weights) if weighted else people
    asked = _asked(of_items, len(people.keys["people"])) if of_items.random() < 0.5 else None
    people = people if asked is None else _with_answers(people, asked)
    study = parse_study(_study(rng, waves, rule, dated, weighted, asked), "studies/made_up.yaml")
    parts = [*_parts(study, people, rng), *(_reliability(people, asked) if asked is not None else ())]
    return Report(study, Results.join(parts), people)


def _asked(rng: np.random.Generator, size: int) -> Asked:
    names = ("felt_apart", "felt_alone", "felt_left_out")[: 2 + (rng.random() < 0.4)]
    inclined = rng.normal(size=(size, 1)) + rng.normal(-0.7, 0.7, size=len(names))
    answers = (rng.normal(0, 0.6, size=(size, len(names))) < inclined).astype(float)
    answers[rng.random(answers.shape) < rng.choice([0.0, 0.03])] = np.nan
    return Asked(names, str(rng.choice(["", "", *GROUPS])), answers)


def _with_answers(people: People, asked: Asked) -> People:
    score, frame = asked.answers.sum(axis=1), people.frames["people"]
    lost = {name: np.isnan(column) for name, column in zip(asked.names, asked.answers.T, strict=True)}
    why = {name: np.where(gone, "no answer", "") for name, gone in (lost | {"alone": np.isnan(score)}).items()}
    reasons = people.reasons["people"].assign(**{n: pd.array(w, dtype="str") for n, w in why.items()})
    frames = {"people": frame.assign(**asked.columns(), alone=score)}
    return People(frames, {"people": reasons}, people.keys, people.domain, people.results)


def _reliability(people: People, asked: Asked) -> Iterator[Results]:
    keys = people.keys["people"]
    points = pd.DataFrame(asked.answers, index=keys.index, columns=[f"{name}_asked" for name in asked.names])
    yield Results.of(reliability_told("alone", points, keys["wave"]))


def _dated(people: People, rng: np.random.Generator) -> People:
    """With the day on which each row was answered; in some reports some come to a wave before they are due."""
    keys = people.keys["people"]
    wave = keys["wave"].str[-1].astype(int).to_numpy()
    joined = rng.integers(0, EXPORT, size=keys["id"].astype(int).max() + 1)[keys["id"].astype(int)]
    days = joined + EVERY * (wave - 1)
    if rng.random() > 0.7:
        days -= np.where((wave > 1) & (rng.random(len(wave)) < 0.5), rng.integers(1, EVERY, len(wave)), 0)
    there = days <= EXPORT
    frame = people.frames["people"].assign(answered_on=pd.Timestamp("2025-01-01") + pd.to_timedelta(days, unit="D"))
    reasons = people.reasons["people"].assign(answered_on="")
    return People(
        {"people": frame[there]},
        {"people": reasons[there]},
        {"people": keys[there]},
        {"people": people.domain["people"][there]},
        people.results,
    )


def _weighted(people: People, rng: np.random.Generator) -> People:
    """With weights that differ or, as often, are all the same: then weighted numbers are those of people."""
    keys = people.keys["people"]
    weight = 2.0 + (rng.random() < 0.5) * rng.integers(0, 9, len(keys))
    return People(people.frames, people.reasons, {"people": keys.assign(weight=weight)}, people.domain, people.results)


def _study(
    rng: np.random.Generator, waves: int, rule: str, dated: bool, weighted: bool, asked: Asked | None = None
) -> str:
    codes = []
    for name, levels in LEVELS.items():
        written = ", ".join(f"{i}: {lv}" for i, lv in enumerate(levels, 1))
        more = "type: ordered, " if name == "health" else "sensitive: true, " if name == "hiv" else ""
        codes.append(f"  {name}: {{{more}codes: {{{written}}}}}")
    tables = []
    for number in range(int(rng.integers(1, 4))):
        by = str(rng.choice([*GROUPS, *GROUPS, *GROUPS, "help", ""]))
        rows = [r for r in ROWS if r != by and rng.random() < 0.5] or ["sex"]
        columns = f", columns: {by}" if by else ""
        if by in GROUPS and rng.random() < 0.3:
            inner = str(rng.choice([g for g in GROUPS if g != by]))
            columns, rows = f", columns: [{by}, {inner}]", [r for r in rows if r != inner] or ["sex"]
        percent = str(rng.choice(["column", "column", "column", "row", "cell"]))
        if by and percent != "column":
            columns += f", percent: {percent}{', weighted: false' if weighted else ''}"
        wave = f", wave: {rng.integers(1, waves + 1)}" if waves > 1 else ""
        overall = "" if rng.random() < 0.7 or not by else ", overall: false"
        tables.append(f"  t{number}: {{rows: [{', '.join(rows)}]{columns}{wave}{overall}}}")
    if waves > 1 and rng.random() < 0.5:
        tables.append("  followed: {kind: followed, rows: [sex, health, mood]}")
    if asked is not None:
        columns = f", columns: {asked.by}" if asked.by else ""
        tables.append(f"  asked: {{rows: [{', '.join(asked.names)}]{columns}{', wave: 1' if waves > 1 else ''}}}")
    labels = ", ".join(f"{w}: Wave {w}" for w in range(1, waves + 1))
    bands = ", bands: {Low: 0-3, Middle: 4-6, High: 7-9}" if rng.random() < 0.5 else ""
    more = f", wave: wave, waves: {{{labels}}}" if waves > 1 else ""
    days = ", ".join(f"{w}: {EVERY * (w - 1)}" for w in range(2, waves + 1))
    due = f", due: {{date: answered_on, days: {{{days}}}, as_of: 2026-08-24}}" if dated else ""
    date = "\n  answered_on: {type: date, format: '%Y-%m-%d'}" if dated else ""
    return HEAD.format(
        weight=", weight: w" if weighted else "",
        waves=more,
        due=due,
        date=date,
        codes="\n".join(codes),
        tables="\n".join(tables),
        bands=bands,
        rule=rule,
        **(asked.declared() if asked is not None else {"items": "", "scale": ""}),
    )


def _people(rng: np.random.Generator, size: int, waves: int) -> People:
    """Rows of people by wave; some are lost, some join later; levels are rare or common as they fall."""
    there = np.ones((size, waves), bool)
    there[:, 1:] = rng.random((size, waves - 1)) < 0.8
    there[:, 0] = rng.random(size) < 0.95
    at = [(i, w) for i in range(size) for w in range(waves) if there[i, w]]
    person, wave = np.array([i for i, _ in at]), np.array([w for _, w in at])
    frame: dict[str, object] = {}
    reasons: dict[str, np.ndarray] = {}
    for name, levels in LEVELS.items():
        shares = rng.dirichlet(np.full(len(levels), 0.7))
        fixed = name in GROUPS
        codes = rng.choice(len(levels), size=size if fixed else len(at), p=shares)
        codes = codes[person] if fixed else codes
        lost = rng.random(len(at)) < (0.0 if fixed and rng.random() < 0.6 else rng.choice([0.0, 0.02, 0.1]))
        frame[name] = pd.Categorical.from_codes(np.where(lost, -1, codes), list(levels), ordered=name == "health")
        reasons[name] = _reasons(rng, lost)
    lost = rng.random(len(at)) < 0.03
    for choice in ("Talk", "Visits", "Rides"):
        frame[f"help={choice}"] = np.where(lost, np.nan, rng.random(len(at)) < rng.choice([0.02, 0.3, 0.7]))
    reasons["help"] = _reasons(rng, lost)
    for name, drawn_values in (
        ("age", np.clip(np.round(rng.normal(45, 15, len(at))), 18, 99)),
        ("mood", rng.binomial(9, rng.uniform(0.1, 0.6), len(at)).astype(float)),
    ):
        lost = rng.random(len(at)) < rng.choice([0.0, 0.02, 0.1])
        frame[name] = np.where(lost, np.nan, drawn_values)
        reasons[name] = _reasons(rng, lost)
    index = pd.Index([f"made-up.csv:{i}" for i in range(len(at))], name="row")
    words = [f"Wave {w + 1}" if waves > 1 else "" for w in wave]
    keys = pd.DataFrame({"id": [str(i) for i in person], "wave": words}, index=index)
    return People(
        {"people": pd.DataFrame(frame, index=index)},
        {"people": pd.DataFrame(reasons, index=index, dtype="str")},
        {"people": keys},
        {"people": pd.Series(True, index=index)},
        Results.of([]),
    )


def _reasons(rng: np.random.Generator, lost: np.ndarray) -> np.ndarray:
    shares = (0.8, 0.2, 0.0, 0.0) if rng.random() < 0.7 else (0.5, 0.1, 0.0, 0.4)
    return np.where(lost, rng.choice(WHY, len(lost), p=shares), "")


def _parts(study: Study, people: People, rng: np.random.Generator) -> Iterator[Results]:
    for name, spec in study.tables.items():
        yield (followed if spec.kind == "followed" else participants)(people, study, name).results
    if rng.random() < 0.6:
        yield missingness_results(people, study)
    if rng.random() < 0.6:
        yield scores_results(people, study)
    waves = study.sources["people"].wave_labels
    if waves and rng.random() < 0.6:
        told = over_waves("mood", rules(study)["mood"], people.frames["people"]["mood"], people.keys["people"],
                          list(waves.values()))  # fmt: skip
        yield Results.of(told)
    if rng.random() < 0.6:
        mood, keys = people.frames["people"]["mood"], people.keys["people"]
        yield Results.of(ends_told("mood", rules(study)["mood"], mood, keys["wave"]))
