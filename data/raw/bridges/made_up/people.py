"""The made-up people and their sessions: what is so before anybody answers a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from made_up import parameters as p


@dataclass(frozen=True)
class People:
    """Arrays with one place a person. ``group`` is core, extra (never answers whole) or newcomer (next quarter)."""

    group: np.ndarray
    ids: list[str]
    programme: np.ndarray        # 0-6
    role: np.ndarray             # 1-3
    gender: np.ndarray           # 1-3
    age: np.ndarray              # whole years at enrolment
    birthday: np.ndarray         # share of a year until the next one
    education: np.ndarray        # 1-5
    living_alone: np.ndarray     # 1, 2
    condition: np.ndarray        # 1-6
    no_medicine: np.ndarray      # true where none is prescribed
    norwegian: np.ndarray        # language of the questionnaire
    enrolled: list[date]
    supporter: np.ndarray        # place of a recipient's supporter, -1 for none

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def letters(self) -> list[str]:
        return [p.PROGRAMMES[k] for k in self.programme]

    def core(self) -> np.ndarray:
        return np.flatnonzero(self.group == "core")

    def age_at(self, wave: int) -> np.ndarray:
        """Whole years at a wave: a birthday may have passed."""
        return self.age + (self.birthday < p.WAVE_DAY[wave] / 365)


@dataclass
class Session:
    """One row of the file of encounters."""

    recipient: str
    supporter: str
    day: date
    period: int
    minutes: float
    mode: str
    place: str
    topics: str
    fate: str = "kept"
    encounter: str = field(default="", compare=False)


# Made-up names. The en dash is in Windows-1252, and a control character to whoever takes that for Latin-1.
PLACES = {
    "A": ("Skrålevik", "Øvre Tåkedal"),
    "B": ("Mæringsund", "Lillefjærøy"),
    "C": ("Gråspurvnes \u2013 bibliotek",),
    "D": ("Kvelølia", "Søndre Bråtholt"),
    "E": ("Sjøglytt klinikk \u2013 østfløyen", "Vårblåsten"),
    "F": ("Hærland pumpehus",),
    "G": ("Ytre Møkkåsen",),
}


def make_people() -> People:
    """The core of 1,200, those who never answer whole, and next quarter's newcomers."""
    rng = p.stream("people")
    never = p.MESS["declined_at_start"] + p.MESS["left_at_consent"] + p.MESS["only_partials_1"]
    extra, new = never + p.NEXT["only_partials"], p.NEXT["newcomers"]
    sizes = np.array([p.SIZES[letter] for letter in p.PROGRAMMES])
    core_programme = np.repeat(np.arange(7), sizes)
    rest_programme = rng.choice(6, size=extra + new, p=sizes[:6] / sizes[:6].sum())
    programme = np.concatenate([core_programme, rest_programme])
    n = len(programme)
    role = np.concatenate([_core_roles(rng, sizes), rng.choice([1, 2, 3], size=extra + new, p=[0.70, 0.22, 0.08])])
    main = np.array([p.MAIN_CONDITION[letter] for letter in p.PROGRAMMES])[programme]
    other = rng.random(n) < p.OTHER_CONDITION_SHARE
    numbers = np.sort(rng.choice(np.arange(2, 1500), size=n, replace=False))
    return People(
        group=np.repeat(["core", "extra", "newcomer"], [sizes.sum(), extra, new]),
        ids=[f"{number:04d}" for number in rng.permutation(numbers)],
        programme=programme,
        role=role,
        gender=rng.choice(list(p.GENDER_SHARES), size=n, p=list(p.GENDER_SHARES.values())),
        age=np.clip(np.rint(rng.normal(p.AGE_MEAN, p.AGE_SD, n)), *p.AGE_LIMITS).astype(int),
        birthday=rng.random(n),
        education=rng.choice([1, 2, 3, 4, 5], size=n, p=p.EDUCATION_SHARES),
        living_alone=rng.choice([1, 2], size=n, p=[0.37, 0.63]),
        condition=np.where(other, rng.integers(1, 7, n), main),
        no_medicine=rng.random(n) < 0.28,
        norwegian=rng.random(n) < 0.22,
        enrolled=[p.ENROLMENT_START + timedelta(days=int(d)) for d in rng.integers(0, p.ENROLMENT_DAYS + 1, n)],
        supporter=_supporters(rng, programme, role, int(sizes.sum())),
    )


def _core_roles(rng: np.random.Generator, sizes: np.ndarray) -> np.ndarray:
    """Roles in fixed shares within each programme; the smallest has five recipients, two supporters, a leader."""
    roles = []
    for size in sizes:
        supporters, leaders = round(size * p.SUPPORTER_SHARE), max(1, round(size * p.LEADER_SHARE))
        counts = [size - supporters - leaders, supporters, leaders]
        roles.append(rng.permutation(np.repeat([p.RECIPIENT, p.SUPPORTER, p.LEADER], counts)))
    return np.concatenate(roles)


def _supporters(rng: np.random.Generator, programme: np.ndarray, role: np.ndarray, core: int) -> np.ndarray:
    """Each core recipient gets one supporter of the same programme; some supporters serve many, some no one."""
    chosen = np.full(len(programme), -1)
    for k in range(7):
        here = np.arange(core)[programme[:core] == k]
        supporters = here[role[here] == p.SUPPORTER]
        active = rng.permutation(supporters)[: max(2, round(len(supporters) * p.ACTIVE_SUPPORTER_SHARE))]
        recipients = here[role[here] == p.RECIPIENT]
        load = rng.gamma(4.0, size=len(active))
        chosen[recipients] = rng.choice(active, size=len(recipients), p=load / load.sum())
    return chosen


def make_sessions(people: People) -> list[Session]:
    """The sessions that took place, in the two periods before the second and the third wave, by date."""
    rng = p.stream("sessions")
    sessions = []
    for i in people.core():
        if people.role[i] != p.RECIPIENT:
            continue
        rate = rng.gamma(p.SESSION_SHAPE, p.SESSION_MEAN / p.SESSION_SHAPE)
        if rng.random() < p.NEVER_MET_SHARE:
            continue
        for period, (first, last) in p.SESSION_DAYS.items():
            count = min(int(rng.poisson(rate)), last - first)
            days = rng.choice(np.arange(first, last + 1), size=count, replace=False)
            sessions += [_session(rng, people, i, period, int(day)) for day in days]
    return sorted(sessions, key=lambda s: (s.day, s.recipient))


def _session(rng: np.random.Generator, people: People, i: int, period: int, day: int) -> Session:
    letter = people.letters[i]
    minutes = float(np.clip(rng.normal(p.MINUTES_MEAN, p.MINUTES_SD), *p.MINUTES_LIMITS))
    telephone = rng.random() < p.TELEPHONE_SHARE[letter]
    place = "" if telephone else PLACES[letter][rng.integers(len(PLACES[letter]))]
    topics = 1 + np.flatnonzero(rng.random(6) < (0.55, 0.35, 0.25, 0.20, 0.15, 0.10))
    return Session(
        recipient=people.ids[i],
        supporter=people.ids[people.supporter[i]],
        day=people.enrolled[i] + timedelta(days=day),
        period=period,
        minutes=round(minutes * 2) / 2,
        mode="by telephone" if telephone else "in person",
        place=place,
        topics=",".join(str(t) for t in topics) or "1",
    )


def hours_so_far(people: People, sessions: list[Session]) -> np.ndarray:
    """Hours of sessions before each wave, shape (3, people); zero at the first."""
    place = {name: i for i, name in enumerate(people.ids)}
    hours = np.zeros((3, len(people)))
    for s in sessions:
        hours[s.period:, place[s.recipient]] += s.minutes / 60
    return hours
