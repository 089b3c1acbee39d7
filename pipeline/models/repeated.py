"""Several waves in one model: an effect of the exposure at each, and a test whether it differs between them.

The model has an intercept and a coefficient of the exposure for each wave; covariates count alike at all of them. Rows
of a person belong together, as rows of clusters do elsewhere: CR2 errors by person (or by the cluster that holds the
person), a random intercept of each person, or estimating equations.

Whether the effect differs between waves is tested as several coefficients are (``jointly``): of two waves it is the
difference's t, squared; of more it does not depend on which wave the others are held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.models.beside import beside
from pipeline.models.coefficients import Coefficients, NotEstimable
from pipeline.models.declared import Declared
from pipeline.models.estimates import Between, Fitted
from pipeline.models.frame import Frame
from pipeline.models.joint import JointTest
from pipeline.models.jointly import exposure_jointly, jointly
from pipeline.models.kenward_roger import MixedCoefficients
from pipeline.models.lone import without_interval
from pipeline.models.regress import clause, design_matrix, regress
from pipeline.models.standings import standings
from pipeline.models.views import at_wave, listed

PERSON = "person"
SINGULAR = (
    "people differ no more from one another than their own answers do by chance: the variance between them is "
    "estimated as zero, and answers are taken for independent"
)


def several_waves(model: Declared, held: Frame) -> tuple[list[Fitted], tuple[Between, ...]]:
    """The unadjusted model and, where it has covariates, the adjusted one: a ``Fitted`` a wave of each."""
    adjustments = [("unadjusted", held.always), *([("adjusted", held.adjust)] if model.adjust else [])]
    made = [fit_waves(model, held, adjustment, adjust) for adjustment, adjust in adjustments]
    return [part for fitted, _ in made for part in fitted], tuple(between for _, between in made)


def fit_waves(
    model: Declared, held: Frame, adjustment: str, adjust: pd.DataFrame | None
) -> tuple[tuple[Fitted, ...], Between]:
    """The model's estimates, a ``Fitted`` a wave (whose coefficients of the exposure are named as those of one wave
    are), and the test between waves. adjust: as in ``design_matrix``."""
    try:
        if empty := [wave for wave in model.waves if not at_wave(held, wave).used.any()]:
            raise NotEstimable(f"no row at {listed(empty)} has every value")
        if alone := [wave for wave in model.waves if _uncompared(model, at_wave(held, wave))]:
            raise NotEstimable(_not_compared(model, held, alone))
        shown = pd.concat([_at(held, held.exposure, wave) for wave in model.waves], axis=1)
        x, dropped = design_matrix(model, held, shown, _beside(held, model, adjust))
        found = regress(x, held.y, held, model.effect, model.clustering)
    except NotEstimable as reason:
        said = clause(model, reason)
        none = tuple(Fitted(adjustment, None, (), said, wave=wave) for wave in model.waves)
        return none, Between(adjustment, None, said)
    fitted = tuple(_of_wave(model, held, adjustment, wave, x, found, dropped) for wave in model.waves)
    try:
        if any(_without_error(model, part) for part in fitted):
            raise NotEstimable("at a wave the estimate has no error")
        if not all(at.has_p for part in fitted for at in part.standings.values()):
            raise NotEstimable("at a wave intervals of its like hold the truth too rarely for a P value")
        return fitted, Between(adjustment, _test(model, held, x, found))
    except NotEstimable as reason:
        return fitted, Between(adjustment, None, clause(model, reason))


def _without_error(model: Declared, part: Fitted) -> bool:
    """Whether the effect at one wave has no error to be held against."""
    found = part.coefficients
    at = [] if found is None else [found.position(c) for c in model.exposure.columns if c in found.terms]
    return found is not None and not np.isfinite(found.std_error[at]).all()


def _uncompared(model: Declared, view: Frame) -> bool:
    """Whether a wave has people, and none of them to compare others with: its intercept says all that the exposure
    does."""
    columns = view.exposure.loc[view.used]
    if model.exposure.kind == "number":
        return bool((columns.nunique() == 1).all())
    return bool((columns != 0).any(axis=1).all())


def _not_compared(model: Declared, held: Frame, waves: Sequence[str]) -> str:
    same = [wave for wave in waves if (held.exposure.loc[at_wave(held, wave).used].nunique() == 1).all()]
    mend = "leave out of 'waves' what has nobody to compare with"
    if same:
        return f"at {listed(same)} everybody who is left has the same exposure ({mend})"
    return f"at {listed(waves)} too few {model.unit} are left at {model.exposure.reference}, the reference ({mend})"


def column_at(column: str, wave: str) -> str:
    """What a column of the exposure is called at one wave."""
    return f"{column} at {wave}"


def _at(held: Frame, columns: pd.DataFrame, wave: str) -> pd.DataFrame:
    """Columns that are what they are at one wave and nought at the others; NaN stays NaN."""
    here = np.asarray(held.wave == wave, dtype=float)[:, None]
    names = [column_at(str(column), wave) for column in columns]
    return pd.DataFrame(columns.to_numpy(dtype=float) * here, columns=names, index=columns.index)


def _beside(held: Frame, model: Declared, adjust: pd.DataFrame | None) -> pd.DataFrame:
    """The waves but the first, and the covariates."""
    waves = {f"wave={wave}": np.asarray(held.wave == wave, dtype=float) for wave in model.waves[1:]}
    columns = pd.DataFrame(waves, index=held.exposure.index)
    return columns if adjust is None else pd.concat([columns, adjust], axis=1)


def _of_wave(
    model: Declared, held: Frame, adjustment: str, wave: str, x: pd.DataFrame, found: Coefficients,
    dropped: tuple[str, ...],
) -> Fitted:  # fmt: skip
    names = {column_at(column, wave): column for column in model.exposure.columns}
    view = at_wave(held, wave)
    own = replace(found, terms=tuple(names.get(term, term) for term in found.terms))
    own = without_interval(own, model, view)
    if isinstance(own, MixedCoefficients) and own.singular and held.grouped == PERSON:
        own = replace(own, singular=SINGULAR)
    named = x.rename(columns=names)
    tests, together = beside(model, held, named, own, view.used), exposure_jointly(model, held, named, own)
    stood = standings(model, view, own)
    return Fitted(adjustment, own, dropped, beside=tests, wave=wave, joint=together, standings=stood)


def _test(model: Declared, held: Frame, x: pd.DataFrame, found: Coefficients) -> JointTest:
    """In the same model, told as the effect at the first wave and what each later one adds to it."""
    first, *later = model.waves
    columns = model.exposure.columns
    if any(column_at(column, wave) not in x for column in columns for wave in model.waves):
        raise NotEstimable("at a wave nobody is left at a level")
    told = x.copy()
    for column in columns:
        told[column_at(column, first)] = sum(x[column_at(column, wave)] for wave in model.waves)
    added = [column_at(column, wave) for wave in later for column in columns]
    told = told[[*(name for name in x if name not in added), *added]]
    return jointly(model, held, told, regress(told, held.y, held, model.effect, model.clustering), added)
