"""Quotations at the door: no words of a person come out without their consent and a second reader's clearance.

The clearance holds for the very words and the tag that were read: their fingerprint stands in the study file, and words
that changed since (recoded, hidden otherwise, another tag) are not cleared.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.disclosure.release import rule_for
from pipeline.disclosure.tags import Tagging
from pipeline.errors import StageFailed, raise_all
from pipeline.results import ALL, NOBODY, Key, Number, Results
from pipeline.study import Release, Study
from pipeline.tables.quotations import KIND, NAME
from pipeline.themes.chosen import Chosen, choose
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.opened import Opened
from pipeline.themes.told_words import runs_said, to_print
from pipeline.themes.traces import Trace, known_of, traces_of

NO_CONSENT, NOT_CLEARED, CHANGED = "no consent to be quoted", "not cleared by a second reader", "changed since cleared"
REASONS = (NO_CONSENT, NOT_CLEARED, CHANGED)
PRINTED, LEFT_OUT, HIDDEN, SPEAKERS = "printed", "left out", "hidden", "speakers"
COUNTED = {PRINTED: "quotations", LEFT_OUT: "quotations", HIDDEN: "places", SPEAKERS: "n"}
"""Term -> its statistic. Quotations and places in them are no people; those who speak are."""


def smallest_group(rule: Release) -> int:
    """How many people a tag must stand for: as many as a count that the rule lets stand; under ``none``, ``below``."""
    found = rule_for(rule)
    return rule.below if found is None else max(found.smallest, found.first)


def fingerprint(words: str, tag: str) -> str:
    """Eight hexadecimal digits of the SHA-256 of what would be printed: words and tag."""
    return hashlib.sha256(f"{words}\x1f{tag}".encode()).hexdigest()[:8]


@dataclass(frozen=True, repr=False)
class Candidate:
    """A quotation that may come to the door, or may not.

    consent: ``yes``, ``no`` or ``""``. tag: as it would be printed; people: how many it may stand for. hidden: how many
    places have other words instead. cleared: the fingerprint that the study file names beside a second reader and a
    day; ``""`` for none. speaker: a number that only tells whether two are of one person.
    """

    theme: str
    definition: str
    words: str
    tag: str
    people: int
    consent: str
    cleared: str
    hidden: int
    speaker: int

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.words, self.tag)

    @property
    def barred(self) -> str:
        """Why it can't be printed; ``""`` where it can. Consent goes before all else."""
        if self.consent != "yes":
            return NO_CONSENT
        if not self.cleared:
            return NOT_CLEARED
        return "" if self.cleared == self.fingerprint else CHANGED


@dataclass(frozen=True, repr=False)
class Quotation:
    """Words of a person that may be printed.

    There is no way to one but a candidate with consent, a clearance of these very words, and a tag that enough people
    share: ``StageFailed`` for any other.
    """

    candidate: Candidate
    rule: Release

    def __post_init__(self) -> None:
        if self.candidate.barred:
            raise StageFailed(f"a quotation can't be printed: {self.candidate.barred}")
        if self.candidate.people < smallest_group(self.rule):
            raise StageFailed("a quotation can't be printed: its tag points to too few people")

    @property
    def theme(self) -> str:
        return self.candidate.theme

    @property
    def definition(self) -> str:
        return self.candidate.definition

    @property
    def words(self) -> str:
        return self.candidate.words

    @property
    def tag(self) -> str:
        return self.candidate.tag


def released_quotations(candidates: Sequence[Candidate], rule: Release) -> tuple[Quotation, ...]:
    """Those that may be printed, in their order; the others stay behind."""
    return tuple(Quotation(one, rule) for one in candidates if not one.barred)


@dataclass(frozen=True, repr=False)
class Judged:
    """chosen, candidates, traces: side by side. traces: at what a second reader should look twice."""

    chosen: tuple[Chosen, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    traces: tuple[tuple[Trace, ...], ...] = ()

    @property
    def stands(self) -> pd.DataFrame:
        """How each quotation stands, without its words: theme, quotation (its number), hidden and look_twice (places),
        stands (why it is left out, or ``printed``)."""
        lines = [
            (one.theme, one.number, len(one.hidden), len(traces), candidate.barred or PRINTED)
            for one, candidate, traces in zip(self.chosen, self.candidates, self.traces, strict=True)
        ]
        return pd.DataFrame(lines, columns=["theme", "quotation", "hidden", "look_twice", "stands"])

    @cached_property
    def left_out(self) -> dict[str, int]:
        """Reason -> how many quotations."""
        found = Counter(one.barred for one in self.candidates if one.barred)
        return {reason: found[reason] for reason in REASONS if reason in found}

    @property
    def results(self) -> Results:
        """How many are printed, of how many people, with how many places hidden; how many are left out, and why."""
        if not self.candidates:
            return Results.of([])
        printed = [one for one in self.candidates if not one.barred]
        speakers = len({one.speaker for one in printed})
        numbers = [
            Number(key(PRINTED), len(printed), NOBODY, 0),
            Number(key(SPEAKERS), speakers, speakers, 0),
            Number(key(HIDDEN), sum(one.hidden for one in printed), NOBODY, 0),
        ]
        numbers += [Number(key(LEFT_OUT, reason), n, NOBODY, 0) for reason, n in self.left_out.items()]
        return Results.of(numbers)


def key(term: str, level: str = "") -> Key:
    """The number of quotations that were printed, or left out for a reason; of places hidden; of people who speak."""
    return Key(KIND, NAME, term, level, ALL, COUNTED[term])


def judge(opened: Opened | None, cleaned: CleanedCoding | None, study: Study) -> Judged:
    """The quotations that the study file chooses, each with its tag in words, ready for the door; none, if it has none.

    opened: the interviews as read, with their texts. ``Mistakes`` of all that ``choose`` finds, or else of all tags
    that point to fewer people than the release rule lets stand, each with a coarser one.
    """
    said = study.interviews.quotations if study.interviews is not None else None
    if said is None or cleaned is None or opened is None:
        return Judged()
    chosen = choose(cleaned, study)
    tagging = Tagging(cleaned.coding.people, said, smallest_group(study.release))
    known = [one for one in chosen if one.participant in cleaned.coding.people.index]
    raise_all([m for one in known for m in tagging.wrong(one.tag, one.participant, f"{one.where}.tag")])
    speakers = {participant: n for n, participant in enumerate(dict.fromkeys(one.participant for one in chosen))}
    usual, said_in = known_of(cleaned, opened.texts, chosen), runs_said(cleaned.coding)
    chosen = tuple(replace(one, definition=to_print(one.definition, said_in)) for one in chosen)
    return Judged(chosen, tuple(_candidate(one, tagging, speakers[one.participant]) for one in chosen),
                  tuple(traces_of(one, usual) for one in chosen))  # fmt: skip


def _candidate(one: Chosen, tagging: Tagging, speaker: int) -> Candidate:
    """Words of no one in particular have no consent, and so no tag."""
    someone = one.participant in tagging.people.index
    tag = tagging.printed(one.tag, one.participant) if someone else ""
    people = tagging.points_to(one.tag, one.participant) if someone else 0
    return Candidate(one.theme, one.definition, one.printed, tag, people, one.consent if someone else "",
                     one.declared.fingerprint or "", len(one.hidden), speaker)  # fmt: skip


def to_dicts(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """As JSON can hold them. They are not released: they stay under ``data/processed``."""
    return [asdict(one) for one in candidates]


def from_dicts(noted: Sequence[Mapping[str, Any]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(**one) for one in noted)
