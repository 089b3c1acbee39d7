"""What a model names, and variables that can't have the parts in it that they are given."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.check_model_answers import check_answers, check_order
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.outputs import ModelSpec

NAMED = ("outcome", "exposure", "mediator", "moderator", "time")
WORDS = {"time": "time at risk"}


def check_models(study: Study) -> Iterator[Mistake]:
    for name, model in study.models.items():
        at = ("models", name)
        yield from _names(study, at, model)
        yield from _two_parts(study, at, model)
        yield from _clusters(study, at, model)
        yield from _one_level(study, at, model)
        yield from check_answers(study, at, model)
        yield from check_order(study, at, model)


def _names(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    known = (*study.variables, *study.scales)
    if model.of:
        yield from absent(study, (*at, "of"), model.of, study.sources, "table")
    for key in NAMED:
        if value := getattr(model, key):
            yield from absent(study, (*at, key), value, known, "variable or scale")
    for covariate in dict.fromkeys(model.adjust):
        yield from absent(study, (*at, "adjust"), covariate, known, "variable or scale")
    if model.event and model.outcome in study.variables:
        yield from absent(study, (*at, "event"), model.event, study.levels_of(model.outcome), "level")
    for key in ("wave", "waves", "baseline"):
        yield from _waves(study, (*at, key), model.of, getattr(model, key))


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


def _two_parts(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    """A variable has one part in a model."""
    held: dict[str, str] = {}
    for key in NAMED:
        if not (value := getattr(model, key)):
            continue
        word = WORDS.get(key, key)
        if value in held:
            yield Mistake(
                study.where(*at, key), f"'{value}' is both the {held[value]} and the {word}.", f"Name another {word}."
            )
        held.setdefault(value, word)
    for covariate in dict.fromkeys(model.adjust):
        if covariate in held:
            why = {
                "outcome": ": it would explain itself",
                "mediator": ", which takes away what goes by way of it",
            }.get(held[covariate], "")
            yield Mistake(
                study.where(*at, "adjust"),
                f"the {held[covariate]} '{covariate}' is adjusted for, too{why}.",
                "Leave it out of 'adjust'." + _earlier(study, model, covariate, held[covariate]),
            )
        if model.adjust.count(covariate) > 1:
            yield Mistake(study.where(*at, "adjust"), f"'{covariate}' is named twice.", "Name it once.")


def _earlier(study: Study, model: ModelSpec, name: str, part: str) -> str:
    """How the outcome of an earlier wave is written, which is what may have been meant."""
    source = study.sources.get(model.of or study.main)
    waves = list((source.waves or source.wide) if source is not None else ())
    if part != "outcome" or len(waves) < 2 or model.wave not in waves[1:]:
        return ""
    return f" If it is meant as it was at the start, write baseline: {waves[0]} in the model."


def _clusters(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    cluster = model.cluster or study.design.cluster
    if cluster is None:
        return
    for key in ("outcome", "mediator", *(["exposure"] if model.cluster else [])):
        if getattr(model, key) == cluster:
            yield Mistake(
                study.where(*at, key),
                f"the {key} '{cluster}' is what makes the clusters, so that it is the same for everybody of one.",
                f"Name another {key}, or another cluster.",
            )
    if study.kind_of(cluster) in ("category", "ordered") and len(study.levels_of(cluster)) == 1:
        yield Mistake(
            study.where(*at, "cluster") if model.cluster else study.where("design", "cluster"),
            f"the cluster '{cluster}' has one level only, and how clusters differ can't be known from one.",
            "Name another cluster, or leave 'cluster' out.",
        )


def _one_level(study: Study, at: tuple[str, ...], model: ModelSpec) -> Iterator[Mistake]:
    for key, named in (("exposure", (model.exposure,)), ("adjust", tuple(dict.fromkeys(model.adjust)))):
        for name in named:
            if study.kind_of(name) in ("category", "ordered") and len(study.levels_of(name)) == 1:
                mend = "Name an exposure that varies." if key == "exposure" else "Leave it out of 'adjust'."
                yield Mistake(
                    study.where(*at, key), f"'{name}' has one level only, so that everybody has the same.", mend
                )
