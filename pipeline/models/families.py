"""P values of a declared family of models, adjusted together: ``p_holm`` or ``p_bh`` beside each ``p``.

A family is every P value of an exposure (one a level) of the adjusted model, or of the unadjusted where no covariates
are declared, of each of its models. How many these are follows from the study file alone: a model that gave none, or
a P value that the door withholds (``disclosure.families``), still counts, as one of 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.models.declared import declared
from pipeline.models.estimates import Modelled, group_of
from pipeline.models.family import Family
from pipeline.models.multiplicity import adjusted_as_declared, adjusted_together, counted_as_one
from pipeline.results import KEY, Key, Number, Results, Sentence, literal
from pipeline.study import Study

SOURCES = {
    "holm": "Holm 1979: the chance of any false finding in the family is held",
    "bh": "Benjamini & Hochberg 1995: the expected share of false findings among those of the family is held",
}


def families(study: Study) -> tuple[Family, ...]:
    """Every family of a study file that is in order."""
    return tuple(
        Family(
            name,
            spec.models,
            tuple(declared(study, model).title for model in spec.models),
            spec.adjust,
            tuple(key for model in spec.models for key in p_values_of(study, model)),
        )
        for name, spec in study.families.items()
    )


def p_values_of(study: Study, name: str) -> Iterator[Key]:
    """The keys of the P values that a model brings into a family, whether there are any or not."""
    model = declared(study, name)
    adjustment = "adjusted" if model.adjust else "unadjusted"
    for wave in model.waves or ("",):
        for level in model.exposure.shown:
            yield Key("model", name, model.exposure.name, level, group_of(adjustment, wave), "p")


def family_values(family: Family, p: Mapping[Key, float]) -> dict[Key, float]:
    """Key of each adjusted P value -> it; NaN where ``p`` has none or it is NaN."""
    raw = np.array([p.get(key, np.nan) for key in family.tests], dtype=float)
    better = adjusted_as_declared(raw, family.method)
    return {
        key._replace(statistic=family.statistic): float(value) for key, value in zip(family.tests, better, strict=True)
    }


def with_families(study: Study, modelled: Sequence[Modelled]) -> tuple[Modelled, ...]:
    """Fitted models with the adjusted P values of their families among their numbers, each standing on the same people
    as the P value beside it, and with a remark where a test of the family gave none."""
    found = list(modelled)
    for family in families(study):
        numbers = {key: number for part in found for key, number in _p_values(part).items()}
        better = family_values(family, {key: number.value for key, number in numbers.items()})
        lost = sum(np.isnan(value) for value in better.values())
        for at, part in enumerate(found):
            if part.name in family.models:
                own = [
                    numbers[raw]._replace(key=key, value=value)
                    for raw, (key, value) in zip(family.tests, better.items(), strict=True)
                    if raw.name == part.name and raw in numbers
                ]
                results = Results.join([part.results, Results.of(own)])
                said = (*part.remarks, *_without(family, lost))
                found[at] = replace(part, results=results, remarks=said, family=family)
    return tuple(found)


def _p_values(part: Modelled) -> dict[Key, Number]:
    """Those of a model, each with what the door must know of it."""
    rows = part.results.frame
    return {
        Key(*(str(row[word]) for word in KEY)): Number(
            Key(*(str(row[word]) for word in KEY)), float(row["value"]), float(row["people"]),
            None if np.isnan(row["decimals"]) else int(row["decimals"]), bool(row["sensitive"]),
        )
        for _, row in rows[(rows["statistic"] == "p") & (rows["kind"] == "model")].iterrows()
    }  # fmt: skip


def _without(family: Family, lost: int) -> Iterator[Sentence]:
    if lost:
        yield Sentence(literal(
            f"Of the {len(family.tests)} tests of {family.spoken} {lost} {'has' if lost == 1 else 'have'} no P value: "
            f"{counted_as_one(lost)}"
        ))  # fmt: skip


def family_methods(study: Study) -> Iterator[str]:
    """A sentence a family, and one on what counts in all of them."""
    for family in families(study):
        several = len(family.models) > 1
        named = "; ".join(family.titles)
        yield (
            f"{family.spoken[:1].upper()}{family.spoken[1:]} is declared in the study file: the P "
            f"values of the exposure{'s' if several else ''} of {'these models' if several else 'this model'} "
            f"({named}; of the adjusted model where there is one, of several levels each). "
            f"{adjusted_together(len(family.tests), family.method)} ({SOURCES[family.method]}.)"
        )
    if study.families:
        yield (
            "A test of a family that gave no P value, or whose P value is withheld, counts as one that was made, with "
            "a P value of 1: the number of tests stays as declared, the other adjusted P values are at least what they "
            "would be with it, and nothing of it can be worked out from them."
        )
