"""What a reader is told of a fit itself, and of the tests beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.models.beside import PROPORTIONAL, SMALLEST, WILD
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.firth import FirthCoefficients
from pipeline.models.linear import TOO_FEW
from pipeline.results import Key, Sentence, literal


def beside_remarks(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """Of the last model, which is the adjusted one where there are two, what stands beside it; of each what its fit
    says."""
    yield from _beside(model, fitted)
    yield from _told(model, fitted)


def _told(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """What a fit says of itself: separation that Firth's likelihood got over, clusters that do not differ."""
    for part in fitted:
        if part.coefficients is not None and (why := part.coefficients.told):
            firth = isinstance(part.coefficients, FirthCoefficients)
            if firth:
                why = penalised_told(model, why)
            yield Sentence(literal(f"In the {part.adjustment} model {why}."), caveat=firth)


def penalised_told(model: Declared, why: str) -> str:
    """A clause of a fit by Firth's likelihood. why: what separates, which of a sensitive model is not said."""
    said = TOO_FEW if model.sensitive else why
    return f"{said}; its estimates are of Firth's penalised likelihood, which shrinks them"


def _beside(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    for part in fitted[-1:]:
        base = Key("model", model.name, model.exposure.name, "", part.group)
        none = [level for (level, s), p in part.beside.items() if s == WILD and np.isnan(p)]
        if none:
            named = f" of {', '.join(none)}" if any(none) else ""
            yield Sentence(
                literal(f"The wild cluster bootstrap gives no P value{named}: clusters are too few, or too alike."),
                caveat=True,
            )
        levels = dict.fromkeys(level for level, _ in part.beside if level not in none)
        if not levels:
            continue
        keys = {
            f"{s}{i}": base._replace(level=level, statistic=s)
            for i, level in enumerate(levels)
            for s in (WILD, *(() if i else (SMALLEST, PROPORTIONAL)))
            if (level, s) in part.beside
        }
        if PROPORTIONAL + "0" in keys:
            p = part.beside[next(iter(levels)), PROPORTIONAL]
            if np.isnan(p):
                yield Sentence("Whether one odds ratio serves at every cut could not be tested.", caveat=True)
            else:
                yield Sentence(
                    f"One odds ratio is taken to serve at every cut of the outcome ({part.adjustment} model, Brant's "
                    f"test: P {{{PROPORTIONAL}0}}).", {f"{PROPORTIONAL}0": keys[f"{PROPORTIONAL}0"]}, caveat=p < 0.05,
                )  # fmt: skip
            continue
        said = "; ".join((literal(f"{level} ") if level else "") + f"{{{WILD}{i}}}" for i, level in enumerate(levels))
        yield Sentence(
            f"By the wild cluster bootstrap over all sign vectors the {part.adjustment} model's P is {said}; the "
            f"smallest that so few clusters can give is {{{SMALLEST}0}}.",
            keys,
        )
