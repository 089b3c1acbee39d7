"""How waves, a baseline and splines enter a model, for a methods section."""

from __future__ import annotations

from pipeline.models.declared import ORDERED, Declared
from pipeline.models.repeated import LINEAR

SPLINES = (
    " Restricted cubic splines have their knots at Harrell's quantiles of those analysed (2015, table 2.3){weighted}."
)


def change_methods(model: Declared) -> str:
    """Sentences behind the first one; empty where the model has none of these."""
    said = ""
    if model.at_baseline:
        then = [term.label for term in model.terms if term.name in model.at_baseline]
        said += f" What was asked at {model.baseline_wave} alone ({', '.join(then)}) is taken from there."
    if model.splines:
        said += SPLINES.format(weighted=", people counted by their weights" if model.survey else "")
    if model.waves:
        alike = "; covariates count alike at all of them" if model.adjust or model.always else ""
        said += (
            " These waves stand in one model, with an intercept and a coefficient of the exposure for each, so that "
            f"the estimate is told at each{alike}. Whether it differs between them is tested by {_test(model)}."
        )
    return said


def _test(model: Declared) -> str:
    if model.survey:
        return "F on the degrees of freedom of the design less the coefficients"
    if model.clustering == "mixed":
        return "the F test of Kenward & Roger (1997)"
    if model.clustering == "gee":
        return "Hotelling's T2 as F on clusters less coefficients (Korn & Graubard 1990)"
    if model.effect == ORDERED:
        return "Hotelling's T2 as F on clusters less one (Korn & Graubard 1990)"
    if model.effect in LINEAR:
        return "the approximate Hotelling test (Pustejovsky & Tipton 2018)"
    return "Hotelling's T2 as F on clusters less one (Korn & Graubard 1990; of two waves by the difference's t)"
