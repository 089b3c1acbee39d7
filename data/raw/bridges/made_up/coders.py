"""Three made-up coders and what each makes of the interviews: what they miss, shorten and take for another code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from made_up import codebook as c
from made_up import parameters as p
from made_up.interviews import REFUSED, ROLES, Interview, Said


class Coder(NamedTuple):
    """Shares: of the passages that they overlook, take for another code, mark without what leads to it and follows it;
    of idle talk, that they give a code."""

    name: str
    misses: float
    mistakes: float
    shortens: float
    adds: float


CODERS = (Coder("AN", 0.05, 0.05, 0.10, 0.02), Coder("BJ", 0.10, 0.15, 0.40, 0.04), Coder("CK", 0.20, 0.30, 0.20, 0.08))
BY_ALL = (2, 5, 8, 11, 14, 17, 21, 24, 28, 31, 35, 38)
"""Interviews, in order of collection, that all three coded; each other one has one coder."""
NOTES = 0.04
"""Of the passages that CK marks, the share that gets a note for the others."""


@dataclass(frozen=True)
class Coding:
    """A passage with a code by a coder. fate: as planted, taken for another, added, note; shortened: without lead."""

    order: int
    start: int
    end: int
    code: str
    coder: str
    fate: str
    shortened: bool
    planted: tuple[int, str]


@dataclass(frozen=True)
class Work:
    """codings: all, in order of interview, place, coder. missed: (interview, passage, code, coder)."""

    codings: tuple[Coding, ...]
    missed: tuple[tuple[int, int, str, str], ...]


def work(interviews: list[Interview]) -> Work:
    usual = p.stream("coders")
    found: list[Coding] = []
    missed: list[tuple[int, int, str, str]] = []
    for interview in interviews:
        rng = p.stream("coder of the pilot") if interview.pilot else usual
        by = CODERS if interview.order in BY_ALL else (CODERS[interview.order % len(CODERS)],)
        for coder in by:
            for place, said in enumerate(interview.said):
                drawn = rng.random(6).tolist()
                if not said.codes:
                    if drawn[0] < coder.adds:
                        code = c.CODABLE[int(drawn[1] * len(c.CODABLE))]
                        if code.first < interview.order:
                            found.append(_coding(interview, said, place, code.path, coder, "added", False))
                    continue
                shortened = drawn[2] < coder.shortens and said.whole != said.core
                for at, code in enumerate(said.codes):
                    if drawn[at] < coder.misses:
                        missed.append((interview.order, place, code, coder.name))
                        continue
                    other = c.TAKEN_FOR.get(code) if drawn[3 + at] < coder.mistakes else None
                    fate = "taken for another" if other and other not in said.codes else "as planted"
                    given = other if other and other not in said.codes else code
                    found.append(_coding(interview, said, place, given, coder, fate, shortened, code))
                if coder.name == "CK" and drawn[5] < NOTES:
                    found.append(_coding(interview, said, place, c.NOTE, coder, "note", False))
    return Work(tuple(found), tuple(missed))


def _coding(
    interview: Interview, said: Said, place: int, code: str, coder: Coder, fate: str, shortened: bool, planted: str = ""
) -> Coding:
    start, end = said.core if shortened else said.whole
    return Coding(interview.order, start, end, code, coder.name, fate, shortened, (place, planted))


def truth(interviews: list[Interview], done: Work) -> dict[str, Any]:
    """What a pipeline must arrive at: counts in the file and as analysed, who disagrees how often, what comes last."""
    pilot, *kept = interviews
    analysed = [x for x in done.codings if x.order and x.code != c.NOTE]
    after = {(x.order, x.start, x.end, _after(x.code), x.coder) for x in analysed}
    return {
        "file": "interviews.qdpx",
        "read": {"people": len(kept), "documents": len(interviews), "passages": len(done.codings)},
        "excluded": {"people": 0, "document": pilot.document, "passages": sum(x.order == 0 for x in done.codings)},
        "notes_dropped": sum(x.code == c.NOTE and x.order > 0 for x in done.codings),
        "merged_away": sum(x.code == c.LISTENED for x in analysed),
        "twice_after_the_merge": len(analysed) - len(after),
        "analysed": {"people": len(kept), "documents": len(kept), "passages": len(after)},
        "people_by_role": {ROLES[r].capitalize(): sum(i.role == r for i in kept) for r in ROLES},
        "people_by_programme": {letter: sum(i.programme == letter for i in kept) for letter in p.PROGRAMMES},
        "role_with_a_capital": sum(i.role_in_file == "Recipient" for i in kept),
        "no_consent_to_be_quoted": kept[REFUSED - 1].participant,
        "passages_by_code": dict(sorted(Counter(code for *_, code, _ in after).items())),
        "passages_by_coder": dict(sorted(Counter(coder for *_, coder in after).items())),
        "coded_by_all": _by_all(interviews, done),
        "first_seen": _first_seen(kept, after),
    }


def _after(code: str) -> str:
    """The code that the study file's merge makes of it."""
    return c.HEARD if code == c.LISTENED else code


def _by_all(interviews: list[Interview], done: Work) -> dict[str, Any]:
    """Of the interviews that all three coded: what each made of the planted codes, and how many found it."""
    here = [i for i in interviews if i.order in BY_ALL]
    planted = [(i.order, place, code) for i in here for place, said in enumerate(i.said) for code in said.codes]
    marked = [x for x in done.codings if x.order in BY_ALL]
    right = Counter((x.order, *x.planted) for x in marked if x.fate == "as planted")
    return {
        "documents": [i.document for i in here],
        "planted": len(planted),
        "found_by_three_two_one_none": [sum(right[x] == n for x in planted) for n in (3, 2, 1, 0)],
        "by_coder": {coder.name: {
            "as_planted": sum(x.fate == "as planted" for x in marked if x.coder == coder.name),
            "taken_for_another": sum(x.fate == "taken for another" for x in marked if x.coder == coder.name),
            "missed": sum(order in BY_ALL and name == coder.name for order, _, _, name in done.missed),
            "added": sum(x.fate == "added" for x in marked if x.coder == coder.name),
            "shortened": len({(x.order, x.start) for x in marked if x.coder == coder.name and x.shortened}),
        } for coder in CODERS},
    }


def _first_seen(kept: list[Interview], after: set[tuple[int, int, int, str, str]]) -> dict[str, Any]:
    """New codes of each analysed interview in order of collection, and which comes last, where."""
    first: dict[str, int] = {}
    for order, _, _, code, _ in sorted(after):
        first.setdefault(code, order)
    last = max(first.values())
    place = [i.order for i in kept].index(last) + 1
    return {
        "new_codes": [sum(at == i.order for at in first.values()) for i in kept],
        "last_new": {"codes": sorted(code for code, at in first.items() if at == last), "interview": place,
                     "document": kept[place - 1].document},
        "codes": len(first),
    }
