"""Released numbers with their texts as a house style prints them."""

from __future__ import annotations

import math

from pipeline.disclosure import Released
from pipeline.results import KEY, Key
from pipeline.tables.in_style import Pen, percent_bases
from pipeline.tables.style import Style
from pipeline.tables.style_file import PLAIN_NAME


def restyled(released: Released, style: Style) -> Released:
    """The same numbers; each text as in a table of ``style``. What is withheld stays as the door said it."""
    if style.name == PLAIN_NAME:
        return released
    frame = released.frame
    largest = percent_bases(frame[~frame["withheld"]])
    pens: dict[tuple[str, str], Pen] = {}
    texts = []
    for words, text, hidden in zip(frame[KEY].itertuples(index=False), frame["text"], frame["withheld"], strict=True):
        key = Key(*words)
        if (key.kind, key.name) not in pens:
            people = float(largest.get((key.kind, key.name), math.inf))
            pens[key.kind, key.name] = Pen(released, style, people)
        texts.append(text if hidden else pens[key.kind, key.name].text(key))
    return Released(frame.assign(text=texts), quotations=released.quotations)
