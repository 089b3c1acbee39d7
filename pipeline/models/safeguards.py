"""What protects the reader of a model: its estimates in people, without each cluster, against what is unmeasured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.models.coefficients import FEW_DF
from pipeline.models.declared import Declared, called
from pipeline.models.diagnostics import diagnostics
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Frame
from pipeline.models.leave_one_out import (
    MOST_CLUSTERS,
    fewest_clusters,
    leave_one_out,
    left_out_numbers,
    nameable,
    smallest,
)
from pipeline.models.standardised import LINKS, beyond_told, compared, standardised
from pipeline.models.unmeasured import TOLD, e_value_numbers, e_value_told, e_values
from pipeline.results import Key, Number, Sentence
from pipeline.study import Study


def safeguards(
    study: Study, model: Declared, held: Frame, part: Fitted, made: Sequence[Number], refit: Callable[[Frame], Fitted]
) -> tuple[list[Number], list[Sentence]]:
    """Of the last model of those fitted, of one wave. made: the numbers that it has; refit: the same on other rows.

    What is said of leaving clusters out is said from what was released (``report.left_out_told``): words would tell
    what is withheld.
    """
    if model.waves:  # the estimates are a wave's each, out of one regression
        return [], []
    numbers = [*standardised(model, held, part)]
    unmeasured = e_values(model, held, part)
    numbers += e_value_numbers(model, held, part, unmeasured)
    if model.exposure.kind == "number" and numbers:
        numbers += compared(model, held)
    weak, said = diagnostics(model, held, part)
    numbers += weak
    key = Key("model", model.name, model.exposure.name, model.exposure.shown[0], part.group, "estimate")
    if part.coefficients is not None and not part.separate:
        without = leave_one_out(study, model, held, refit)
        places = next((number.decimals for number in made if number.key == key), None)
        numbers += left_out_numbers(model, part, without, places)
    return numbers, [*beyond_told(model, held, part), *said, *e_value_told(model, held, part, unmeasured)]


def safeguard_methods(study: Study, model: Declared) -> Iterator[str]:
    """How it was done, as far as the declaration asks for it."""
    if model.waves:
        return
    boxes = model.exposure.kind == "choices"
    if model.effect in LINKS and not boxes:
        what = "risks" if model.event else "means"
        yield (
            f"Standardised {what} average what the model predicts over those analysed, with the exposure set to each "
            "level in turn; their intervals are made by the delta method from the model's own errors."
        )
    if nameable(study, model) and not model.survey and smallest(study.release) is not None and not boxes:
        yield (
            f"With {fewest_clusters(model)} to {MOST_CLUSTERS} clusters the model was refitted without each "
            f"{called(study, model.cluster)} in turn; those in which a group is too small to be printed were left out "
            "together with another. A refit has an interval where no side of the comparison stands in one cluster, it "
            f"has {FEW_DF:g} degrees of freedom or more, and intervals of its kind do not hold the truth too rarely in "
            "simulations."
        )
    if model.effect in TOLD and not model.randomised:
        yield "E-values are those of VanderWeele & Ding (2017)."
