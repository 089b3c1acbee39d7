"""The lines of a model's table for effects by a moderator, their interaction, and tests of all levels together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted, Modelled, Moderated
from pipeline.models.firth import FirthCoefficients
from pipeline.models.joint import JointTest
from pipeline.models.joint_told import RATIO_TEST, f_test
from pipeline.models.moderation import labels_of
from pipeline.models.moderation_numbers import AT, INTERACTION
from pipeline.models.moderation_told import penalised, scale_words
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.tables.forms import JOINT
from pipeline.tables.table import Row
from pipeline.tables.words import inside_sentence


def together_form(modelled: Modelled) -> str:
    """The form of an exposure's heading: P of all its levels together, where one of the models has it."""
    return JOINT if any(isinstance(part.joint, JointTest) for part in modelled.fitted) else ""


def moderation_rows(modelled: Modelled) -> Iterator[Row]:
    """A heading, a line for each level or value of the moderator (under it those of the exposure's levels, where there
    are several), and the interaction."""
    model, made = modelled.model, _made(modelled)
    term = model.moderator
    if term is None or not made:
        return
    yield Row(f"{model.exposure.label}, by {inside_sentence(term.label)}", "", unit=_compared(model))
    for place in labels_of(model):
        label = place_label(model, place)
        yield Row(label, term.name, place, "estimate_ci", "level", 1)
        if len(model.exposure.shown) > 1:
            for level in model.exposure.shown:
                within = f"{model.exposure.name}={level}"
                yield Row(level, term.name, place, "estimate_ci", "level", 2, group=within)
    if any(part.product for part in made):
        yield Row(_product_label(model, made), INTERACTION, "", "estimate_ci", "level", 1)
    elif any(isinstance(part.interaction, JointTest) for part in made):
        yield Row("Interaction, all together", INTERACTION, "", JOINT, "level", 1)


def place_label(model: Declared, place: str) -> str:
    """``Recipient``; of a number ``At 40 years``, ``At one SD below the mean``."""
    term = model.moderator
    if term is None or term.kind == "category":
        return place
    return f"At {place}{f' {term.unit}' if term.unit and model.moderator_at else ''}"


def _compared(model: Declared) -> str:
    term = model.exposure
    if term.kind == "number":
        return f"per unit{f', {term.unit}' if term.unit else ''}"
    return f"{term.levels[0]} against {term.reference}" if len(term.levels) == 1 else f"against {term.reference}"


def _product_label(model: Declared, made: list[Moderated]) -> str:
    """What the product's coefficient is: of two levels their difference or ratio, of a number the change per unit."""
    term = model.moderator
    assert term is not None
    if term.kind == "number":
        return f"Interaction, per unit{f' ({term.unit})' if term.unit else ''} of {inside_sentence(term.label)}"
    told = [place for place in labels_of(model) if any(place == at for part in made for at, _ in part.effects)]
    return f"Interaction: {told[1]} {'over' if model.ratio else 'less'} {told[0]}"


def moderation_notes(modelled: Modelled, clusters: bool) -> Iterator[Sentence]:
    """Tests of several coefficients with their degrees of freedom, values that were chosen, and the scale."""
    model, made = modelled.model, _made(modelled)
    if together_form(modelled):
        what = f"P on the line of {model.exposure.label}: all its levels together, "
        joint = [(part, part.joint, part.coefficients) for part in modelled.fitted]
        yield from _degrees(what, model, clusters, model.exposure.name, joint)
    term = model.moderator
    if term is None or not made:
        return
    shrunk = [part.adjustment for part in modelled.fitted if part.moderated is not None and penalised(part.moderated)]
    if shrunk:
        yield Sentence(
            literal(f"Effects by {inside_sentence(term.label)}, {' and '.join(shrunk)}: of Firth's penalised ")
            + "likelihood, with intervals and P values of its profile."
        )
    if any(place.chosen for place in made[0].places):
        yield _chosen(model)
    if clusters and term.kind == "category":
        keys = {f"c{i}": Key("model", model.name, term.name, level, ALL, "clusters") for i, level in
                enumerate(labels_of(model))}  # fmt: skip
        said = [literal(level) + f" {{c{i}}}" for i, level in enumerate(labels_of(model))]
        yield Sentence(f"Clusters: {', '.join(said)}.", keys)
    if any(part.interaction is not None for part in made):
        yield Sentence(
            literal(f"The interaction says whether effects differ by {inside_sentence(term.label)}, ")
            + f"{scale_words(model)}; on another scale they might not, or might. P at a level says whether there is an "
            "effect there."
        )
    made_of = [(part, part.moderated) for part in modelled.fitted if part.moderated is not None]
    tests = [(part, made.interaction, penalised(made)) for part, made in made_of]
    yield from _degrees("Interaction: ", model, clusters, INTERACTION, tests)


def _degrees(
    what: str, model: Declared, clusters: bool, term: str, tests: Sequence[tuple[Fitted, object, Coefficients | None]]
) -> Iterator[Sentence]:
    """``…, unadjusted on 2 and 14.2 degrees of freedom.``; of Firth's likelihood a chi-square's, with no denominator.

    tests: with the coefficients that they are of."""
    for shrunk in (False, True):
        keys: dict[str, Key] = {}
        said = []
        for i, (part, test, found) in enumerate(tests):
            if isinstance(test, JointTest) and isinstance(found, FirthCoefficients) == shrunk:
                key = Key("model", model.name, term, "", part.group)
                keys |= {f"a{i}": key._replace(statistic="df")}
                keys |= {} if shrunk else {f"b{i}": key._replace(statistic="df2")}
                said.append(f"{part.adjustment} on {{a{i}}}" + ("" if shrunk else f" and {{b{i}}}"))
        if said:
            words = f"{RATIO_TEST} (chi-square)" if shrunk else f_test(model, clusters)
            yield Sentence(literal(f"{what}{words}, ") + f"{', '.join(said)} degrees of freedom.", keys)


def _chosen(model: Declared) -> Sentence:
    assert model.moderator is not None
    term, labels = model.moderator, labels_of(model)
    keys = {f"at{i}": Key("model", model.name, term.name, label, ALL, AT) for i, label in enumerate(labels)}
    unit = literal(f" ({term.unit})") if term.unit else ""
    return Sentence(
        literal(f"Values of {inside_sentence(term.label)}")
        + unit
        + " where effects are told, chosen by its mean and SD among those analysed, rounded: {at0}, {at1} and {at2}.",
        keys,
    )


def _made(modelled: Modelled) -> list[Moderated]:
    return [part.moderated for part in modelled.fitted if part.moderated is not None and part.moderated.effects]
