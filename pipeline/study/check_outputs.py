"""What tables, models and the design name, and what they need of it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_families import check_families
from pipeline.study.check_tables import check_tables
from pipeline.study.format import Study
from pipeline.study.names import absent


def check_outputs(study: Study) -> Iterator[Mistake]:
    """Tables, models and a design that name what is not there, or lack what they need."""
    yield from check_tables(study)
    yield from _models(study)
    yield from check_families(study)
    yield from _design(study)


def _models(study: Study) -> Iterator[Mistake]:
    for name, model in study.models.items():
        at = ("models", name)
        if model.of:
            yield from absent(study, (*at, "of"), model.of, study.sources, "table")
        for key in ("outcome", "exposure", "mediator", "moderator", "time"):
            if value := getattr(model, key):
                yield from absent(study, (*at, key), value, (*study.variables, *study.scales), "variable or scale")
        for covariate in model.adjust:
            yield from absent(study, (*at, "adjust"), covariate, (*study.variables, *study.scales), "variable or scale")
        for twice in sorted({v for v in model.used if model.used.count(v) > 1}):
            yield Mistake(study.where(*at), f"'{twice}' stands in two places.", "A variable has one part in a model.")
        if model.event and model.outcome in study.variables:
            yield from absent(study, (*at, "event"), model.event, study.levels_of(model.outcome), "level")
        for key in ("wave", "waves", "baseline"):
            yield from _waves(study, (*at, key), model.of, getattr(model, key))


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


def _waves(study: Study, at: tuple[str, ...], of: str | None, named: str | tuple[str, ...] | None) -> Iterator[Mistake]:
    """Waves that are not there, by code or label."""
    source = study.sources.get(of or study.main)
    if named is None or source is None:
        return
    known = source.wave_labels
    for wave in (named,) if isinstance(named, str) else named:
        if not known:
            mend = f"Leave '{at[-1]}' out, or say which column tells the wave of a row (wave, waves)."
            yield Mistake(study.where(*at), f"table '{of or study.main}' has no waves.", mend)
            return
        if wave not in known and wave not in known.values():
            labels = [label for label in known.values() if label not in known]
            yield from absent(study, at, wave, [*known, *labels], "wave")
