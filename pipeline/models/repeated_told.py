"""Whether an effect differs between waves, as numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pipeline.models.declared import Declared
from pipeline.models.estimates import Between, group_of
from pipeline.models.frame import Frame
from pipeline.models.numbers import fewest_in_cell, fewest_of_all, smaller_side
from pipeline.models.views import listed, views
from pipeline.results import Key, Number, Sentence, literal

BY_WAVE = " by wave"
"""Behind the exposure's name, the term of a test whether its effect differs between waves."""


def between_numbers(model: Declared, held: Frame, between: Sequence[Between]) -> Iterator[Number]:
    """A test's F, its two degrees of freedom and P, on the fewest people of any estimate that it compares."""
    for part in between:
        counted = fewest_in_cell if part.adjustment == "unadjusted" else smaller_side
        cells = (counted(model, view, level) for _, view in views(model, held) for level in model.exposure.shown)
        people = fewest_of_all(cells, model.sensitive)
        test, key = part.test, between_key(model, part.adjustment)
        nothing = (math.nan,) * 4
        statistic, df, df2, p = nothing if test is None else (test.statistic, test.df, test.df2, test.p)
        yield Number(key._replace(statistic="statistic"), statistic, people, None, model.sensitive)
        yield Number(key._replace(statistic="df"), df, math.nan, 0)
        yield Number(key._replace(statistic="df2"), df2, math.nan)
        yield Number(key._replace(statistic="p"), p, people, None, model.sensitive)


def between_key(model: Declared, adjustment: str) -> Key:
    return Key("model", model.name, f"{model.exposure.name}{BY_WAVE}", "", group_of(adjustment))


def between_notes(model: Declared, between: Sequence[Between]) -> Iterator[Sentence]:
    """A sentence a model, for the notes of its table."""
    for part in between:
        key = between_key(model, part.adjustment)
        if part.test is not None:
            keys = {word: key._replace(statistic=word) for word in ("statistic", "df", "df2", "p")}
            what = f"Whether the {model.effect} differs between {listed(model.waves)}"
            yield Sentence(
                literal(f"{what} ({model.words_of(part.adjustment)}): F ")
                + "{statistic} on {df} and {df2} degrees of freedom, P {p}.",
                keys,
            )
        else:
            what = f"Whether the {model.effect} differs between waves"
            yield Sentence(literal(f"{what} could not be tested ({model.words_of(part.adjustment)}): {part.reason}."))
