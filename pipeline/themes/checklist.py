"""COREQ and SRQR, filled from what a study file says: answered, not applicable, or not reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from pipeline.files import package_text
from pipeline.results import ALL, Key
from pipeline.study import Interviews, Study
from pipeline.study.tree import read_tree
from pipeline.study.words import Text

_FOLDER = "pipeline.themes.checklists"
COUNTS = ("people", "coders")
"""Facts that are numbers: they are results, and no words."""


class Checklist(BaseModel):
    """items: heading -> number -> topic, in our own words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    source: str
    items: dict[str, dict[Text, str]]


@dataclass(frozen=True)
class Answered:
    """An item. words: the answer; ``""`` where a number stands for it, or nobody answers it. key: of that number."""

    heading: str
    item: str
    topic: str
    words: str = ""
    key: Key | None = None


FROM = {
    "coreq": {
        "9": "analysis", "12": "people", "13": "flow", "14": "where", "16": "roles", "22": "saturation", "24": "coders",
        "25": "codebook", "27": "software", "29": "quotations", "31": "themes",
    },
    "srqr": {
        "1": "title", "5": "analysis", "7": "where", "8": "saturation", "10": "method", "12": "people",
        "13": "software", "16": "themes", "17": "quotations",
    },
}  # fmt: skip
"""Which fact of the study file answers which item; what it says of an item itself goes before."""


@cache
def checklist(name: str) -> Checklist:
    """``coreq`` or ``srqr``."""
    return Checklist.model_validate(read_tree(package_text(_FOLDER, f"{name}.yaml"), f"{name}.yaml")[0])


def answers(study: Study, name: str) -> Iterator[Answered]:
    """Every item of a checklist that the study file asks for."""
    said = study.interviews
    assert said is not None
    own: Mapping[str, str] = getattr(said, name) or {}
    for heading, items in checklist(name).items.items():
        for item, topic in items.items():
            fact = FROM[name].get(item, "")
            if item in own:
                yield Answered(heading, item, topic, own[item])
            elif (key := _number(said, fact)) is not None:
                yield Answered(heading, item, topic, key=key)
            else:
                yield Answered(heading, item, topic, _words(study, said, fact))


def _number(said: Interviews, fact: str) -> Key | None:
    """The number of people or coders, as ``themes.interviews`` has it."""
    if fact == "coders" and isinstance(said.coders, int):
        return Key("themes", "interviews", "", "", ALL, "coders")
    if fact == "people" and isinstance(said.everyone, int):
        roles = [role for role, n in said.people.items() if isinstance(n, int)]
        alone = roles[0] if len(said.people) == 1 and roles else ""
        return Key("themes", "interviews", "people", alone, ALL, "n")
    return None


def _words(study: Study, said: Interviews, fact: str) -> str:
    if fact == "title":
        return study.title
    if fact == "flow":
        told = said.flow.not_interviewed or said.flow.not_analysed
        return "By reason under 'Who was interviewed'" if told and said.coded else ""
    if fact == "codebook":
        books = [name for name, table in said.tables.items() if table.form == "codebook"]
        return f"In the table '{said.tables[books[0]].title or 'Codebook'}'" if books else ""
    if fact == "quotations":
        return "Under 'Quotations', each with a tag that several people share" if said.quotations else ""
    if fact == "roles":
        roles = [role for role, n in said.people.items() if isinstance(n, int)]
        return f"By role: {', '.join(roles)}" if len(roles) > 1 else ""
    found = said.everyone if fact == "people" else said.fact(fact) if fact else None
    words = "; ".join(found) if isinstance(found, tuple) else "" if found is None else str(found)
    return words[:1].upper() + words[1:]
