"""What a reader is told of a fit's weak points: intervals that rest on few rows, exposures that covariates explain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import FEW_DF, Floats, NotEstimable
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Frame
from pipeline.models.leverage import worth
from pipeline.models.linear import INTERCEPT
from pipeline.models.numbers import smaller_side
from pipeline.models.regress import design_matrix, of_rows, offset_of
from pipeline.results import Key, Number, Sentence, literal

TOO_SHORT = 1.1
"""An interval that would be this much longer on its effective degrees of freedom is told. Nominal 95% intervals of HC3
for a difference of two groups (800 simulated samples each, 40 to 400 rows, normal or exponential errors, those of the
exposed one to three times as wide) held the truth in 79 to 93 of 100 with three to five exposed and in 84 to 95 with
seven or eight, where it is told; with ten of forty in 90 to 95, and with twenty in 94 to 97."""
MOSTLY = 0.8
"""Share of an exposure's variation in the covariates from which it is told: a variance inflation factor of 5."""


def diagnostics(model: Declared, held: Frame, part: Fitted) -> tuple[list[Number], list[Sentence]]:
    """Of the last model; numbers that the sentences name, and no others."""
    found = part.coefficients
    if found is None or part.separate:
        return [], []
    try:
        x, _ = design_matrix(model, held, held.exposure, held.covariates(part.adjustment))
    except NotEstimable:  # said where the model is told
        return [], []
    numbers, said = [], []
    for made, sentence in (*_few_rows(model, held, part, x), *_explained(model, held, part, x)):
        numbers.append(made)
        said.append(sentence)
    return numbers, said


def _few_rows(model: Declared, held: Frame, part: Fitted, x: pd.DataFrame) -> Iterator[tuple[Number, Sentence]]:
    found = part.coefficients
    assert found is not None
    if found.errors != "HC3":
        return
    used = held.used
    offset = offset_of(held, model.effect)
    free = worth(of_rows(x.loc[used], held.y[used], model.effect, None if offset is None else offset[used]))
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if (at_level := part.standings.get(level)) is not None and not at_level.within:
            continue  # simulations tell more of it
        if column not in found.terms or not np.isfinite(found.std_error[at := found.position(column)]):
            continue
        longer = scipy.stats.t.ppf(0.975, free[at]) / scipy.stats.t.ppf(0.975, found.df[at])
        if not longer > TOO_SHORT:
            continue
        key = Key("model", model.name, model.exposure.name, level, part.group, "df_effective")
        named = f" for {level}" if level else ""
        start = "Unreliable" if free[at] < FEW_DF else "Too narrow"
        yield (
            Number(key, float(free[at]), smaller_side(model, held, level), 1, model.sensitive),
            Sentence(
                literal(
                    f"{start}: the {model.words_of(part.adjustment)} interval and P value{named} rest on few rows; "
                )
                + "their variance is worth {df} degrees of freedom, and they are made as if it were all of the rows.",
                {"df": key},
                caveat=True,
            ),
        )


def _explained(model: Declared, held: Frame, part: Fitted, x: pd.DataFrame) -> Iterator[tuple[Number, Sentence]]:
    """How much of the exposure the covariates explain; of levels, beside the other levels' columns left out."""
    rows = x.loc[held.used]
    others = rows.drop(columns=[column for column in model.exposure.columns if column in rows])
    if list(others.columns) == [INTERCEPT]:
        return
    weight = held.design.weight[held.used] if held.design is not None else np.ones(len(rows))
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if column not in rows:
            continue
        share = explained(rows[column].to_numpy(dtype=float), others.to_numpy(dtype=float), weight)
        if not share >= MOSTLY:
            continue
        key = Key("model", model.name, model.exposure.name, level, part.group, "explained")
        named = f"{model.exposure.label}: {level}" if level else model.exposure.label
        yield (
            Number(key, 100 * share, smaller_side(model, held, level), 0, model.sensitive),
            Sentence(
                literal(f"The covariates explain {{share}}% of how {named} varies: ".replace("{share}", "\0")).replace(
                    "\0", "{share}"
                )
                + "the adjusted estimate rests on the little that is left, and leans on the model's form.",
                {"share": key},
            ),
        )


def explained(column: Floats, others: Floats, weight: Floats) -> float:
    """The share of a column's variation that other columns, the intercept among them, explain (R squared); 1 less the
    inverse of the variance inflation factor."""
    root = np.sqrt(weight)
    fitted = others @ np.linalg.lstsq(others * root[:, None], column * root, rcond=None)[0]
    about = float(weight @ (column - np.average(column, weights=weight)) ** 2)
    return 1 - float(weight @ (column - fitted) ** 2) / about if about > 0 else float("nan")
