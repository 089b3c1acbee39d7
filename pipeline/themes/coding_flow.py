"""From those who were approached to those whose interviews are analysed: it adds up, or the stage stops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from pipeline.cleaning.ledger import RuleLine
from pipeline.errors import Mistake, StageFailed, raise_all
from pipeline.study import Study
from pipeline.study.words import BLANK
from pipeline.themes.coding import Coding, whose
from pipeline.themes.opened import plain

FLOW = ["step", "reason", "people", "documents", "segments"]
"""step: approached, not interviewed, interviewed, not analysed (in no file), read, excluded, recoded, analysed.
documents and segments: <NA> before there are files. A step that nobody declared is not there."""
APPROACHED, NOT_INTERVIEWED, INTERVIEWED, NOT_ANALYSED = "approached", "not interviewed", "interviewed", "not analysed"
READ, EXCLUDED, RECODED, ANALYSED = "read", "excluded", "recoded", "analysed"
NOT_SAID = "reason not stated"
CODES = "codes dropped, and passages that stood twice"


@dataclass(frozen=True, repr=False)
class LeftOut:
    """kept: the coding without those excluded. steps: (reason, people, documents, segments) of each exclusion."""

    kept: Coding
    steps: tuple[tuple[str, int, int, int], ...]
    lines: tuple[RuleLine, ...]


def left_out(study: Study, read: Coding) -> LeftOut:
    """The exclusions in their order; each takes what those before it left. ``Mistakes`` where one names nobody.

    A person goes with all passages, and a document with the last who is known to have been there: what no one in
    particular said in it may be theirs. A document goes with all passages, and a person with the last of them.
    """
    assert study.interviews is not None
    kept, steps, lines, wrong = read, list[tuple[str, int, int, int]](), list[RuleLine](), list[Mistake]()
    for at, rule in enumerate(study.interviews.exclude):
        for key, values in rule.named():
            if not values:
                continue
            where = study.where("interviews", "exclude", str(at), key)
            there = read.documents.index if key == "document" else _values(read, key)
            values = tuple("" if value == BLANK and key in ("role", "programme") else value for value in values)
            absent = [n for n, value in enumerate(values, 1) if value not in there]
            if absent:
                which = f" (number {', '.join(map(str, absent))} of the list)"
                n = f"{len(absent)} of {len(values)}" if len(values) > 1 else "this one"
                wrong.append(Mistake(where, f"{n} is in no file{which if len(values) > 1 else ''}.",
                                     "Write it as it stands there."))  # fmt: skip
            before, kept = kept, _without(kept, key, values)
            steps.append((rule.because, *_fewer(before, kept)))
            passages = len(before.segments) - len(kept.segments)
            lines.append(RuleLine("interviews", key, f"excluded by {key}", passages, rule.because))
    raise_all([*wrong, *_stay(study, kept)])
    return LeftOut(kept, tuple(steps), tuple(lines))


def _stay(study: Study, kept: Coding) -> Iterator[Mistake]:
    """People and documents that are analysed, and called like one that is left out but for how the name is spelt."""
    assert study.interviews is not None
    for at, rule in enumerate(study.interviews.exclude):
        for key, values, names in (("participant", rule.participant, kept.people.index),
                                   ("document", rule.document, kept.documents.index)):  # fmt: skip
            gone = {plain(value) for value in values}
            if n := sum(plain(str(name)) in gone for name in names):
                what = "people" if key == "participant" else "documents"
                yield Mistake(study.where("interviews", "exclude", str(at), key),
                              f"{n} more {what} have such a name, but for capitals, blanks or the way in which accents "
                              "are written, and would stay.",
                              "Name them, too; or give them a name of their own in the files.")  # fmt: skip


def _values(read: Coding, key: str) -> pd.Index:
    return read.people.index if key == "participant" else pd.Index(read.people[key].unique())


def _fewer(before: Coding, after: Coding) -> tuple[int, int, int]:
    """How many people, documents and passages went."""
    return (len(before.people) - len(after.people), len(before.documents) - len(after.documents),
            len(before.segments) - len(after.segments))  # fmt: skip


def _without(coding: Coding, key: str, values: tuple[str, ...]) -> Coding:
    """Segments keep their numbers, so that the ledger can name them."""
    documents, people, there = coding.documents, coding.people, coding.attendance
    if key == "document":
        documents = documents[~documents.index.isin(values)]
        there = there[there["document"].isin(documents.index)]
        people = people[~people.index.isin(_gone(coding.attendance, there, "participant"))]
    else:
        out = people.index.isin(values) if key == "participant" else people[key].isin(values).to_numpy()
        people = people[~out]
        there = there[there["participant"].isin(people.index)]
        documents = documents[~documents.index.isin(_gone(coding.attendance, there, "document"))]
    segments = coding.segments[coding.segments["document"].isin(documents.index)]
    segments = segments[segments["participant"].isin([*people.index, ""])]
    documents = documents.assign(participant=whose(documents.index, there))
    return replace(coding, documents=documents, people=people, segments=segments, attendance=there)


def _gone(before: pd.DataFrame, after: pd.DataFrame, key: str) -> set[str]:
    """Documents in which nobody is any more, or people who are in none."""
    return set(before[key]) - set(after[key])


def accounted(study: Study, read: Coding, out: LeftOut, analysed: Coding) -> pd.DataFrame:
    """The steps (columns ``FLOW``). ``Mistakes`` where declared numbers and files do not add up."""
    assert study.interviews is not None
    said = study.interviews.flow
    raise_all(_contradictions(study, read))
    nothing = (pd.NA, pd.NA)
    in_files = len(read.people)
    missing = sum(said.not_analysed.values())
    interviewed = in_files + missing if said.interviewed is None else said.interviewed
    lines: list[tuple[object, ...]] = []
    if said.approached is not None:
        lines.append((APPROACHED, "", said.approached, *nothing))
        reasons = said.not_interviewed or ({NOT_SAID: said.approached - interviewed} if said.approached > interviewed
                                           else {})  # fmt: skip
        lines += [(NOT_INTERVIEWED, reason, n, *nothing) for reason, n in reasons.items()]
    lines.append((INTERVIEWED, "", interviewed, *nothing))
    lines += [(NOT_ANALYSED, reason, n, *nothing) for reason, n in said.not_analysed.items()]
    lines.append((READ, "", in_files, len(read.documents), len(read.segments)))
    lines += [(EXCLUDED, *step) for step in out.steps]
    lines.append((RECODED, CODES, 0, 0, len(out.kept.segments) - len(analysed.segments)))
    lines.append((ANALYSED, "", *(len(part) for part in (analysed.people, analysed.documents, analysed.segments))))
    steps = pd.DataFrame(lines, columns=FLOW)
    types = {"step": "str", "reason": "str", "people": "Int64", "documents": "Int64", "segments": "Int64"}
    steps = steps.astype(types)
    check(steps)
    return steps


def _contradictions(study: Study, read: Coding) -> Iterator[Mistake]:
    """More or fewer people in the files than were interviewed, in all and by role."""
    assert study.interviews is not None
    said = study.interviews.flow
    missing = sum(said.not_analysed.values())
    everyone = study.interviews.everyone
    held = said.interviewed if said.interviewed is not None else everyone if isinstance(everyone, int) else None
    if held is not None and held != len(read.people) + missing:
        key = ("flow", "interviewed") if said.interviewed is not None else ("people",)
        yield Mistake(
            study.where("interviews", *key),
            f"{held} people were interviewed; the files have {len(read.people)}, and 'not_analysed' {missing}.",
            "Say under flow: not_analysed why the others are in no file, or correct the number.",
        )
    if said.approached is not None and said.approached < len(read.people) + missing:
        yield Mistake(study.where("interviews", "flow", "approached"),
                      f"{said.approached} were approached, and {len(read.people) + missing} interviewed.",
                      "Correct one of the two.")  # fmt: skip
    legend = study.interviews.roles
    counts = read.people["role"].map(lambda role: legend.get(role or "blank", role)).value_counts()
    for role, n in study.interviews.people.items() if not missing and legend else ():
        if isinstance(n, int) and n != counts.get(role, 0):
            yield Mistake(study.where("interviews", "people", role),
                          f"{n} were interviewed, and the files have {counts.get(role, 0)}.",
                          "Correct the number, or the role of those who have another in the files.")  # fmt: skip


def check(steps: pd.DataFrame) -> None:
    """``StageFailed`` where what was approached, interviewed or read is not what was left out plus what stayed."""
    total = steps.groupby("step")[["people", "documents", "segments"]].sum()
    reading = [(APPROACHED, (NOT_INTERVIEWED, INTERVIEWED)), (INTERVIEWED, (NOT_ANALYSED, READ)),
               (READ, (EXCLUDED, RECODED, ANALYSED))]  # fmt: skip
    for whole, parts in reading:
        for unit in ("people",) if whole != READ else ("people", "documents", "segments"):
            if whole in total.index:
                of_parts = sum(int(total.loc[p, unit]) for p in parts if p in total.index)
                if int(total.loc[whole, unit]) != of_parts:
                    told = f"{int(total.loc[whole, unit])} {whole}, {of_parts} left out or kept"
                    raise StageFailed(f"the flow of interviews does not add up in {unit}: {told}")
