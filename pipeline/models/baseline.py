"""Analysis of covariance: the outcome's answer at an earlier wave as a covariate of every row of the same person.

Why it and not the change from then: Senn 2006 (Stat Med 25(24), 4334-4344); Vickers & Altman 2001 (BMJ 323,
1123-1124). A person without an answer then has no row in the model and is counted, as with any other value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.cleaning.derive import at_wave
from pipeline.cleaning.reasons import Reasons
from pipeline.models.declared import Declared, Term
from pipeline.results import Sentence, literal


def with_baseline(people: People, model: Declared) -> People:
    """The same with a model's baseline in its table, and with what was asked at the baseline alone in every row.

    Why a value is missing: as it was said at that wave, or that the person has no row there.
    """
    if model.baseline is None:
        return people
    keys = people.keys[model.table]
    table, reasons = people.frames[model.table].copy(deep=False), people.reasons[model.table].copy(deep=False)
    carried = [(model.outcome, model.baseline)]
    carried += [(term, term) for term in model.terms if term.name in model.at_baseline]
    for then, now in carried:
        for column, into in zip(_held(then, now), _held(now, now), strict=True):
            values, why = at_wave(
                people.frames[model.table][column],
                Reasons.of(people.reasons[model.table][then.name]),
                keys,
                model.baseline_wave,
            )
            table[into] = values
            reasons[now.name] = pd.Series(why.array(), index=reasons.index)
    return replace(people, frames={**people.frames, model.table: table},
                   reasons={**people.reasons, model.table: reasons})  # fmt: skip


def baseline_remarks(model: Declared) -> Iterator[Sentence]:
    """What the baseline makes of the estimates, and whose values it takes from there."""
    if model.baseline is None:
        return
    every = "Both models are" if model.adjust else "The model is"
    yield Sentence(literal(f"{every} adjusted for the outcome at baseline ({model.baseline.label})."))
    then = [term.label for term in model.terms if term.name in model.at_baseline]
    if then:
        yield Sentence(literal(f"Asked at {model.baseline_wave} alone, and taken from there: {', '.join(then)}."))


def _held(term: Term, shown: Term) -> tuple[str, ...]:
    """Columns of a table that hold a term's values: of boxes those of ``shown``."""
    return tuple(f"{term.name}={level}" for level in shown.levels) if term.kind == "choices" else (term.name,)
