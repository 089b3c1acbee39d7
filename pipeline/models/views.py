"""A model of several waves, looked at one wave at a time: its rows there, and how what is told names the wave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.frame import Flags, Frame
from pipeline.results import ALL, Key, Number, Sentence, literal


def at_wave(held: Frame, wave: str) -> Frame:
    """The same frame with the population and the used rows of one wave; nothing is filtered."""
    here: Flags = np.asarray(held.wave == wave, dtype=bool)
    return replace(
        held,
        population=held.population & here,
        used=held.used & here,
        missing=tuple(gone for gone in held.missing if gone.wave == wave),
    )


def listed(waves: Sequence[str]) -> str:
    """``3 months``; ``3 months and 6 months``."""
    return " and ".join(filter(None, (", ".join(waves[:-1]), waves[-1])))


def views(model: Declared, held: Frame) -> list[tuple[str, Frame]]:
    """(wave, its frame), in order; of a model that has no several waves, the frame as it is."""
    return [(wave, at_wave(held, wave)) for wave in model.waves] or [("", held)]


def with_wave(key: Key, wave: str) -> Key:
    """The key of the same number at one wave: ``All`` becomes ``wave=3 months``; a group that has its wave keeps it."""
    return key._replace(group=f"wave={wave}") if wave and key.group == ALL else key


def numbers_by_wave(made: Callable[[Declared, Frame], Iterable[Number]], model: Declared, held: Frame
                    ) -> Iterator[Number]:  # fmt: skip
    """What ``made`` counts of a frame, counted at each wave where there are several."""
    for wave, view in views(model, held):
        for number in made(model, view):
            yield number._replace(key=with_wave(number.key, wave))


def people_by_wave(held: Frame) -> list[int]:
    """Of several waves, where people are the clusters: how many have no row at each wave, and how many rows there are
    beyond the first of each; whom the number of people, beside those of rows, tells of. Noughts are left out."""
    if held.wave is None or held.cluster is None or not held.used.any():
        return []
    everyone = held.people(held.used)
    if len(np.unique(held.cluster[held.used])) != everyone:
        return []
    here = np.unique(held.wave[held.used], return_counts=True)[1]
    return [n for n in (*(everyone - here), held.rows - everyone) if n]


def said_by_wave(
    made: Callable[[Frame, Sequence[Fitted]], Iterable[Sentence]],
    model: Declared,
    held: Frame,
    fitted: Sequence[Fitted],
) -> Iterator[Sentence]:
    """What ``made`` says of a frame and its fits, of each wave where there are several; the same of all, once."""
    said = [
        (wave, replace(sentence, keys={hole: with_wave(key, wave) for hole, key in sentence.keys.items()}))
        for wave, view in views(model, held)
        for sentence in made(view, [part for part in fitted if part.wave == wave])
    ]
    everywhere = [s for wave, s in said if all((other, s) in said for other in model.waves or ("",))]
    for place, (wave, sentence) in enumerate(said):
        if sentence not in everywhere:
            yield replace(sentence, template=literal(f"At {wave}: ") + sentence.template)
        elif sentence not in [s for _, s in said[:place]]:
            yield sentence
