"""The participants table beside Python tableone and beside bare numpy: seconds, memory, and whether the numbers agree.

    python benchmarks/tables.py --tableone PYTHON [--rows 10000 100000 1000000] [--picture FILE.svg] [--repeat 3]

PYTHON is the interpreter of an environment of its own in which ``tableone`` is installed (``pip install tableone``);
without it that part says "not run". Every measurement is a process of its own, one after another, on the same made-up
people: 20 columns (8 numbers, 2 skewed numbers, 8 categories, 2 yes/no) in 3 groups, a few answers missing in each.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

GROUPS = ("Recipient", "Supporter", "Leader")
NUMBERS = [f"number_{i}" for i in range(8)] + ["skewed_0", "skewed_1"]
LEVELS = {f"category_{i}": 2 + i for i in range(8)} | {"yes_0": 2, "yes_1": 2}
MISSING = 0.03
OURS, BARE, THEIRS, TESTED = "alongside", "numpy", "tableone", "tableone with tests"


def made_up(rows: int) -> pd.DataFrame:
    """The same people for every contestant."""
    rng = np.random.default_rng(20)
    data: dict[str, Any] = {"group": pd.Categorical.from_codes(rng.integers(0, 3, rows), categories=GROUPS)}
    for name in NUMBERS:
        values = rng.normal(50, 12, rows) if name.startswith("number") else rng.lognormal(2, 1, rows)
        values = np.round(values, 1)
        values[rng.random(rows) < MISSING] = np.nan
        data[name] = values
    for name, size in LEVELS.items():
        codes = rng.integers(0, size, rows)
        codes[rng.random(rows) < MISSING] = -1
        data[name] = pd.Categorical.from_codes(codes, categories=[f"level {i}" for i in range(size)])
    return pd.DataFrame(data)


def ours(frame: pd.DataFrame) -> Callable[[], dict[str, float]]:
    """The whole way from people to a table's numbers and layout."""
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))
    from pipeline.cleaning.cleaned import People
    from pipeline.results import Results
    from pipeline.study import parse_study
    from pipeline.tables.participants import participants

    codes = "".join(
        f"  {n}: {{codes: {{{', '.join(f'{i}: level {i}' for i in range(s))}}}}}\n" for n, s in LEVELS.items()
    )
    numbers = "".join(f"  {n}: {{type: number}}\n" for n in NUMBERS)
    study = parse_study(
        "title: Speed\ndata: {file: made-up.csv, id: id}\ndesign: {kind: cross-sectional survey}\nvariables:\n"
        f"  group: {{codes: {{{', '.join(f'{i}: {g}' for i, g in enumerate(GROUPS))}}}}}\n{numbers}{codes}"
        f"tables: {{t: {{columns: group, rows: [{', '.join([*NUMBERS, *LEVELS])}]}}}}\nrelease: {{rule: journal}}\n",
        "studies/speed.yaml",
    )
    names = ["group", *NUMBERS, *LEVELS]
    reasons = pd.DataFrame({n: np.where(frame[n].isna(), "no answer", "") for n in names}).astype("str")
    keys = pd.DataFrame({"id": np.arange(len(frame)).astype(str), "wave": ""}).astype("str")
    inside = pd.Series(True, index=frame.index)
    people = People({"people": frame}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))

    def run() -> dict[str, float]:
        held = participants(people, study, "t").results.frame
        words = held[["term", "level", "group", "statistic"]].itertuples(index=False, name=None)
        return {"/".join(key): float(value) for key, value in zip(words, held["value"], strict=True)}

    return run


def bare(frame: pd.DataFrame) -> Callable[[], dict[str, float]]:
    """The same statistics with as little as possible around them: bincount, and one sort a number and group."""

    def run() -> dict[str, float]:
        group = frame["group"].cat.codes.to_numpy().astype(np.intp)
        found: dict[str, float] = {}
        for name in NUMBERS:
            values = frame[name].to_numpy()
            for path, here in (("All", values), *((f"group={g}", values[group == i]) for i, g in enumerate(GROUPS))):
                held = np.sort(here[~np.isnan(here)])
                q1, median, q3 = np.percentile(held, (25, 50, 75))
                told = {"denominator": len(held), "mean": held.mean(), "sd": held.std(ddof=1), "q1": q1,
                        "median": median, "q3": q3}  # fmt: skip
                found |= {f"{name}//{path}/{s}": float(v) for s, v in told.items()}
                found[f"{name}/Missing/{path}/n"] = float(len(here) - len(held))
        for name, size in LEVELS.items():
            codes = frame[name].cat.codes.to_numpy().astype(np.intp) + 1
            counts = np.bincount(codes * 3 + group, minlength=(size + 1) * 3).reshape(size + 1, 3)
            for path, column in (
                ("All", counts.sum(axis=1)),
                *((f"group={g}", counts[:, i]) for i, g in enumerate(GROUPS)),
            ):
                of = column[1:].sum()
                found[f"{name}//{path}/denominator"] = float(of)
                found[f"{name}/Missing/{path}/n"] = float(column[0])
                for i, n in enumerate(column[1:]):
                    found[f"{name}/level {i}/{path}/n"] = float(n)
                    found[f"{name}/level {i}/{path}/percent"] = float(100 * n / of)
        return found

    return run


def theirs(frame: pd.DataFrame, tests: bool) -> Callable[[], dict[str, float]]:
    """tableone: means of the numbers, medians of the skewed ones, n (%) of the levels, missing."""
    from tableone import TableOne

    def run() -> dict[str, float]:
        table = TableOne(frame, columns=[*NUMBERS, *LEVELS], categorical=list(LEVELS), continuous=NUMBERS,
                         nonnormal=[n for n in NUMBERS if n.startswith("skewed")], groupby="group", pval=tests,
                         include_null=False, decimals=4)  # fmt: skip
        printed = table.tableone
        found: dict[str, float] = {}
        for (name, level), line in zip(printed.index, printed.to_numpy(), strict=True):
            for (_, group), cell in zip(printed.columns, line, strict=True):
                if group in (*GROUPS, "Overall") and isinstance(cell, str) and cell:
                    path = "All" if group == "Overall" else f"group={group}"
                    found |= _read(name.split(",")[0], level, path, cell)
        return found

    return run


def _read(name: str, level: str, path: str, cell: str) -> dict[str, float]:
    """A printed cell of tableone as numbers."""
    parts = [float(p) for p in cell.replace("[", " ").replace("(", " ").replace(",", " ").replace("]", " ")
             .replace(")", " ").split()]  # fmt: skip
    if name in LEVELS:
        return {f"{name}/{level}/{path}/n": parts[0], f"{name}/{level}/{path}/percent": parts[1]}
    if name in NUMBERS:
        words = ("median", "q1", "q3") if name.startswith("skewed") else ("mean", "sd")
        return {f"{name}//{path}/{w}": p for w, p in zip(words, parts, strict=True)}
    return {}


def measure(who: str, rows: int) -> dict[str, Any]:
    """Seconds and the memory taken beyond what was there before, in bytes, and the numbers."""
    frame = made_up(rows)
    run = {OURS: ours, BARE: bare}[who](frame) if who in (OURS, BARE) else theirs(frame, who == TESTED)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what making the people left behind would hide what the work takes
    peak, stop = [_memory()], threading.Event()
    before = peak[0]

    def watch() -> None:
        while not stop.wait(0.002):
            peak[0] = max(peak[0], _memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    numbers = run()
    seconds = time.perf_counter() - began
    stop.set()
    watcher.join()
    size = int(frame.memory_usage(deep=True).sum())
    return {"seconds": seconds, "extra": peak[0] - before, "frame": size, "numbers": numbers}


def _memory() -> int:
    """Bytes of this process that are in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def in_a_process(python: str, who: str, rows: int) -> dict[str, Any]:
    command = [python, str(Path(__file__).absolute()), "--one", who, "--rows", str(rows)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"{who}, {rows} rows: {told.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(told.stdout.splitlines()[-1]))


def compared(mine: dict[str, float], other: dict[str, float], decimals: int | None) -> tuple[int, list[str]]:
    """How many numbers both have, and those that differ; as printed with so many decimals where the other is text."""
    both = sorted(set(mine) & set(other))
    far = [
        k for k in both if abs(mine[k] - other[k]) > (0.51 * 10**-decimals if decimals else 1e-9 * max(1, abs(mine[k])))
    ]
    return len(both), far


def picture(file: Path, found: dict[int, dict[str, dict[str, Any]]]) -> None:
    """Seconds by rows, both on a log scale."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "tables", "font.size": 11, "font.family": "sans-serif"})
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4.2), layout="constrained")
    looks = {
        BARE: ("0.45", "s", "--"),
        OURS: ("#0b6e4f", "o", "-"),
        THEIRS: ("#b3541e", "^", "-"),
        TESTED: ("#7a1f3d", "v", "-"),
    }
    for who, (colour, mark, line) in looks.items():
        points = [(rows, held[who]["seconds"]) for rows, held in sorted(found.items()) if who in held]
        if points:
            x, y = zip(*points, strict=True)
            axis.loglog(x, y, color=colour, marker=mark, linestyle=line, label=who)
            for rows, seconds in points:
                words = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"
                peer = {BARE: OURS, OURS: BARE, THEIRS: TESTED, TESTED: THEIRS}[who]
                under = seconds < found[rows].get(peer, {}).get("seconds", 0.0)
                at = (-8, -15 if under else 7)
                axis.annotate(words, (rows, seconds), at, textcoords="offset points", color=colour, fontsize=9)
    axis.margins(y=0.1)
    axis.set_xlabel("people")
    axis.set_ylabel("seconds")
    axis.set_title("One table: 20 columns, 3 groups and overall", loc="left")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="0.9")
    axis.legend(frameon=False, loc="upper left")
    figure.savefig(file, metadata={"Date": None, "Creator": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--tableone", help="the Python of an environment that has tableone")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.rows[0])))
        return
    if not given.tableone:
        print(
            "tableone: not run. Name with --tableone the Python of an environment that has it (pip install tableone)."
        )
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for rows in given.rows:
        rounds = [{who: in_a_process(sys.executable, who, rows) for who in (BARE, OURS)} for _ in range(given.repeat)]
        held = {who: min((told[who] for told in rounds), key=lambda m: m["seconds"]) for who in (BARE, OURS)}
        for who in (THEIRS, TESTED) if given.tableone else ():
            held[who] = in_a_process(given.tableone, who, rows)
        found[rows] = held
        report(rows, held)
    if given.picture:
        picture(given.picture, found)


def report(rows: int, held: dict[str, dict[str, Any]]) -> None:
    mine = held[OURS]
    print(f"{rows:,} people, frame {mine['frame'] / 1e6:.1f} MB")
    for who, told in held.items():
        memory = (told["frame"] + told["extra"]) / told["frame"]
        print(f"  {who:20} {told['seconds']:9.3f} s  {told['seconds'] / mine['seconds']:8.2f} x ours   "
              f"frame and work: {memory:.2f} x the frame")  # fmt: skip
        if who != OURS:
            both, far = compared(mine["numbers"], told["numbers"], None if who == BARE else 4)
            print(f"  {'':20} {both} numbers in both, {len(far)} differ{': ' + ', '.join(far[:5]) if far else ''}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
