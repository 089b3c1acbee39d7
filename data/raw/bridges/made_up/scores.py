"""True scale scores at every wave, and the item answers that add up to them exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from made_up import parameters as p
from made_up.people import People


@dataclass(frozen=True)
class Scores:
    """``total[scale]`` (3, people): sums as scored. ``items[scale]`` (3, people, items).

    ``clipped[scale]``: share that the equation had put beyond the range.
    """

    total: dict[str, np.ndarray]
    items: dict[str, np.ndarray]
    clipped: dict[str, float]

    @property
    def support(self) -> np.ndarray:
        """MSPSS as its mean, 1-7."""
        return self.total["support"] / 12


def programme_effects(scale: str) -> np.ndarray:
    return np.array(p.PROGRAMME_PATTERN[scale]) * p.PROGRAMME_SD[scale]


def make_scores(people: People, hours: np.ndarray) -> Scores:
    """Scores of everybody at all three waves, whoever answers later.

    Each is a linear equation of the *whole* scores before it, rounded to a whole score and clipped to its range.
    """
    total: dict[str, np.ndarray] = {}
    clipped = {}
    decades = (np.stack([people.age_at(w) for w in p.WAVES]) - p.AGE_CENTRE) / 10
    for scale, equation in (("support", _support), ("loneliness", _loneliness), ("depression", _depression),
                            ("self_efficacy", _self_efficacy)):
        latent = equation(people, hours, decades, total) + programme_effects(scale)[people.programme]
        spec = p.SCALES[scale]
        low, high = spec.items * spec.low, spec.items * spec.high
        if scale == "support":
            latent = latent * spec.items
        rounded = np.rint(latent)
        clipped[scale] = float(((rounded < low) | (rounded > high)).mean())
        total[scale] = np.clip(rounded, low, high).astype(int)
    items = {scale: _items(scale, total[scale]) for scale in p.SCALES}
    return Scores(total, items, clipped)


def _gender(people: People, equation: dict[str, float]) -> np.ndarray:
    return equation["women"] * (people.gender == p.WOMEN) + equation["another_gender"] * (people.gender == p.ANOTHER)


def _errors(scale: str, equation: dict[str, float], people: People) -> np.ndarray:
    """A part that stays with the person over the waves, and one of each wave."""
    rng = p.stream(f"errors of {scale}")
    person, noise = rng.normal(0, 1, len(people)), rng.normal(0, 1, (3, len(people)))
    return _centred(equation["person_sd"] * person + equation["noise_sd"] * noise, people)


def _centred(errors: np.ndarray, people: People) -> np.ndarray:
    """Errors with mean zero in each programme, so that the realised programme effects are the declared ones."""
    shares = np.eye(7)[people.programme] / np.bincount(people.programme, minlength=7)
    means = np.stack([[(row * column).sum() for column in shares.T] for row in errors])
    return errors - means[:, people.programme]


def _support(people: People, hours: np.ndarray, decades: np.ndarray, total: dict[str, np.ndarray]) -> np.ndarray:
    e = p.SUPPORT
    own = p.stream("effects of supporters").normal(0, e["supporter_sd"], len(people))
    theirs = np.where(people.supporter >= 0, own[people.supporter], 0.0)
    role = e["supporter"] * (people.role == p.SUPPORTER) + e["leader"] * (people.role == p.LEADER)
    after_start = np.array([[0.0], [1.0], [1.0]])
    fixed = e["intercept"] + role + _gender(people, e) + e["hour"] * hours + after_start * theirs
    return fixed + _errors("support", e, people)


def _loneliness(people: People, hours: np.ndarray, decades: np.ndarray, total: dict[str, np.ndarray]) -> np.ndarray:
    """Its residual is uniform: a normal one would pile up at the ends of 3-9 and bend the slope."""
    e = p.LONELINESS
    rng = p.stream("errors of loneliness")
    share = e["person_share"]
    person, noise = rng.standard_normal(len(people)), rng.standard_normal((3, len(people)))
    z = math.sqrt(share) * person + math.sqrt(1 - share) * noise
    rank = np.vectorize(lambda value: math.erf(value / math.sqrt(2)))(z)
    support = total["support"] / 12 - p.SUPPORT_CENTRE
    residual = _centred(e["residual_half_width"] * rank, people)
    return e["intercept"] + e["support"] * support + e["age"] * decades + residual


def _depression(people: People, hours: np.ndarray, decades: np.ndarray, total: dict[str, np.ndarray]) -> np.ndarray:
    e = p.DEPRESSION
    causes = e["loneliness"] * (total["loneliness"] - p.LONELINESS_CENTRE)
    causes = causes + e["support"] * (total["support"] / 12 - p.SUPPORT_CENTRE)
    return e["intercept"] + causes + e["age"] * decades + _gender(people, e) + _errors("depression", e, people)


def _self_efficacy(people: People, hours: np.ndarray, decades: np.ndarray, total: dict[str, np.ndarray]) -> np.ndarray:
    e = p.SELF_EFFICACY
    support = total["support"] / 12 - p.SUPPORT_CENTRE
    return e["intercept"] + e["support"] * support + e["age"] * decades + _errors("self_efficacy", e, people)


def _items(scale: str, total: np.ndarray) -> np.ndarray:
    """Answers to the items, around a person's mean: some items are harder, and MSPSS has its three sources."""
    spec = p.SCALES[scale]
    rng = p.stream(f"items of {scale}")
    shape = (*total.shape, spec.items)
    hardness = np.linspace(-0.5, 0.5, spec.items)[::-1] * spec.apart
    if scale == "depression":
        hardness[-1] -= 0.9   # few say anything but 0 to item 9
    wish = total[..., None] / spec.items + hardness + rng.normal(0, spec.apart, shape)
    if scale == "support":
        for numbers in p.MSPSS_FACETS.values():
            wish[..., [n - 1 for n in numbers]] += rng.normal(0, 0.6, total.shape)[..., None]
    flat = share_out(total.ravel(), wish.reshape(-1, spec.items), spec.low, spec.high)
    return flat.reshape(shape)


def share_out(total: np.ndarray, wish: np.ndarray, low: int, high: int) -> np.ndarray:
    """Whole item answers within low-high that add up to each total, as near to the wished ones as single steps lead."""
    items = np.clip(np.rint(wish), low, high).astype(int)
    rows = np.arange(len(total))
    while (short := total - items.sum(axis=1)).any():
        step = np.sign(short)[:, None]
        room = np.where(step > 0, items < high, items > low)
        pull = np.where(room, (wish - items) * step, -np.inf)
        items[rows, pull.argmax(axis=1)] += step[:, 0]
    return items
