"""How waves, a baseline and splines enter a model, for a methods section."""

from __future__ import annotations

from pipeline.models.declared import Declared
from pipeline.models.joint_told import f_test

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
            f"the estimate is told at each{alike}. Whether it differs between them is tested by {f_test(model, True)}."
        )
    return said
