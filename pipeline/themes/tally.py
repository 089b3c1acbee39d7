"""Segments counted three ways: the people, the documents and the passages behind any part of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.results import ALL
from pipeline.study import Interviews, Study
from pipeline.study.check_interview_tables import legend_of
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import Coding, under

THEME, CODE = "theme", "code"
Flags = NDArray[np.bool_]
_PLACE = ["document", "participant", "start", "end"]


class Marked(NamedTuple):
    """What a segment may carry. term: ``theme`` or ``code``; level: the theme's name or the code's path; depth: how far
    below the line that it belongs to."""

    term: str
    level: str
    depth: int = 0


class Group(NamedTuple):
    """People side by side in a table. path: ``All``, ``role=Recipients``; people: who (``""`` for segments of no one in
    particular, who stand among all alone)."""

    path: str
    label: str
    people: frozenset[str]


@dataclass(frozen=True, eq=False)
class Tally:
    """Of each segment who, in which document and which passage, as whole numbers; -1: no one in particular.

    A passage is a place in a document and of one person. It counts once, however many codes and coders it has. Without
    a place it is known by its words; without these every segment is one.
    """

    who: NDArray[np.int64]
    document: NDArray[np.int64]
    passage: NDArray[np.int64]

    @classmethod
    def of(cls, coding: Coding) -> Tally:
        segments = coding.segments
        placed = segments["start"].notna()
        words = segments["quotation"].where(~placed, "")
        alone = segments.index.to_series().where(~placed & (words == ""), -1)
        keys = [segments[name] for name in _PLACE]
        passage = segments.groupby([*keys, words, alone], dropna=False, sort=False).ngroup()
        who = pd.factorize(segments["participant"].where(segments["participant"] != "", None))[0]
        return cls(who.astype(np.int64), pd.factorize(segments["document"])[0].astype(np.int64),
                   passage.to_numpy(dtype=np.int64))  # fmt: skip

    def people(self, here: Flags) -> int:
        who = self.who[here]
        return len(np.unique(who[who >= 0]))

    def documents(self, here: Flags) -> int:
        return len(np.unique(self.document[here]))

    def segments(self, here: Flags) -> int:
        return len(np.unique(self.passage[here]))

    def behind(self, here: Flags) -> int:
        """On how many people these segments stand: those known, and one for each document in which nobody is."""
        known = here & (self.who >= 0)
        return self.people(here) + len(np.setdiff1d(self.document[here], self.document[known]))


def carried(cleaned: CleanedCoding, marked: Marked) -> Flags:
    """Which segments carry a theme, or a code with all that stand under it."""
    if marked.term == THEME:
        codes = cleaned.themes.loc[cleaned.themes["theme"] == marked.level, "code"]
        return cleaned.coding.segments["code"].isin(codes).to_numpy(dtype=bool)
    below = under(cleaned.coding.codes.index, marked.level)
    return cleaned.coding.segments["code"].isin(below).to_numpy(dtype=bool)


def tops_of(said: Interviews, term: str, level: str) -> tuple[str, ...]:
    """The codes that make up a line, each with all that stand under it."""
    theme = said.coded_themes.get(level) if term == THEME else None
    return theme.codes if theme is not None else (level,)


def shown(cleaned: CleanedCoding, study: Study, rows: str) -> list[Marked]:
    """The lines of a table: declared ``themes``, all ``codes`` in the order of their tree, or the ``tree``: each theme
    with its codes under it (a code that makes up two themes stands under both)."""
    assert study.interviews is not None
    paths = list(cleaned.coding.codes.index)
    if rows == "codes":
        return [Marked(CODE, path, path.count("::")) for path in paths]
    found = list[Marked]()
    for name, theme in study.interviews.coded_themes.items():
        found.append(Marked(THEME, name))
        if rows == "tree":
            for top in dict.fromkeys(theme.codes):
                base = top.count("::") - 1
                inner = [path for path in under(paths, top) if not _above(top, theme.codes)]
                found += [Marked(CODE, path, path.count("::") - base) for path in inner]
    return found


def _above(code: str, tops: Sequence[str]) -> bool:
    """Whether another of a theme's codes stands above this one, and brings it along."""
    return any(code.startswith(f"{top}::") for top in tops)


def groups(cleaned: CleanedCoding, study: Study, by: str | None) -> list[Group]:
    """Those with each label of a role or programme in declared order, where there are any; all of them last."""
    people = cleaned.coding.people
    everyone = Group(ALL, "All" if by is None else "Overall", frozenset([*people.index, ""]))
    if by is None:
        return [everyone]
    assert study.interviews is not None
    held = {label: frozenset(people.index[people[by] == label]) for label in legend_of(study.interviews, by).values()}
    return [*(Group(f"{by}={label}", label, who) for label, who in held.items() if who), everyone]


def inside(coding: Coding, group: Group) -> Flags:
    """Which segments are of a group's people."""
    return coding.segments["participant"].isin(group.people).to_numpy(dtype=bool)


def documents_of(coding: Coding, group: Group) -> list[str]:
    """The documents in which a group's people speak, or which are theirs; of all, every document."""
    if "" in group.people:
        return list(coding.documents.index)
    spoken = set(coding.segments.loc[inside(coding, group), "document"])
    theirs = coding.documents["participant"].isin(group.people)
    return [name for name, own in theirs.items() if own or name in spoken]
