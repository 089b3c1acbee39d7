"""What a study file asks of waves, of a baseline and of splines in a model, and what can't be."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.models.asked import asked, label_of_wave, later_waves, same_at_every_wave
from pipeline.models.declared import MIXED, is_id
from pipeline.study import Study

NUMBERS = ("number", "count")


def check_change(study: Study, name: str) -> Iterator[Mistake]:
    """Every such mistake of one model."""
    yield from _waves(study, name)
    yield from _baseline(study, name)
    yield from _splines(study, name)


def _waves(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name, "waves")
    table = spec.of or study.main
    if not spec.waves:
        return
    if spec.wave:
        yield Mistake(study.where(*at), "a model has one wave or several.", "Leave out 'wave' or 'waves'.")
    later = [label_of_wave(study, spec, wave) for wave in spec.waves]
    if len(set(later)) < 2 or len(set(later)) < len(later):
        yield Mistake(study.where(*at), "these are not two or more waves.", "Name each once; a single one as 'wave'.")
    if same_at_every_wave(study, spec.outcome, table):
        yield _the_same(study, at, spec.outcome)
    yield from _not_asked(study, at, spec.outcome, later)
    if spec.mediator:
        yield Mistake(
            study.where(*at), "what goes by way of a mediator is told at one wave.", "Write wave: …, or leave one out."
        )
    if study.kind_of(spec.exposure) == "choices":
        yield Mistake(
            study.where(*at),
            f"boxes of '{spec.exposure}' enter models of their own, which are of one wave.",
            "Write wave: …, or derive a category from the boxes.",
        )
    cluster = spec.cluster or study.design.cluster
    if spec.clustering in MIXED and cluster and not is_id(study, cluster, table):
        ids = study.sources[table].id
        person = f"cluster: {ids[0]} (and adjust for '{cluster}')" if len(ids) == 1 else "no cluster"
        yield Mistake(
            study.where("models", name, "clustering"),
            f"people in several waves and in '{cluster}' would need two random intercepts, one inside the other, and "
            "this mixed model has one.",
            f"Write {person} for one of each person, or leave 'clustering' out: errors are then by '{cluster}'.",
        )


def _baseline(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name, "baseline")
    table = spec.of or study.main
    if spec.baseline is None:
        return
    order = list(study.sources[table].wave_labels.values())
    if not order:
        return  # said where the name of the wave was looked for
    if not (spec.wave or spec.waves):
        yield Mistake(
            study.where(*at),
            "the model does not say at which later wave its outcome is.",
            "Add wave: … (or waves: […]), or leave 'baseline' out.",
        )
        return
    first = label_of_wave(study, spec, spec.baseline)
    later = later_waves(study, spec)
    if first in order and later and order.index(first) >= order.index(later[0]):
        yield Mistake(
            study.where(*at),
            f"'{first}' is not before '{later[0]}', where the outcome is.",
            f"Name an earlier wave than '{later[0]}', or a later one for the outcome.",
        )
    if same_at_every_wave(study, spec.outcome, table):
        yield _the_same(study, at, spec.outcome)
    yield from _not_asked(study, at, spec.outcome, [first])


def _the_same(study: Study, at: tuple[str, ...], outcome: str) -> Mistake:
    return Mistake(
        study.where(*at),
        f"'{outcome}' is the same at every wave of a person.",
        "Name an outcome that is asked at each wave, or leave this out.",
    )


def _not_asked(study: Study, at: tuple[str, ...], outcome: str, waves: list[str]) -> Iterator[Mistake]:
    known = asked(study, outcome)
    for wave in waves if known is not None else ():
        if wave not in (known or ()):
            yield Mistake(
                study.where(*at), f"'{outcome}' was not asked at '{wave}'.", "Name a wave of its 'asked_at'."
            )


def _splines(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name, "splines")
    for covariate in spec.splines:
        if covariate not in spec.adjust:
            yield Mistake(
                study.where(*at, covariate),
                f"'{covariate}' is not among the covariates of '{name}'.",
                closest(covariate, spec.adjust) or "Add it to 'adjust': outcome and exposure enter as they are.",
            )
        elif study.kind_of(covariate) not in NUMBERS:
            yield Mistake(
                study.where(*at, covariate),
                f"'{covariate}' is no number, and only a number can be bent.",
                "Leave it out of 'splines': its levels enter one by one.",
            )
