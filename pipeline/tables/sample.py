"""What a design says of how people came to be in a table: weights, strata, units, clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.coefficients import Ints
from pipeline.models.frame import drawn_together, each_alone
from pipeline.models.survey import SurveyDesign
from pipeline.study import Study
from pipeline.study.check_tables import weighted
from pipeline.tables.groups import Base, Floats, Members


@dataclass(frozen=True, eq=False)
class Sample:
    """design: of the whole raw table, with the places of the base's people in it; None where nothing is weighted.
    cluster: integer codes of the base's people; None where people stand for themselves, or where weights and units
    already say who belongs together. by_cluster: the columns are clusters. alone: who of the base's people has no
    cluster and counts as one of their own; None where the design has none, or units in its place. parent: the linked
    table whose rows are the clusters, where the design names none."""

    design: SurveyDesign | None
    at: NDArray[np.intp]
    cluster: Ints | None
    by_cluster: bool = False
    alone: NDArray[np.bool_] | None = None
    parent: str = ""

    @property
    def weight(self) -> Floats | None:
        """Of the base's people."""
        return None if self.design is None else self.design.weight[self.at]

    def spread(self, values: NDArray[np.float64]) -> Floats:
        """Values of the base's people in the whole table; NaN for the others."""
        assert self.design is not None
        found = np.full(len(self.design.weight), np.nan)
        found[self.at] = values
        return found

    def units(self, rows: NDArray[np.intp]) -> int:
        """How many independent units these of the base's people are: sampling units, clusters or people."""
        if self.design is not None:
            at = self.at[rows]
            return len(np.unique(self.design.psu[at[self.design.weight[at] > 0]]))
        return len(rows) if self.cluster is None else len(np.unique(self.cluster[rows]))

    def domain(self, group: Members) -> NDArray[np.bool_]:
        """A group's people in the whole table."""
        assert self.design is not None
        found = np.zeros(len(self.design.weight), dtype=bool)
        found[self.at[group.rows]] = True
        return found


def sample_of(people: People, study: Study, name: str, held: Base) -> Sample:
    """Of a declared table. Several rows of one parent, such as the sessions of a person, are one cluster where the
    design names none. Raises ``Mistakes`` where its people lack a part of the design."""
    spec, keys = study.tables[name], people.keys[held.table]
    at = np.arange(len(keys))[held.at]
    clustered = bool(study.design.cluster) and "cluster" in keys
    alone = _clusterless(held.keys["cluster"]) if clustered else None
    if weighted(study, spec):
        return Sample(_design(keys, study, name), at, None, alone=None if study.design.psu else alone)
    if not clustered:
        return _by_parent(study, name, held, at)
    codes = pd.factorize(each_alone(held.keys["cluster"], held.keys["id"]))[0]
    return Sample(None, at, codes, study.design.cluster in spec.columns, alone)


def _by_parent(study: Study, name: str, held: Base, at: NDArray[np.intp]) -> Sample:
    """People for themselves, but the rows of one parent together (as in models)."""
    keys, spec = held.keys, study.tables[name]
    for column in sorted(c for c in keys if c.startswith("parent.")):
        named = keys[keys[column].notna() & (keys[column] != "")]
        if not named[["wave", column]].duplicated().any():
            continue
        parent = column.removeprefix("parent.")
        if spec.intervals == "exact":
            raise Mistakes.one(study.where("tables", name, "intervals"),
                               f"exact intervals take rows for independent, and several belong to one of '{parent}'.",
                               "Write intervals: usual, which allow for that.")  # fmt: skip
        source = study.sources[held.table]
        by = {study.variables[c].from_ or c for c in spec.columns if study.source_of(c) == held.table}
        codes = pd.factorize(each_alone(keys[column], keys["id"]))[0]
        return Sample(None, at, codes, bool(by & {*source.parent[parent]}), parent=parent)
    return Sample(None, at, None)


def _clusterless(cluster: pd.Series) -> NDArray[np.bool_]:
    return (cluster.isna() | (cluster == "")).to_numpy(dtype=bool)


def weights_of(people: People, study: Study, table: str) -> Floats | None:
    """Of all rows of a raw table; None where the design has no weights, or the table does not hold them.

    Raises ``Mistakes`` where a row lacks one."""
    keys = people.keys[table]
    return _part(keys, study, "weight").astype(float) if study.design.weight and "weight" in keys else None


def _design(keys: pd.DataFrame, study: Study, name: str) -> SurveyDesign:
    parts = {}
    for part in ("weight", "strata", "psu"):
        if not getattr(study.design, part):
            continue
        if part not in keys:
            raise Mistakes.one(study.where("tables", name), f"its rows have no {part}.",
                               "Give their table a parent that has one, or write weighted: false.")  # fmt: skip
        parts[part] = _part(keys, study, part)
    if "psu" not in parts and study.design.cluster and "cluster" in keys:  # as in models
        parts["psu"] = each_alone(keys["cluster"], keys["id"])
    elif "psu" not in parts and (unit := drawn_together(keys)) is not None:
        parts["psu"] = each_alone(unit, keys["id"])
    return SurveyDesign.of(parts["weight"].astype(float), parts.get("strata"), parts.get("psu"))


def _part(keys: pd.DataFrame, study: Study, part: str) -> NDArray[np.object_]:
    """A column of the design, which no row may lack."""
    column = keys[part]
    bad = ~np.isfinite(column.astype(float)) | (column.astype(float) < 0) if part == "weight" else column == ""
    if lost := int((bad | column.isna()).sum()):
        raise Mistakes.one(study.where("design", part), f"{lost} rows have no {part}, or a negative one.",
                           "A design must be known for every row: mend the data, or exclude "
                           "these and say why.")  # fmt: skip
    return column.to_numpy(dtype=object)
