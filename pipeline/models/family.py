"""``Family``: which P values of a study's models are adjusted together."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.models.multiplicity import Method, adjusted_together
from pipeline.results import Key

STATISTIC: dict[Method, str] = {"holm": "p_holm", "bh": "p_bh"}
"""What an adjusted P value is called in results."""


@dataclass(frozen=True)
class Family:
    """models: their names, and titles in the same order. tests: the key of each P value, in the order of the file."""

    name: str
    models: tuple[str, ...]
    titles: tuple[str, ...]
    method: Method
    tests: tuple[Key, ...]

    @property
    def statistic(self) -> str:
        return STATISTIC[self.method]

    @property
    def spoken(self) -> str:
        return f"the family \u2018{self.name.replace('_', ' ')}\u2019"

    @property
    def note(self) -> str:
        """What stands under the table of each of its models."""
        return f"{adjusted_together(len(self.tests), self.method)} They are {self.spoken}: {'; '.join(self.titles)}."
