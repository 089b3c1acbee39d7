"""How often 95% intervals hold the truth, and how often P is below 0.05 where there is no effect, by simulation.

    python benchmarks/calibration.py [--only ESTIMATOR ...] [--file FILE.csv] [--picture FILE.svg] [--table]

Every estimator that a study's models may use, called as the pipeline calls it, on the people of
``benchmarks/simulated.py``; beside them errors that take people of a cluster for independent (naive). What is done
already stands in FILE and is not done again; delete a line to have it made anew. A condition draws its people from a
stream of its own, so that every estimator sees the same ones and fewer replications are the first of more.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from benchmarks.calibration_told import markdown, picture
from benchmarks.simulated import BETWEEN, PATH, PEOPLE, WITHIN, Condition, Drawn, draw, sample
from pipeline.models import mediate
from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.counts import model_based, poisson
from pipeline.models.declared import ORDERED
from pipeline.models.gee import Link, population_averaged
from pipeline.models.kenward_roger import kenward_roger
from pipeline.models.linear import Fit, classical, hc3, logistic, ols
from pipeline.models.mediation_rows import Question, lay_out
from pipeline.models.mixed import mixed
from pipeline.models.regress import regress
from pipeline.models.survey import survey_linear, survey_logistic, survey_poisson
from pipeline.models.wild import wild_cluster
from pipeline.run.seeds import stream

FILE = Path(__file__).absolute().parents[1] / "pipeline/models/calibration.csv"
COLUMNS = ("estimator", "exposure", "clusters", "rows", "icc", "replications", "answered", "coverage", "type_i")
ENDS = (0.0, 0.2)
ICCS = (0.0, 0.05, 0.2)
SIZES = {4: (60, 120), 7: (60, 210), 10: (60, 300), 20: (60, 600), 40: (120, 1200)}
"""Clusters -> numbers of people."""
ALONE = (30, 60, 120, 300)
"""Numbers of people who stand for themselves."""
REPLICATIONS = 2000

Run = Callable[[Drawn, bool, np.random.Generator], tuple[Coefficients, float]]
"""People of a replication, and whether there is an effect -> the fit, whose term ``x`` is looked at, and its truth."""


@dataclass(frozen=True)
class Estimator:
    """linear: a shift of the outcome shifts estimate
    and interval alike, so that each replication tells of coverage and of type I error at once."""

    run: Run
    clusters: tuple[int, ...] = tuple(SIZES)
    iccs: tuple[float, ...] = ENDS
    linear: bool = False


@dataclass(frozen=True)
class Limits(Coefficients):
    """An interval and a P value that come from no standard error."""

    ends: tuple[float, float]
    tested: float

    @property
    def p(self) -> np.ndarray:
        return np.array([self.tested])

    def interval(self, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        return np.array([self.ends[0]]), np.array([self.ends[1]])


def _number(fit: Callable[[Drawn, Floats], Coefficients]) -> Run:
    return lambda drawn, there, rng: (fit(drawn, drawn.number()), 0.0)


def _event(effect: str, fit: Callable[[Drawn, Floats], Coefficients]) -> Run:
    def run(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
        y, truth = drawn.event(effect, there)
        return fit(drawn, y), truth

    return run


def _cr2(start: Callable[..., Fit]) -> Callable[[Drawn, Floats], Coefficients]:
    return lambda drawn, y: clustered(start(drawn.x, y), drawn.of)


def _hc3(start: Callable[..., Fit]) -> Callable[[Drawn, Floats], Coefficients]:
    return lambda drawn, y: hc3(start(drawn.x, y))


def _model(start: Callable[..., Fit]) -> Callable[[Drawn, Floats], Coefficients]:
    return lambda drawn, y: model_based(start(drawn.x, y))


def _gee(link: Link) -> Callable[[Drawn, Floats], Coefficients]:
    return lambda drawn, y: population_averaged(drawn.x, y, drawn.of, link)


def _survey(effect: str) -> Run:
    def run(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
        every = np.ones(len(drawn.x), dtype=bool)
        if effect == "mean difference":
            return survey_linear(drawn.x, drawn.number(), sample(drawn, rng), every), 0.0
        y, truth = drawn.event(effect, there)
        way = {"odds ratio": survey_logistic, "risk ratio": survey_poisson, "risk difference": survey_linear}[effect]
        return way(drawn.x, y, sample(drawn, rng), every), truth

    return run


def _ordered(sampled: bool = False) -> Run:
    def run(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
        y, truth = drawn.ordered(there)
        return regress(drawn.x, y, drawn.frame(y, sample(drawn, rng) if sampled else None), ORDERED), truth

    return run


def _rate(sampled: bool = False) -> Run:
    def run(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
        y, time, truth = drawn.count(there)
        held = drawn.frame(y, sample(drawn, rng) if sampled else None, time)
        return regress(drawn.x, y, held, "rate ratio"), truth

    return run


def _separated(drawn: Drawn, y: Floats) -> Coefficients:
    """People who stand for themselves: where answers are predicted perfectly, Firth's likelihood."""
    return regress(drawn.x, y, drawn.frame(y), "odds ratio", penalised=True)


def _wild(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
    test = wild_cluster(ols(drawn.x, drawn.number()), drawn.of, "x", rng)
    nothing = np.full((1, 1), np.nan)
    return Limits(("x",), nothing[0], nothing, nothing[0], 0, "wild", (test.ci_low, test.ci_high), test.p), 0.0


def _mediation(drawn: Drawn, there: bool, rng: np.random.Generator) -> tuple[Coefficients, float]:
    """The natural indirect effect; without one the path from mediator to outcome is missing."""
    slope = PATH if there else 0.0
    through = PATH * drawn.exposed + drawn.other
    table = drawn.x[["x", "z"]].assign(m=through, y=drawn.number(0.3) + slope * through)
    every = np.ones(len(table), dtype=bool)
    found = mediate._with_errors(lay_out(table, Question("x", "m", "y", ("z",)), drawn.cluster, None, every))
    middle, error, low, high = found.of("tnie")
    held = Coefficients(("x",), np.array([middle]), np.array([[error**2]]), np.array([found.df]), len(table), "")
    return Limits(("x",), held.estimate, held.vcov, held.df, held.rows, "", (low, high), held.p[0]), PATH * slope


NONE: tuple[int, ...] = ()
WITHOUT_FOUR = (7, 10, 20, 40)
ESTIMATORS = {
    "linear CR2": Estimator(_number(_cr2(ols)), iccs=ICCS, linear=True),
    "linear naive": Estimator(_number(lambda drawn, y: classical(ols(drawn.x, y))), iccs=ICCS, linear=True),
    "linear mixed": Estimator(
        _number(lambda drawn, y: kenward_roger(mixed(drawn.x, y, drawn.of))), WITHOUT_FOUR, ICCS, True
    ),
    "logistic CR2": Estimator(_event("odds ratio", _cr2(logistic))),
    "risk difference CR2": Estimator(_event("risk difference", _cr2(ols)), iccs=ICCS),
    "wild bootstrap": Estimator(_wild, (4, 7, 10), linear=True),
    "linear GEE": Estimator(_number(_gee("identity")), WITHOUT_FOUR, linear=True),
    "logistic GEE": Estimator(_event("odds ratio", _gee("logit")), WITHOUT_FOUR),
    "risk difference GEE": Estimator(_event("risk difference", _gee("identity")), WITHOUT_FOUR),
    "risk ratio CR2": Estimator(_event("risk ratio", _cr2(poisson))),
    "rate CR2": Estimator(_rate()),
    "ordered clusters": Estimator(_ordered()),
    "linear HC3": Estimator(_number(_hc3(ols)), NONE, linear=True),
    "risk difference HC3": Estimator(_event("risk difference", _hc3(ols)), NONE),
    "logistic HC3": Estimator(_event("odds ratio", _separated), NONE),
    "risk ratio HC3": Estimator(_event("risk ratio", _hc3(poisson)), NONE),
    "rate HC3": Estimator(_rate(), NONE),
    "ordered model": Estimator(_ordered(), NONE),
    "indirect HC3": Estimator(_mediation, NONE),
    "linear survey": Estimator(_survey("mean difference"), linear=True),
    "indirect jackknife": Estimator(_mediation),
    "logistic survey": Estimator(_survey("odds ratio")),
    "ordered survey": Estimator(_ordered(sampled=True)),
    "rate survey": Estimator(_rate(sampled=True)),
    "risk difference survey": Estimator(_survey("risk difference")),
    "risk ratio survey": Estimator(_survey("risk ratio")),
    "logistic naive": Estimator(_event("odds ratio", _model(logistic))),
    "risk ratio naive": Estimator(_event("risk ratio", _hc3(poisson))),
}


def conditions(estimator: Estimator) -> Iterator[Condition]:
    if not estimator.clusters:
        yield from (Condition(PEOPLE, 0, rows, 0.0) for rows in ALONE)
        return
    for kind in (WITHIN, BETWEEN):
        for count in estimator.clusters:
            yield from (Condition(kind, count, rows, icc) for rows in SIZES[count] for icc in estimator.iccs)


def measured(estimator: Estimator, condition: Condition, replications: int) -> dict[str, float]:
    """Shares in percent: of intervals that hold the truth, and of P below 0.05 where there is no effect.

    Where both need people of their own, every second replication has no effect. Replications without an answer are
    left out of the shares; ``answered`` counts the others.
    """
    rng = stream(1, f"calibration/{condition.name}")
    held: list[bool] = []
    below: list[bool] = []
    for at in range(replications):
        own = np.random.default_rng(rng.integers(2**63))
        drawn, there = draw(condition, own), bool(at % 2) and not estimator.linear
        try:
            found, truth = estimator.run(drawn, there, own)
        except NotEstimable:
            continue
        i = found.position("x")
        low, high = (float(side[i]) for side in found.interval())
        if np.isnan(low) or np.isnan(high):
            continue
        held.append(low <= truth <= high)
        if not there:  # where P and interval come from one t, the one is below 0.05 where the other leaves out nought
            below.append(bool(found.p[i] < 0.05) if type(found) is Limits else not low <= 0 <= high)
    shares = [round(100 * float(np.mean(one)), 2) if one else float("nan") for one in (held, below)]
    return {"replications": replications, "answered": len(held), "coverage": shares[0], "type_i": shares[1]}


def line(name: str, condition: Condition, replications: int = REPLICATIONS) -> dict[str, object]:
    """A line of the table."""
    estimator = ESTIMATORS[name]
    of = {"estimator": name, "exposure": condition.exposure, "clusters": condition.clusters, "rows": condition.rows,
          "icc": condition.icc}  # fmt: skip
    return of | measured(estimator, condition, replications)


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file) if file.exists() else pd.DataFrame(columns=list(COLUMNS))


def in_order(found: pd.DataFrame) -> pd.DataFrame:
    """Lines in the order of the grid; what is no more part of it goes."""
    grid = [(name, c.exposure, c.clusters, c.rows, c.icc) for name, of in ESTIMATORS.items() for c in conditions(of)]
    found = found.set_index(list(COLUMNS[:5]))
    return found.loc[[at for at in grid if at in found.index]].reset_index()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(ESTIMATORS), default=list(ESTIMATORS))
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--picture", type=Path, help="draw what there is")
    parser.add_argument("--table", action="store_true", help="print what there is")
    parser.add_argument("--clusters", nargs="+", type=int, default=[0, *SIZES], help="only conditions with so many")
    parser.add_argument("--icc", nargs="+", type=float, default=list(ICCS), help="only conditions with such")
    given = parser.parse_args()
    if given.picture or given.table:
        found = read(given.file)
        _ = given.picture and picture(given.picture, found)
        print(markdown(found) if given.table else given.picture)
        return
    threadpool_limits(1)
    keys = list(COLUMNS[:5])
    for name in given.only:
        for condition in conditions(ESTIMATORS[name]):
            if condition.clusters not in given.clusters or condition.icc not in given.icc:
                continue
            done = read(given.file)
            this = (name, condition.exposure, condition.clusters, condition.rows, condition.icc)
            if this in set(done[keys].itertuples(index=False, name=None)):
                continue
            made = line(name, condition)
            pd.DataFrame([made], columns=list(COLUMNS)).to_csv(
                given.file, mode="a", header=not given.file.exists(), index=False, lineterminator="\n"
            )
            print(*made.values(), sep="\t", flush=True)
    done = read(given.file)
    in_order(done).to_csv(given.file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
