"""What is said of a moderation: how it was done, and what a reader must know before relying on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.models.beside_told import penalised_told
from pipeline.models.coefficients import FEW_DF
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted, Moderated, Place
from pipeline.models.firth import FirthCoefficients
from pipeline.models.frame import Frame
from pipeline.models.joint import JointTest
from pipeline.models.joint_told import declared_test
from pipeline.models.lone import lone_sides
from pipeline.models.mediation_told import FEW_CLUSTERS
from pipeline.models.moderation import inside, labels_of, lone_in
from pipeline.models.moderation_numbers import INTERACTION, effect_key, untested
from pipeline.models.regress import FEWEST
from pipeline.models.told_values import beyond
from pipeline.results import Key, Sentence, literal


def moderation_methods(model: Declared, clusters: bool) -> str:
    """From the declaration alone, SAMPL's items for an interaction: what, at which values, which test, which scale."""
    term = model.moderator
    if term is None:
        return ""
    products = len(model.exposure.columns) * len(term.columns)
    units = "sampling units" if model.survey else "clusters"
    test = "the t test of their product" if products == 1 else declared_test(model, clusters)
    return (
        f" Whether it differs by {term.label} was told by a regression that also holds {term.label} and its products "
        f"with {model.exposure.label}: simple effects {where_words(model)}, and the interaction, tested by {test}, "
        f"{scale_words(model)}. Where {FEW_CLUSTERS} {units} or fewer, or fewer than {FEWEST} at one of its levels, "
        f"differ in {term.label} as wholes, this is described and not tested."
    )


def where_words(model: Declared) -> str:
    term = model.moderator
    assert term is not None
    if term.kind == "category":
        return f"at each of its levels ({', '.join(labels_of(model))})"
    unit = f" {term.unit}" if term.unit else ""
    if model.moderator_at:
        return f"where it is {_either(labels_of(model))}{unit}"
    return "at its mean among those analysed and one standard deviation below and above it, rounded"


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def scale_words(model: Declared) -> str:
    """On which scale effects are held against one another (Knol & VanderWeele 2012, Int J Epidemiol 41(2), 514-520)."""
    if model.ratio:
        return "on the multiplicative scale (a ratio of ratios)"
    return "on the additive scale (a difference of differences)"


def moderation_remarks(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """In the order of weight: without an answer, unreliable, and what the simple effects can't mean. None is a caveat:
    these stand beside the estimate of everybody, too, which is none of the simple effects."""
    if model.moderator is None:
        return
    told = [(part, part.moderated) for part in fitted if part.moderated is not None]
    for part, made in told:
        if made.reason:
            yield Sentence(
                literal(f"Effects by {model.moderator.label} were not estimated in the {part.adjustment} model: ")
                + literal(f"{made.reason}.")
            )
    found = [(part, made) for part, made in told if not made.reason]
    if not found:
        return
    yield from _absent(model, found[0][1])
    yield from _lone(model, held, found[0][1])
    if robust := [made for _, made in found if penalised(made) is None]:
        yield from _constant(model, held, robust[0])
    for part, made in found:
        if (shrunk := penalised(made)) is not None and shrunk.told:
            what = f"In the {part.adjustment} model of effects by {model.moderator.label} "
            yield Sentence(literal(f"{what}{penalised_told(model, shrunk.told)}."))
        yield from _few_degrees(model, part, made)
        yield from _untested(model, held, part, made)
        if isinstance(made.interaction, str):
            yield Sentence(literal(f"The {part.adjustment} interaction was not tested: {made.interaction}."))
    yield from _beyond(model, held, found[0][1])
    if found[-1][1].interaction is None:
        yield _described(model, held)
    else:
        yield Sentence(
            literal(f"Whether effects differ by {model.moderator.label} is said by the interaction alone: ")
            + "that the interval of one leaves out no effect and another's does not is no difference between them."
        )


def penalised(made: Moderated) -> FirthCoefficients | None:
    """The fit, where answers were predicted perfectly at some level, so that all effects are of Firth's likelihood."""
    fits = [found for found, _ in made.effects.values()]
    return next((found for found in fits if isinstance(found, FirthCoefficients)), None)


def _described(model: Declared, held: Frame) -> Sentence:
    assert model.moderator is not None
    key = Key("model", model.name, model.exposure.name, "", "adjustment=unadjusted", "clusters")
    keys = {"clusters": key} if held.design is None else {}
    return Sentence(
        literal(f"{model.moderator.label} does not vary within a {held.grouped}, and ")
        + ("{clusters} of them" if keys else "those there") + " are too few to tell its part from what else they "
        "differ in: effects by its levels are described, and neither these nor their difference are tested.",
        keys,
    )  # fmt: skip


def _absent(model: Declared, made: Moderated) -> Iterator[Sentence]:
    assert model.moderator is not None
    gone: dict[str, list[str]] = {}
    for place, level in made.absent:
        gone.setdefault(place, []).append(level)
    for place, levels in gone.items():
        whole = len(levels) == len(model.exposure.shown)
        what = f" of {', '.join(levels)}" if not whole else ""
        yield Sentence(
            literal(f"Too few {model.unit} are left at {place} ({model.moderator.label}) for an effect{what} there.")
        )


def _lone(model: Declared, held: Frame, made: Moderated) -> Iterator[Sentence]:
    """How many units there are is not said: of people as clusters it would be a small count."""
    if held.units is None or model.moderator is None or model.moderator.kind != "category":
        return
    many = "sampling units" if held.design is not None else f"clusters ({held.grouped})"
    none = [
        place
        for place in made.places
        if any((place.level, level) in made.effects for level in _lone_levels(model, held, place))
    ]
    if none:
        yield Sentence(
            literal(f"Too few {many} are at {', '.join(place.level for place in none)} ({model.moderator.label}): ")
            + "how they differ there can't be known, so no interval.",
        )
    one = [place for place in made.places if place not in none and place.rows.any()
           and any(len(sides) == 1 for sides in lone_sides(model, inside(held, place.rows)).values())]  # fmt: skip
    if one:
        yield Sentence(
            literal(f"Unreliable: at {', '.join(place.level for place in one)} ({model.moderator.label}) too few ")
            + literal(f"{many} are on one side of what is compared: how they differ there can't be known."),
        )


def _lone_levels(model: Declared, held: Frame, place: Place) -> list[str]:
    levels = dict(zip(model.exposure.columns, model.exposure.shown, strict=True))
    return [levels[column] for column in lone_in(model, held, place)]


def _constant(model: Declared, held: Frame, made: Moderated) -> Iterator[Sentence]:
    """Sides of a simple effect on which everybody has one outcome, whose part robust errors take for known."""
    term = model.moderator
    if term is None or term.kind != "category" or model.exposure.kind == "number":
        return
    names = []
    for place in made.places:
        there = inside(held, place.rows)
        for level in (model.exposure.reference, *model.exposure.levels):
            rows = there.at(model.exposure, level)
            if rows.sum() > 1 == len(np.unique(held.y[rows])):
                names.append(f"{level} at {place.level}")
    if names and model.sensitive:  # that all or none of a group have an answer tells each one's
        few = f"Unreliable: in a group of a simple effect too few {model.unit} differ to know of their error."
        yield Sentence(literal(few))
    elif names:
        yield Sentence(
            literal(f"Unreliable: {model.outcome.label} does not vary among {model.analysed} with {', '.join(names)}: ")
            + "intervals of simple effects take their part for known.",
        )


def _few_degrees(model: Declared, part: Fitted, made: Moderated) -> Iterator[Sentence]:
    few = [at for at, (found, term) in made.effects.items() if found.few[found.position(term)]]
    if few:
        keys = {f"df{i}": effect_key(model, *at, part.group)._replace(statistic="df") for i, at in enumerate(few)}
        named = [literal(", ".join(filter(None, at))) + f" {{df{i}}}" for i, at in enumerate(few)]
        yield Sentence(
            f"Unreliable: {part.adjustment} simple effects rest on fewer than 4 degrees of freedom ("
            f"{'; '.join(named)}); read them as a description.",
            keys,
        )
    key = Key("model", model.name, INTERACTION, "", part.group)
    df = None
    if isinstance(made.interaction, JointTest):
        df, key = made.interaction.df2, key._replace(statistic="df2")
    elif made.product:
        df = float(made.product[0].df[made.product[0].position(made.product[1])])
        key = key._replace(statistic="df")
    if df is not None and round(df, 6) < FEW_DF:
        yield Sentence(
            f"Unreliable: the {part.adjustment} test of the interaction rests on {{df}} degrees of freedom, fewer than "
            "4.",
            {"df": key},
        )


def _untested(model: Declared, held: Frame, part: Fitted, made: Moderated) -> Iterator[Sentence]:
    places = dict.fromkeys(place for (place, _), said in untested(model, held, part, made) if said)
    if places and made.interaction is not None:
        yield Sentence(
            literal(
                f"The {part.adjustment} effects at {', '.join(places)} and the interaction have no P value: with so "
                f"few {model.unit} or clusters intervals hold the truth too rarely, or it is not known how often."
            )
        )


def _beyond(model: Declared, held: Frame, made: Moderated) -> Iterator[Sentence]:
    """Values further from every row than a quarter of the range, as of a mediation's exposure."""
    if model.moderator is None or model.moderator.kind == "category" or held.moderator is None:
        return
    value = held.moderator.iloc[:, 0].to_numpy(dtype=float)[held.used]
    if beyond(value, (place.value for place in made.places)):
        yield Sentence(
            literal(f"Beyond the data: nobody analysed has a value of {model.moderator.label} near one of those at ")
            + "which effects are told; declare others with moderator_at.",
        )
