"""What tables, models and the design name, and what they need of it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_cascades import check_cascades
from pipeline.study.check_families import check_families
from pipeline.study.check_models import check_models
from pipeline.study.check_tables import check_tables
from pipeline.study.format import Study
from pipeline.study.names import absent


def check_outputs(study: Study) -> Iterator[Mistake]:
    """Tables, models and a design that name what is not there, or lack what they need."""
    yield from check_tables(study)
    yield from check_cascades(study)
    yield from check_models(study)
    yield from check_families(study)
    yield from _design(study)


def _design(study: Study) -> Iterator[Mistake]:
    design = study.design
    if design.arm:
        yield from absent(study, ("design", "arm"), design.arm, study.variables, "variable")
    if design.kind in ("trial", "cluster trial") and not design.arm:
        yield Mistake(study.where("design"), "a trial has arms.", "Add arm: the variable that holds them.")
    if design.kind == "cluster trial" and not design.cluster:
        yield Mistake(study.where("design"), "a cluster trial has clusters.", "Add cluster: the variable or id column.")
    if (design.strata or design.psu) and not design.weight:
        yield Mistake(
            study.where("design"), "strata or psu without a weight.", "Add weight: the column, or leave them out."
        )
