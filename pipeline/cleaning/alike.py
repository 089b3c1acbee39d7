"""Rows that may belong to one person and are taken for several, or to nobody who was there before: counted, kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from pipeline.cleaning.ledger import RuleLine
from pipeline.cleaning.no_people import BROKEN_OFF, TOTAL, TRIED
from pipeline.study import Study

ALIKE = "ids that differ from another one only in leading zeros, capitals or blanks"
LATER_ONLY = "ids with a row at a later wave and none at the first"
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def of_one_person(study: Study, keys: dict[str, pd.DataFrame]) -> Iterator[RuleLine]:
    """A line a table and doubt, where there is something to doubt."""
    for table, frame in keys.items():
        if n := alike(frame["id"]):
            yield RuleLine(table, "", ALIKE, n)
        waves = list(study.sources[table].wave_labels.values())
        if waves and (n := later_only(frame, waves[0])):
            yield RuleLine(table, "", LATER_ONLY, n)


def alike(ids: pd.Series) -> int:
    """How many different ids are written like another one but for leading zeros, capitals and blanks."""
    different = pd.Series(ids.unique(), dtype="str")
    plain = different.map(lambda name: _ZEROS.sub("", "".join(name.casefold().split())))
    return int(plain.duplicated(keep=False).sum())


def later_only(keys: pd.DataFrame, first: str) -> int:
    """How many people have rows, and none of them at the first wave."""
    ids = keys["id"]
    return int(ids[~ids.isin(ids[keys["wave"] == first])].nunique())


def doubts(rules: pd.DataFrame) -> list[str]:
    """A line a doubt for the terminal, from the ledger's rules."""
    ask = {
        ALIKE: "Are they the same? Then correct the file.",
        LATER_ONLY: "Is the id written alike at every wave?",
        TRIED: "Such rows count as people: leave them out under 'exclude', as docs/study-files.md shows.",
        BROKEN_OFF: "Such rows count as people; 'exclude' can leave them out, with a reason.",
        TOTAL: "Such rows count as people: are they? Else leave them out under 'exclude'.",
    }
    return [
        f"{line.table}: {line.cells:,} {line.rule if line.cells > 1 else _one(line.rule)}. {ask[line.rule]}"
        for line in rules[rules["rule"].isin(list(ask))].itertuples(index=False)
    ]


def _one(rule: str) -> str:
    for many, one in (
        ("ids", "id"), ("rows", "row"), ("as previews or tests", "as a preview or test"), ("leaves them", "leaves it"),
        ("surveys that were", "a survey that was"),
        ("that look like totals or remarks", "that looks like a total or a remark"),
    ):  # fmt: skip
        rule = rule.replace(many, one, 1)
    return rule
