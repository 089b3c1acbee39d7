"""The flow of interviews as results: those approached, interviewed and analysed, and why others were not."""

from __future__ import annotations

import pandas as pd

from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence
from pipeline.study.format import CODED
from pipeline.themes.coding_flow import ANALYSED, APPROACHED, INTERVIEWED, RECODED

COUNTED = ("people", "documents", "segments")


def flow_of_interviews(flow: pd.DataFrame) -> Results:
    """Kind ``flow``, name ``coded interviews``, term the step, level the reason, group ``All``; people, and from those
    that were read on, documents and segments. flow: columns ``coding_flow.FLOW``.

    Reasons that stand twice are one. Documents and segments stand on the people of their line; those that were taken
    together or dropped by a rule about codes stand on nobody that is known.
    """
    totals = flow.groupby(["step", "reason"], sort=False)[list(COUNTED)].sum(min_count=1)
    numbers = []
    for (step, reason), line in totals.iterrows():
        people = NOBODY if step == RECODED else float(line["people"])
        for word in COUNTED:
            if pd.notna(line[word]) and not (step == RECODED and word != "segments"):
                n = int(line[word])
                numbers.append(Number(Key("flow", CODED, step, reason, ALL, word), n, _behind(word, n, people), 0))
    return Results.of(numbers)


def _behind(word: str, n: int, people: float) -> float:
    """Of a document that nobody in particular has, one person stands behind it at the least."""
    if word == "people" or people != people:
        return float(n) if word == "people" else people
    return min(people, n) if people else float(n > 0)


def steps_told(flow: pd.DataFrame) -> Sentence:
    """``Of {approached} people who were approached, {interviewed} were interviewed; …``."""
    approached = APPROACHED in set(flow["step"])
    begin = "Of {approached} people who were approached, {interviewed}" if approached else "{interviewed} people"
    used = (*((APPROACHED,) if approached else ()), INTERVIEWED, ANALYSED)
    keys = {word: Key("flow", CODED, word, "", ALL, "people") for word in used}
    return Sentence(f"{begin} were interviewed; the interviews of {{analysed}} are analysed.", keys)
