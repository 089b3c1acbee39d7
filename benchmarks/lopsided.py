"""How often 95% intervals hold the truth where few clusters, or few people, are exposed.

    python benchmarks/lopsided.py {mediations,regressions} [--replications N] [--draws N]

The people of ``benchmarks/simulated.py`` (numbers, both paths 0.4, an ICC of 0.1), of whom so many clusters, or people,
have the exposure as each setting says; every kind of intervals that a study file may ask for, called as the pipeline
calls it. Mediations: a line has the coverage of the indirect, the direct and the total effect in percent, for how many
there was an answer, and the largest share of draws that lost a side of the comparison. Regressions: a line has the
coverage of the exposure's coefficient and for how many there was an answer. A setting has a random stream of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from benchmarks.calibration import ESTIMATORS
from benchmarks.simulated import BETWEEN, PATH, PEOPLE, Condition, Drawn, draw
from pipeline.models import mediate
from pipeline.models.coefficients import NotEstimable
from pipeline.models.drawn import BCA, BOOTSTRAP, FEWEST, MONTE_CARLO, USUAL, by_draws
from pipeline.models.mediation import NaturalEffects
from pipeline.models.mediation_rows import Laid, Question, lay_out
from pipeline.run.seeds import stream

ICC, DIRECT = 0.1, 0.3
KINDS = (USUAL, BOOTSTRAP, BCA, MONTE_CARLO)
TRUTH = {"tnie": PATH**2, "pnde": DIRECT, "te": PATH**2 + DIRECT}
"""Effect -> what it is among these people."""
SETTINGS = (
    (12, 240, 2), (12, 240, 3), (20, 400, 2), (20, 400, 3), (20, 400, 5), (40, 800, 2), (40, 800, 3), (40, 800, 5),
    (40, 800, 8), (40, 800, 10), (0, 200, 4), (0, 200, 6), (0, 200, 8), (0, 200, 10),
    (0, 200, 15), (0, 200, 20), (0, 60, 5), (0, 60, 8),
)  # fmt: skip
"""Clusters (0: people who stand for themselves), people, and how many of the one or the other are exposed."""

REGRESSIONS = ("linear CR2", "linear mixed", "linear GEE", "logistic GEE", "linear survey", "ordered clusters")
OF_PEOPLE = ("linear HC3", "risk difference HC3", "logistic HC3", "risk ratio HC3", "rate HC3")
"""Estimators of ``benchmarks/calibration.py``: of clusters, of people who stand for themselves."""
LOPSIDED = (
    (12, 240, 2), (12, 240, 3), (20, 400, 2), (20, 400, 3), (20, 400, 4), (20, 400, 5), (40, 800, 2), (40, 800, 3),
    (40, 800, 5), (40, 800, 7), (40, 800, 8), (40, 800, 10), (100, 2000, 5), (100, 2000, 10), (0, 200, 3), (0, 200, 4),
    (0, 200, 5), (0, 200, 6), (0, 200, 8), (0, 200, 10),
)  # fmt: skip


def exposed(drawn: Drawn, count: int, rng: np.random.Generator) -> Drawn:
    """The same people with ``count`` clusters, or people, of them exposed."""
    of = np.arange(len(drawn.x)) if drawn.cluster is None else drawn.cluster
    columns = drawn.columns.copy()
    columns[:, 2] = rng.permutation(np.arange(of.max() + 1) < count)[of]
    return replace(drawn, columns=columns, x=drawn.x.assign(x=columns[:, 2]))


def laid_out(drawn: Drawn) -> Laid:
    through = PATH * drawn.exposed + drawn.other
    table = drawn.x[["x", "z"]].assign(m=through, y=drawn.number(DIRECT) + PATH * through)
    return lay_out(table, Question("x", "m", "y", ("z",)), drawn.cluster, None, np.ones(len(table), dtype=bool))


def found(laid: Laid, kind: str, draws: int, rng: np.random.Generator) -> NaturalEffects:
    return mediate._with_errors(laid) if kind == USUAL else by_draws(laid, kind, draws, rng)


def mediations(clusters: int, people: int, few: int, replications: int, draws: int) -> Iterator[tuple[object, ...]]:
    rng = stream(1, f"lopsided/{clusters}/{people}/{few}")
    held: dict[str, list[list[bool]]] = {kind: [] for kind in KINDS if not clusters or clusters >= FEWEST.get(kind, 0)}
    lost = dict.fromkeys(held, 0.0)
    condition = Condition(BETWEEN if clusters else PEOPLE, clusters, people, ICC if clusters else 0.0)
    for _ in range(replications):
        own = np.random.default_rng(rng.integers(2**63))
        laid = laid_out(exposed(draw(condition, own), few, own))
        for kind, one in held.items():
            try:
                made = found(laid, kind, draws, own)
            except NotEstimable:
                continue
            ends = {effect: made.of(effect)[2:] for effect in TRUTH}
            if np.isfinite(list(ends.values())).all():
                one.append([low <= TRUTH[effect] <= high for effect, (low, high) in ends.items()])
                lost[kind] = max(lost[kind], sum(made.failed.values()) / draws)
    for kind, one in held.items():
        coverage = [f"{100 * share:.1f}" for share in np.mean(one, axis=0)] if one else [""] * len(TRUTH)
        yield clusters, people, few, kind, *coverage, len(one), f"{100 * lost[kind]:.1f}"


def regressions(clusters: int, people: int, few: int, replications: int) -> Iterator[tuple[object, ...]]:
    """Every estimator sees the same people; where there may be none, there is an effect."""
    rng = stream(1, f"lopsided/{clusters}/{people}/{few}/regressions")
    held: dict[str, list[bool]] = {name: [] for name in (REGRESSIONS if clusters else OF_PEOPLE)}
    condition = Condition(BETWEEN, clusters, people, ICC) if clusters else Condition(PEOPLE, 0, people, 0.0)
    for _ in range(replications):
        drawn = exposed(draw(condition, rng), few, rng)
        for name, one in held.items():
            try:
                made, truth = ESTIMATORS[name].run(drawn, True, rng)
            except NotEstimable:
                continue
            at = made.position("x")
            low, high = (float(side[at]) for side in made.interval())
            if np.isfinite(low + high):
                one.append(low <= truth <= high)
    for name, one in held.items():
        yield clusters, people, few, name, f"{100 * np.mean(one):.1f}" if one else "", len(one)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("of", choices=("mediations", "regressions"))
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=500)
    given = parser.parse_args()
    threadpool_limits(1)
    if given.of == "mediations":
        print("clusters", "people", "exposed", "intervals", *TRUTH, "answered", "lost", sep="\t", flush=True)
        lines = (line for one in SETTINGS for line in mediations(*one, given.replications, given.draws))
    else:
        print("clusters", "people", "exposed", "estimator", "coverage", "answered", sep="\t", flush=True)
        lines = (line for one in LOPSIDED for line in regressions(*one, given.replications))
    for line in lines:
        print(*line, sep="\t", flush=True)


if __name__ == "__main__":
    main()
