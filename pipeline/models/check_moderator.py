"""What a study's models ask of a moderator and this version can't or mustn't do, from the study file alone."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.models.declared import ORDERED
from pipeline.study import Study

NUMBERS = ("number", "count")
LEVELS = ("category", "ordered")


def check_moderator(study: Study, name: str) -> Iterator[Mistake]:
    """Every mistake about the moderator of one model."""
    spec, at = study.models[name], ("models", name)
    if spec.moderator is None:
        if spec.moderator_at is not None:
            yield Mistake(
                study.where(*at, "moderator_at"),
                "'moderator_at' is of a moderator, and the model has none.",
                "Leave 'moderator_at' out, or name a moderator.",
            )
        return
    if spec.moderator not in (*study.variables, *study.scales):
        return  # said where names are checked
    kind = study.kind_of(spec.moderator)
    if kind not in (*NUMBERS, *LEVELS):
        yield Mistake(
            study.where(*at, "moderator"),
            f"'{spec.moderator}' is of type {kind}; a moderator is a number, a scale or a category.",
            "Name one of these; of several answers derive a category.",
        )
    if spec.waves:
        yield Mistake(
            study.where(*at, "moderator"),
            "effects at several waves are not told by a moderator as well.",
            "Name one wave, or leave the moderator out.",
        )
    if kind in LEVELS and len(study.levels_of(spec.moderator)) < 2:
        yield Mistake(
            study.where(*at, "moderator"),
            f"'{spec.moderator}' has one level only.",
            "Name a moderator that varies.",
        )
    if study.kind_of(spec.exposure) == "choices":
        yield Mistake(
            study.where(*at, "exposure"),
            f"'{spec.exposure}' has boxes, each with a model of its own, which no moderator parts.",
            "Name a number or a category as the exposure, or leave the moderator out.",
        )
    if spec.mediator is not None:
        yield Mistake(
            study.where(*at, "moderator"),
            "what goes by way of a mediator is not told by a moderator.",
            "Leave one of them out, or declare two models.",
        )
    if spec.effect == ORDERED:
        yield Mistake(
            study.where(*at, "effect"),
            "whether one odds ratio serves at every cut is not known by level of a moderator.",
            "Name the level of the outcome as event, with effect: odds ratio, or leave the moderator out.",
        )
    yield from _check_values(study, name, kind)


def _check_values(study: Study, name: str, kind: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name, "moderator_at")
    if spec.moderator_at is None:
        return
    if kind in LEVELS:
        yield Mistake(
            study.where(*at),
            f"'{spec.moderator}' has levels, and simple effects are told at each of them.",
            "Leave 'moderator_at' out.",
        )
    if len({f"{value:g}" for value in spec.moderator_at}) < len(spec.moderator_at):
        yield Mistake(
            study.where(*at), "a value stands there twice (six digits count).", "Name each value once: [20, 40]."
        )
