"""Whether one cluster makes an estimate: the model refitted without each (leave-one-out; Belsley, Kuh & Welsch 1980).

A refit beside the whole gives back what the left-out people contributed. Clusters are therefore left out in blocks that
divide them: each alone where its cells are large enough, small ones together, so that every cell of every block, of
every sum of blocks and of what remains has as many people as a count must.

What remains has fewer clusters than the whole: a refit whose interval would hold the truth too rarely, which the whole
model is told of and a refit can't be, has its estimate alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pipeline.models.coefficients import Coefficients, Ints
from pipeline.models.declared import MIXED, ORDERED, Declared
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Flags, Frame
from pipeline.models.regress import FEWEST
from pipeline.models.standings import standing_of
from pipeline.results import Key, Number
from pipeline.study import Release, Study

FEWEST_CLUSTERS, MOST_CLUSTERS = 3, 40
SMALLEST = {"acro": 10, "cms": 11, "none": 1}
"""Counts below these are withheld; a rule that rounds is not here, and of one nothing is refitted."""
ROOM = 5e11
"""Clusters times the sum of their sizes' cubes, up to which ratios are refitted (CR2 takes a dense block a cluster)."""
WITHOUT = "without="


@dataclass(frozen=True, eq=False)
class Without:
    """A model without a block of clusters. found: without errors where there is no interval.
    people: the fewest in a cell of the block and of what remains."""

    clusters: tuple[str, ...]
    found: Coefficients | None
    people: int

    @property
    def group(self) -> str:
        return WITHOUT + " + ".join(self.clusters)


def smallest(release: Release) -> int | None:
    """The least count that the rule prints as it is; None where it prints none so."""
    return release.below if release.rule == "journal" else SMALLEST.get(release.rule)


def nameable(study: Study, model: Declared) -> bool:
    """Whether the clusters are declared by name and are no people: a supporter's or a patient's is never printed."""
    variable = study.variables.get(model.cluster)
    persons = {column for source in study.sources.values() if source.unit == "people" for column in source.id}
    read = {model.cluster, (variable.from_ or "") if variable else ""}
    return (
        variable is not None
        and bool(variable.levels)
        and not study.is_sensitive(model.cluster)
        and model.cluster != study.design.second_cluster
        and not read & persons
    )


def fewest_clusters(model: Declared) -> int:
    """With fewer nothing is refitted: a mixed model of what remains would be refused."""
    return FEWEST + 1 if model.clustering in MIXED else FEWEST_CLUSTERS


def leave_one_out(study: Study, model: Declared, held: Frame, refit: Callable[[Frame], Fitted]) -> list[Without]:
    """In the order of the clusters' names; none where there are fewer than three blocks, or clusters may not be named,
    and none of boxes, samples, ratios of large clusters, and mixed models of which too few clusters would remain.
    refit: the same model on other used rows."""
    below = smallest(study.release)
    if held.cluster is None or held.design is not None or below is None or not nameable(study, model):
        return []
    codes = np.unique(held.cluster[held.used])
    if not fewest_clusters(model) <= len(codes) <= MOST_CLUSTERS or model.exposure.kind == "choices":
        return []
    own = np.unique(held.exposure.loc[held.used].to_numpy(dtype=float))
    if model.exposure.kind == "number" and len(own) <= 2 and not (model.adjust or model.always):
        return []  # a table of two by two, which tables tell of as means: declared as a category it may be refitted
    sizes = np.bincount(held.cluster[held.used]).astype(float)
    if model.ratio and len(codes) * float((sizes**3).sum()) > ROOM:
        return []
    found, parted = [], blocks(model, held, codes, below)
    if model.clustering in MIXED and all(len(codes) - len(block) < FEWEST for block in parted):
        return []
    for block in parted:
        inside = np.isin(held.cluster, block)
        rest = replace(held, used=np.asarray(held.used & ~inside, dtype=bool))
        fewest = min(_fewest(model, held, inside), _fewest(model, held, ~inside))
        part = refit(rest).coefficients
        part = part if part is None else reliable(model, rest, part)
        found.append(Without(tuple(held.cluster_names[code] for code in block), part, fewest))
    return found


def reliable(model: Declared, rest: Frame, found: Coefficients) -> Coefficients:
    """The same without errors of an exposure of which an interval is not to be relied on: it has fewer than ``FEW_DF``
    degrees of freedom, or intervals like it have no P value (as where a side stands in one cluster of what remains)."""
    none = np.zeros(len(found.terms), dtype=bool)
    for column in model.exposure.columns:
        if column in found.terms and np.isfinite(found.std_error[at := found.position(column)]):
            stands = standing_of(model, rest, column, found.errors)
            none[at] = found.few[at] or (stands is not None and not stands.has_p)
    return found.without_errors(none)


def blocks(model: Declared, held: Frame, codes: Ints, below: int) -> list[tuple[int, ...]]:
    """Clusters that are left out together: the smallest of those with a small cell joins the smallest of the others
    until none has one. Empty where fewer than three would be left, or where what remains has a small cell."""
    assert held.cluster is not None
    cells: dict[tuple[int, ...], Ints] = {(int(code),): _cells(model, held, held.cluster == code) for code in codes}
    whole = np.sum(list(cells.values()), axis=0)

    def small(found: Ints) -> bool:
        none = (found == 0) & (whole > 0) if model.sensitive else np.zeros(len(found), dtype=bool)
        return bool((((found > 0) & (found < below)) | none).any())

    while len(cells) >= FEWEST_CLUSTERS:
        order = sorted(cells, key=lambda block: (int(cells[block].sum()), block))
        bad = next((block for block in order if small(cells[block])), None)
        if bad is None:
            return [] if any(small(whole - found) for found in cells.values()) else sorted(cells)
        other = next(block for block in order if block != bad)
        joined = tuple(sorted((*bad, *other)))
        cells[joined] = cells.pop(bad) + cells.pop(other)
    return []


def _cells(model: Declared, held: Frame, where: Flags) -> Ints:
    """People of each cell that a comparison without covariates could be solved for: side of the exposure by outcome."""
    sides = [held.used]
    if model.exposure.kind == "category":
        sides = [held.at(model.exposure, level) for level in (model.exposure.reference, *model.exposure.levels)]
    else:
        value = held.exposure.iloc[:, 0].to_numpy(dtype=float)
        own = np.unique(value[held.used])
        sides = [held.used & (value == one) for one in own] if len(own) <= 2 else sides
    answers = [np.ones(len(held.y), dtype=bool)]
    if model.event or model.effect == ORDERED:
        answers = [held.y == one for one in np.unique(held.y[held.used])]
    return np.array([held.people(side & answer & where) for side in sides for answer in answers], dtype=np.int64)


def _fewest(model: Declared, held: Frame, where: Flags) -> int:
    cells = _cells(model, held, where)
    told = np.maximum(cells, 1) if model.sensitive else cells[cells > 0]
    return int(told.min()) if len(told) else 0


def left_out_numbers(model: Declared, part: Fitted, without: list[Without], places: int | None) -> list[Number]:
    """An estimate and its interval (NaN: none) a block and level; places: the decimals of the whole model's."""
    found = []
    for one in without:
        for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
            key = Key("model", model.name, model.exposure.name, level, f"{part.group};{one.group}")
            values = [np.nan] * 3
            if one.found is not None and column in one.found.terms:
                at = one.found.position(column)
                values = [float(one.found.estimate[at]), *(float(side[at]) for side in one.found.interval())]
                values = [float(np.exp(min(v, 700.0))) for v in values] if model.ratio else values
            found += [
                Number(key._replace(statistic=statistic), value, one.people, places, model.sensitive)
                for statistic, value in zip(("estimate", "ci_low", "ci_high"), values, strict=True)
            ]
    return found
