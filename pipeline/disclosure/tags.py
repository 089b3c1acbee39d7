"""How a quotation's speaker is told, and whether too few people are told so.

A tag points to those of the analysed people of whom the same words would stand. A coarser tag points to fewer than it
says: a reader takes off everyone for whom a finer one would do. So people are told as finely as enough others are, in
steps: by the usual tag; of those left over, by one with a name less; and so on. A tag stands for those of its own step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import pandas as pd

from pipeline.errors import Mistake
from pipeline.study.quoted import Quotations, holes


@dataclass(frozen=True, eq=False)
class Tagging:
    """people: index participant; the columns that tags may name. said: the usual tag, and what labels are called."""

    people: pd.DataFrame
    said: Quotations
    smallest: int

    @cached_property
    def _known(self) -> dict[str, dict[str, str]]:
        """Participant -> what is known of them, as tags call it."""
        called = self.people.astype("object").map(lambda value: self.said.called.get(str(value), str(value)))
        return dict(zip(map(str, called.index), called.to_dict("records"), strict=True))

    @cached_property
    def _forms(self) -> dict[str, dict[str, str]]:
        return {}

    def _told(self, form: str) -> dict[str, str]:
        """Participant -> the tag in words, ``""`` where something that it names is not known of them."""
        if form not in self._forms:
            names = holes(form)
            self._forms[form] = {
                p: filled(form, {name: own[name] for name in names}) if all(own[name] for name in names) else ""
                for p, own in self._known.items()
            }
        return self._forms[form]

    @cached_property
    def _step(self) -> dict[str, int]:
        """Participant -> at which step enough people are told by the same tag; -1 for those whom no tag hides."""
        step = dict.fromkeys(self._known, -1)
        for number, form in enumerate((self.said.tag, *_shorter(self.said.tag))):
            left = {p: tag for p, tag in self._told(form).items() if step[p] < 0 and tag}
            enough = {tag for tag, n in Counter(left.values()).items() if n >= self.smallest}
            step |= {p: number for p, tag in left.items() if tag in enough}
        return step

    def printed(self, form: str, participant: str) -> str:
        """The tag in words; ``""`` where something that it names is not known of this person."""
        return self._told(form)[participant]

    def points_to(self, form: str, participant: str) -> int:
        """How many people the tag may stand for."""
        alike = self._alike(form, participant)
        return len(alike) if form == self.said.tag else sum(self._step[p] == self._step[participant] for p in alike)

    def _alike(self, form: str, participant: str) -> list[str]:
        """Those of whom a tag of this form says the same."""
        told = self._told(form)
        return [p for p, tag in told.items() if tag == told[participant]]

    def coarser(self, form: str, participant: str) -> tuple[str, int] | None:
        """The tag with the fewest names left out that points to enough people, and to how many; None for none."""
        for each in _shorter(form):
            if self.printed(each, participant) and (n := self.points_to(each, participant)) >= self.smallest:
                return each, n
        return None

    def wrong(self, form: str, participant: str, where: str) -> Iterator[Mistake]:
        """What is wrong with a tag: something is not known, or too few people are told so. It names no one."""
        if not self.printed(form, participant):
            what = "its tag names something that is not known of its speaker."
            yield Mistake(where, what, self._instead(form, participant))
        elif (n := self.points_to(form, participant)) < self.smallest:
            told = f"its tag points to {n} of {len(self.people)} people, fewer than {self.smallest}"
            fewer = n < len(self._alike(form, participant))
            others = ": of others who share it a finer tag can be told" if fewer else ""
            yield Mistake(where, f"{told}{others}.", self._instead(form, participant))

    def _instead(self, form: str, participant: str) -> str:
        if found := self.coarser(form, participant):
            return f'Write tag: "{found[0]}", which {found[1]} share, or join labels under \'called\'.'
        for each in _shorter(self.said.tag):
            told = Counter(self._told(each).values())
            if not told[""] and min(n for n in told.values() if n) >= self.smallest:
                return f"Write a coarser tag for all (quotations: tag: '{each}'), or join labels under 'called'."
        return "Quote no one: so few people were interviewed that any tag points to them."


def filled(form: str, values: Mapping[str, str]) -> str:
    """A form with its names replaced; values are text, whatever stands in them."""
    for name in holes(form):
        form = form.replace(f"{{{name}}}", f"\0{name}\0")
    form = form.replace("{{", "{").replace("}}", "}")
    for name, value in values.items():
        form = form.replace(f"\0{name}\0", value.replace("\0", ""))
    return form


def _shorter(form: str) -> Iterator[str]:
    """The form without one of its names (the last first), without two, …; with none of them, ``Participant``."""
    names = holes(form)
    for stay in range(len(names) - 1, 0, -1):
        for kept in combinations(names, stay):
            yield ", ".join(f"{{{name}}}" for name in kept)
    yield "Participant"
