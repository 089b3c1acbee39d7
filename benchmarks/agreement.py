"""Krippendorff's alpha beside the PyPI package ``krippendorff``: seconds, memory, and whether the numbers agree.

    python benchmarks/agreement.py --krippendorff PYTHON [--ratings 1000000] [--values 5 20 1000] [--repeat 3]

PYTHON is the interpreter of an environment of its own in which ``krippendorff`` is installed; without it that part says
"not run". The package is under the GPL: it runs in that environment and process, on ratings in a file, and nothing of
it is imported here. Every measurement is a process of its own on the same made-up ratings of four coders, of which a
fifth are missing; times are the least of ``--repeat``. The package holds units times values squared in memory: where
that is more than ``--most`` GB it is not run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

OURS, THEIRS = "alongside", "krippendorff"
LEVELS = ("nominal", "ordinal", "interval", "ratio")
CODERS, GAPS = 4, 0.2
MEASURED = """
import ctypes, gc, json, sys, threading, time
import numpy as np
{imports}
file, level = sys.argv[1:]
ratings = np.load(file)
def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
def watch():
    while not stop.wait(0.002):
        peak[0] = max(peak[0], memory())
{call}(ratings[:50], level)  # what is loaded when it is first used takes no part
gc.collect(); ctypes.CDLL(None).malloc_trim(0)
before = memory(); peak, stop = [before], threading.Event()
watcher = threading.Thread(target=watch); watcher.start()
began, worked = time.perf_counter(), time.process_time()
alpha = {call}(ratings, level)
seconds, cpu = time.perf_counter() - began, time.process_time() - worked
stop.set(); watcher.join()
print(json.dumps({{"seconds": seconds, "cpu": cpu, "extra": peak[0] - before, "alpha": float(alpha)}}))
"""
"""The same measurement for both; shape of the ratings: (units, coders), NaN for gaps."""
CONTESTANTS = {
    OURS: (
        "from pipeline.themes.agreement import Ratings, krippendorff",
        "(lambda ratings, level: krippendorff(Ratings.of(ratings), level).value)",
    ),
    THEIRS: (
        "import krippendorff",
        "(lambda ratings, level: krippendorff.alpha(reliability_data=ratings.T, level_of_measurement=level))",
    ),
}


def made_up(ratings: int, values: int) -> np.ndarray:
    """Coders who see the same number, each a little beside it: shape (units, coders), NaN for gaps."""
    rng = np.random.default_rng(24)
    units = round(ratings / (CODERS * (1 - GAPS)))
    seen = rng.integers(1, values + 1, units)[:, None] + rng.integers(-1, 2, (units, CODERS))
    made = np.clip(seen, 1, values).astype(float)
    gaps = np.zeros(made.size, dtype=bool)
    gaps[rng.choice(made.size, made.size - ratings, replace=False)] = True
    made[gaps.reshape(made.shape)] = np.nan
    return made


def in_a_process(python: str, who: str, file: Path, level: str) -> dict[str, Any]:
    imports, call = CONTESTANTS[who]
    code = MEASURED.format(imports=imports, call=call)
    root = Path(__file__).absolute().parents[1]
    told = subprocess.run([python, "-c", code, str(file), level], capture_output=True, text=True, check=False, cwd=root)
    if told.returncode:
        raise SystemExit(f"{who}, {level}: {told.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(told.stdout))


def least(python: str, who: str, file: Path, level: str, repeat: int) -> dict[str, Any]:
    return min((in_a_process(python, who, file, level) for _ in range(repeat)), key=lambda m: m["cpu"])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--krippendorff", help="the Python of an environment that has the package")
    parser.add_argument("--ratings", type=int, default=1_000_000)
    parser.add_argument("--values", type=int, nargs="+", default=[5, 20, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--most", type=float, default=2.0, help="GB that the package may take")
    given = parser.parse_args()
    if not given.krippendorff:
        print("krippendorff: not run. Name with --krippendorff the Python of an environment that has it.")
    for values in given.values:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "ratings.npy"
            made = made_up(given.ratings, values)
            np.save(file, made)
            rated = int((~np.isnan(made)).sum())
            print(f"{rated:,} ratings of {len(made):,} units by {CODERS} coders, {values:,} values")
            wanted = len(made) * values**2 * 8 / 1e9
            if given.krippendorff and wanted > given.most:
                print(f"  krippendorff: not run, it would take about {wanted:,.0f} GB")
            for level in LEVELS:
                told = {OURS: least(sys.executable, OURS, file, level, given.repeat)}
                if given.krippendorff and wanted <= given.most:
                    told[THEIRS] = least(given.krippendorff, THEIRS, file, level, given.repeat)
                report(level, told)


def report(level: str, told: dict[str, dict[str, Any]]) -> None:
    mine = told[OURS]
    for who, one in told.items():
        ratio = f"  {one['cpu'] / mine['cpu']:6.2f} x ours" if who != OURS else " " * 15
        print(f"  {level:9} {who:13} {one['seconds']:8.3f} s  {one['cpu']:8.3f} s of the processor{ratio}  "
              f"{one['extra'] / 1e6:8.1f} MB  alpha {one['alpha']:.12f}  "
              f"{abs(one['alpha'] - mine['alpha']):.0e} apart", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
