"""Responses as the survey tool would keep them, and the mess that real exports hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import numpy as np

from made_up import parameters as p
from made_up.answers import Sheets
from made_up.follow_up import FollowUp
from made_up.people import People
from made_up.questions import EMBEDDED, NEW_QUESTION, QUESTIONS

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KEPT, TEST, DECLINED, LEFT_AT_CONSENT = "kept", "test row", "declined", "left at consent"
SUPERSEDED_PARTIAL, SUPERSEDED_COMPLETE, ONLY_PARTIAL = "superseded partial", "superseded complete", "only partial"


@dataclass(frozen=True)
class Response:
    """One row of the export. ``fate`` is what the generator knows to be true of it; the file does not say it."""

    person: int                  # place among the people, -1 for a test row
    wave: int                    # 0 for a test row
    fate: str
    started: datetime
    seconds: int
    answers: dict[str, str] = field(repr=False)
    response_id: str = ""
    progress: int = 100
    recorded_after: timedelta = timedelta(0)
    channel: str = "email"
    quarter: int = 3

    @property
    def ended(self) -> datetime:
        return self.started + timedelta(seconds=self.seconds)

    @property
    def recorded(self) -> datetime:
        return self.ended + self.recorded_after


class Desk:
    """Makes responses one after the other: what they have in common."""

    def __init__(self, people: People, sheets: Sheets):
        self.people, self.sheets = people, sheets
        self.rng = p.stream("responses")

    def whole(self, i: int, wave: int, fate: str = KEPT, quarter: int = 3, days: int | None = None) -> Response:
        """A response with every question seen, ``days`` after enrolment: when it was due or up to a fortnight later."""
        late = 0 if wave == 1 else int(self.rng.integers(0, 15))
        day = self.people.enrolled[i] + timedelta(days=p.WAVE_DAY[wave] + late if days is None else days)
        if quarter == 4:
            day = p.NEXT_QUARTER_START + timedelta(days=int(self.rng.integers(0, 70)))
        seconds_of_day = int(self.rng.integers(7 * 3600, 22 * 3600))
        started = datetime.combine(day, time()) + timedelta(seconds=seconds_of_day)
        seconds = int(np.clip(self.rng.lognormal(6.5, 0.4), 190, 5400))
        answers = dict(self.sheets.sheet(i, wave))
        return Response(i, wave, fate, started, seconds, answers, self._id(), quarter=quarter)

    def partial(
        self, i: int, wave: int, fate: str = ONLY_PARTIAL, quarter: int = 3, days: int | None = None
    ) -> Response:
        """Broken off after some questions: the later ones were never displayed. The tool closes it a week later."""
        whole = self.whole(i, wave, fate, quarter, days)
        seen = int(self.rng.integers(3, len(QUESTIONS) - 6))
        return self._cut(whole, seen, finished=False)

    def declined(self, i: int, wave: int) -> Response:
        """Says no, and is led to the end: finished, and empty."""
        cut = self._cut(self.whole(i, wave, DECLINED), 1, finished=True)
        return replace(cut, answers={**cut.answers, "consent": "2"}, seconds=int(self.rng.integers(8, 60)))

    def left_at_consent(self, i: int, wave: int) -> Response:
        return self._cut(self.whole(i, wave, LEFT_AT_CONSENT), 0, finished=False)

    def test(self, quarter: int = 3) -> Response:
        """Somebody of the team tries the questionnaire: no participant, no wave, no programme."""
        row = self.whole(int(self.rng.integers(0, 1200)), 1, TEST, quarter)
        blank = dict.fromkeys(EMBEDDED, "")
        seconds = int(self.rng.integers(30, 120))
        return replace(row, person=-1, wave=0, answers={**row.answers, **blank}, channel="preview", seconds=seconds)

    def _cut(self, whole: Response, seen: int, finished: bool) -> Response:
        never_displayed = dict.fromkeys(QUESTIONS[seen:], "")
        return replace(
            whole,
            answers={**whole.answers, **never_displayed},
            progress=100 if finished else round(100 * seen / len(QUESTIONS)),
            seconds=max(5, whole.seconds * seen // len(QUESTIONS)),
            recorded_after=timedelta(0) if finished else timedelta(days=7),
        )

    def _id(self) -> str:
        return "R_" + "".join(ALPHABET[k] for k in self.rng.integers(0, len(ALPHABET), 15))


def this_quarter(people: People, sheets: Sheets, follow_up: FollowUp) -> list[Response]:
    """Every row of the first export, by the time of recording."""
    desk = Desk(people, sheets)
    due = follow_up.answers & ~(np.array([[False], [False], [True]]) & follow_up.late)
    kept = [desk.whole(i, wave) for wave in p.WAVES for i in np.flatnonzero(due[wave - 1]).tolist()]
    kept = _hurried(_contradicting(people, kept))
    rows = kept + [desk.test() for _ in range(p.MESS["test_rows"])] + _superseded(desk, kept)
    rows += _never_whole(desk, people) + _broken_off_later(desk, follow_up)
    return sorted(rows, key=lambda r: (r.recorded, r.response_id))


def _contradicting(people: People, kept: list[Response]) -> list[Response]:
    """Three people whose gender at one wave contradicts the other two: at wave 1, at wave 2, at wave 3."""
    rng = p.stream("contradictions")
    waves: dict[int, list[int]] = {}
    for place, row in enumerate(kept):
        if people.gender[row.person] != p.ANOTHER and row.answers["gender"] != "-99":
            waves.setdefault(row.person, []).append(place)
    whole = [i for i, places in waves.items() if len(places) == 3 and people.programme[i] < 6]
    out = list(kept)
    for wave, i in zip(p.WAVES, rng.choice(whole, size=p.MESS["gender_contradictions"], replace=False), strict=True):
        place = waves[int(i)][wave - 1]
        other = {"1": "2", "2": "1"}[out[place].answers["gender"]]
        out[place] = replace(out[place], answers={**out[place].answers, "gender": other})
    return out


def _hurried(kept: list[Response]) -> list[Response]:
    """Some gave one and the same answer to all twelve MSPSS items, in under 90 seconds. Their sum stays what it is."""
    rng = p.stream("straight-lining")
    items = [f"mspss_{n}" for n in range(1, 13)]
    sums = [sum(int(row.answers[item]) for item in items) if "-99" not in [row.answers[i] for i in items] else 1
            for row in kept]
    candidates = [place for place, total in enumerate(sums) if total % 12 == 0]
    out = list(kept)
    for place in rng.choice(candidates, size=p.MESS["straight_lined"], replace=False).tolist():
        same = dict.fromkeys(items, str(sums[place] // 12))
        out[place] = replace(out[place], answers={**out[place].answers, **same}, seconds=int(rng.integers(45, 90)))
    return out


def _superseded(desk: Desk, kept: list[Response]) -> list[Response]:
    """Earlier responses of people who then answered the same wave again, whole."""
    partials, complete = p.MESS["superseded_partials"], p.MESS["superseded_complete"]
    later = [kept[k] for k in p.stream("duplicates").choice(len(kept), size=partials + complete, replace=False)]
    days = [(row.started.date() - desk.people.enrolled[row.person]).days for row in later]
    rows = [desk.partial(row.person, row.wave, SUPERSEDED_PARTIAL, days=day - int(desk.rng.integers(9, 14)))
            for row, day in zip(later[:partials], days[:partials], strict=True)]
    for row, day in zip(later[partials:], days[partials:], strict=True):
        first = desk.whole(row.person, row.wave, SUPERSEDED_COMPLETE, days=day - 3)
        another_day = {"adherence": "99", "support_kinds": "6", "ucla_1": "2", "ucla_2": "2"}
        rows.append(replace(first, answers={**first.answers, **another_day}))
    return rows


def _never_whole(desk: Desk, people: People) -> list[Response]:
    """People who were invited and have no whole response at all."""
    extra = np.flatnonzero(people.group == "extra").tolist()
    declined, left, partial = p.MESS["declined_at_start"], p.MESS["left_at_consent"], p.MESS["only_partials_1"]
    return (
        [desk.declined(i, 1) for i in extra[:declined]]
        + [desk.left_at_consent(i, 1) for i in extra[declined : declined + left]]
        + [desk.partial(i, 1) for i in extra[declined + left : declined + left + partial]]
    )


def _broken_off_later(desk: Desk, follow_up: FollowUp) -> list[Response]:
    """People of the study who broke off a later wave, or took their consent back: they are lost at that wave."""
    rng = p.stream("lost later")
    answers = follow_up.answers
    lost = [np.flatnonzero(answers[0] & ~answers[w]) for w in (1, 2)]
    second = rng.choice(lost[0], size=p.MESS["only_partials_2"], replace=False).tolist()
    third = rng.choice(lost[1], size=p.MESS["only_partials_3"], replace=False).tolist()
    gone = np.setdiff1d(np.flatnonzero(answers[0] & ~answers[1] & ~answers[2]), second + third)
    took_back = rng.choice(gone, size=p.MESS["declined_later"], replace=False).tolist()
    rows = [desk.partial(i, 2) for i in second] + [desk.partial(i, 3) for i in third]
    return rows + [desk.declined(i, 2) for i in took_back]


@dataclass(frozen=True)
class Change:
    """What the next export holds that the first did not, apart from new rows."""

    recoded: str                 # ResponseId
    before: str
    after: str
    gone: tuple[str, ...]


def next_quarter(
    people: People, sheets: Sheets, follow_up: FollowUp, first: list[Response]
) -> tuple[list[Response], Change]:
    """The cumulative export a quarter later: one answer corrected, two responses gone, new ones at the end."""
    desk = Desk(people, sheets)
    desk.rng = p.stream("responses of the next quarter")
    new = [desk.whole(i, 3, quarter=4) for i in np.flatnonzero(follow_up.late).tolist()]
    new += [desk.whole(i, 1, quarter=4) for i in np.flatnonzero(people.group == "newcomer").tolist()]
    new += [desk.test(quarter=4) for _ in range(p.NEXT["test_rows"])]
    extra = np.flatnonzero(people.group == "extra").tolist()[-p.NEXT["only_partials"] :]
    new += [desk.partial(i, 1, quarter=4) for i in extra]
    new = [replace(row, answers=row.answers | {NEW_QUESTION: _purpose(desk, row)}) for row in new]
    wrong = next(r for r in first if r.fate == KEPT and r.wave == 1 and _gender_differs(people, r))
    right = str(people.gender[wrong.person])
    last_waves = [r for r in first if r.fate == KEPT and r.wave == 3 and people.programme[r.person] < 6]
    picks = p.stream("gone").choice(len(last_waves), size=p.NEXT["gone"], replace=False)
    gone = tuple(sorted(last_waves[k].response_id for k in picks))
    old = [replace(r, answers=r.answers | {"gender": right}) if r is wrong else r for r in first]
    rows = [r for r in old if r.response_id not in gone] + sorted(new, key=lambda r: (r.recorded, r.response_id))
    return rows, Change(wrong.response_id, wrong.answers["gender"], right, gone)


def _gender_differs(people: People, row: Response) -> bool:
    return row.answers["gender"] not in ("-99", str(people.gender[row.person]))


def _purpose(desk: Desk, row: Response) -> str:
    return "" if row.progress < 100 else str(int(desk.rng.integers(1, 6)))
