"""Who answers at which wave, and which of the questions they leave out. Both follow from what was seen before alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from made_up import parameters as p
from made_up.people import People
from made_up.questions import SCALE_ITEMS
from made_up.scores import Scores

# In logits: how much oftener a programme's people drop out, or skip a page.
DROPOUT_BY_PROGRAMME = np.array([0.0, 0.45, -0.10, 0.10, 0.35, -0.35, 0.0])
SKIP_BY_PROGRAMME = np.array([0.0, 0.40, 0.0, -0.20, 0.30, 0.0, 0.0])
UNSEEN_MOOD = 10.0   # stands in where no earlier PHQ-9 was answered in full
BACKGROUND_SKIP = {"age": 0.012, "gender": 0.014, "education": 0.022, "living_alone": 0.012, "condition": 0.010,
                   "match_basis": 0.025, "support_kinds": 0.020, "strain": 0.030, "adherence": 0.015}


@dataclass(frozen=True)
class FollowUp:
    """``answers`` (3, people): a whole response at that wave. ``late``: the third comes a quarter later.

    ``unanswered[column]`` (3, people): seen and left out.
    """

    answers: np.ndarray
    late: np.ndarray
    unanswered: dict[str, np.ndarray]


def follow(people: People, scores: Scores) -> FollowUp:
    """Wave by wave, as dropout and skipping depend on age, programme and the mood that was seen before."""
    n = len(people)
    core = people.group == "core"
    mood = np.full(n, UNSEEN_MOOD)
    answers = np.zeros((3, n), bool)
    unanswered: dict[str, list[np.ndarray]] = {}
    for w in range(3):
        answers[w] = core if w == 0 else core & _comes_back(people, mood, answers[w - 1], w)
        skipped = _skipped(people, mood, w)
        for column, mask in skipped.items():
            unanswered.setdefault(column, []).append(mask)
        seen = answers[w] & ~np.any([skipped[item] for item in SCALE_ITEMS["depression"]], axis=0)
        mood = np.where(seen, scores.total["depression"][w], mood)
    late = np.zeros(n, bool)
    candidates = np.flatnonzero(answers[2] & (people.programme < 6))
    late[p.stream("late").choice(candidates, size=p.NEXT["late_at_wave_3"], replace=False)] = True
    return FollowUp(answers, late, {column: np.stack(masks) for column, masks in unanswered.items()})


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _comes_back(people: People, mood: np.ndarray, came_last_time: np.ndarray, w: int) -> np.ndarray:
    rng = p.stream(f"dropout before wave {w + 1}")
    tendency = 1.45 + 0.015 * (people.age - 50) - 0.06 * (mood - 10) - DROPOUT_BY_PROGRAMME[people.programme]
    tendency = tendency + 0.35 * (people.role != p.RECIPIENT) - 2.6 * ~came_last_time
    return rng.random(len(people)) < _logistic(tendency)


def _skipped(people: People, mood: np.ndarray, w: int) -> dict[str, np.ndarray]:
    """A whole page of a scale, or single answers."""
    rng = p.stream(f"skipping at wave {w + 1}")
    n = len(people)
    tendency = 0.015 * (people.age - 50) + 0.05 * (mood - 10) + SKIP_BY_PROGRAMME[people.programme]
    skipped = {}
    for items in SCALE_ITEMS.values():
        page = rng.random(n) < _logistic(-3.9 + tendency)
        for item in items:
            skipped[item] = page | (rng.random(n) < _logistic(-5.5 + tendency))
    by_programme = SKIP_BY_PROGRAMME[people.programme]
    for column, share in BACKGROUND_SKIP.items():
        skipped[column] = rng.random(n) < share * np.exp(by_programme)
    return skipped
