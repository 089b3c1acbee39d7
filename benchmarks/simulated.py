"""Made-up people in clusters, of whom it is known what an estimator should find.

Clusters are unequal (two people each and the rest by lognormal shares); an exposure of two values varies within them
(the shares of exposed people have an ICC of 0.2) or is a cluster's own (half of them have it); beside it stands a
covariate of two values. Numbers are normal with variance 1 around ``0.3 z``. Events have the very means that the
regression of their effect assumes, and correlate within a cluster by a normal copula; so do answers in an order and
counts, whose copula has the ICC itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import scipy
import scipy.stats

from pipeline.models.coefficients import Floats, Ints
from pipeline.models.frame import Frame
from pipeline.models.linear import INTERCEPT
from pipeline.models.survey import SurveyDesign

WITHIN, BETWEEN, PEOPLE = "within", "between", "people"
"""What an exposure differs between: people of a cluster, whole clusters, people who stand for themselves."""

FEWEST = 2
SPREAD = 0.6
"""Standard deviation of the log of a cluster's share; sizes vary by two to three fifths of their mean."""
OWN = 2.0
"""Both parameters of the beta distribution of the shares of exposed people: an ICC of ``1 / (2 OWN + 1)``."""
MEAN = 0.35
"""About how often events happen; what the correlation of two of them is told for."""
EVENTS = {"risk difference": (0.3, 0.15, 0.1), "risk ratio": (np.log(0.25), np.log(1.6), np.log(1.3)),
          "odds ratio": (np.log(0.3 / 0.7), np.log(2.0), 0.4)}  # fmt: skip
"""Effect -> intercept, exposure's coefficient where there is an effect, covariate's coefficient."""
PATH = 0.4
"""From exposure to mediator and from mediator to outcome."""
CUTS = np.array([1.2, 0.0, -1.2])
"""Log odds of an answer above each cut, of somebody who is not exposed and has the covariate's lower value."""
RATE = (np.log(0.8), np.log(1.5), 0.3)
"""Of counts: log of the rate, the exposure's coefficient, the covariate's."""


@dataclass(frozen=True)
class Condition:
    """clusters: 0 where people stand for themselves. icc: of the outcome (of events: as it is at a mean of 0.35)."""

    exposure: str
    clusters: int
    rows: int
    icc: float

    @property
    def name(self) -> str:
        return f"{self.exposure}/{self.clusters}/{self.rows}/{self.icc:g}"


NAMES = pd.Index([INTERCEPT, "z", "x"])


@dataclass(frozen=True, eq=False)
class Drawn:
    """People of one replication. columns: (n, 3), intercept, covariate, exposure; x: the same, named. alike: (n,), a
    normal number with variance 1 that correlates within clusters by the ICC; other: another such; even: one whose
    events correlate so."""

    columns: Floats
    x: pd.DataFrame
    cluster: Ints | None
    alike: Floats
    other: Floats
    even: Floats

    @property
    def of(self) -> Ints:
        """Each one's cluster."""
        assert self.cluster is not None
        return self.cluster

    @property
    def exposed(self) -> Floats:
        return self.columns[:, 2]

    def ordered(self, there: bool) -> tuple[Floats, float]:
        """An answer from 0 to 3 with proportional odds, and the exposure's true coefficient. The normal number behind
        it has the ICC."""
        slope = np.log(2.0) if there else 0.0
        odds = CUTS + (slope * self.exposed + 0.4 * self.columns[:, 1])[:, None]
        return (scipy.special.ndtr(self.alike)[:, None] < scipy.special.expit(odds)).sum(axis=1).astype(float), slope

    def count(self, there: bool) -> tuple[Floats, Floats, float]:
        """A Poisson count over each one's own time at risk, that time (half or one), and the exposure's true
        coefficient. The normal number behind it has the ICC."""
        start, slope, other = RATE
        slope = slope if there else 0.0
        time = np.where(self.other > 0, 1.0, 0.5)
        mean = time * np.exp(start + slope * self.exposed + other * self.columns[:, 1])
        return scipy.stats.poisson.ppf(scipy.special.ndtr(self.alike), mean), time, slope

    def frame(self, y: Floats, design: SurveyDesign | None = None, time: Floats | None = None) -> Frame:
        """As a model would have them, with the outcome ``y``. design: of a sample of which they are all."""
        every = np.ones(len(y), dtype=bool)
        return Frame(
            y=y, exposure=self.x[["x"]], adjust=self.x[["z"]], mediator=None, population=every, used=every,
            cluster=self.cluster, grouped="cluster", design=design,
            person=np.arange(len(y)), missing=(), time=time,
        )  # fmt: skip

    def number(self, slope: float = 0.0) -> Floats:
        return slope * self.exposed + 0.3 * self.columns[:, 1] + self.alike

    def event(self, effect: str, there: bool) -> tuple[Floats, float]:
        """A 0/1 outcome, and the exposure's true coefficient."""
        start, slope, other = EVENTS[effect]
        slope = slope if there else 0.0
        linear = start + slope * self.exposed + other * self.columns[:, 1]
        mean = {"risk difference": linear, "risk ratio": np.exp(linear), "odds ratio": 1 / (1 + np.exp(-linear))}
        return (scipy.special.ndtr(self.even) < mean[effect]).astype(float), slope


def draw(condition: Condition, rng: np.random.Generator) -> Drawn:
    """One replication."""
    n, count = condition.rows, condition.clusters
    z = rng.integers(0, 2, n).astype(float)
    cluster = _clusters(n, count, rng) if count else None
    x = _exposure(condition.exposure, cluster, n, count, rng)
    person, other = rng.standard_normal(n), rng.standard_normal(n)
    shared, apart = (rng.standard_normal(count)[cluster] if cluster is not None else np.zeros(n) for _ in range(2))
    latent = latent_correlation(condition.icc)
    columns = np.column_stack([np.ones(n), z, x])
    return Drawn(
        columns,
        pd.DataFrame(columns, columns=NAMES, copy=False),
        cluster,
        np.sqrt(condition.icc) * shared + np.sqrt(1 - condition.icc) * person,
        np.sqrt(condition.icc) * apart + np.sqrt(1 - condition.icc) * other,
        np.sqrt(latent) * shared + np.sqrt(1 - latent) * person,
    )


def _clusters(n: int, count: int, rng: np.random.Generator) -> Ints:
    share = rng.lognormal(0.0, SPREAD, count)
    sizes = FEWEST + rng.multinomial(n - FEWEST * count, share / share.sum())
    return np.repeat(np.arange(count), sizes)


def _exposure(kind: str, cluster: Ints | None, n: int, count: int, rng: np.random.Generator) -> Floats:
    if kind == BETWEEN:
        return rng.permutation((np.arange(count) < count // 2).astype(float))[cluster]
    while True:
        share = rng.beta(OWN, OWN, count)[cluster] if kind == WITHIN else np.full(n, 0.5)
        x = (rng.random(n) < share).astype(float)
        if 1 < x.sum() < n - 1:
            return x


def sample(drawn: Drawn, rng: np.random.Generator) -> SurveyDesign:
    """The same people as a weighted sample: clusters are the units, four and more of them a stratum."""
    strata = max(1, (int(drawn.of.max()) + 1) // 4)
    return SurveyDesign.of(rng.lognormal(0.0, 0.4, len(drawn.x)), drawn.of % strata, drawn.of)


@cache
def latent_correlation(icc: float) -> float:
    """Of two normal numbers whose events, with a mean of 0.35, correlate by ``icc``."""
    if icc == 0:
        return 0.0
    at = float(scipy.special.ndtri(MEAN))

    def excess(latent: float) -> float:
        both = scipy.integrate.quad(_density, 0.0, latent, args=(at,))[0]
        return float(both - icc * MEAN * (1 - MEAN))

    return float(scipy.optimize.brentq(excess, 0.0, 0.99, xtol=1e-12))


def _density(latent: float, at: float) -> float:
    """How the probability that both lie below ``at`` grows with their correlation (Plackett 1954)."""
    return float(np.exp(-(at**2) / (1 + latent)) / (2 * np.pi * np.sqrt(1 - latent**2)))
