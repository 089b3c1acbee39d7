"""Themes and codes counted, in all and by role or programme: people, documents and segments kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.errors import StageFailed
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Interviews, Study
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import Coding
from pipeline.themes.tally import (
    CODE,
    Flags,
    Group,
    Marked,
    Tally,
    carried,
    documents_of,
    groups,
    inside,
    shown,
    tops_of,
)

KIND = "themes"
PEOPLE, DOCUMENTS, SEGMENTS = "people", "documents", "segments"
ALONE = "no one in particular"
"""Term of segments of which nobody knows who said them."""
OF_NO_ONE = f"of={ALONE}"
"""Group of a line's segments, and of documents, that no column has: all of them less those of the columns."""


def theme_counts(cleaned: CleanedCoding, study: Study, name: str) -> Results:
    """The numbers of the table ``name`` under ``interviews: tables`` (or of a codebook): kind ``themes``.

    At the head of each group (term ``""``) ``n`` people and, where they are counted, ``documents``. Of each line (term
    ``theme`` or ``code``, level its name or path) what ``count`` names: ``n`` people with ``denominator`` (the group's
    people) and ``percent``; ``documents``; ``segments``, which are passages, each counted once for a line, whichever
    of its codes and coders marked it. Segments of no one in particular stand in ``All`` alone; beside columns, whoever
    subtracts these has them, so they are numbers of their own (``OF_NO_ONE``), as are their documents where all add up.
    Documents and segments stand on the people behind them (``Number.people``).
    """
    assert study.interviews is not None
    spec = study.interviews.tables[name]
    book = spec.form == "codebook"
    count = (PEOPLE, DOCUMENTS, SEGMENTS) if book else spec.count
    lines = shown(cleaned, study, CODE + "s" if book else spec.rows)
    columns = groups(cleaned, study, None if book else spec.columns)
    return Results.of(_numbers(cleaned, study.interviews, name, lines, columns, count))


def _numbers(
    cleaned: CleanedCoding,
    said: Interviews,
    name: str,
    lines: Sequence[Marked],
    columns: Sequence[Group],
    count: Sequence[str],
) -> Iterator[Number]:
    coding = cleaned.coding
    tally = Tally.of(coding)
    within = {group.path: inside(coding, group) for group in columns}
    alone = tally.who < 0
    heads = [number for group in columns for number in _heads(coding, name, group, count)]
    yield from (*heads, *_left(heads, len(_of_nobody(coding, coding.documents.index))))
    if alone.any():
        yield Number(Key(KIND, name, ALONE, "", ALL, SEGMENTS), tally.segments(alone), tally.behind(alone), 0)
    for marked in dict.fromkeys(line._replace(depth=0) for line in lines):
        here = carried(cleaned, marked)
        numbers = [n for group in columns for n in _line(tally, name, marked, group, here & within[group.path], count)]
        numbers += _left(numbers, tally.behind(here) - tally.people(here), tally.behind(here & alone))
        yield from (n._replace(sensitive=said.is_sensitive(tops_of(said, *marked[:2]))) for n in numbers)
        _adds_up(tally, marked, here, [within[group.path] for group in columns if group.path != ALL])


def _heads(coding: Coding, name: str, group: Group, count: Sequence[str]) -> Iterator[Number]:
    people = len(group.people - {""})
    yield Number(Key(KIND, name, "", "", group.path, "n"), people, people, 0)
    if DOCUMENTS in count:
        documents = documents_of(coding, group)
        behind = min(people, len(documents)) + len(_of_nobody(coding, documents))
        yield Number(Key(KIND, name, "", "", group.path, DOCUMENTS), len(documents), behind, 0)


def _of_nobody(coding: Coding, documents: Iterable[str]) -> set[str]:
    """Those that are nobody's, and in which nobody speaks who is known."""
    known = set(coding.documents.index[coding.documents["participant"] != ""])
    return set(documents) - known - set(coding.segments.loc[coding.segments["participant"] != "", "document"])


def _left(numbers: Sequence[Number], documents: int, behind: int = 0) -> Iterator[Number]:
    """What all documents and segments of a line are more than those of its columns. documents: how many are no one's.
    behind: on how many people the segments stand."""
    for statistic, people in ((DOCUMENTS, documents), (SEGMENTS, behind)):
        of = {n.key.group: n for n in numbers if n.key.statistic == statistic}
        left = of[ALL].value - sum(n.value for group, n in of.items() if group != ALL) if len(of) > 1 else 0
        if left > 0 and (statistic == SEGMENTS or left == documents):
            yield Number(of[ALL].key._replace(group=OF_NO_ONE), left, people, 0)


def _line(tally: Tally, name: str, marked: Marked, group: Group, here: Flags, count: Sequence[str]) -> Iterator[Number]:
    key = Key(KIND, name, marked.term, marked.level, group.path)
    if PEOPLE in count:
        n, of = tally.people(here), len(group.people - {""})
        yield Number(key, n, n, 0)
        yield Number(key._replace(statistic="denominator"), of, of, 0)
        yield Number(key._replace(statistic="percent"), 100 * n / of if of else float("nan"), n)
    for word, counted in ((DOCUMENTS, tally.documents), (SEGMENTS, tally.segments)):
        if word in count:
            yield Number(key._replace(statistic=word), counted(here), tally.behind(here), 0)


def _adds_up(tally: Tally, marked: Marked, here: Flags, parts: Sequence[Flags]) -> None:
    """Everyone who is known stands in one group: ``StageFailed`` where people of the groups are not all people."""
    held = sum(tally.people(here & part) for part in parts)
    if parts and held != tally.people(here):
        raise StageFailed(f"{marked.term} '{marked.level}': {held} people in its groups, {tally.people(here)} in all")
