"""Models beside their peers, in one run: a mediation's bootstrap, and errors of people in clusters.

    python benchmarks/models.py [--r Rscript] [--draws 5000] [--rows 10000] [--clusters 500 1000 2000 4000]
                                [--r-most 2000] [--repeat 3] [--picture FILE.svg]

Mediation: natural effects with an interaction and two covariates, ``--draws`` bootstrap draws of ``--rows`` people:
ours, statsmodels' ``Mediation`` and a plain loop in numpy. Clusters of 50 people: CR2 errors with Satterthwaite's
degrees of freedom and the joint test of four coefficients (AHT): ours, R's clubSandwich (``--r``, a process of R;
without it that part says "not run") and numpy with a hat block a cluster and a matrix of all pairs. Every measurement
is a process of its own on the same made-up people; times are the least of ``--repeat`` (statsmodels and R: once). On
a busy machine go by the processor's.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

OURS, BARE, STATSMODELS, R = "alongside", "numpy", "statsmodels", "clubSandwich"
EFFECTS = ("ADE (control)", "ACME (treated)", "ADE (treated)", "ACME (control)", "Total effect")
"""In the order of pipeline's direct, indirect, total direct, pure indirect and total."""
SIZE = 50
TERMS = ("a", "b", "c", "d")
RUNS: dict[str, Callable[..., Callable[[], dict[str, float]]]] = {}

IN_R = """
suppressMessages(library(clubSandwich))
given <- commandArgs(TRUE)
rows <- read.csv(given[1]); fit <- lm(y ~ a + b + c + d, data = rows)
memory <- function(what) {
  line <- grep(what, readLines("/proc/self/status"), value = TRUE)
  as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", line))
}
before <- memory("VmRSS"); began <- proc.time()
v <- vcovCR(fit, cluster = rows$g, type = "CR2")
if (given[2] == "joint") {
  test <- Wald_test(fit, constraints = constrain_zero(2:5), vcov = v, test = "HTZ")
  found <- c(F = test$Fstat, df2 = test$df_denom)
} else {
  test <- coef_test(fit, vcov = v, test = "Satterthwaite")
  found <- c(setNames(test$SE, paste0(rownames(test), " se")), setNames(test$df_Satt, paste0(rownames(test), " df")))
}
took <- proc.time() - began
said <- paste0('"', names(found), '": ', sprintf("%.17g", found), collapse = ", ")
cat(sprintf('{"seconds": %.6f, "cpu": %.6f, "extra": %.0f, "numbers": {%s}}', took[["elapsed"]],
            took[["user.self"]] + took[["sys.self"]], 1024 * (memory("VmHWM") - before), said))
"""


def people(rows: int) -> pd.DataFrame:
    """Support a (yes or no), isolation m, low mood y, covariates c and d."""
    rng = np.random.default_rng(20)
    c, d = rng.normal(size=rows), rng.integers(0, 2, rows).astype(float)
    a = (rng.random(rows) < 1 / (1 + np.exp(-0.4 * c))).astype(float)
    m = 1 + 0.6 * a + 0.4 * c - 0.3 * d + rng.normal(size=rows)
    y = 2 + 0.3 * a + 0.5 * m + 0.2 * a * m + 0.3 * c + rng.normal(size=rows)
    return pd.DataFrame({"a": a, "m": m, "y": y, "c": c, "d": d})


def grouped(clusters: int) -> pd.DataFrame:
    """``SIZE`` people a cluster g: b is the cluster's own, a differs between and within, c and d within."""
    rng, n = np.random.default_rng(21), SIZE * clusters
    g = np.repeat(np.arange(clusters), SIZE)
    table = pd.DataFrame(
        {
            "one": 1.0,
            "a": rng.normal(size=n) + rng.normal(size=clusters)[g],
            "b": (rng.random(clusters) < 0.3)[g].astype(float),
            "c": rng.normal(size=n),
            "d": (rng.random(n) < 0.4).astype(float),
        }
    )
    y = table.sum(axis=1) + rng.normal(size=n) + rng.normal(size=clusters)[g]
    return table.assign(y=y, g=g)


def measured(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def kept(make: Callable[..., Any]) -> Callable[..., Any]:
        RUNS[name] = make
        return make

    return kept


def _summed_up(draws: np.ndarray) -> dict[str, float]:
    """Mean, deviation and percentiles of the draws of ``EFFECTS``."""
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    told = {"mean": draws.mean(axis=0), "sd": draws.std(axis=0, ddof=1), "low": low, "high": high}
    return {f"{e} {s}": float(v) for s, values in told.items() for e, v in zip(EFFECTS, values, strict=True)}


@measured("mediation alongside")
def mediation_ours(rows: int, draws: int) -> Callable[[], dict[str, float]]:
    from pipeline.models.mediation import bootstrap
    from pipeline.models.mediation_rows import Question, lay_out

    table, asked = people(rows), Question("a", "m", "y", ("c", "d"))
    return lambda: _summed_up(bootstrap(lay_out(table, asked), draws, np.random.default_rng(1)).draws[:, 1:])


@measured("mediation numpy")
def mediation_bare(rows: int, draws: int) -> Callable[[], dict[str, float]]:
    """Draw rows, fit twice by normal equations, add up the closed form."""
    table = people(rows)

    def run() -> dict[str, float]:
        rng, found = np.random.default_rng(2), np.empty((draws, 5))
        a, m, y, c, d = (table[name].to_numpy() for name in ("a", "m", "y", "c", "d"))
        x = np.column_stack([np.ones(rows), c, d, a, m, a * m])
        for i in range(draws):
            at = rng.integers(0, rows, rows)
            here = x[at]
            gram = here.T @ here
            beta = np.linalg.solve(gram[:4, :4], here[:, :4].T @ m[at])
            theta = np.linalg.solve(gram, here.T @ y[at])
            under = beta[:3] @ (gram[0, :3] / rows)  # the mediator's mean without exposure
            pnde, tnde = theta[3] + theta[5] * under, theta[3] + theta[5] * (under + beta[3])
            pnie, tnie = theta[4] * beta[3], (theta[4] + theta[5]) * beta[3]
            found[i] = pnde, tnie, tnde, pnie, pnde + tnie
        return _summed_up(found)

    return run


@measured("mediation statsmodels")
def mediation_theirs(rows: int, draws: int) -> Callable[[], dict[str, float]]:
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation

    table = people(rows)
    outcome = sm.OLS.from_formula("y ~ a * m + c + d", table)
    asked = Mediation(outcome, sm.OLS.from_formula("m ~ a + c + d", table), "a", "m")

    def run() -> dict[str, float]:
        np.random.seed(3)  # noqa: NPY002  all versions of statsmodels draw from it
        found = asked.fit(method="bootstrap", n_rep=draws)
        parts = found.ADE_ctrl, found.ACME_tx, found.ADE_tx, found.ACME_ctrl, found.total_effect
        return _summed_up(np.column_stack(parts))

    return run


def _fit(clusters: int) -> tuple[Any, np.ndarray]:
    from pipeline.models.linear import INTERCEPT, ols

    table = grouped(clusters)
    x = table[["one", *TERMS]].rename(columns={"one": INTERCEPT})
    return ols(x, table["y"].to_numpy()), table["g"].to_numpy()


@measured("single alongside")
def single_ours(clusters: int) -> Callable[[], dict[str, float]]:
    from pipeline.models.cluster import clustered

    fit, g = _fit(clusters)

    def run() -> dict[str, float]:
        found = clustered(fit, g)
        names = ("(Intercept)", *TERMS)
        told = {f"{n} se": float(v) for n, v in zip(names, found.std_error, strict=True)}
        return told | {f"{n} df": float(v) for n, v in zip(names, found.df, strict=True)}

    return run


@measured("joint alongside")
def joint_ours(clusters: int) -> Callable[[], dict[str, float]]:
    from pipeline.models.joint import joint_test

    fit, g = _fit(clusters)

    def run() -> dict[str, float]:
        test = joint_test(fit, g, TERMS)
        return {"F": test.statistic, "df2": test.df2}

    return run


@measured("single numpy")
def single_bare(clusters: int) -> Callable[[], dict[str, float]]:
    """A hat block of every cluster's rows, its inverse root, and for each coefficient a matrix of all pairs."""
    table = grouped(clusters)
    x, y = table[["one", *TERMS]].to_numpy(), table["y"].to_numpy()

    def run() -> dict[str, float]:
        bread = np.linalg.inv(x.T @ x)
        residual = (y - x @ (bread @ (x.T @ y))).reshape(clusters, SIZE)
        parts = x.reshape(clusters, SIZE, -1)
        values, vectors = np.linalg.eigh(np.eye(SIZE) - parts @ bread @ parts.transpose(0, 2, 1))
        root = (vectors / np.sqrt(values)[:, None, :]) @ vectors.transpose(0, 2, 1)
        slopes = root @ parts @ bread
        scores = np.einsum("mnk,mn->mk", slopes, residual)
        told, half = {}, np.linalg.cholesky(bread)
        for i, name in enumerate(("(Intercept)", *TERMS)):
            along = np.einsum("mnk,mn->mk", parts, slopes[:, :, i]) @ half
            pairs = np.diag((slopes[:, :, i] ** 2).sum(axis=1)) - along @ along.T
            told[f"{name} se"] = float(np.sqrt((scores[:, i] ** 2).sum()))
            told[f"{name} df"] = float(np.trace(pairs) ** 2 / (pairs**2).sum())
        return told

    return run


def measure(who: str, sizes: list[int]) -> dict[str, Any]:
    """Seconds by the clock and of the processor (all threads), the memory taken at most beyond what was there before,
    in bytes (Linux), and the numbers."""
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))
    run = RUNS[who](*sizes)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what making the people left behind would hide what the work takes
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before, began, at_work = _status("VmRSS"), time.perf_counter(), time.process_time()
    numbers = run()
    seconds, cpu = time.perf_counter() - began, time.process_time() - at_work
    return {"seconds": seconds, "cpu": cpu, "extra": _status("VmHWM") - before, "numbers": numbers}


def _status(what: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(what)).split()[1])


def in_a_process(who: str, *sizes: int, repeat: int = 1) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__).absolute()), "--one", who, "--sizes", *map(str, sizes)]
    rounds = [_told(command, who) for _ in range(repeat)]
    return rounds[0] | {least: min(told[least] for told in rounds) for least in ("seconds", "cpu")}


def in_r(program: str, what: str, clusters: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        rows, script = Path(folder) / "rows.csv", Path(folder) / "run.R"
        grouped(clusters).to_csv(rows, index=False, float_format="%.17g")
        script.write_text(IN_R)
        return _told([program, str(script), str(rows), what], R)


def _told(command: list[str], who: str) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{who}: {(done.stderr.strip().splitlines() or ['stopped'])[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def mediation(rows: int, draws: int, repeat: int) -> None:
    """Means within Monte Carlo error of ours; limits, too, but for statsmodels, which see."""
    print(f"Mediation, {rows:,} people, {draws:,} bootstrap draws", flush=True)
    held = {OURS: in_a_process(f"mediation {OURS}", rows, draws, repeat=repeat)}
    held |= {who: in_a_process(f"mediation {who}", rows, draws) for who in (BARE, STATSMODELS)}
    mine = held[OURS]["numbers"]
    for who, told in held.items():
        print(f"  {who:12} {_times(told, held[OURS])}", flush=True)
        if who != OURS:
            _apart(mine, told["numbers"], draws)


def _apart(mine: Mapping[str, float], other: Mapping[str, float], draws: int) -> None:
    for what, factor in (("mean", 1.0), ("low", 2.67), ("high", 2.67)):  # of a 2.5% quantile of a normal
        far = [
            abs(mine[f"{e} {what}"] - other[f"{e} {what}"])
            / (factor * np.hypot(mine[f"{e} sd"], other[f"{e} sd"]) / np.sqrt(draws))
            for e in EFFECTS
        ]
        print(f"    {what:5} apart by {max(far):.1f} Monte Carlo errors at most", flush=True)
    wide = [other[f"{e} sd"] / mine[f"{e} sd"] for e in EFFECTS]
    print(f"    deviations of draws {min(wide):.3f} to {max(wide):.3f} times ours", flush=True)


def clusters(sizes: list[int], program: str | None, most: int, repeat: int) -> dict[str, dict[int, dict[str, Any]]]:
    """Seconds and memory by number of clusters, and how far numbers lie apart."""
    held: dict[str, dict[int, dict[str, Any]]] = {}
    if sizes and not program:
        print("clubSandwich: not run. Name Rscript with --r (Debian: r-base-core, r-cran-clubsandwich).")
    for size in sizes:
        print(f"{SIZE * size:,} people in {size:,} clusters", flush=True)
        for what in ("single", "joint"):
            mine = in_a_process(f"{what} {OURS}", size, repeat=repeat)
            found = {OURS: mine}
            if what == "single":
                found[BARE] = in_a_process(f"{what} {BARE}", size, repeat=repeat)
            if program and size <= most:
                found[R] = in_r(program, what, size)
            for who, told in found.items():
                held.setdefault(f"{what} {who}", {})[size] = told
                _line(what, who, told, mine)
    return held


def _line(what: str, who: str, told: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
    words = {"single": "CR2, Satterthwaite", "joint": "CR2, joint (AHT)"}[what]
    far = max(abs(told["numbers"][name] / value - 1) for name, value in mine["numbers"].items())
    apart = "" if who == OURS else f"   numbers apart by {far:.1e} at most"
    print(
        f"  {words:20} {who:12} {_times(told, mine)}{apart}",
        flush=True,
    )


def _times(told: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    clock, cpu = (f"{told[s]:9.3f} s {told[s] / mine[s]:7.1f} x ours" for s in ("seconds", "cpu"))
    return f"{clock}   processor {cpu}   {told['extra'] / 1e6:7.1f} MB"


def picture(file: Path, held: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> None:
    """Seconds of the processor and memory by people, on log scales."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "models", "font.size": 10, "font.family": "sans-serif"})
    from matplotlib import pyplot as plt

    figure, both = plt.subplots(1, 2, figsize=(9.5, 4.2), layout="constrained")
    colours = {OURS: "#0b6e4f", BARE: "0.45", R: "#b3541e"}
    for axis, part, unit, factor in zip(both, ("cpu", "extra"), ("s", "MB"), (1, 1e-6), strict=True):
        for name, found in held.items():
            what, who = name.split()
            x, y = [SIZE * size for size in found], [factor * told[part] for told in found.values()]
            label = f"{who}, {'CR2' if what == 'single' else 'joint test'}"
            axis.loglog(x, y, color=colours[who], marker="o" if what == "single" else "^",
                        linestyle="-" if what == "single" else "--", label=label)  # fmt: skip
            axis.annotate(f"{y[-1]:.2g} {unit}" if y[-1] < 10 else f"{y[-1]:.0f} {unit}", (x[-1], y[-1]), (5, -3),
                          textcoords="offset points", color=colours[who], fontsize=8)  # fmt: skip
        ticks = sorted({SIZE * size for found in held.values() for size in found})
        axis.set_xticks(ticks, [f"{tick // 1000:,}k" for tick in ticks])
        axis.minorticks_off()
        axis.set_xlim(right=ticks[-1] * 1.9)
        axis.set_xlabel(f"people, in clusters of {SIZE}")
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="0.9")
    both[0].set_title("Seconds of the processor", loc="left")
    both[1].set_title("Memory beyond the data, MB", loc="left")
    both[0].set_ylim(top=both[0].get_ylim()[1] * 60)
    both[0].legend(frameon=False, loc="upper left", fontsize=8, ncols=2)
    figure.savefig(file, metadata={"Date": None, "Creator": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--r", help="Rscript of an R that has clubSandwich")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--draws", type=int, default=5000)
    parser.add_argument("--clusters", type=int, nargs="*", default=[500, 1000, 2000, 4000])
    parser.add_argument("--r-most", type=int, default=2000, help="clusters beyond which R is not run")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--sizes", type=int, nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.sizes)))
        return
    held = clusters(given.clusters, given.r, given.r_most, given.repeat)
    if given.picture and held:
        picture(given.picture, held)
    if given.draws:
        mediation(given.rows, given.draws, given.repeat)


if __name__ == "__main__":
    main()
