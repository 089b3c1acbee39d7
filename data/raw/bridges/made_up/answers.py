"""What a person would type or tick at a wave, as codes of the export: one sheet a person and wave."""

from __future__ import annotations

import numpy as np

from made_up import parameters as p
from made_up.follow_up import FollowUp
from made_up.people import People
from made_up.questions import COMMENTS, SCALE_ITEMS
from made_up.scores import Scores

UNANSWERED = "-99"
NONE_PRESCRIBED, DONT_KNOW = "88", "99"
AGE_WORDS, AGE_UNKNOWN = "rather not say", "999"
AGE_BANDS = ((18, 24), (25, 44), (45, 64))
EN_DASH = "\u2013"
COMMENT_SHARE = 0.10


class Sheets:
    """Answers of everybody at all waves; ``sheet(i, wave)`` is a dict from column to cell."""

    def __init__(self, people: People, scores: Scores, follow_up: FollowUp):
        self.people, self.scores, self.follow_up = people, scores, follow_up
        self.band_reg, self.sessions_band = _registration(people)
        self.age = {wave: people.age_at(wave).tolist() for wave in p.WAVES}
        self.age_typed = _age_as_typed(people)
        self.match = _match_basis(people)
        self.kinds = _support_kinds(people, scores)
        self.strain = _strain(people, scores)
        self.adherence = _adherence(people, scores)
        self.comment = _comments(people)

    def sheet(self, i: int, wave: int) -> dict[str, str]:
        people, w = self.people, wave - 1
        background = {
            "age": self.age_typed.get((i, wave), str(self.age[wave][i])),
            "gender": str(people.gender[i]),
            "role": str(people.role[i]),
            "education": str(people.education[i]),
            "living_alone": str(people.living_alone[i]),
            "condition": str(people.condition[i]),
            "match_basis": self.match[i] if people.role[i] == p.RECIPIENT else "",
            "support_kinds": self.kinds[w][i],
        }
        strain = str(self.strain[w, i]) if people.role[i] == p.SUPPORTER else ""
        last = {"strain": strain, "adherence": self.adherence[w][i]}
        answers = {"consent": "1", **background, **self._items(i, w), **last}
        left_out = self.follow_up.unanswered
        answers = {c: UNANSWERED if a and c in left_out and left_out[c][w, i] else a for c, a in answers.items()}
        return {**self._embedded(i, wave), **answers, "comment": self.comment.get((i, wave), "")}

    def _embedded(self, i: int, wave: int) -> dict[str, str]:
        return {
            "participant": self.people.ids[i],
            "wave": str(wave),
            "programme": self.people.letters[i],
            "age_band_reg": self.band_reg[i],
            "sessions_band": self.sessions_band[i],
        }

    def _items(self, i: int, w: int) -> dict[str, str]:
        cells: dict[str, str] = {}
        for scale, columns in SCALE_ITEMS.items():
            spec = p.SCALES[scale]
            base = spec.exported_from - spec.low
            cells |= {c: str(a + base) for c, a in zip(columns, self.scores.items[scale][w, i].tolist(), strict=True)}
        return cells


def _registration(people: People) -> tuple[list[str], list[str]]:
    """Age bands with an en dash or a hyphen, as the programme typed them; planned sessions, some turned into dates."""
    rng = p.stream("registration")
    en_dash = rng.random(len(people)) < np.array([1, 0, 0.5, 1, 0, 0.5, 1])[people.programme]
    bands = []
    for age, dash in zip(people.age.tolist(), en_dash.tolist(), strict=True):
        low_high = next((band for band in AGE_BANDS if age <= band[1]), None)
        bands.append("65+" if low_high is None else (EN_DASH if dash else "-").join(map(str, low_high)))
    planned = rng.choice(list(p.SESSIONS_AS_DATES), size=len(people), p=[0.45, 0.40, 0.15])
    sessions = np.where(people.role == p.RECIPIENT, planned, "").tolist()
    core = (people.role == p.RECIPIENT) & (people.group == "core")
    for band, (as_date, count) in p.SESSIONS_AS_DATES.items():
        for i in rng.choice(np.flatnonzero(core & (planned == band)), size=count, replace=False).tolist():
            sessions[i] = as_date
    return bands, sessions


def _age_as_typed(people: People) -> dict[tuple[int, int], str]:
    """A few refuse in words; for a few the staff entered 999. Both at the first wave."""
    rng = p.stream("age as typed")
    words = p.MESS["age_in_words"]
    candidates = np.flatnonzero((people.group == "core") & (people.programme < 6))
    chosen = rng.choice(candidates, size=words + p.MESS["age_999"], replace=False)
    return {(int(i), 1): AGE_WORDS if k < words else AGE_UNKNOWN for k, i in enumerate(chosen)}


def _ticked(ticks: np.ndarray) -> list[str]:
    return [",".join(str(k + 1) for k in np.flatnonzero(row)) for row in ticks]


def _match_basis(people: People) -> list[str]:
    """1 same condition, 2 language or culture, 3 shared interests, 4 whoever was free (alone)."""
    rng = p.stream("match basis")
    ticks = rng.random((len(people), 3)) < (0.62, 0.25, 0.35)
    return [cell or "4" for cell in _ticked(ticks)]


def _support_kinds(people: People, scores: Scores) -> list[list[str]]:
    """1 emotional, 2 information, 3 practical, 4 finding one's way in services, 5 company; 6 none of these (alone)."""
    rng = p.stream("support kinds")
    kinds = []
    for w in range(3):
        chance = np.array([0.5, 0.4, 0.25, 0.2, 0.4]) + 0.08 * (scores.support[w][:, None] - p.SUPPORT_CENTRE)
        kinds.append([cell or "6" for cell in _ticked(rng.random((len(people), 5)) < chance)])
    return kinds


def _strain(people: People, scores: Scores) -> np.ndarray:
    """1-5, higher where a supporter serves more recipients and has less support of their own."""
    rng = p.stream("strain")
    serves = np.bincount(people.supporter[people.supporter >= 0], minlength=len(people))
    latent = 2.5 + 0.12 * serves - 0.25 * (scores.support - p.SUPPORT_CENTRE) + rng.normal(0, 0.9, (3, len(people)))
    return np.clip(np.rint(latent), 1, 5).astype(int)


def _adherence(people: People, scores: Scores) -> list[list[str]]:
    """Days of the last seven; 88 none prescribed (does not apply), 99 does not know."""
    rng = p.stream("adherence")
    latent = 5.2 - 0.10 * (scores.total["depression"] - 10) + rng.normal(0, 1.5, (3, len(people)))
    days = np.clip(np.rint(latent), 0, 7).astype(int)
    unsure = rng.random((3, len(people))) < 0.015
    typed = np.where(people.no_medicine, int(NONE_PRESCRIBED), np.where(unsure, int(DONT_KNOW), days))
    return [[str(cell) for cell in row] for row in typed.tolist()]


def _comments(people: People) -> dict[tuple[int, int], str]:
    """About one response in ten has one; each of the list comes once at the first wave before any comes twice."""
    rng = p.stream("comments")
    n = len(people)
    asked = {(i, wave): COMMENTS[int(rng.integers(len(COMMENTS)))]
             for wave in p.WAVES for i in np.flatnonzero(rng.random(n) < COMMENT_SHARE).tolist()}
    once = zip(rng.choice(people.core(), size=len(COMMENTS), replace=False).tolist(), COMMENTS, strict=True)
    return asked | {(i, 1): comment for i, comment in once}
