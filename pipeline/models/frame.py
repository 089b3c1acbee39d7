"""The rows and columns that one model reads, and an account of the rows that it can't."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.baseline import with_baseline
from pipeline.models.coefficients import Floats, Ints
from pipeline.models.declared import Declared, Term, called, is_id
from pipeline.models.splines import bent
from pipeline.models.survey import SurveyDesign
from pipeline.models.within import contained
from pipeline.study import Study

Flags = NDArray[np.bool_]
NO_REASON, NO_WEIGHT, NO_TIME = "no reason given", "a weight of zero", "no time at risk"
SAMPLING_UNIT = "sampling unit"


class Missing(NamedTuple):
    """Rows of the population without a value of a term, by reason, and how many people these are."""

    term: str
    reason: str
    rows: int
    people: int
    wave: str = ""
    """Of a model of several waves, the one at which they are."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One entry a row of the model's table; nothing is filtered, rows are marked.

    y, mediator: numbers, 0/1 for an event; NaN where missing. exposure, adjust: columns of the design matrix, likewise.
    population: rows of whom the model speaks (its wave, the study's domain). used: those with every value, and a weight
    above zero. cluster: integer codes, None where rows stand for themselves. grouped: what a cluster is called; of a
    sample, a sampling unit. person: integer codes of the ids. missing: a row may stand in several. time: of a rate, how
    long or how many were at risk, above zero where used. mediator_levels: codes of a category's levels, -1 for none.
    moderator: columns, as of the exposure. always: columns of what the unadjusted model has, too (they stand in
    ``adjust`` as well). wave: labels, where several waves stand in one model. cluster_names: by code, never to be
    printed unless they are declared and no people's.
    """

    y: Floats
    exposure: pd.DataFrame
    adjust: pd.DataFrame
    mediator: Floats | None
    population: Flags
    used: Flags
    cluster: Ints | None
    grouped: str
    design: SurveyDesign | None
    person: Ints
    missing: tuple[Missing, ...]
    time: Floats | None = None
    mediator_levels: Ints | None = None
    moderator: pd.DataFrame | None = None
    always: pd.DataFrame | None = None
    wave: NDArray[np.object_] | None = None
    cluster_names: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return int(self.used.sum())

    @property
    def left_out(self) -> int:
        return int(self.population.sum()) - self.rows

    def covariates(self, adjustment: str) -> pd.DataFrame | None:
        """Their columns in the adjusted or the unadjusted model; None for none."""
        return self.adjust if adjustment == "adjusted" else self.always

    @property
    def units(self) -> Ints | None:
        """What differs by chance as a whole: clusters, or a sample's primary units. None where rows do."""
        return self.cluster if self.design is None else self.design.psu

    def people(self, rows: Flags) -> int:
        """How many people some rows are of: a person may have several."""
        return len(np.unique(self.person[rows]))

    def at(self, term: Term, level: str) -> Flags:
        """Used rows at a level of the exposure (all of them for a number); the reference is the level of no column."""
        if term.kind == "number":
            return self.used
        if level in term.levels:
            return np.asarray(self.used & (self.exposure[f"{term.name}={level}"] == 1).to_numpy(), dtype=bool)
        return np.asarray(self.used & (self.exposure == 0).all(axis=1).to_numpy(), dtype=bool)

    def against(self, term: Term, level: str) -> Flags:
        """Used rows that a level is compared with."""
        if term.kind == "choices":
            return np.asarray(self.used & (self.exposure[f"{term.name}={level}"] == 0).to_numpy(), dtype=bool)
        return self.at(term, term.reference)


def frame(people: People, study: Study, model: Declared) -> Frame:
    """The model's frame. Raises ``Mistakes`` where the table lacks what the design names, and where one of its splines
    has too few different values."""
    people = with_baseline(people, model)
    table, keys = people.frames[model.table], people.keys[model.table]
    population = people.domain[model.table].to_numpy(dtype=bool)
    if model.wave:
        population = population & (keys["wave"] == model.wave).to_numpy()
    if model.waves:
        population = population & keys["wave"].isin(model.waves).to_numpy()
    values = {term.name: columns(term, table) for term in model.terms if term is not model.outcome}
    y = answered(model.outcome, model.event, table)
    complete = np.isfinite(y)
    for held in values.values():
        complete &= held.notna().all(axis=1).to_numpy()
    time = values[model.time.name].iloc[:, 0].to_numpy() if model.time else None
    idle = population & (time <= 0) if time is not None else np.zeros(len(population), dtype=bool)
    complete &= ~idle
    own_psu = model.survey and study.design.psu is not None
    named, grouped = (None, "") if own_psu else _cluster(people, study, model)
    design = _survey_design(people, study, model, named)
    person = pd.factorize(keys["id"])[0]
    gone = [entry for term in model.terms for entry in _missing(people, model, term, population)]
    if model.time:
        gone.append((model.time.name, NO_TIME, idle))
    cluster, labels = None, ()
    if design is not None:
        gone.append(("weight", NO_WEIGHT, population & (design.weight == 0)))
        complete &= design.weight > 0
    if named is not None and design is None:
        without = (named == "").to_numpy()
        complete &= ~without
        gone.append((grouped, NO_REASON, without & population))
        cluster, labels = pd.factorize(named, sort=True)
    used = np.asarray(population & complete, dtype=bool)
    wave = keys["wave"].to_numpy(dtype=object) if model.waves else None
    if wave is not None:
        contained(study, model, person[used], None if design is not None or cluster is None else cluster[used], grouped)
    always, others = (
        pd.concat([values[t.name] for t in terms], axis=1) if terms else table.iloc[:, :0]
        for terms in (model.always, (*model.always, *model.adjust))
    )
    return Frame(
        y=y,
        exposure=values[model.exposure.name],
        adjust=bent(others, study, model, used, design),
        mediator=answered(model.mediator, model.mediator_event, table) if model.mediator else None,
        population=population,
        used=used,
        cluster=cluster,
        grouped=SAMPLING_UNIT if design is not None else grouped,
        design=design,
        person=person,
        time=time,
        mediator_levels=_levels(model, table),
        cluster_names=tuple(map(str, labels)),
        moderator=values[model.moderator.name] if model.moderator else None,
        missing=tuple(
            Missing(name, why, int(at.sum()), len(np.unique(person[at])), one)
            for one in model.waves or ("",)
            for name, why, rows in gone
            if (at := rows if wave is None else rows & (wave == one)).any()
        ),
        always=always if model.always else None,
        wave=wave,
    )


def columns(term: Term, table: pd.DataFrame) -> pd.DataFrame:
    """A term's columns of the design matrix: numbers as they are, levels and boxes as 0/1; NaN where missing."""
    if term.kind == "number":
        return pd.DataFrame({term.name: table[term.name].astype(float)})
    if term.kind == "choices":
        return table[list(term.columns)].astype(float)
    held = table[term.name]
    missing = held.isna()
    return pd.DataFrame(
        {f"{term.name}={level}": (held == level).astype(float).mask(missing) for level in term.levels},
        index=table.index,
    )


def answered(term: Term, event: str, table: pd.DataFrame) -> Floats:
    """An outcome or a mediator: the number; 1 for the event and 0 for every other answer; of levels without an event
    their places in order. NaN where missing."""
    held = table[f"{term.name}={event}" if term.kind == "choices" else term.name]
    if term.kind == "category" and not event:
        return np.asarray(held.cat.codes.astype(float).where(held.cat.codes >= 0), dtype=float)
    if event and term.kind != "choices":
        held = (held == event).astype(float).mask(held.isna())
    return np.asarray(held, dtype=float)


def _levels(model: Declared, table: pd.DataFrame) -> Ints | None:
    return pd.factorize(table[model.mediator.name])[0] if model.mediator and model.mediator_event else None


def _missing(people: People, model: Declared, term: Term, population: Flags) -> list[tuple[str, str, Flags]]:
    table, reasons = people.frames[model.table], people.reasons[model.table]
    held = table[list(term.columns)] if term.kind == "choices" else table[[term.name]]
    gone = held.isna().any(axis=1).to_numpy() & population
    why = reasons[term.name].replace("", NO_REASON).to_numpy(dtype=object)
    return [(term.name, str(reason), gone & (why == reason)) for reason in sorted(set(why[gone]))]


def _cluster(people: People, study: Study, model: Declared) -> tuple[pd.Series[Any] | None, str]:
    """Who belongs together: the declared cluster; else people with several rows, else the rows of one parent. In a
    sample rows of other waves, too: they are no part of the model, but of the design."""
    keys = people.keys[model.table]
    if model.cluster:
        key = {study.design.cluster: "cluster", study.design.second_cluster: "second_cluster"}.get(model.cluster)
        if key in keys:
            return keys[key], called(study, model.cluster)
        if model.cluster in people.frames[model.table]:
            held = people.frames[model.table][model.cluster]
            return held.astype("str").mask(held.isna(), ""), called(study, model.cluster)
        if is_id(study, model.cluster, model.table):
            return keys["id"], called(study, model.cluster, model.table)
        raise Mistakes.one(
            study.where("models", model.name),
            f"table '{model.table}' does not hold the cluster '{model.cluster}'.",
            "Give the table a parent that does, or name another cluster in the model.",
        )
    if model.survey:
        return drawn_together(keys), ""
    here = keys if not model.wave else keys[keys["wave"] == model.wave]
    if here["id"].duplicated().any():
        return keys["id"], "person"
    for column in sorted(c for c in keys if c.startswith("parent.")):
        if here[column].duplicated().any():
            return keys[column], column.removeprefix("parent.")
    return None, ""


def drawn_together(keys: pd.DataFrame) -> pd.Series[Any] | None:
    """What came into a sample as a whole where the design names no units: the parent of several rows, else the person
    of several; None where each row stands for itself. keys: of the whole table, as in ``People``."""
    for column in (*sorted(c for c in keys if c.startswith("parent.")), "id"):
        if keys[column].duplicated().any():
            return keys[column]
    return None


def each_alone(unit: pd.Series[Any], person: pd.Series[Any]) -> NDArray[np.object_]:
    """The units of rows; who has none stands alone, and is no unit together with others who have none."""
    named = unit.to_numpy(dtype=object)
    none = (unit.isna() | (unit == "")).to_numpy()
    return np.where(none, pd.factorize(person)[0].astype(object), named)


def _survey_design(
    people: People, study: Study, model: Declared, cluster: pd.Series[Any] | None
) -> SurveyDesign | None:
    """The whole table's design. Without a declared psu, whoever belongs together is one."""
    if not model.survey:
        return None
    weight = _known(people, study, model, "weight").to_numpy(dtype=float)
    strata = _known(people, study, model, "strata").to_numpy() if study.design.strata else None
    if study.design.psu:
        cluster = _known(people, study, model, "psu")
    elif cluster is not None and cluster.name == "cluster":
        cluster = _known(people, study, model, "cluster")
    ids = people.keys[model.table]["id"]
    return SurveyDesign.of(weight, strata, None if cluster is None else each_alone(cluster, ids))


def _known(people: People, study: Study, model: Declared, part: str) -> pd.Series[Any]:
    """A column of the design, which no row may lack."""
    keys = people.keys[model.table]
    if part not in keys:
        raise Mistakes.one(
            study.where("design", part),
            f"table '{model.table}' has no {part}, and model '{model.name}' reads it.",
            "Give the table a parent that has one, or model the table that does.",
        )
    held = keys[part]
    bad = ~(held.astype(float) >= 0) | np.isinf(held.astype(float)) if part == "weight" else held.isna() | (held == "")
    if lost := int(bad.sum()):
        raise Mistakes.one(
            study.where("design", part),
            f"{lost} rows of table '{model.table}' have no {part}"
            + (", or a negative one." if part == "weight" else "."),
            "A design must be known for every row: mend the data, or exclude these rows and say why.",
        )
    return held
