"""What is told of all levels of an exposure together: numbers, remarks, methods."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pipeline.models.coefficients import FEW_DF
from pipeline.models.declared import MIXED, ORDERED, Declared
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Frame
from pipeline.models.joint import JointTest
from pipeline.models.numbers import df_places, fewest_in_cell, fewest_of_all, smaller_side
from pipeline.models.views import at_wave
from pipeline.results import NOBODY, Key, Number, Sentence, literal

P_JOINT = "p_joint"


def joint_numbers(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Number]:
    """Beside the exposure as a whole; it stands on the fewest people of any level's comparison."""
    for part in fitted:
        if isinstance(part.joint, JointTest):
            counted = fewest_in_cell if part.adjustment == "unadjusted" else smaller_side
            here = at_wave(held, part.wave) if part.wave else held
            people = fewest_of_all((counted(model, here, level) for level in model.exposure.levels), model.sensitive)
            key = Key("model", model.name, model.exposure.name, "", part.group)
            told = all(at.has_p for at in part.standings.values())
            yield from joint_of(key, part.joint, people, model.sensitive, told)


def joint_of(key: Key, test: JointTest, people: float, sensitive: bool, told: bool = True) -> Iterator[Number]:
    """P with its degrees of freedom, of the numerator (``df``) and of the denominator (``df2``). told: whether P may
    be, by how the estimator does in simulations (``standings``)."""
    yield Number(key._replace(statistic=P_JOINT), test.p if told else math.nan, people, None, sensitive)
    yield Number(key._replace(statistic="df"), test.df, NOBODY, 0)
    few = test.df2 < FEW_DF
    yield Number(key._replace(statistic="df2"), test.df2, NOBODY, df_places(test.df2) if few else 1)


def joint_remarks(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    for part in fitted:
        if isinstance(part.joint, str) and part.joint:
            yield Sentence(
                literal(f"The {part.adjustment} model gives no P value of all levels of {model.exposure.label} ")
                + literal(f"together: {part.joint}.")
            )
        elif isinstance(part.joint, JointTest) and part.joint.df2 < FEW_DF:
            key = Key("model", model.name, model.exposure.name, "", part.group, "df2")
            yield Sentence(
                literal(f"Unreliable: the {part.adjustment} P value of all levels of {model.exposure.label} together ")
                + "rests on {df2} degrees of freedom, fewer than 4.",
                {"df2": key},
            )


def f_test(model: Declared, clusters: bool) -> str:
    """How several coefficients are tested together, a noun; clusters: whether rows belong to some."""
    if model.survey:
        return "a Wald F test on the design's degrees of freedom"
    if not clusters:
        if model.effect == ORDERED:
            return "a Wald test"
        return "a Wald F test with the same errors"
    if model.clustering in MIXED:
        return "the F test of Kenward & Roger (1997)"
    if model.clustering == "gee" or model.effect == ORDERED:
        return "Hotelling's T-squared test on the same degrees of freedom"
    return "the approximate Hotelling test (AHT; Pustejovsky & Tipton 2018)"


RATIO_TEST = "the penalised likelihood ratio test"
"""Of several coefficients of Firth's likelihood."""


def declared_test(model: Declared, clusters: bool) -> str:
    """``f_test`` from the declaration alone, which does not know whether answers are predicted perfectly."""
    penalised = model.effect == "odds ratio" and not clusters and not model.survey
    return f_test(model, clusters) + (f" (where these are Firth's, by {RATIO_TEST})" if penalised else "")


def joint_methods(model: Declared, clusters: bool) -> str:
    """From the declaration alone; empty where an exposure has no three levels."""
    if model.exposure.kind != "category" or len(model.exposure.levels) < 2:
        return ""
    return f" All levels of {model.exposure.label} together were tested by {declared_test(model, clusters)}."
