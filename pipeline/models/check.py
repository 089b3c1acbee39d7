"""What a study's models ask for and this version can't or mustn't do, from the study file alone.

Names that are not there are told elsewhere (``study.check_models``); what hangs on one is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.instruments.check import check_scales
from pipeline.models.check_change import check_change
from pipeline.models.check_moderator import check_moderator
from pipeline.models.declared import OF_EVENTS, ORDERED, is_id, titles_of
from pipeline.models.drawn_told import check_intervals
from pipeline.models.titles import alike
from pipeline.study import Study


def check_models(study: Study) -> list[Mistake]:
    """Every mistake of every model."""
    return [*(mistake for name in study.models for mistake in _check(study, name)), *_check_titles(study)]


def _check_titles(study: Study) -> Iterator[Mistake]:
    """A scale that is not in order has no label yet."""
    found = titles_of(study) if not check_scales(study) else {}
    for name, other in alike(found):
        own = study.models[name].title is not None
        yield Mistake(
            study.where("models", name, *(["title"] if own else [])),
            f"is called as '{other}' is, ‘{found[name]}’, and a reader can't tell them apart.",
            "Give one of the two another title." if own else "Give one of the two a title: of its own.",
        )


def _check(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    for part, named in (("outcome", (spec.outcome,)), ("exposure", (spec.exposure,)), ("adjust", spec.adjust)):
        for used in named:
            kind = study.kind_of(used)
            if kind in ("text", "date"):
                yield Mistake(
                    study.where(*at, part),
                    f"'{used}' is of type {kind}, which no model can take.",
                    "Derive a number or a category from it.",
                )
    there = {*study.variables, *study.scales}
    if spec.outcome in there:
        yield from _check_outcome(study, name)
        yield from _check_clustering(study, name)
    if spec.mediator is None or {spec.mediator, spec.exposure} <= there:
        yield from _check_mediator(study, name)
    if spec.exposure in there:
        yield from _check_compare(study, name)
    if {spec.outcome, spec.exposure} <= there:
        yield from check_moderator(study, name)
    if {*spec.used} <= there and (spec.of or study.main) in study.sources:
        yield from check_change(study, name)
    if spec.time in there and (spec.effect != "rate ratio" or study.kind_of(spec.time) not in ("number", "count")):
        yield Mistake(
            study.where(*at, "time"),
            f"'{spec.time}' is not the number that a rate is of."
            if spec.effect == "rate ratio"
            else "only a rate ratio is of a time at risk.",
            "Name a number, such as months or members." if spec.effect == "rate ratio" else "Leave 'time' out.",
        )
    known = [n for n in (study.design.cluster, study.design.second_cluster) if n]
    known += [n for n in study.variables if study.kind_of(n) in ("category", "text")]
    if spec.cluster and spec.cluster not in known and not is_id(study, spec.cluster, spec.of or study.main):
        yield Mistake(
            study.where(*at, "cluster"),
            f"there is no cluster '{spec.cluster}'.",
            closest(spec.cluster, known)
            or "Name the design's cluster, its second_cluster, a variable, or the id column.",
        )


def _check_outcome(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    levels, choices = study.levels_of(spec.outcome), study.kind_of(spec.outcome) == "choices"
    if not levels:
        if spec.effect == "rate ratio" and spec.outcome in study.scales:
            yield Mistake(
                study.where(*at, "effect"),
                f"a rate is of something counted, and '{spec.outcome}' is a score.",
                "Write effect: mean difference.",
            )
        if spec.effect in (*OF_EVENTS, ORDERED):
            yield Mistake(
                study.where(*at, "effect"),
                f"the effect '{spec.effect}' needs an outcome with two levels, and '{spec.outcome}' is a number.",
                "Write effect: mean difference, or derive a category with 'cut' and 'regroup'.",
            )
        if spec.event:
            yield Mistake(
                study.where(*at, "event"), f"'{spec.outcome}' is a number and has no events.", "Leave 'event' out."
            )
        return
    if spec.effect == ORDERED:
        if study.kind_of(spec.outcome) != "ordered" or len(levels) < 3 or spec.event:
            yield Mistake(
                study.where(*at, "effect"),
                f"a cumulative odds ratio is of three ordered levels or more, without an event; '{spec.outcome}' has "
                f"{len(levels)}{'' if study.kind_of(spec.outcome) == 'ordered' else ', which have no order'}.",
                "Write type: ordered at the variable and leave 'event' out, or effect: odds ratio.",
            )
        return
    if spec.effect in ("mean difference", "rate ratio"):
        yield Mistake(
            study.where(*at, "effect"),
            f"'{spec.outcome}' has levels, and levels have no mean.",
            "Write effect: risk difference, effect: risk ratio or effect: odds ratio.",
        )
    if spec.event is None and (len(levels) != 2 or choices):
        yield Mistake(
            study.where(*at, "outcome"),
            f"'{spec.outcome}' has {len(levels)} levels, and none is named as the event.",
            f"Add event: {levels[0]} (or another), or regroup it into two levels."
            + (" Or write effect: cumulative odds ratio." if study.kind_of(spec.outcome) == "ordered" else ""),
        )
    if len(levels) < 2 and not choices:
        yield Mistake(
            study.where(*at, "outcome"), f"'{spec.outcome}' has one level only.", "Name an outcome that varies."
        )


def _check_clustering(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name, "clustering")
    if spec.clustering == "robust":
        return
    able = ("mean difference", "risk difference", "odds ratio") if spec.clustering == "gee" else ("mean difference",)
    usual = "risk difference" if study.levels_of(spec.outcome) else "mean difference"
    word = "GEE" if spec.clustering == "gee" else "a mixed model"
    if study.design.weight:
        yield Mistake(study.where(*at), f"{word} takes no weights, and the design has some.", "Leave 'clustering' out.")
    if (spec.effect or usual) not in able:
        told = spec.effect or usual
        yield Mistake(study.where(*at), f"{word} gives no {told}.", f"Write effect: {able[-1]}, or clustering: robust.")
    if spec.mediator:
        yield Mistake(
            study.where(*at), f"{word} tells no part that goes by way of a mediator.", "Leave one of them out."
        )
    if spec.clustering == "random slope":
        yield from _check_slope(study, name)


def _check_slope(study: Study, name: str) -> Iterator[Mistake]:
    """One slope: that of an exposure with one column, in a model of one wave and without products."""
    spec, at = study.models[name], ("models", name, "clustering")
    levels = study.levels_of(spec.exposure)
    if len(levels) > 2 or study.kind_of(spec.exposure) == "choices":
        yield Mistake(
            study.where(*at),
            f"'{spec.exposure}' has several columns, and a random slope is of one.",
            "Regroup it into two levels, or write clustering: mixed.",
        )
    for key in ("moderator", "waves"):
        if getattr(spec, key):
            yield Mistake(study.where(*at), f"a random slope and '{key}' do not go together.", "Leave one of them out.")


def _check_mediator(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    if spec.mediator is None:
        for key in ("mediator_event", "mediator_at", "interaction", "intervals", "draws"):
            if getattr(spec, key) is not None:
                yield Mistake(
                    study.where(*at, key), f"'{key}' is of a mediator, and the model has none.", f"Leave '{key}' out."
                )
        return
    kind, levels = study.kind_of(spec.mediator), study.levels_of(spec.mediator)
    if kind in ("category", "ordered"):
        yield from _check_levels(study, name, levels)
    elif kind not in ("number", "count"):
        yield Mistake(
            study.where(*at, "mediator"),
            f"the mediator '{spec.mediator}' is neither a number nor a category.",
            "Use a scale, a number or a category.",
        )
    elif spec.mediator_event is not None:
        yield Mistake(
            study.where(*at, "mediator_event"),
            f"'{spec.mediator}' is a number and has no events.",
            "Leave 'mediator_event' out.",
        )
    if spec.effect in ("rate ratio", ORDERED):
        yield Mistake(
            study.where(*at, "effect"),
            f"what goes by way of a mediator is not told of {spec.effect}s.",
            "Write effect: mean difference, or leave the mediator out.",
        )
    yield from check_intervals(study, name)


def _check_compare(study: Study, name: str) -> Iterator[Mistake]:
    spec, at = study.models[name], ("models", name)
    if spec.compare is None:
        return
    if study.kind_of(spec.exposure) not in ("number", "count"):
        yield Mistake(
            study.where(*at, "compare"),
            f"'{spec.exposure}' has levels, which are compared with its reference.",
            "Leave 'compare' out.",
        )
    elif spec.compare[0] == spec.compare[1]:
        yield Mistake(
            study.where(*at, "compare"), "a value is compared with itself.", "Name two values, such as [10, 20]."
        )


def _check_levels(study: Study, name: str, levels: tuple[str, ...]) -> Iterator[Mistake]:
    """Of a mediator that is a category."""
    spec, at = study.models[name], ("models", name)
    if spec.mediator_event is not None and spec.mediator_event not in levels:
        yield Mistake(
            study.where(*at, "mediator_event"),
            f"there is no level '{spec.mediator_event}'.",
            closest(spec.mediator_event, levels) or f"The levels are {', '.join(levels)}.",
        )
    if spec.mediator_event is None and len(levels) != 2:
        yield Mistake(
            study.where(*at, "mediator"),
            f"the mediator '{spec.mediator}' has {len(levels)} levels, and none is named as the event.",
            f"Add mediator_event: {levels[0]} (or another), or regroup it into two levels.",
        )
    if spec.mediator_at is not None:
        yield Mistake(
            study.where(*at, "mediator_at"),
            f"'{spec.mediator}' is a category, which is held where its event did not happen.",
            "Leave 'mediator_at' out.",
        )
